"""Returning a submitted talk to draft."""

import pytest

from seminars.services import talks
from seminars.services.errors import RefusedError
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_submitter_returns_a_talk_to_draft() -> None:
    series = factories.series(needs_approval=True)
    talk, person = factories.talk(series=series, status="submitted"), factories.organizer(series)
    talks.retract(talk=talk, by=person, now=NOW)
    talk.refresh_from_db()
    assert talk.status == "draft"
    talks.submit(talk=talk, by=person, now=NOW)
    assert talk.status == "submitted"


@pytest.mark.parametrize("status", ["draft", "announced", "cancelled"])
def test_only_submitted_talks_are_returned(status: str) -> None:
    talk = factories.talk(status=status)
    with pytest.raises(RefusedError, match="not waiting for approval"):
        talks.retract(talk=talk, by=None, now=NOW)

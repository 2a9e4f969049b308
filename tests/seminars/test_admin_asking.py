"""Canceling, postponing and removing a talk ask first; what is typed into the form is kept."""

import pytest
from django.test import Client

from seminars.models import Talk
from tests import factories
from tests.seminars.admin_forms import client_of, filled
from tests.seminars.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def client() -> Client:
    return client_of(factories.administrator())


def press(client: Client, talk: Talk, verb: str, **typed: str) -> str:
    """Press a button beside the form after typing, and return where it leads."""
    page = f"/admin/seminars/talk/{talk.pk}/change/"
    sent = filled(client.get(page)) | typed | {"_verb": verb}
    answer = client.post(page, sent)
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.mark.parametrize(
    ("verb", "button", "field"),
    [
        ("cancel", "Cancel the talk", "notice"),
        ("postpone", "Postpone the talk", "notice"),
        ("withdraw", "Remove the talk", "notes"),
    ],
)
def test_it_asks_first_and_takes_the_reason(
    client: Client, verb: str, button: str, field: str
) -> None:
    talk = factories.talk(title="Before")
    ada, bob = factories.user(), factories.user()
    factories.group(talk, manager=ada, member=bob)
    factories.group(talk, manager=ada)
    asked = press(client, talk, verb, title="Typed")
    talk.refresh_from_db()
    assert (talk.title, talk.status, talk.withdrawn_at) == ("Typed", "announced", None)
    page = read(client, asked)
    assert page.words("affected") == ["2 people have this talk in their groups."]
    assert button in page.words("button")
    client.post(asked.partition("?")[0], {"verb": verb, "note": "Speaker is ill"})
    talk.refresh_from_db()
    assert getattr(talk, field) == "Speaker is ill"
    assert talk.status != "announced" or talk.withdrawn_at is not None


def test_asking_about_a_draft_says_that_no_visitor_notices(client: Client) -> None:
    talk = factories.talk(status="draft")
    text = client.get(f"/admin/seminars/talk/{talk.pk}/state/?verb=withdraw").content.decode()
    assert "This talk is not public" in text
    assert client.get(f"/admin/seminars/talk/{talk.pk}/state/?verb=cancel").status_code == 403


def test_other_buttons_save_what_is_typed(client: Client) -> None:
    talk = factories.talk()
    assert press(client, talk, "duplicate", title="Typed") != ""
    assert list(Talk.objects.values_list("title", "status").order_by("pk")) == [
        ("Typed", "announced"),
        ("Typed", "draft"),
    ]


def test_a_new_date_keeps_what_is_typed(client: Client) -> None:
    talk = factories.talk()
    press(client, talk, "reschedule", title="Typed", **{"new-date": "2025-04-01"})
    talk.refresh_from_db()
    assert (talk.title, str(talk.date)) == ("Typed", "2025-04-01")

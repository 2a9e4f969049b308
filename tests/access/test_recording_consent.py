"""A recording has a public link only if the speaker allows it."""

import datetime

import pytest
from django.test import Client

from seminars.admin import warnings
from seminars.models import Talk
from tests import factories
from tests.factories import NOW
from tests.public_answers import answers_with
from tests.routes import World, world
from tests.seminars.admin_forms import client_of
from tests.seminars.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

RECORDING = "https://video.example.org/recorded"


def recorded(known: World, consent: str) -> Talk:
    """Return a past talk with a recording, and the people and place of the known one."""
    talk = factories.talk(
        *(one.speaker for one in known.talk.appearances.all()),
        title="Held",
        series=known.talk.series,
        venue=known.talk.venue,
        date=datetime.date(2025, 3, 1),
        recording_url=RECORDING,
        recording_consent=consent,
    )
    talk.topics.set(known.talk.topics.all())
    return talk


@pytest.mark.parametrize("consent", ["no", "unknown"])
def test_without_consent_no_public_answer_has_the_link(consent: str) -> None:
    known = world()
    talk = recorded(known, consent)
    assert answers_with(RECORDING, known, talk) == set()
    client = Client()
    assert client.get("/talks.json?recording=yes").json()["items"] == []
    assert "Has a recording" not in client.get("/talks/?when=past").content.decode()
    assert "Recordings" not in dict(read(client, "/series/rite/?when=past").links())


def test_with_consent_the_link_is_public() -> None:
    known = world()
    talk = recorded(known, "yes")
    path = f"/talks/{talk.pk}"
    assert {
        *(talk.get_absolute_url(), f"{path}.ics", f"{path}.json", f"{path}.csv", f"{path}.atom"),
        *("/talks/?recording=yes", "/talks.json?recording=yes", "/embed/talks/?recording=yes"),
    } <= answers_with(RECORDING, known, talk)
    client = Client()
    assert "Has a recording (1)" in read(client, "/talks/?when=past").words("check")
    assert "Recordings" in dict(read(client, "/series/rite/?when=past").links())


@pytest.mark.parametrize(
    ("consent", "sentences"),
    [
        ("no", ["Visitors don’t see this link because the speaker doesn’t allow it."]),
        ("unknown", ["Visitors don’t see this link until the speaker allows the recording."]),
        ("yes", []),
    ],
)
def test_staff_are_told_beside_the_field(consent: str, sentences: list[str]) -> None:
    talk = recorded(world(), consent)
    staff = factories.administrator()
    warned = [one for one in warnings.of(talk, NOW, staff) if one.field == "recording_url"]
    assert [one.sentence for one in warned] == sentences
    page = client_of(staff).get(f"/admin/seminars/talk/{talk.pk}/change/").content.decode()
    assert [one for one in sentences if one not in page] == []

"""After every change of a talk, each reader sees the right event under the same UID."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from seminars.formats import FORMATS
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.services import talks
from tests import factories
from tests.factories import NOW
from tests.interop.readers import Event, Reader

pytestmark = pytest.mark.django_db

UTC = datetime.UTC
LATER = NOW + datetime.timedelta(hours=1)
STILL_LATER = LATER + datetime.timedelta(hours=1)
MOVED = "This talk has moved. It was originally scheduled for Monday, March 10, 2025, 12:00 PM CDT."
POSTPONED = "This talk has been postponed. A new date will be announced."


@pytest.fixture
def talk() -> Talk:
    return factories.talk(title="T")


def calendar() -> bytes:
    listing = Listing.find(filters=Filters(when=When.ALL), now=STILL_LATER)
    return FORMATS["ics"].render(listing, list(listing.for_feed()))


def events(read: Reader) -> list[Event]:
    """Return the events without HTML and picture, which follow from the rest."""
    return [replace(one, html="", image="") for one in read(calendar())]


def event(talk: Talk, news: str = "", **fields: Any) -> Event:
    """Return the talk's event as announced, except for the given fields."""
    page = f"http://testserver/talks/{talk.pk}/t/"
    announced = Event(
        uid=str(talk.uid),
        sequence=0,
        created=NOW,
        changed=NOW,
        status="CONFIRMED",
        start=datetime.datetime(2025, 3, 10, 17, tzinfo=UTC),
        end=datetime.datetime(2025, 3, 10, 18, tzinfo=UTC),
        zone="America/Chicago",
        clock="2025-03-10T12:00:00",
        summary="T",
        location="",
        description=f"{news}\n\n{page}" if news else page,
        html="",
        url=page,
        image="",
        categories=(),
    )
    return replace(announced, **fields)


def move(talk: Talk, now: datetime.datetime = LATER, day: int = 12) -> None:
    talks.reschedule(
        talk=talk,
        date=datetime.date(2025, 3, day),
        start_time=datetime.time(9),
        end_time=datetime.time(10, 30),
        timezone="Europe/London",
        by=None,
        now=now,
    )


#: The fields after `move`.
MOVED_FIELDS: dict[str, Any] = {
    "start": datetime.datetime(2025, 3, 12, 9, tzinfo=UTC),
    "end": datetime.datetime(2025, 3, 12, 10, 30, tzinfo=UTC),
    "zone": "Europe/London",
    "clock": "2025-03-12T09:00:00",
}


def test_a_talk_as_it_was_announced(read: Reader, talk: Talk) -> None:
    assert events(read) == [event(talk)]


def test_moved(read: Reader, talk: Talk) -> None:
    move(talk)
    assert events(read) == [event(talk, MOVED, sequence=1, changed=LATER, **MOVED_FIELDS)]


@pytest.mark.parametrize(
    ("verb", "summary", "news"),
    [
        (talks.cancel, "Canceled: T", "This talk has been canceled."),
        (talks.postpone, "Postponed: T", POSTPONED),
    ],
)
def test_cancelled_or_postponed_and_undone(
    read: Reader, talk: Talk, verb: Callable[..., Talk], summary: str, news: str
) -> None:
    verb(talk=talk, by=None, now=LATER)
    off = event(talk, news, sequence=1, changed=LATER, status="CANCELLED", summary=summary)
    assert events(read) == [off]
    talks.undo(talk=talk, by=None, now=STILL_LATER)
    assert events(read) == [event(talk, sequence=2, changed=STILL_LATER)]


def test_postponed_and_rescheduled(read: Reader, talk: Talk) -> None:
    talks.postpone(talk=talk, by=None, now=LATER)
    move(talk, now=STILL_LATER)
    moved = event(talk, MOVED, sequence=2, changed=STILL_LATER, **MOVED_FIELDS)
    assert events(read) == [moved]


def test_withdrawn_and_restored(read: Reader, talk: Talk) -> None:
    talks.withdraw(talk=talk, by=None, now=LATER)
    assert [one for one in events(read) if one.status == "CONFIRMED"] == []
    talks.undo(talk=talk, by=None, now=STILL_LATER)
    (restored,) = events(read)
    assert restored == event(talk, sequence=restored.sequence, changed=STILL_LATER)
    assert restored.sequence > 0


@pytest.mark.once
def test_the_picture_follows_the_talk(
    read: Reader, talk: Talk, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR = tmp_path

    def picture() -> str:
        (one,) = read(calendar())
        response = client.get(one.image)
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        return one.image.removeprefix("http://testserver")

    seen = [picture()]
    for change in (move, lambda one: talks.cancel(talk=one, by=None, now=STILL_LATER)):
        change(talk)
        seen.append(picture())
        # Old URLs in calendars lead to the current picture.
        for older in seen[:-1]:
            assert client.get(older)["Location"] == seen[-1]
    talks.undo(talk=talk, by=None, now=STILL_LATER)
    assert picture() == seen[1]

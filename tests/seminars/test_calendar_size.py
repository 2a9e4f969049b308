"""Calendars of many talks stay short enough for Google."""

import icalendar
import pytest
from django.test import Client

from seminars.formats import calendar_size, ics
from seminars.formats.calendar_size import Detail
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

HINT = "There are many talks in this list, so calendar entries may be short."


def term(abstract: str, talks: int = 4) -> int:
    """Create so many talks, and return the size of their calendar in full."""
    for number in range(talks):
        factories.talk(factories.speaker(name="Ada"), title=f"T {number}", abstract=abstract)
    return len(Client().get("/talks.ics").content)


@pytest.mark.parametrize(
    ("limit", "detail"),
    [(60_000, Detail.FULL), (30_000, Detail.TEXT), (5_000, Detail.SHORT), (10, Detail.LEAST)],
)
def test_entries_become_shorter_together(
    client: Client, monkeypatch: pytest.MonkeyPatch, limit: int, detail: Detail
) -> None:
    size = term("Long words. " * 400)
    assert 40_000 < size < 60_000
    monkeypatch.setattr(calendar_size, "MAX_OCTETS", limit)
    body = client.get("/talks.ics?when=upcoming").content
    calendar = icalendar.Calendar.from_ical(body)
    shown = list(calendar.walk("VEVENT"))
    assert len(shown) == 4
    for event in shown:
        assert ("X-ALT-DESC" in event) is (detail == Detail.FULL)
        assert ("IMAGE" in event) is (detail < Detail.LEAST)
        assert {"UID", "SEQUENCE", "SUMMARY", "DTSTART", "DTEND", "URL"} <= event.keys()
        text = str(event["DESCRIPTION"])
        assert "Ada" in text and str(event["URL"]) in text
        assert ("Long words." in text) is (detail <= Detail.TEXT)


def test_a_thousand_talks_fit() -> None:
    first = factories.talk(factories.speaker(), abstract="Long words. " * 400)
    listing = Listing.find(filters=Filters(), now=factories.NOW)
    (talk,) = listing.for_feed()
    assert talk == first
    assert len(ics.render(listing, [talk] * 1000)) < 1_000_000


@pytest.mark.parametrize("path", ["/talks/", "/series/logic/", "/calendar/", "/groups/rite/"])
def test_the_menu_says_that_a_narrower_calendar_is_better(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("seminars.templatetags.talks.MANY_TALKS", 2)
    series = factories.series(slug="logic")
    group = factories.group(slug="rite", visibility="public")
    shown = []
    for number in range(3):
        group.group_talks.create(talk=factories.talk(title=f"Talk {number}", series=series))
        # Another URL, because the response at this one is cached.
        body = client.get(path, {"q": "Talk"} if path == "/talks/" and number else {}).content
        shown.append(HINT in body.decode())
    assert shown == [False, False, True]

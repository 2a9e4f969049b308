"""Feeds assembled from cached entries: the bytes of an uncached feed, in fewer queries."""

import datetime
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from seminars.cache import triggers
from seminars.formats import FORMATS, cached
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.models import (
    Appearance,
    Audience,
    Department,
    Departure,
    Series,
    Speaker,
    Talk,
    Topic,
    Venue,
)
from tests import factories
from tests.factories import NOW

# Committed, because triggers draw new tokens when a transaction ends.
pytestmark = pytest.mark.django_db(transaction=True)

ICS = FORMATS["ics"]


@pytest.fixture(autouse=True)
def _page_cache(settings: Settings) -> Iterator[None]:
    settings.PAGE_CACHE_MB = 8
    cached._store.cache_clear()
    triggers.install()
    with time_machine.travel(NOW, tick=False):
        yield


def listing(now: datetime.datetime = NOW, viewer: User | None = None) -> Listing:
    return Listing.find(filters=Filters(), now=now, viewer=viewer)


def uncached(calendar: Listing) -> bytes:
    """Return the calendar, rendered without cached entries."""
    return ICS.render(calendar, [*calendar.for_feed(), *calendar.departed()])


def term() -> None:
    """Create three talks with everything that a calendar shows."""
    series = factories.series(
        name="Logic", slug="logic", colour="#aa3322", department=factories.department()
    )
    joint = factories.series(name="Proofs", slug="proofs", colour="#112233")
    venue = factories.venue(latitude=42.05, longitude=-87.67)
    for number in range(3):
        talk = factories.talk(
            factories.speaker(name=f"Speaker {number}", affiliation="Kyiv"),
            title=f"Number {number}",
            series=series,
            venue=venue,
            abstract="On $x^2$.",
            date=datetime.date(2025, 3, 10 + number),
        )
        talk.co_series.add(joint)
        talk.topics.add(Topic.objects.get_or_create(name="Algebra", slug="algebra")[0])
        talk.audiences.add(Audience.objects.get_or_create(name="All", slug="all")[0])


def _first() -> Talk:
    return Talk.objects.earliest("pk")


CHANGES: dict[str, Callable[[], object]] = {
    "title": lambda: Talk.objects.filter(pk=_first().pk).update(title="New"),
    "an hour later": lambda: Talk.objects.filter(pk=_first().pk).update(
        starts_at=_first().starts_at + datetime.timedelta(hours=1),  # type: ignore[operator]
        ends_at=None,
    ),
    "cancelled": lambda: Talk.objects.filter(pk=_first().pk).update(status="cancelled"),
    "another speaker": lambda: Appearance.objects.filter(talk=_first()).update(
        speaker=factories.speaker(name="Emmy Noether")
    ),
    "biography": lambda: Appearance.objects.update(
        biography="Born.", biography_html="<p>Born.</p>"
    ),
    "no speaker": lambda: Appearance.objects.filter(talk=_first()).delete(),
    "speaker's name": lambda: Speaker.objects.filter(name="Speaker 1").update(name="Speaker One"),
    "building": lambda: Venue.objects.update(building="Mudd Hall"),
    "series' name": lambda: Series.objects.filter(slug="logic").update(name="Logic Seminar"),
    "colour": lambda: Series.objects.filter(slug="logic").update(colour="#00ff00"),
    "department": lambda: Department.objects.update(name="Philosophy"),
    "topic's name": lambda: Topic.objects.update(name="Ring theory"),
    "another topic": lambda: _first().topics.add(Topic.objects.create(name="Sets", slug="sets")),
    "fewer topics": lambda: _first().topics.clear(),
    "audience's name": lambda: Audience.objects.update(name="Everybody"),
    "no audience": lambda: _first().audiences.clear(),
    "no joint series": lambda: _first().co_series.clear(),
    "withdrawn": lambda: Talk.objects.filter(pk=_first().pk).update(withdrawn_at=NOW),
    "never public": lambda: Talk.objects.filter(pk=_first().pk).update(status="draft"),
    "deleted": lambda: _first().delete(),
    "one more": lambda: factories.talk(title="One more", date=datetime.date(2025, 3, 9)),
    "left another series": lambda: Departure.objects.create(
        talk=_first(), dimension="series", value="1", left_at=NOW
    ),
}


def test_a_change_is_in_the_next_calendar() -> None:
    # In one test, because after every test that commits all tables are emptied.
    for name, change in CHANGES.items():
        for model in (Talk, Series, Venue, Speaker, Topic, Audience, Department):
            model._default_manager.all().delete()
        term()
        assert cached.rendered(ICS, listing()) == uncached(listing()), name
        change()
        assert cached.rendered(ICS, listing()) == uncached(listing()), name


def test_a_series_calendar_after_a_talk_has_left_it() -> None:
    term()
    logic = Series.objects.get(slug="logic")

    def of_logic() -> Listing:
        return Listing.of(logic, filters=Filters(), now=NOW)

    assert cached.rendered(ICS, of_logic()) == uncached(of_logic())
    talk = _first()
    Talk.objects.filter(pk=talk.pk).update(series=None)
    Departure.objects.create(talk=talk, dimension="series", value=str(logic.pk), left_at=NOW)
    assert b"STATUS:CANCELLED" in cached.rendered(ICS, of_logic())
    assert cached.rendered(ICS, of_logic()) == uncached(of_logic())


def test_time_opens_and_closes_a_join_link() -> None:
    opening = {"join_url": "https://meet.example.org/x", "join_access": "timed"}
    talk = factories.talk(join_opens_minutes=10, **opening)
    assert talk.starts_at and talk.over_at
    minute = datetime.timedelta(minutes=1)
    seen = [
        b"meet.example.org" in cached.rendered(ICS, listing(now=moment))
        for moment in (
            NOW,
            talk.starts_at - 10 * minute,
            talk.over_at + 29 * minute,
            talk.over_at + 30 * minute,
        )
    ]
    assert seen == [False, True, True, False]


def test_people_who_are_signed_in_have_separate_entries() -> None:
    factories.talk(join_url="https://meet.example.org/x", join_access="signed-in")
    person = factories.user()
    seen = [
        b"meet.example.org" in cached.rendered(ICS, listing(viewer=viewer))
        for viewer in (person, None, person)
    ]
    assert seen == [True, False, True]


def queries_after(change: Callable[[], object]) -> list[str]:
    cached.rendered(ICS, listing())
    change()
    with CaptureQueriesContext(connection) as queries:
        cached.rendered(ICS, listing())
    return [query["sql"] for query in queries]


def test_unchanged_talks_are_not_read_again() -> None:
    term()
    # The revision; the talks' tokens; whether any talks have left.
    assert len(queries_after(lambda: None)) == 3
    one = queries_after(CHANGES["title"])
    factories.talk()
    factories.talk()
    assert len(queries_after(CHANGES["no joint series"])) == len(one)
    # As many queries for three talks as for one.
    assert len(queries_after(lambda: Talk.objects.update(cost="free"))) == len(one)


def test_without_capacity_nothing_is_cached(settings: Settings) -> None:
    settings.PAGE_CACHE_MB = 0
    term()
    assert cached.rendered(ICS, listing()) == uncached(listing())

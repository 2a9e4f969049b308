"""Defaults for new talks."""

import datetime
from datetime import date, time
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from seminars.models import Audience, Series, Talk
from seminars.services.defaults import defaults_for, speaker_defaults
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def earlier(series: Series, days: int, **fields: Any) -> Talk:
    """Create a talk of the series this many days before NOW."""
    fields.setdefault("date", NOW.date() - datetime.timedelta(days=days))
    return factories.talk(series=series, **fields)


def test_defaults_of_the_series() -> None:
    venue = factories.venue()
    students = Audience.objects.create(name="Students", slug="students")
    series = factories.series(
        weekday=4,
        start_time=time(16),
        length=90,
        timezone="Europe/Paris",
        venue=venue,
        cost="free",
        contact_name="Ada",
        contact_email="ada@example.org",
    )
    series.audiences.add(students)
    earlier(series, 7, contact_name="Bob", contact_phone="1", cost="5", venue=factories.venue())
    assert defaults_for(series, NOW) == {
        "timezone": "Europe/Paris",
        "date": date(2025, 3, 7),
        "start_time": time(16),
        "end_time": time(17, 30),
        "venue": venue,
        "contact_name": "Ada",
        "contact_email": "ada@example.org",
        "audiences": [students],
        "cost": "free",
        "attendance": "in-person",
        "join_access": "signed-in",
        "language": "en",
        "kind": "talk",
    }


def test_defaults_of_the_latest_talks() -> None:
    series, venue, other = factories.series(), factories.venue(), factories.venue()
    students = Audience.objects.create(name="Students", slug="students")
    usual = {
        "venue": venue,
        "room": "7",
        "attendance": "hybrid",
        "start_time": time(9),
        "end_time": time(9, 45),
        "timezone": "America/Denver",
        "contact_phone": "1",
        "cost": "free",
        "join_url": "https://zoom.example.org/1",
        "join_access": "timed",
        "language": "de",
        "kind": "colloquium",
    }
    for days in (5, 12, 19):
        earlier(series, days, **usual).audiences.add(students)
    earlier(series, 2, venue=other, room="Attic")
    for days in (40, 47, 54, 61, 68):
        earlier(series, days, venue=other, room="Cellar")
    wednesday = date(2025, 3, 5)
    assert defaults_for(series, NOW) == usual | {"date": wednesday, "audiences": [students]}


def test_an_empty_series_has_only_a_zone() -> None:
    assert defaults_for(factories.series(), NOW) == {"timezone": "America/Chicago"}


def test_the_date_is_the_first_free_one() -> None:
    series, joint = factories.series(weekday=0), factories.series()
    earlier(series, 0)
    earlier(joint, -7).co_series.add(series)
    earlier(series, -14, status="cancelled")
    assert defaults_for(series, NOW)["date"] == date(2025, 3, 17)


def test_today_is_in_the_time_zone_of_the_site() -> None:
    series = factories.series(weekday=0)
    late = datetime.datetime(2025, 3, 4, 5, 59, tzinfo=datetime.UTC)
    assert defaults_for(series, late)["date"] == date(2025, 3, 3)
    assert defaults_for(series, late + datetime.timedelta(minutes=1))["date"] == date(2025, 3, 10)


def test_an_end_after_midnight_has_its_date() -> None:
    names = ("date", "start_time", "end_time", "end_date")
    found = defaults_for(factories.series(start_time=time(23, 30), weekday=4, length=90), NOW)
    expected = (date(2025, 3, 7), time(23, 30), time(1), date(2025, 3, 8))
    assert tuple(found.get(name) for name in names) == expected
    found = defaults_for(factories.series(start_time=time(23, 30)), NOW)
    assert tuple(found.get(name) for name in names) == (None, time(23, 30), None, None)


def test_the_usual_venue_gives_the_time_zone() -> None:
    venue = factories.venue(timezone="America/Denver")
    assert defaults_for(factories.series(venue=venue), NOW)["timezone"] == "America/Denver"
    series = factories.series(venue=venue, timezone="Europe/Paris")
    assert defaults_for(series, NOW)["timezone"] == "Europe/Paris"


@pytest.mark.parametrize(
    "links", [["https://zoom.example.org/1"], ["https://zoom.example.org/1", "https://x.org/2"]]
)
def test_a_join_link_used_once_is_not_a_default(links: list[str]) -> None:
    series = factories.series()
    for days, link in enumerate(links):
        earlier(series, days, join_url=link)
    assert "join_url" not in defaults_for(series, NOW)


@pytest.mark.parametrize("number", [1, 3])
def test_three_talks_take_as_many_queries_as_one(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    series = factories.series()
    for days in range(number):
        earlier(series, days, venue=factories.venue())
    with django_assert_num_queries(4):
        defaults_for(series, NOW)


def test_an_appearance_starts_with_the_speakers_record() -> None:
    person = factories.speaker(affiliation="London", biography="Born in 1815.")
    assert speaker_defaults(person) == {"affiliation": "London", "biography": "Born in 1815."}

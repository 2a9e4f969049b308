"""All readers agree on every instant, in summer and winter, in the zones of the world."""

import datetime

import pytest

from seminars.clock import zones
from seminars.formats.vtimezone import vtimezone
from seminars.models import Talk
from tests.interop.readers import Reader
from tests.interop.talks import calendar, expected, talk

pytestmark = pytest.mark.once

#: Every fifth IANA zone by name, and zones with unusual rules.
SAMPLE = sorted(
    {
        *sorted(zones())[::5],
        *("UTC", "Etc/UTC", "Etc/GMT-14", "America/Chicago", "Europe/London"),
        *("Europe/Dublin", "America/Sao_Paulo", "Asia/Tehran", "Europe/Istanbul"),
        *("Asia/Kolkata", "Asia/Kathmandu", "Australia/Sydney", "Australia/Lord_Howe"),
        *("Africa/Casablanca", "Africa/Cairo", "America/Nuuk", "America/St_Johns"),
        *("Antarctica/Troll", "Pacific/Apia", "Pacific/Chatham", "Asia/Gaza", "Asia/Pyongyang"),
    }
)
DAYS = [datetime.date(2025, 1, 15), datetime.date(2025, 7, 15)]
NOON, ONE = datetime.time(12), datetime.time(13)


@pytest.fixture(scope="module")
def talks() -> list[Talk]:
    return [
        talk(date=day, start_time=NOON, end_time=ONE, timezone=zone)
        for zone in SAMPLE
        for day in DAYS
    ]


@pytest.fixture(scope="module")
def feed(talks: list[Talk]) -> bytes:
    return calendar(talks)


def test_in_summer_and_winter_in_every_zone(read: Reader, talks: list[Talk], feed: bytes) -> None:
    assert read(feed) == expected(talks)


def test_ruby_reads_every_zone_with_a_yearly_rule_or_none(read_by_ruby: Reader) -> None:
    regular = [
        talk(date=day, start_time=NOON, end_time=ONE, timezone=zone)
        for zone in sorted(zones())
        if _is_regular(zone)
        for day in DAYS
    ]
    assert len(regular) > 1000
    assert read_by_ruby(calendar(regular)) == expected(regular)


def _is_regular(zone: str) -> bool:
    """Whether the zone's transitions are not given one by one."""
    first, last = (datetime.datetime.combine(day, NOON, datetime.UTC) for day in DAYS)
    component = vtimezone(zone, first, last)
    return b"RRULE" in component or b"DAYLIGHT" not in component

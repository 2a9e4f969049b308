"""All readers agree on every instant, in summer and winter, in the zones of the world."""

import datetime

import pytest

from seminars.clock import zones
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

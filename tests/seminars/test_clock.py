"""Wall-clock times around the days on which clocks change."""

from datetime import UTC, date, datetime, time

import pytest

from seminars import clock


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("America/Chicago", date(2025, 3, 9), time(1, 59), utc(2025, 3, 9, 7, 59)),
        ("America/Chicago", date(2025, 3, 9), time(3, 0), utc(2025, 3, 9, 8, 0)),
        ("America/Chicago", date(2025, 11, 2), time(0, 59), utc(2025, 11, 2, 5, 59)),
        ("America/Chicago", date(2025, 11, 2), time(1, 30), utc(2025, 11, 2, 6, 30)),
        ("America/Chicago", date(2025, 11, 2), time(2, 0), utc(2025, 11, 2, 8, 0)),
        ("Europe/London", date(2025, 3, 30), time(0, 59), utc(2025, 3, 30, 0, 59)),
        ("Europe/London", date(2025, 3, 30), time(2, 0), utc(2025, 3, 30, 1, 0)),
        ("Europe/London", date(2025, 10, 26), time(1, 30), utc(2025, 10, 26, 0, 30)),
        ("Europe/London", date(2025, 10, 26), time(2, 0), utc(2025, 10, 26, 2, 0)),
        ("Australia/Sydney", date(2025, 10, 5), time(3, 0), utc(2025, 10, 4, 16, 0)),
        ("Australia/Sydney", date(2025, 4, 6), time(2, 30), utc(2025, 4, 5, 15, 30)),
        ("Asia/Kolkata", date(2025, 3, 9), time(2, 30), utc(2025, 3, 8, 21, 0)),
        # Half an hour forward, and half an hour back.
        ("Australia/Lord_Howe", date(2025, 10, 5), time(2, 30), utc(2025, 10, 4, 15, 30)),
        ("Australia/Lord_Howe", date(2025, 4, 6), time(1, 45), utc(2025, 4, 5, 14, 45)),
    ],
)
def test_instant(zone: str, day: date, at: time, expected: datetime) -> None:
    assert clock.instant(day, at, zone) == expected


@pytest.mark.parametrize(
    ("zone", "day", "at"),
    [
        ("America/Chicago", date(2025, 3, 9), time(2, 0)),
        ("America/Chicago", date(2025, 3, 9), time(2, 59, 59)),
        ("Europe/London", date(2025, 3, 30), time(1, 30)),
        ("Australia/Sydney", date(2025, 10, 5), time(2, 30)),
        ("Australia/Lord_Howe", date(2025, 10, 5), time(2, 15)),
        # Samoa went to the other side of the date line and had no such Friday.
        ("Pacific/Apia", date(2011, 12, 30), time(12, 0)),
    ],
)
def test_skipped_times_are_refused(zone: str, day: date, at: time) -> None:
    with pytest.raises(clock.SkippedTimeError):
        clock.instant(day, at, zone)


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("America/Chicago", utc(2025, 11, 2, 5, 59, 59), False),
        ("America/Chicago", utc(2025, 11, 2, 6, 0), True),
        ("America/Chicago", utc(2025, 11, 2, 7, 59, 59), True),
        ("America/Chicago", utc(2025, 11, 2, 8, 0), False),
        ("America/Chicago", utc(2025, 3, 9, 8, 0), False),
        ("Europe/London", utc(2025, 10, 26, 0, 30), True),
        ("Australia/Sydney", utc(2025, 4, 5, 15, 30), True),
        ("Australia/Lord_Howe", utc(2025, 4, 5, 14, 45), True),
        ("Asia/Kolkata", utc(2025, 4, 5, 14, 45), False),
    ],
)
def test_happens_twice(zone: str, moment: datetime, expected: bool) -> None:
    assert clock.happens_twice(moment, zone) is expected


def test_days_begin_and_end_where_midnight_is_skipped() -> None:
    # Clocks in Beirut were put forward at midnight: 00:00 became 01:00.
    assert clock.midnight(date(2024, 3, 31), "Asia/Beirut") == utc(2024, 3, 30, 22, 0)
    assert clock.end_of_day(date(2024, 3, 30), "Asia/Beirut") == utc(2024, 3, 30, 22, 0)


def test_zones_are_places_and_utc() -> None:
    zones = clock.zones()
    assert {"America/Chicago", "Europe/London", "Asia/Kolkata", "UTC"} <= zones
    assert not {"EST5EDT", "localtime", "Factory", "posixrules"} & zones

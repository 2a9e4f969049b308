"""VTIMEZONE compared with Python's zones, by an evaluator written here and by dateutil's."""

import io
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz  # type: ignore[import-untyped]

from seminars import clock
from seminars.formats import vtimezone

HOUR = timedelta(hours=1)

#: Zones and years with all kinds of changes: half an hour, negative, abolished, a day left out.
CASES = [
    ("America/Chicago", 2025, 2025),
    ("America/Chicago", 2006, 2007),
    ("Europe/London", 2025, 2026),
    ("Europe/London", 1968, 1972),
    ("Europe/Dublin", 2025, 2025),
    ("Australia/Sydney", 2025, 2025),
    ("Australia/Lord_Howe", 2025, 2025),
    ("Asia/Kolkata", 2025, 2025),
    ("Asia/Kathmandu", 1985, 1987),
    ("Asia/Kathmandu", 2025, 2025),
    ("Africa/Casablanca", 2024, 2026),
    ("Africa/Windhoek", 2016, 2018),
    ("Asia/Pyongyang", 2014, 2019),
    ("Pacific/Apia", 2011, 2012),
    ("America/Argentina/Buenos_Aires", 2008, 2010),
    ("Antarctica/Troll", 2025, 2025),
    ("America/New_York", 2060, 2061),
    ("Etc/GMT+5", 2025, 2025),
]
SAMPLE = [(zone, 2025, 2025) for zone in sorted(clock.zones())[::25]]


def component(zone: str, first: datetime, last: datetime) -> str:
    return vtimezone.vtimezone(zone, first, last).decode()


def years(first: int, last: int) -> tuple[datetime, datetime]:
    return datetime(first, 1, 20, 12, tzinfo=UTC), datetime(last, 12, 10, 12, tzinfo=UTC)


def _offset(value: str) -> timedelta:
    sign = -1 if value[0] == "-" else 1
    hours, minutes, seconds = int(value[1:3]), int(value[3:5]), int(value[5:7] or 0)
    return sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def observances(text: str) -> list[tuple[datetime, timedelta, str]]:
    """Return when each subcomponent takes effect, its offset and its name, as RFC 5545 defines."""
    result = []
    for part in re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT)\r\n(.*?)END:", text, re.DOTALL):
        value = dict(line.split(":", 1) for line in part.splitlines())
        onset = datetime.strptime(value["DTSTART"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        before, after = _offset(value["TZOFFSETFROM"]), _offset(value["TZOFFSETTO"])
        result.append((onset - before, after, value["TZNAME"]))
    return sorted(result)


@pytest.mark.parametrize(("zone", "first", "last"), CASES + SAMPLE)
def test_every_hour_has_the_zones_offset_and_name(zone: str, first: int, last: int) -> None:
    moment, end = years(first, last)
    components = observances(component(zone, moment, end))
    while moment <= end:
        _onset, offset, name = [one for one in components if one[0] <= moment][-1]
        local = moment.astimezone(ZoneInfo(zone))
        assert (offset, name) == (local.utcoffset(), local.tzname()), moment
        moment += HOUR


@pytest.mark.parametrize(("zone", "first", "last"), CASES)
def test_dateutil_converts_local_times_to_the_same_instants(
    zone: str, first: int, last: int
) -> None:
    moment, end = years(first, last)
    calendar = f"BEGIN:VCALENDAR\r\n{component(zone, moment, end)}END:VCALENDAR\r\n"
    read = tz.tzical(io.StringIO(calendar)).get(zone)
    while moment <= end:
        if not clock.happens_twice(moment, zone):
            local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=read)
            assert local.astimezone(UTC) == moment
        moment += 3 * HOUR


def test_it_covers_the_transitions_before_and_after() -> None:
    talk = datetime(2025, 2, 21, 18, tzinfo=UTC)
    assert component("America/Chicago", talk, talk + HOUR) == (
        "BEGIN:VTIMEZONE\r\n"
        "TZID:America/Chicago\r\n"
        "BEGIN:STANDARD\r\n"
        "DTSTART:20241103T020000\r\n"
        "TZOFFSETFROM:-0500\r\n"
        "TZOFFSETTO:-0600\r\n"
        "TZNAME:CST\r\n"
        "END:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\n"
        "DTSTART:20250309T020000\r\n"
        "TZOFFSETFROM:-0600\r\n"
        "TZOFFSETTO:-0500\r\n"
        "TZNAME:CDT\r\n"
        "END:DAYLIGHT\r\n"
        "END:VTIMEZONE\r\n"
    )


def test_a_zone_without_transitions_has_one_standard_time() -> None:
    talk = datetime(2025, 2, 21, 18, tzinfo=UTC)
    assert component("Asia/Kolkata", talk, talk + HOUR) == (
        "BEGIN:VTIMEZONE\r\n"
        "TZID:Asia/Kolkata\r\n"
        "BEGIN:STANDARD\r\n"
        "DTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0530\r\n"
        "TZOFFSETTO:+0530\r\n"
        "TZNAME:IST\r\n"
        "END:STANDARD\r\n"
        "END:VTIMEZONE\r\n"
    )


def test_an_event_before_1970_has_an_observance_before_it() -> None:
    talk = datetime(1955, 6, 1, 12, tzinfo=UTC)
    assert observances(component("Asia/Kolkata", talk, talk)) == [
        (datetime(1953, 12, 31, 18, 30, tzinfo=UTC), timedelta(hours=5, minutes=30), "IST")
    ]


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("Europe/Dublin", (2025, 3, 30, 1), "DAYLIGHT 20250330T010000 +0000 +0100 IST"),
        ("Europe/Dublin", (2025, 10, 26, 1), "STANDARD 20251026T020000 +0100 +0000 GMT"),
        ("Africa/Casablanca", (2025, 2, 23, 2), "STANDARD 20250223T030000 +0100 +0000 +00"),
        ("Africa/Casablanca", (2025, 4, 6, 2), "DAYLIGHT 20250406T020000 +0000 +0100 +01"),
        ("Australia/Sydney", (2025, 4, 5, 16), "STANDARD 20250406T030000 +1100 +1000 AEST"),
        ("Australia/Lord_Howe", (2025, 10, 4, 15, 30), "DAYLIGHT 20251005T020000 +1030 +1100 +11"),
        ("Pacific/Apia", (2011, 12, 30, 10), "DAYLIGHT 20111230T000000 -1000 +1400 +14"),
        ("Asia/Pyongyang", (2018, 5, 4, 15), "STANDARD 20180504T233000 +0830 +0900 KST"),
        ("Asia/Kathmandu", (1985, 12, 31, 18, 30), "STANDARD 19860101T000000 +0530 +0545 +0545"),
    ],
)
def test_a_transition_is_given_in_the_local_time_before_it(
    zone: str, at: tuple[int, int, int, int], expected: str
) -> None:
    moment = datetime(*at, tzinfo=UTC)
    part = re.search(
        r"BEGIN:(\w+)\r\nDTSTART:(\S+)\r\nTZOFFSETFROM:(\S+)\r\nTZOFFSETTO:(\S+)\r\n"
        r"TZNAME:(\S+)\r\nEND:\1\r\n",
        component(zone, moment, moment),
    )
    assert part is not None
    assert " ".join(part.groups()) == expected


def test_a_transition_in_the_first_second_of_a_year_is_included() -> None:
    result = vtimezone.transitions("Europe/Lisbon", 1912)
    assert [one.at for one in result] == [datetime(1912, 1, 1, tzinfo=UTC)]


def test_a_year_is_searched_only_once() -> None:
    first, last = years(2025, 2026)
    component("Europe/Paris", first, last)
    looked_at = vtimezone.transitions.cache_info().misses
    component("Europe/Paris", first, last)
    assert vtimezone.transitions.cache_info().misses == looked_at

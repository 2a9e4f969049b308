"""VTIMEZONE compared with Python's zones, by an evaluator written here and by dateutil's."""

import calendar
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz  # type: ignore[import-untyped]

from seminars import clock
from seminars.formats import vtimezone

HOUR = timedelta(hours=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

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
        onsets = [onset, *(_recurrences(onset, value["RRULE"]) if "RRULE" in value else ())]
        result += [(one - before, after, value["TZNAME"]) for one in onsets]
    return sorted(result)


def _recurrences(onset: datetime, rule: str) -> Iterator[datetime]:
    """Yield the onsets of the hundred years after the first one, by the only rules in use."""
    match = re.fullmatch(r"FREQ=YEARLY;BYDAY=(-?\d)([A-Z]{2});BYMONTH=(\d+)", rule)
    assert match is not None
    week, weekday, month = int(match[1]), WEEKDAYS.index(match[2]), int(match[3])
    for year in range(onset.year + 1, onset.year + 100):
        yield onset.replace(year=year, month=month, day=day_of(year, month, weekday, week))


def day_of(year: int, month: int, weekday: int, week: int) -> int:
    """Return the day of the month that is this weekday in this week, -1 for the last."""
    days = [
        day
        for day in range(1, calendar.monthrange(year, month)[1] + 1)
        if calendar.weekday(year, month, day) == weekday
    ]
    return days[week - 1] if week > 0 else days[week]


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
    text = f"BEGIN:VCALENDAR\r\n{component(zone, moment, end)}END:VCALENDAR\r\n"
    read = tz.tzical(io.StringIO(text)).get(zone)
    while moment <= end:
        if not clock.happens_twice(moment, zone):
            local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=read)
            assert local.astimezone(UTC) == moment
        moment += 3 * HOUR


def test_a_rule_that_holds_is_given_once_for_each_half_of_the_year() -> None:
    talk = datetime(2025, 2, 21, 18, tzinfo=UTC)
    assert component("America/Chicago", talk, talk + HOUR) == (
        "BEGIN:VTIMEZONE\r\n"
        "TZID:America/Chicago\r\n"
        "BEGIN:DAYLIGHT\r\n"
        "DTSTART:20240310T020000\r\n"
        "TZOFFSETFROM:-0600\r\n"
        "TZOFFSETTO:-0500\r\n"
        "TZNAME:CDT\r\n"
        "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n"
        "END:DAYLIGHT\r\n"
        "BEGIN:STANDARD\r\n"
        "DTSTART:20241103T020000\r\n"
        "TZOFFSETFROM:-0500\r\n"
        "TZOFFSETTO:-0600\r\n"
        "TZNAME:CST\r\n"
        "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n"
        "END:STANDARD\r\n"
        "END:VTIMEZONE\r\n"
    )


def test_without_a_rule_it_covers_the_transitions_before_and_after() -> None:
    talk = datetime(2007, 2, 21, 18, tzinfo=UTC)
    assert component("America/Chicago", talk, talk + HOUR) == (
        "BEGIN:VTIMEZONE\r\n"
        "TZID:America/Chicago\r\n"
        "BEGIN:STANDARD\r\n"
        "DTSTART:20061029T020000\r\n"
        "TZOFFSETFROM:-0500\r\n"
        "TZOFFSETTO:-0600\r\n"
        "TZNAME:CST\r\n"
        "END:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\n"
        "DTSTART:20070311T020000\r\n"
        "TZOFFSETFROM:-0600\r\n"
        "TZOFFSETTO:-0500\r\n"
        "TZNAME:CDT\r\n"
        "END:DAYLIGHT\r\n"
        "END:VTIMEZONE\r\n"
    )


def test_the_last_sunday_is_not_taken_for_the_fourth() -> None:
    """Also in years in which both are the same."""
    talk = datetime(2022, 6, 1, 12, tzinfo=UTC)
    rules = re.findall("RRULE:(.*)\r", component("Europe/Berlin", talk, talk))
    assert rules == ["FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"]
    talk = datetime(2025, 6, 1, 12, tzinfo=UTC)
    assert "RRULE" not in component("Africa/Casablanca", talk, talk)
    assert "RRULE" not in component("Africa/Cairo", talk, talk.replace(year=2026))


def test_a_zone_that_has_given_up_daylight_time_has_one_standard_time() -> None:
    talk = datetime(2025, 2, 21, 18, tzinfo=UTC)
    text = component("Europe/Istanbul", talk, talk)
    assert re.findall("BEGIN:(.*)\r", text) == ["VTIMEZONE", "STANDARD"]
    assert "TZOFFSETTO:+0300" in text


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
        ("Europe/Dublin", (1972, 3, 19, 2), "DAYLIGHT 19720319T020000 +0000 +0100 IST"),
        ("Europe/Dublin", (1971, 10, 31, 2), "STANDARD 19711031T030000 +0100 +0000 GMT"),
        ("Africa/Casablanca", (2025, 2, 23, 2), "STANDARD 20250223T030000 +0100 +0000 +00"),
        ("Africa/Casablanca", (2025, 4, 6, 2), "DAYLIGHT 20250406T020000 +0000 +0100 +01"),
        ("Australia/Sydney", (2008, 4, 5, 16), "STANDARD 20080406T030000 +1100 +1000 AEST"),
        ("Australia/Lord_Howe", (2008, 10, 4, 15, 30), "DAYLIGHT 20081005T020000 +1030 +1100 +11"),
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


class Outlook:
    """A model of how Outlook approximates a VTIMEZONE ([MS-OXCICAL], section 2.1.3.1.1.19).

    It has one recurring transition to standard time and one to daylight time, given as a month, a
    weekday, its week (5 is the last) and a local time; without DAYLIGHT it has none.
    """

    def __init__(self, text: str) -> None:
        parts = re.findall(r"BEGIN:(STANDARD|DAYLIGHT)\r\n(.*?)END:", text, re.DOTALL)
        kinds = [kind for kind, _body in parts]
        assert kinds in (["STANDARD"], ["STANDARD", "DAYLIGHT"], ["DAYLIGHT", "STANDARD"])
        values = {
            kind: dict(line.split(":", 1) for line in body.splitlines()) for kind, body in parts
        }
        self.bias = -_offset(values["STANDARD"]["TZOFFSETTO"])
        self.dates = {}
        self.daylight_bias = timedelta()
        if "DAYLIGHT" in values:
            self.daylight_bias = -_offset(values["DAYLIGHT"]["TZOFFSETTO"]) - self.bias
            self.dates = {kind: self._system_time(value) for kind, value in values.items()}

    @staticmethod
    def _system_time(value: dict[str, str]) -> tuple[int, int, int, timedelta]:
        rule = dict(part.split("=") for part in value["RRULE"].split(";"))
        assert rule.keys() == {"FREQ", "BYDAY", "BYMONTH"}
        assert rule["FREQ"] == "YEARLY"
        week, weekday = int(rule["BYDAY"][:-2]), WEEKDAYS.index(rule["BYDAY"][-2:])
        at = value["DTSTART"].partition("T")[2]
        time = timedelta(hours=int(at[:2]), minutes=int(at[2:4]), seconds=int(at[4:]))
        return int(rule["BYMONTH"]), weekday, 5 if week == -1 else week, time

    def _begins(self, kind: str, year: int) -> datetime:
        month, weekday, week, time = self.dates[kind]
        day = day_of(year, month, weekday, -1 if week == 5 else week)
        return datetime(year, month, day) + time  # noqa: DTZ001

    def offset(self, local: datetime) -> timedelta:
        """Return the offset from UTC at a local time."""
        if not self.dates:
            return -self.bias
        standard, daylight = (self._begins(kind, local.year) for kind in ("STANDARD", "DAYLIGHT"))
        if daylight < standard:
            is_daylight = daylight <= local < standard
        else:
            is_daylight = not standard <= local < daylight
        return -(self.bias + (self.daylight_bias if is_daylight else timedelta()))


def _is_irregular(zone: str, years: tuple[int, ...]) -> bool:
    """Whether transitions of these years, if any, are not two at the same weekdays and times."""
    seen: list[dict[tuple[int, object], int]] = []
    for year in years:
        days: dict[tuple[int, object], int] = {}
        for one in vtimezone.transitions(zone, year):
            at = one.at + one.before.offset
            days[at.month, (at.weekday(), at.time(), one.before, one.after)] = at.day
        seen.append(days)
    if not any(seen):
        return False
    if any(one.keys() != seen[0].keys() or len(one) != 2 for one in seen):
        return True
    for key in seen[0]:
        each = [(year, one[key]) for year, one in zip(years, seen, strict=True)]
        weeks = {(day - 1) // 7 for _year, day in each}
        lasts = [day + 7 > calendar.monthrange(year, key[0])[1] for year, day in each]
        if len(weeks) > 1 and not all(lasts):
            return True
    return False


def test_outlook_reads_the_offset_of_every_day_in_every_zone() -> None:
    """In all zones but those that have no rule, where each transition is given."""
    first, last = years(2025, 2025)
    for zone in sorted(clock.zones()):
        text = component(zone, first, last)
        if _is_irregular(zone, (2024, 2025)):
            assert "RRULE" not in text, zone
            continue
        outlook = Outlook(text)
        local = first.replace(tzinfo=None)
        while local <= last.replace(tzinfo=None):
            assert outlook.offset(local) == local.replace(tzinfo=ZoneInfo(zone)).utcoffset(), zone
            local += 49 * HOUR

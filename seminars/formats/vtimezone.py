"""VTIMEZONE (RFC 5545, section 3.6.5), generated from the time zone database.

Where one rule holds, such as the second Sunday in March and the first one in November, there is one
STANDARD and one DAYLIGHT subcomponent with that RRULE, which is all that Outlook reads
([MS-OXCICAL], section 2.1.3.1.1.19). Where the law changes or dates vary, each transition is a
subcomponent of its own.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

#: The first year searched for a zone's last transition before the first event.
_EARLIEST_YEAR = 1970

#: How many later years decide between the fourth and the last weekday of a month.
_YEARS_TO_DECIDE = 6
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_Part = TimezoneStandard | TimezoneDaylight

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Observance:
    """A zone's offset from UTC, the daylight saving included in it, and its abbreviation."""

    offset: timedelta
    saving: timedelta
    name: str


@dataclass(frozen=True, slots=True)
class Transition:
    """The instant, in UTC, at which `after` replaces `before`."""

    at: datetime
    before: Observance
    after: Observance

    @property
    def onset(self) -> datetime:
        """The local time before the transition, as DTSTART requires (RFC 5545)."""
        return (self.at + self.before.offset).replace(tzinfo=None)

    @property
    def to_daylight(self) -> bool:
        """Whether daylight saving time starts.

        The database has zones with negative saving in winter, such as Europe/Dublin. Calendar
        programs expect clocks that are set forward in summer.
        """
        if self.after.saving:
            return self.after.saving > timedelta()
        return self.before.saving < timedelta()


def vtimezone(zone: str, first: datetime, last: datetime) -> bytes:
    """Return the component for events in an IANA zone between two instants in UTC.

    Without a rule it covers the transitions from the last one before `first` to the first one after
    `last`, as far as there are any.
    """
    if rules := _yearly_rules(zone, first.year - 1, last.year):
        return _yearly_component(zone, rules)
    earlier = _last_before(zone, first)
    if earlier is None:
        return _component(zone, first, *_between(zone, first, last))
    return _component(zone, None, earlier, *_between(zone, first, last))


@lru_cache(maxsize=256)
def _component(zone: str, unchanged_at: datetime | None, *changes: Transition) -> bytes:
    parts = [_without_transition(zone, unchanged_at)] if unchanged_at else []
    if not parts and len(changes) == 1:
        # Without another transition it is the zone's standard time, whatever the law calls it.
        parts = [_subcomponent(changes[0], TimezoneStandard())]
    else:
        parts += [_subcomponent(change) for change in changes]
    return _timezone(zone, parts)


def _yearly_component(zone: str, rules: "tuple[_YearlyRule, ...]") -> bytes:
    parts = [_subcomponent(rule.first) for rule in rules]
    for rule, part in zip(rules, parts, strict=True):
        part.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": rule.month, "BYDAY": rule.day})
    return _timezone(zone, parts)


def _timezone(zone: str, parts: "list[_Part]") -> bytes:
    component = Timezone()
    component.add("TZID", zone)
    for part in parts:
        component.add_component(part)
    content: bytes = component.to_ical(sorted=False)
    return content


class _YearlyRule(NamedTuple):
    """That a transition like the `first` one recurs on the same weekday of a month every year.

    `day` is a BYDAY value with one occurrence, such as 2SU or -1SU.
    """

    first: Transition
    month: int
    day: str


@lru_cache(maxsize=256)
def _yearly_rules(zone: str, first: int, last: int) -> tuple[_YearlyRule, ...]:
    """Return the rules of both transitions of these years, in order; empty if there are none."""
    years = [_by_kind(zone, year) for year in range(first, last + 1)]
    if any(len(changes) != 2 for changes in years):
        return ()
    rules = [
        _yearly_rule([changes[kind] for changes in years], zone, last + 1, kind=kind)
        for kind in (True, False)
    ]
    found = [rule for rule in rules if rule is not None]
    return tuple(sorted(found, key=lambda rule: rule.first.at)) if len(found) == 2 else ()


def _by_kind(zone: str, year: int) -> dict[bool, Transition]:
    """Return the year's transitions to and from daylight time; empty if one occurs twice."""
    changes = transitions(zone, year)
    by_kind = {change.to_daylight: change for change in changes}
    return by_kind if len(by_kind) == len(changes) else {}


def _yearly_rule(
    changes: list[Transition], zone: str, after: int, *, kind: bool
) -> _YearlyRule | None:
    """Return the rule of these transitions, one a year, if there is one.

    The years from `after` on decide between the fourth and the last Sunday of a month.
    """
    if len({_annual(change) for change in changes}) > 1:
        return None
    weeks = set[int].intersection(*(_weeks(change) for change in changes))
    for year in range(after, after + _YEARS_TO_DECIDE):
        change = _by_kind(zone, year).get(kind)
        if change is None or not weeks & _weeks(change) or _annual(change) != _annual(changes[0]):
            break
        weeks &= _weeks(change)
    if not weeks:
        return None
    onset = changes[0].onset
    return _YearlyRule(changes[0], onset.month, f"{min(weeks)}{_WEEKDAYS[onset.weekday()]}")


def _annual(change: Transition) -> tuple[object, ...]:
    """Return what is the same every year if a rule holds, besides the week."""
    onset = change.onset
    return change.before, change.after, onset.month, onset.weekday(), onset.time()


def _weeks(change: Transition) -> set[int]:
    """Return which of its weekdays in the month the onset is, counted from the start or the end."""
    onset = change.onset
    from_start = (onset.day - 1) // 7 + 1
    is_last = onset.day + 7 > calendar.monthrange(onset.year, onset.month)[1]
    return {*([from_start] if from_start < 5 else []), *([-1] if is_last else [])}


@lru_cache(maxsize=4096)
def transitions(zone: str, year: int) -> tuple[Transition, ...]:
    """Return all transitions of the zone in a year of UTC, to the second.

    A change that is reversed within a day is not detected; the database has none.
    """
    tz = ZoneInfo(zone)
    result: list[Transition] = []
    # From the last second of the previous year, because a transition may be at the very start.
    low = datetime(year, 1, 1, tzinfo=UTC) - _SECOND
    end = datetime(year + 1, 1, 1, tzinfo=UTC) - _SECOND
    current = _observance(tz, low)
    while low < end:
        high = min(low + _DAY, end)
        while _observance(tz, high) != current:
            low = _end_of(tz, current, low, high)
            result.append(Transition(low, current, _observance(tz, low)))
            current = result[-1].after
        low = high
    return tuple(result)


def _observance(tz: ZoneInfo, moment: datetime) -> Observance:
    local = moment.astimezone(tz)
    return Observance(
        local.utcoffset() or timedelta(), local.dst() or timedelta(), local.tzname() or ""
    )


def _end_of(tz: ZoneInfo, current: Observance, low: datetime, high: datetime) -> datetime:
    """Return the first second after `low` with another observance than `current`, by bisection; at
    `high` it is another.
    """
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if _observance(tz, middle) == current:
            low = middle
        else:
            high = middle
    return high


def _last_before(zone: str, first: datetime) -> Transition | None:
    for year in range(first.year, min(_EARLIEST_YEAR, first.year - 1) - 1, -1):
        for transition in reversed(transitions(zone, year)):
            if transition.at <= first:
                return transition
    return None


def _between(zone: str, first: datetime, last: datetime) -> list[Transition]:
    """Return the transitions after `first`, up to and including the first one after `last`."""
    result: list[Transition] = []
    for year in range(first.year, last.year + 2):
        for transition in transitions(zone, year):
            if transition.at > first:
                result.append(transition)
            if transition.at > last:
                return result
    return result


def _subcomponent(transition: Transition, part: _Part | None = None) -> _Part:
    kind = TimezoneDaylight if transition.to_daylight else TimezoneStandard
    return _filled(part or kind(), transition.onset, transition.before, transition.after)


def _without_transition(zone: str, first: datetime) -> _Part:
    """Return the subcomponent for a zone without transitions before `first`."""
    current = _observance(ZoneInfo(zone), first)
    onset = datetime(min(_EARLIEST_YEAR, first.year - 1), 1, 1)  # noqa: DTZ001
    return _filled(TimezoneStandard(), onset, current, current)


def _filled(
    part: _Part,
    onset: datetime,
    before: Observance,
    after: Observance,
) -> _Part:
    part.add("DTSTART", onset)
    part.add("TZOFFSETFROM", before.offset)
    part.add("TZOFFSETTO", after.offset)
    part.add("TZNAME", after.name)
    return part

"""VTIMEZONE (RFC 5545, section 3.6.5), generated from the time zone database.

Each transition is one STANDARD or DAYLIGHT subcomponent without RRULE or RDATE: every program
understands that, and it is also correct for years with irregular transitions.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

#: The first year searched for a zone's last transition before the first event.
_EARLIEST_YEAR = 1970

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

    It covers the transitions from the last one before `first` to the first one after `last`, as far
    as there are any.
    """
    earlier = _last_before(zone, first)
    if earlier is None:
        return _component(zone, first, *_between(zone, first, last))
    return _component(zone, None, earlier, *_between(zone, first, last))


@lru_cache(maxsize=256)
def _component(zone: str, unchanged_at: datetime | None, *changes: Transition) -> bytes:
    component = Timezone()
    component.add("TZID", zone)
    if unchanged_at:
        component.add_component(_without_transition(zone, unchanged_at))
    for transition in changes:
        component.add_component(_subcomponent(transition))
    content: bytes = component.to_ical(sorted=False)
    return content


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


def _subcomponent(transition: Transition) -> TimezoneStandard | TimezoneDaylight:
    # RFC 5545 requires DTSTART in the local time before the transition.
    onset = (transition.at + transition.before.offset).replace(tzinfo=None)
    kind = TimezoneDaylight if transition.to_daylight else TimezoneStandard
    return _filled(kind(), onset, transition.before, transition.after)


def _without_transition(zone: str, first: datetime) -> TimezoneStandard | TimezoneDaylight:
    """Return the subcomponent for a zone without transitions before `first`."""
    current = _observance(ZoneInfo(zone), first)
    onset = datetime(min(_EARLIEST_YEAR, first.year - 1), 1, 1)  # noqa: DTZ001
    return _filled(TimezoneStandard(), onset, current, current)


def _filled(
    part: TimezoneStandard | TimezoneDaylight,
    onset: datetime,
    before: Observance,
    after: Observance,
) -> TimezoneStandard | TimezoneDaylight:
    part.add("DTSTART", onset)
    part.add("TZOFFSETFROM", before.offset)
    part.add("TZOFFSETTO", after.offset)
    part.add("TZNAME", after.name)
    return part

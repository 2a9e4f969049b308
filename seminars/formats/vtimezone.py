"""VTIMEZONE (RFC 5545, section 3.6.5), written out from the time zone database.

Each transition is one STANDARD or DAYLIGHT subcomponent without RRULE or RDATE: every reader
understands that, and it is also right for the years in which a country changed its mind.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

#: How far back a zone's last transition before the first event is looked for.
_EARLIEST_YEAR = 1970

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Observance:
    """What a zone's clocks keep for a while: offset from UTC, saving within it, and a name."""

    offset: timedelta
    saving: timedelta
    name: str


@dataclass(frozen=True, slots=True)
class Transition:
    """The instant, in UTC, from which `after` is kept instead of `before`."""

    at: datetime
    before: Observance
    after: Observance

    @property
    def to_daylight(self) -> bool:
        """Whether it puts the clocks to daylight time.

        The database has zones, such as Europe/Dublin, whose winter is the exception, with negative
        saving. Calendar programs know only clocks that are put forward in summer.
        """
        if self.after.saving:
            return self.after.saving > timedelta()
        return self.before.saving < timedelta()


def vtimezone(zone: str, first: datetime, last: datetime) -> bytes:
    """The component for events of this IANA zone whose times lie between two instants in UTC.

    It reaches from the transition before `first` to the one after `last`, where there are such.
    """
    earlier = _before(zone, first)
    if earlier is None:
        return _written(zone, first, *_from(zone, first, last))
    return _written(zone, None, earlier, *_from(zone, first, last))


@lru_cache(maxsize=256)
def _written(zone: str, unchanged_at: datetime | None, *changes: Transition) -> bytes:
    component = Timezone()
    component.add("TZID", zone)
    if unchanged_at:
        component.add_component(_unchanged(zone, unchanged_at))
    for transition in changes:
        component.add_component(_subcomponent(transition))
    written: bytes = component.to_ical(sorted=False)
    return written


@lru_cache(maxsize=4096)
def transitions(zone: str, year: int) -> tuple[Transition, ...]:
    """All transitions of the zone in a year of UTC, to the second.

    A change that is taken back within a day is not seen; the database has none.
    """
    tz = ZoneInfo(zone)
    found: list[Transition] = []
    # From the last second of the year before, for the year's own first second may be a transition.
    low = datetime(year, 1, 1, tzinfo=UTC) - _SECOND
    end = datetime(year + 1, 1, 1, tzinfo=UTC) - _SECOND
    kept = _observance(tz, low)
    while low < end:
        high = min(low + _DAY, end)
        while _observance(tz, high) != kept:
            low = _end_of(tz, kept, low, high)
            found.append(Transition(low, kept, _observance(tz, low)))
            kept = found[-1].after
        low = high
    return tuple(found)


def _observance(tz: ZoneInfo, moment: datetime) -> Observance:
    local = moment.astimezone(tz)
    return Observance(
        local.utcoffset() or timedelta(), local.dst() or timedelta(), local.tzname() or ""
    )


def _end_of(tz: ZoneInfo, kept: Observance, low: datetime, high: datetime) -> datetime:
    """The first second after `low` at which the observance is another; at `high` it is."""
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if _observance(tz, middle) == kept:
            low = middle
        else:
            high = middle
    return high


def _before(zone: str, first: datetime) -> Transition | None:
    for year in range(first.year, min(_EARLIEST_YEAR, first.year - 1) - 1, -1):
        for transition in reversed(transitions(zone, year)):
            if transition.at <= first:
                return transition
    return None


def _from(zone: str, first: datetime, last: datetime) -> list[Transition]:
    """Those after `first`, up to and with the next one after `last`."""
    found: list[Transition] = []
    for year in range(first.year, last.year + 2):
        for transition in transitions(zone, year):
            if transition.at > first:
                found.append(transition)
            if transition.at > last:
                return found
    return found


def _subcomponent(transition: Transition) -> TimezoneStandard | TimezoneDaylight:
    # RFC 5545 wants DTSTART as the clocks show it that are about to be changed.
    onset = (transition.at + transition.before.offset).replace(tzinfo=None)
    kind = TimezoneDaylight if transition.to_daylight else TimezoneStandard
    return _filled(kind(), onset, transition.before, transition.after)


def _unchanged(zone: str, first: datetime) -> TimezoneStandard | TimezoneDaylight:
    """For a zone whose clocks have not been changed for long before `first`."""
    kept = _observance(ZoneInfo(zone), first)
    onset = datetime(min(_EARLIEST_YEAR, first.year - 1), 1, 1)  # noqa: DTZ001
    return _filled(TimezoneStandard(), onset, kept, kept)


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

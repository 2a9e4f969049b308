"""Convert between local wall-clock times and instants."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


class SkippedTimeError(ValueError):
    """The local time does not exist because clocks skip it."""


@cache
def zones() -> frozenset[str]:
    """Return the IANA zones that a talk may be in: those named after a place, and UTC."""
    return frozenset(
        name
        for name in available_timezones()
        if name == "UTC" or ("/" in name and name[0].isupper())
    )


def instant(day: date, at: time, zone: str, fold: int = 0) -> datetime:
    """Return the instant, in UTC, at which the zone's clocks show this date and time.

    A time that occurs twice means the first (RFC 5545, section 3.3.5), or with `fold` 1 the second.
    Raises SkippedTimeError for a time that clocks skip, OverflowError at the ends of the calendar.
    """
    local = datetime.combine(day, at)
    moment = local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise SkippedTimeError(f"{local} does not exist in {zone}")
    return moment


def midnight(day: date, zone: str) -> datetime:
    """Return the instant, in UTC, at which the day begins, even if clocks skip midnight."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """Return the instant, in UTC, at which the next day begins."""
    return midnight(day + timedelta(days=1), zone)


def happens_twice(moment: datetime, zone: str) -> bool:
    """Whether the zone's clocks show this local time twice on that day."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()

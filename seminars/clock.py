"""Wall-clock times as people say them, and the instants they mean."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


class SkippedTimeError(ValueError):
    """No clock in the zone shows this time, for it is put forward across it."""


@cache
def zones() -> frozenset[str]:
    """The IANA zones that a talk may be in: those named after a place, and UTC."""
    return frozenset(
        name
        for name in available_timezones()
        if name == "UTC" or ("/" in name and name[0].isupper())
    )


def instant(day: date, at: time, zone: str) -> datetime:
    """The instant, in UTC, at which the zone's clocks show this date and time.

    Of a time that happens twice it is the first (RFC 5545, section 3.3.5).
    Raises SkippedTimeError for one that does not happen, OverflowError at the ends of the calendar.
    """
    said = datetime.combine(day, at)
    moment = said.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != said:
        raise SkippedTimeError(f"{said} does not happen in {zone}")
    return moment


def midnight(day: date, zone: str) -> datetime:
    """The instant, in UTC, at which the day begins, also where midnight itself is skipped."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant, in UTC, at which the day is over and the next begins."""
    return midnight(day + timedelta(days=1), zone)


def happens_twice(moment: datetime, zone: str) -> bool:
    """Whether the zone's clocks show this instant's time of day twice on that day."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()

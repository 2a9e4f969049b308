"""When a demonstration talk takes place, and when its page was written, seen from `now`."""

import datetime
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from seminars.demo.shape import TalkData
from seminars.models import Series, Talk

#: How long before a talk it is usually announced.
NOTICE = timedelta(days=21)
#: For how long the site is taken to have been in use; older talks were entered then.
IN_USE = timedelta(days=3 * 365)
#: Hours in which a talk may begin: no zone puts its clocks forward within them.
DAYTIME = range(8, 20)
EVENING = datetime.time(19)
#: Together they have daytime at every hour of every day of the year.
PARTNERS = ("America/Chicago", "Europe/London", "Asia/Kolkata", "Australia/Sydney")


@dataclass(frozen=True, slots=True)
class Said:
    """Day and hours in the zone, as a person says them."""

    zone: str
    date: datetime.date | None = None
    start: datetime.time | None = None
    end: datetime.time | None = None
    end_date: datetime.date | None = None


def said(data: TalkData, series: Series, now: datetime.datetime) -> Said:
    """When the talk is, in its own zone."""
    if data.moment == "now":
        return _under_way(now)
    if data.moment == "tonight":
        return _tonight(now, data.minutes or series.length)
    zone = data.zone or series.timezone
    day = _day(data, series, now)
    if day is None:
        return Said(zone)
    last = day + timedelta(days=data.days - 1) if data.days > 1 else None
    if not data.hour_known:
        return Said(zone, day, end_date=last)
    start = data.start or series.start_time or EVENING
    end = _later(start, data.minutes or series.length) if data.end_known else None
    return Said(zone, day, start, end, last)


def pages(data: TalkData, talk: Talk, now: datetime.datetime, delay: timedelta) -> None:
    """Sets when the talk was entered, announced and last changed: never after `now`.

    `delay`, of at most two weeks, keeps those of different talks apart.
    """
    latest = now - delay
    announced = latest
    if talk.starts_at:
        announced = min(max(talk.starts_at - NOTICE, now - IN_USE), latest)
    talk.created_at = announced - timedelta(days=9)
    talk.changed_at = announced
    if not talk.is_public:
        return
    talk.published_at = announced
    if talk.status != Talk.Status.ANNOUNCED or data.moved_days:
        shortly_before = (talk.starts_at or now) - timedelta(days=2)
        talk.changed_at = max(announced, min(shortly_before, now - delay / 8))
    elif talk.recording_url and talk.over_at:
        talk.changed_at = max(announced, min(talk.over_at + timedelta(days=1), now - delay / 8))


def _day(data: TalkData, series: Series, now: datetime.datetime) -> datetime.date | None:
    if data.week is None:
        return data.on
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    monday = today - timedelta(days=today.weekday())
    weekday = data.weekday if data.weekday is not None else series.weekday or 0
    return monday + timedelta(weeks=data.week, days=weekday)


def _under_way(now: datetime.datetime) -> Said:
    """Two hours that `now` is in the first of, in a zone where people are awake."""
    for zone in (settings.TIME_ZONE, *PARTNERS):
        local = now.astimezone(ZoneInfo(zone))
        if local.hour in DAYTIME:
            break
    start = datetime.time(local.hour)
    return Said(zone, local.date(), start, _later(start, 120))


def _tonight(now: datetime.datetime, minutes: int) -> Said:
    """This evening by the site's clock; tomorrow's, where it is late already."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    day, start = local.date(), EVENING
    if local.hour >= 21:
        day += timedelta(days=1)
    elif local.hour >= EVENING.hour - 1:
        start = datetime.time(local.hour + 1)
    return Said(settings.TIME_ZONE, day, start, _later(start, minutes))


def _later(start: datetime.time, minutes: int) -> datetime.time:
    moment = datetime.datetime.combine(datetime.date.min, start) + timedelta(minutes=minutes)
    return moment.time()

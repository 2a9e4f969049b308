"""When a demonstration talk takes place, and when it was entered, relative to `now`."""

import datetime
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from seminars.demo.shape import TalkData
from seminars.models import Series, Talk

#: How long in advance a talk is usually announced.
NOTICE = timedelta(days=21)
#: How long the site has been in use, supposedly; older talks were entered at its beginning.
IN_USE = timedelta(days=3 * 365)
#: Hours in which a talk may start; no time zone skips any of them.
DAYTIME = range(8, 20)
EVENING = datetime.time(19)
#: Time zones such that it is daytime in one of them at any moment.
PARTNERS = ("America/Chicago", "Europe/London", "Asia/Kolkata", "Australia/Sydney")


@dataclass(frozen=True, slots=True)
class Slot:
    """A day and times in a time zone, as a person would enter them."""

    zone: str
    date: datetime.date | None = None
    start: datetime.time | None = None
    end: datetime.time | None = None
    end_date: datetime.date | None = None


def slot(data: TalkData, series: Series, now: datetime.datetime) -> Slot:
    """Return when the talk takes place, in its own time zone."""
    if data.moment == "now":
        return _happening_now(now)
    if data.moment == "tonight":
        return _tonight(now, data.minutes or series.length)
    zone = data.zone or series.timezone
    day = _day(data, series, now)
    if day is None:
        return Slot(zone)
    last = day + timedelta(days=data.days - 1) if data.days > 1 else None
    if not data.hour_known:
        return Slot(zone, day, end_date=last)
    start = data.start or series.start_time or EVENING
    end = _later(start, data.minutes or series.length) if data.end_known else None
    return Slot(zone, day, start, end, last)


def set_history(data: TalkData, talk: Talk, now: datetime.datetime, delay: timedelta) -> None:
    """Set when the talk was entered, announced and last changed, never later than `now`.

    `delay`, at most two weeks, gives each talk its own moments.
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


def _happening_now(now: datetime.datetime) -> Slot:
    """Return two hours of which `now` is in the first, in a time zone where it is daytime."""
    for zone in (settings.TIME_ZONE, *PARTNERS):
        local = now.astimezone(ZoneInfo(zone))
        if local.hour in DAYTIME:
            break
    start = datetime.time(local.hour)
    return Slot(zone, local.date(), start, _later(start, 120))


def _tonight(now: datetime.datetime, minutes: int) -> Slot:
    """Return this evening in the site's time zone, or tomorrow evening if it is already late."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    day, start = local.date(), EVENING
    if local.hour >= 21:
        day += timedelta(days=1)
    elif local.hour >= EVENING.hour - 1:
        start = datetime.time(local.hour + 1)
    return Slot(settings.TIME_ZONE, day, start, _later(start, minutes))


def _later(start: datetime.time, minutes: int) -> datetime.time:
    moment = datetime.datetime.combine(datetime.date.min, start) + timedelta(minutes=minutes)
    return moment.time()

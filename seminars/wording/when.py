"""A talk's date and time in words, by its own clock or the site's."""

import datetime
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from seminars.models import Series, Talk
from seminars.wording.facts import TalkFacts


def day(date: datetime.date) -> str:
    """A date in words that nobody can misread: “Friday, February 21, 2025”."""
    return _date(date, "l, F j, Y" if settings.CLOCK == "12" else "l j F Y", get_language())


def short_day(date: datetime.date) -> str:
    """A date in fewer words: “Fri, Feb 21, 2025”."""
    return _date(date, "D, M j, Y" if settings.CLOCK == "12" else "D j M Y", get_language())


def month(date: datetime.date) -> str:
    """The month of a date: “February 2025”."""
    return date_format(date, "F Y")


def hour(at: datetime.time) -> str:
    """A time of day by the site's clock: “12:00 PM”, or “12:00”."""
    return _time(at, "g:i A" if settings.CLOCK == "12" else "H:i", get_language())


# A list says few of either, each time and again.
@lru_cache(maxsize=1024)
def _date(date: datetime.date, pattern: str, language: str | None) -> str:
    return date_format(date, pattern)


@lru_cache(maxsize=1024)
def _time(at: datetime.time, pattern: str, language: str | None) -> str:
    return time_format(at, pattern)


def hours(start: datetime.time, end: datetime.time | None) -> str:
    """A span of time: “12:00 – 1:00 PM”, naming the half of the day once where it is the same."""
    if end is None:
        return hour(start)
    first, second = hour(start), hour(end)
    if settings.CLOCK == "12" and first[-2:] == second[-2:] and start < end:
        first = first[:-3]
    return f"{first} – {second}"


def zone_label(moment: datetime.datetime, zone: str) -> str:
    """The zone as people there write it at that moment (“CST”), else its distance from UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    label = local.strftime("%Z")
    if not re.match(r"[+-]\d", label):
        return label
    offset = local.strftime("%z")
    minutes = f":{offset[3:5]}" if offset[3:5] != "00" else ""
    return f"UTC{offset[0]}{int(offset[1:3])}{minutes}"


def time_line(talk: TalkFacts) -> str:
    """The talk's hours with their zone: “12:00 – 1:00 PM CST”; says so while they are not known."""
    if talk.date is None or talk.starts_at is None:
        return _("Date to be announced")
    if talk.start_time is None:
        return _("Time to be announced")
    line = f"{hours(talk.start_time, None if talk.end_date else talk.end_time)}"
    return f"{line} {zone_label(talk.starts_at, talk.timezone)}"


def when_line(talk: TalkFacts) -> str:
    """Day and hours on one line: “Friday, February 21, 2025, 12:00 – 1:00 PM CST”.

    Of several days without hours no more than the days: “Monday, March 10, 2025 to Friday, …”.
    """
    if talk.date is None:
        return _("Date to be announced")
    days = day(talk.date)
    if talk.end_date is None:
        return f"{days}, {time_line(talk)}"
    until = day(talk.end_date) + (f", {hour(talk.end_time)}" if talk.end_time else "")
    start = f"{days}, {time_line(talk)}" if talk.start_time else days
    return _("%(start)s to %(end)s") % {"start": start, "end": until}


def row_hours(talk: TalkFacts) -> str:
    """The hours in a list, whose zone is said once; with their own zone where it is another."""
    if talk.starts_at is None or talk.start_time is None:
        return _("Time to be announced")
    if _differs(talk):
        return _unbroken(time_line(talk))
    return _unbroken(hours(talk.start_time, None if talk.end_date else talk.end_time))


def site_hours(talk: TalkFacts) -> str:
    """When it starts by the site's clock, where the talk's own shows another hour, else empty."""
    if talk.starts_at is None or talk.start_time is None or not _differs(talk):
        return ""
    here = talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return f"{hour(here.time())} {zone_label(talk.starts_at, settings.TIME_ZONE)}"


def instant(talk: TalkFacts) -> str:
    """The start as machines read it, by the clock that the talk's hours are given by (ISO 8601).

    Only its date where no hour is known; empty without a date.
    """
    if talk.date is None or talk.starts_at is None:
        return ""
    if talk.start_time is None:
        return talk.date.isoformat()
    return talk.starts_at.astimezone(ZoneInfo(talk.timezone)).isoformat()


def instants(talk: TalkFacts) -> str:
    """The start by every clock that its hours are given by: the talk's, and the site's if it
    differs; empty without an hour.
    """
    if talk.starts_at is None or talk.start_time is None:
        return ""
    here = talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat()
    return f"{instant(talk)} {here}" if site_hours(talk) else instant(talk)


def when_here(talk: TalkFacts) -> str:
    """The same with its day, for a page on which the talk stands alone."""
    if not site_hours(talk) or talk.starts_at is None:
        return ""
    return moment_line(talk.starts_at, settings.TIME_ZONE)


def usual_line(series: Series) -> str:
    """When a series usually meets: “Friday, 12:00 – 1:00 PM”; empty where that is not said.

    Its time zone is named where it is not the site's.
    """
    parts = [series.get_weekday_display()] if series.weekday is not None else []
    if series.start_time:
        start = datetime.datetime.combine(datetime.date.min, series.start_time)
        end = start + datetime.timedelta(minutes=series.length)
        parts.append(hours(series.start_time, end.time()))
        if series.timezone not in ("", settings.TIME_ZONE):
            parts.append(_("%(zone)s time") % {"zone": place_of(series.timezone)})
    return ", ".join(parts)


def moment_line(moment: datetime.datetime, zone: str) -> str:
    """An instant by a zone's clock: “Friday, February 21, 2025, 11:45 AM CST”."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {hour(local.time())} {zone_label(moment, zone)}"


def length_line(talk: Talk) -> str:
    """How long it lasts: “1 hour”, “1 hour 30 minutes”; empty where that is not known."""
    if talk.starts_at is None or talk.ends_at is None or talk.end_date is not None:
        return ""
    whole, minutes = divmod(int((talk.ends_at - talk.starts_at).total_seconds()) // 60, 60)
    parts = [
        ngettext("%(count)d hour", "%(count)d hours", whole) % {"count": whole} if whole else "",
        ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        if minutes
        else "",
    ]
    return " ".join(filter(None, parts))


def opens(talk: TalkFacts, moment: datetime.datetime) -> str:
    """When its join link opens, by the talk's own clock, with the day only where it is another."""
    local = moment.astimezone(ZoneInfo(talk.timezone))
    if local.date() != talk.date:
        return _("on %(moment)s") % {"moment": moment_line(moment, talk.timezone)}
    at = f"{hour(local.time())} {zone_label(moment, talk.timezone)}"
    return _("at %(time)s that day") % {"time": at}


def site_zone() -> str:
    """The place whose clocks the site goes by: “Chicago” of America/Chicago."""
    return place_of(settings.TIME_ZONE)


def place_of(zone: str) -> str:
    """The place that a time zone is named after: “New York” of America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")


def _unbroken(span: str) -> str:
    """The same, so that a narrow column breaks the line only after its dash."""
    return " – ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in span.split(" – "))


def _differs(talk: TalkFacts) -> bool:
    """Whether the talk's clocks show another time than the site's when it starts."""
    if talk.starts_at is None:
        return False
    there = talk.starts_at.astimezone(ZoneInfo(talk.timezone))
    return there.utcoffset() != talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()

"""Phrases for when a talk takes place, in its own time zone or the site's."""

import datetime
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from seminars.models import Series, Talk
from seminars.wording.facts import TalkFacts

#: When a series meets every week, from Monday on as in `date.weekday()`.
_WEEKDAYS = (
    gettext_lazy("Mondays"),
    gettext_lazy("Tuesdays"),
    gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"),
    gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)


def day(date: datetime.date) -> str:
    """Return the date in full: “Friday, February 21, 2025”."""
    return _date(date, "l, F j, Y" if settings.CLOCK == "12" else "l j F Y", get_language())


def short_day(date: datetime.date) -> str:
    """Return the date in short: “Fri, Feb 21, 2025”."""
    return _date(date, "D, M j, Y" if settings.CLOCK == "12" else "D j M Y", get_language())


def month(date: datetime.date) -> str:
    """Return the date's month: “February 2025”."""
    return date_format(date, "F Y")


def hour(at: datetime.time) -> str:
    """Return the time of day on the site's 12- or 24-hour clock: “12:00 PM” or “12:00”."""
    return _time(at, "g:i A" if settings.CLOCK == "12" else "H:i", get_language())


# The rows of a list share a few dates and times.
@lru_cache(maxsize=1024)
def _date(date: datetime.date, pattern: str, language: str | None) -> str:
    return date_format(date, pattern)


@lru_cache(maxsize=1024)
def _time(at: datetime.time, pattern: str, language: str | None) -> str:
    return time_format(at, pattern)


def hours(start: datetime.time, end: datetime.time | None) -> str:
    """Return a time span, with AM or PM once if it is the same: “12:00 – 1:00 PM”."""
    if end is None:
        return hour(start)
    first, second = hour(start), hour(end)
    if settings.CLOCK == "12" and first[-2:] == second[-2:] and start < end:
        first = first[:-3]
    return f"{first} – {second}"


def zone_label(moment: datetime.datetime, zone: str) -> str:
    """Return the zone's abbreviation at that moment (“CST”), or its offset from UTC (“UTC+3”)."""
    local = moment.astimezone(ZoneInfo(zone))
    label = local.strftime("%Z")
    if not re.match(r"[+-]\d", label):
        return label
    offset = local.strftime("%z")
    minutes = f":{offset[3:5]}" if offset[3:5] != "00" else ""
    return f"UTC{offset[0]}{int(offset[1:3])}{minutes}"


def time_line(talk: TalkFacts) -> str:
    """Return the talk's times with their zone, or that they are to be announced."""
    if talk.date is None or talk.starts_at is None:
        return _("Date to be announced")
    if talk.start_time is None:
        return _("Time to be announced")
    line = f"{hours(talk.start_time, None if talk.end_date else talk.end_time)}"
    return f"{line} {zone_label(talk.starts_at, talk.timezone)}"


def when_line(talk: TalkFacts) -> str:
    """Return date and time on one line: “Friday, February 21, 2025, 12:00 – 1:00 PM CST”.

    For several days without times, only the days: “Monday, March 10, 2025 to Friday, …”.
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
    """Return the times for a list, with their zone only if it differs from the site's."""
    if talk.starts_at is None or talk.start_time is None:
        return _("Time to be announced")
    if _has_other_offset(talk):
        return _with_no_break_spaces(time_line(talk))
    return _with_no_break_spaces(hours(talk.start_time, None if talk.end_date else talk.end_time))


def site_time(talk: TalkFacts) -> str:
    """Return the start in the site's time zone if that differs from the talk's own, else ""."""
    if talk.starts_at is None or talk.start_time is None or not _has_other_offset(talk):
        return ""
    here = talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return f"{hour(here.time())} {zone_label(talk.starts_at, settings.TIME_ZONE)}"


def iso_start(talk: TalkFacts) -> str:
    """Return the start in the talk's own time zone (ISO 8601).

    Only the date if no time is known; empty without a date.
    """
    if talk.date is None or talk.starts_at is None:
        return ""
    if talk.start_time is None:
        return talk.date.isoformat()
    return talk.starts_at.astimezone(ZoneInfo(talk.timezone)).isoformat()


def iso_starts(talk: TalkFacts) -> str:
    """Return the start in every time zone that a page shows, separated by spaces (ISO 8601).

    That is the talk's own, and the site's if it differs; empty without a time.
    """
    if talk.starts_at is None or talk.start_time is None:
        return ""
    here = talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat()
    return f"{iso_start(talk)} {here}" if site_time(talk) else iso_start(talk)


def site_date_time(talk: TalkFacts) -> str:
    """Return the start with its date in the site's time zone if that differs, else ""."""
    if not site_time(talk) or talk.starts_at is None:
        return ""
    return moment_line(talk.starts_at, settings.TIME_ZONE)


def usual_time(series: Series) -> str:
    """Return when a series usually meets: “Fridays, 12:00 – 1:00 PM”; empty if not known.

    The time zone is named if it is not the site's.
    """
    parts = [str(_WEEKDAYS[series.weekday])] if series.weekday is not None else []
    if series.start_time:
        start = datetime.datetime.combine(datetime.date.min, series.start_time)
        end = start + datetime.timedelta(minutes=series.length)
        parts.append(hours(series.start_time, end.time()))
        if series.timezone not in ("", settings.TIME_ZONE):
            parts.append(_("%(zone)s time") % {"zone": zone_place(series.timezone)})
    return ", ".join(parts)


def moment_line(moment: datetime.datetime, zone: str) -> str:
    """Return an instant in a time zone: “Friday, February 21, 2025, 11:45 AM CST”."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {hour(local.time())} {zone_label(moment, zone)}"


def length_line(talk: Talk) -> str:
    """Return how long the talk lasts: “1 hour 30 minutes”; empty if not known."""
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


def opening_line(talk: TalkFacts, moment: datetime.datetime) -> str:
    """Return when the talk's join link opens: “on Friday, …” or “at 11:45 AM CST on the day …”.

    The date is named only if it is not the talk's.
    """
    local = moment.astimezone(ZoneInfo(talk.timezone))
    if local.date() != talk.date:
        return _("on %(moment)s") % {"moment": moment_line(moment, talk.timezone)}
    at = f"{hour(local.time())} {zone_label(moment, talk.timezone)}"
    return _("at %(time)s on the day of the talk") % {"time": at}


def site_zone() -> str:
    """Return the city that the site's time zone is named after: “Chicago”."""
    return zone_place(settings.TIME_ZONE)


def zone_place(zone: str) -> str:
    """Return the city that a time zone is named after: “New York” for America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")


def _with_no_break_spaces(span: str) -> str:
    """Return the time span so that a narrow column breaks the line only after its dash."""
    return " – ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in span.split(" – "))


def _has_other_offset(talk: TalkFacts) -> bool:
    """Whether clocks at the talk and at the site differ when it starts."""
    if talk.starts_at is None:
        return False
    there = talk.starts_at.astimezone(ZoneInfo(talk.timezone))
    return there.utcoffset() != talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()

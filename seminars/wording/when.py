"""Phrases for when a talk takes place.

The site's time stands first, since lists and calendars go by the site's days; the time in the
talk's own zone stands second if clocks there differ.
"""

import datetime
import re
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from seminars.models import Series, Talk
from seminars.wording.facts import TalkFacts, TimeFacts

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


def site_day(talk: TimeFacts) -> datetime.date | None:
    """Return the date under which the site lists a talk: that of its start in the site's zone.

    A talk without a start time is listed under its own date, in any time zone.
    """
    if talk.starts_at is None or talk.start_time is None:
        return talk.date
    return talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def last_site_day(talk: TalkFacts) -> datetime.date | None:
    """Return the last day in the site's time zone of a talk of several days, else None."""
    local = _local_times(talk, _first_zone(talk))
    return local.end_date if local else None


def time_line(talk: TalkFacts) -> str:
    """Return the talk's times on the site's clocks with their zone, or that they are to be
    announced.
    """
    local = _local_times(talk, _first_zone(talk))
    if local is None:
        return _("Date to be announced")
    return _clock_line(talk, local) or _("Time to be announced")


def own_time(talk: TalkFacts) -> str:
    """Return the times in the talk's own zone if clocks there differ from the site's, else "".

    They have their weekday if it is not the site's: “Sun 8:00 – 9:00 AM JST”.
    """
    local = _local_times(talk, talk.timezone)
    if local is None or not _has_other_offset(talk):
        return ""
    line = _clock_line(talk, local)
    if local.date == site_day(talk):
        return line
    return f"{_date(local.date, 'D', get_language())} {line}"


def site_when(talk: TalkFacts) -> str:
    """Return date and time in the site's zone: “Friday, February 21, 2025, 12:00 – 1:00 PM CST”.

    For several days without times, only the days: “Monday, March 10, 2025 to Friday, …”.
    """
    return _date_line(talk, _first_zone(talk))


def own_when(talk: TalkFacts) -> str:
    """Return date and time in the talk's own zone if clocks there differ from the site's, else "".

    The date is left out if it is the site's.
    """
    line = own_time(talk)
    if not line or (talk.end_date is None and talk.date == site_day(talk)):
        return line
    return _date_line(talk, talk.timezone)


def when_line(talk: TalkFacts) -> str:
    """Return date and time on one line, with the time in the talk's own zone if that differs.

    “Saturday, December 19, 2026, 5:00 – 6:00 PM CST (Sun 8:00 – 9:00 AM JST)”
    """
    line, own = site_when(talk), own_time(talk)
    return f"{line} ({own})" if own else line


def row_hours(talk: TalkFacts) -> str:
    """Return the times for a list, with the site's zone only if the talk's own differs."""
    local = _local_times(talk, _first_zone(talk))
    if local is None or local.start is None:
        return _("Time to be announced")
    if _has_other_offset(talk):
        return _with_no_break_spaces(_clock_line(talk, local))
    return _with_no_break_spaces(hours(local.start, local.end_on_first_day))


def row_own_time(talk: TalkFacts) -> str:
    """Return the times in the talk's own zone for a list, if clocks there differ, else ""."""
    return _with_no_break_spaces(own_time(talk))


def iso_start(talk: TalkFacts) -> str:
    """Return the start in the time zone that stands first (ISO 8601).

    Only the date if no time is known; empty without a date.
    """
    if talk.date is None or talk.starts_at is None:
        return ""
    if talk.start_time is None:
        return talk.date.isoformat()
    return talk.starts_at.astimezone(ZoneInfo(_first_zone(talk))).isoformat()


def iso_starts(talk: TalkFacts) -> str:
    """Return the start in every time zone that a page shows, separated by spaces (ISO 8601).

    That is the site's, and the talk's own if it differs; empty without a time.
    """
    if talk.start_time is None:
        return ""
    return " ".join(filter(None, [iso_start(talk), iso_own_start(talk)]))


def iso_own_start(talk: TalkFacts) -> str:
    """Return the start in the talk's own zone (ISO 8601) if clocks there differ, else ""."""
    if talk.starts_at is None or not _has_other_offset(talk):
        return ""
    return talk.starts_at.astimezone(ZoneInfo(talk.timezone)).isoformat()


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

    The time is the site's; the date is named only if it is not the talk's.
    """
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    if local.date() != site_day(talk):
        return _("on %(moment)s") % {"moment": moment_line(moment, settings.TIME_ZONE)}
    at = f"{hour(local.time())} {zone_label(moment, settings.TIME_ZONE)}"
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


class _LocalTimes(NamedTuple):
    """A talk's times on the clocks of a zone; `end_date` is None if it ends on its first day, or
    in the night after it.
    """

    date: datetime.date
    start: datetime.time | None
    end: datetime.time | None
    end_date: datetime.date | None
    zone: str

    @property
    def end_on_first_day(self) -> datetime.time | None:
        return None if self.end_date else self.end


def _local_times(talk: TalkFacts, zone: str) -> _LocalTimes | None:
    """Return the talk's times in the time zone; None without a date."""
    if talk.date is None or talk.starts_at is None:
        return None
    if zone == talk.timezone or talk.start_time is None or talk.over_at is None:
        times = (talk.date, talk.start_time, talk.end_time, talk.end_date)
        return _LocalTimes(*times, talk.timezone)
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (talk.starts_at, talk.over_at))
    # Without an end time, the last day ends when the next one begins.
    last = end if talk.end_time else end - datetime.timedelta.resolution
    has_days = talk.end_date is not None and last.date() != start.date()
    return _LocalTimes(
        start.date(),
        start.time(),
        end.time() if talk.end_time else None,
        last.date() if has_days else None,
        zone,
    )


def _clock_line(talk: TalkFacts, local: _LocalTimes) -> str:
    """Return the times with their zone; "" if they are to be announced."""
    if local.start is None or talk.starts_at is None:
        return ""
    return f"{hours(local.start, local.end_on_first_day)} {zone_label(talk.starts_at, local.zone)}"


def _date_line(talk: TalkFacts, zone: str) -> str:
    """Return date and time in the time zone, up to the end of a talk of several days."""
    local = _local_times(talk, zone)
    if local is None:
        return _("Date to be announced")
    line, times = day(local.date), _clock_line(talk, local)
    if local.end_date is None:
        return f"{line}, {times or _('Time to be announced')}"
    until = day(local.end_date) + (f", {hour(local.end)}" if local.end else "")
    start = f"{line}, {times}" if times else line
    return _("%(start)s to %(end)s") % {"start": start, "end": until}


def _first_zone(talk: TalkFacts) -> str:
    """Return the zone whose times stand first: the site's if its clocks differ from the talk's."""
    return settings.TIME_ZONE if _has_other_offset(talk) else talk.timezone


def _has_other_offset(talk: TalkFacts) -> bool:
    """Whether the talk has a time, and clocks at the talk and at the site differ then."""
    if talk.starts_at is None or talk.start_time is None or talk.timezone == settings.TIME_ZONE:
        return False
    there = talk.starts_at.astimezone(ZoneInfo(talk.timezone))
    return there.utcoffset() != talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()

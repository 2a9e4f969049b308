"""How a talk's facts are put into words, for pages, feeds and mail alike. Plain functions."""

import datetime
import re
import unicodedata
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from seminars.models import Appearance, Series, Talk, Venue
from seminars.text import markup

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# The blocks of Hebrew, Arabic and the like, with their presentation forms.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
_NOT_SPEAKING = (Appearance.Role.HOST,)


def title(talk: Talk) -> str:
    """The title, or that it is still to be announced."""
    return talk.title or _("Title to be announced")


def speaking(talk: Talk) -> list[Appearance]:
    """Those who speak at the talk, in their order; hosts do not."""
    return [one for one in talk.appearances.all() if one.role not in _NOT_SPEAKING]


def hosting(talk: Talk) -> list[Appearance]:
    """Those who host the talk."""
    return [one for one in talk.appearances.all() if one.role in _NOT_SPEAKING]


def names(people: list[Appearance]) -> str:
    """Names as a sentence lists them: “A”, “A and B”, “A, B and C”."""
    every = [one.speaker.name for one in people]
    if len(every) < 2:
        return "".join(every)
    return _("%(first)s and %(last)s") % {"first": ", ".join(every[:-1]), "last": every[-1]}


def speaker_names(talk: Talk) -> str:
    """The speakers' names, or that they are to be announced; empty where there is none."""
    line = names(speaking(talk))
    return line or (_("Speaker to be announced") if talk.speaker_tba else "")


def speaker_line(talk: Talk) -> str:
    """The speakers with their affiliations at the talk: “Ada Lovelace (London) and Bob”."""
    people = [
        f"{one.speaker.name} ({one.affiliation})" if one.affiliation else one.speaker.name
        for one in speaking(talk)
    ]
    if not people:
        return speaker_names(talk)
    if len(people) == 1:
        return people[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(people[:-1]), "last": people[-1]}


def headline(talk: Talk) -> str:
    """One line for calendars: “CS Seminar: Ada Lovelace — On engines”, with the bad news first."""
    who = speaker_names(talk)
    line = f"{who} — {title(talk)}" if who else title(talk)
    if talk.series:
        line = f"{talk.series.name}: {line}"
    return bad_news_first(talk, line)


def bad_news_first(talk: Talk, line: str) -> str:
    """The line about the talk, marked where it is cancelled or postponed."""
    if talk.status == Talk.Status.CANCELLED:
        return _("Cancelled: %(talk)s") % {"talk": line}
    if talk.status == Talk.Status.POSTPONED:
        return _("Postponed: %(talk)s") % {"talk": line}
    return line


def departed_headline(talk: Talk) -> str:
    """One line for the entry of a talk that a calendar holds no more.

    What was withdrawn is not said again: “Withdrawn: CS Seminar”.
    """
    if talk.withdrawn_at is None:
        return _("No longer in this calendar: %(talk)s") % {"talk": headline(talk)}
    return _("Withdrawn: %(talk)s") % {"talk": talk.series.name if talk.series else _("talk")}


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


def time_line(talk: Talk) -> str:
    """The talk's hours with their zone: “12:00 – 1:00 PM CST”; says so while they are not known."""
    if talk.date is None or talk.starts_at is None:
        return _("Date to be announced")
    if talk.start_time is None:
        return _("Time to be announced")
    line = f"{hours(talk.start_time, None if talk.end_date else talk.end_time)}"
    return f"{line} {zone_label(talk.starts_at, talk.timezone)}"


def when_line(talk: Talk) -> str:
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


def row_hours(talk: Talk) -> str:
    """The hours in a list, whose zone is said once; with their own zone where it is another."""
    if talk.starts_at is None or talk.start_time is None:
        return _("Time to be announced")
    if _differs(talk):
        return _unbroken(time_line(talk))
    return _unbroken(hours(talk.start_time, None if talk.end_date else talk.end_time))


def site_hours(talk: Talk) -> str:
    """When it starts by the site's clock, where the talk's own shows another hour, else empty."""
    if talk.starts_at is None or talk.start_time is None or not _differs(talk):
        return ""
    here = talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return f"{hour(here.time())} {zone_label(talk.starts_at, settings.TIME_ZONE)}"


def instant(talk: Talk) -> str:
    """The start as machines read it, by the clock that the talk's hours are given by (ISO 8601).

    Only its date where no hour is known; empty without a date.
    """
    if talk.date is None or talk.starts_at is None:
        return ""
    if talk.start_time is None:
        return talk.date.isoformat()
    return talk.starts_at.astimezone(ZoneInfo(talk.timezone)).isoformat()


def instants(talk: Talk) -> str:
    """The start by every clock that its hours are given by: the talk's, and the site's if it
    differs; empty without an hour.
    """
    if talk.starts_at is None or talk.start_time is None:
        return ""
    here = talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat()
    return f"{instant(talk)} {here}" if site_hours(talk) else instant(talk)


def when_here(talk: Talk) -> str:
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


def initial(sort_name: str) -> str:
    """The letter under which a list has the name, without its accent: “E” of “Éluard, Paul”."""
    return unicodedata.normalize("NFKD", sort_name[:1])[:1].upper()


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


def moved_from(talk: Talk) -> str:
    """When it was to start before it was moved, by the talk's own clock; empty if it was not."""
    if talk.previous_starts_at is None:
        return ""
    return moment_line(talk.previous_starts_at, talk.timezone)


def news(talk: Talk) -> str:
    """What people must know who have it in their calendar already; empty where there is nothing."""
    if talk.status == Talk.Status.CANCELLED:
        return _("This talk is cancelled.")
    if talk.status == Talk.Status.POSTPONED:
        return _("This talk is postponed. Its new date is to be announced.")
    if formerly := moved_from(talk):
        return _("This talk has moved. It was to start on %(when)s.") % {"when": formerly}
    return ""


def opens(talk: Talk, moment: datetime.datetime) -> str:
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


def summary(talk: Talk) -> str:
    """Who, when and where in one line, for whoever sees only a link to the talk."""
    facts = [speaker_line(talk), when_line(talk), short_place(talk)]
    return " · ".join(filter(None, facts))


def described(talk: Talk) -> str:
    """Who, when and where, and how the abstract begins, in at most some 300 characters."""
    facts = summary(talk)
    about = markup.excerpt(talk.abstract, max(80, 300 - len(facts)))
    return plain(" — ".join(filter(None, [facts, about])))


def direction(text: str) -> str:
    """The direction, as HTML names it, in which most letters of a text are written.

    Not that of the first one, which HTML's `auto` goes by: an English life of يوسف may begin with
    his name.
    """
    if not _RIGHT_TO_LEFT.search(text):
        return "ltr"
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return "rtl" if kinds.count("R") + kinds.count("AL") > kinds.count("L") else "ltr"


def language_tag(talk: Talk) -> str:
    """The talk's language where it is a well-formed tag, roughly (RFC 5646, section 2.1)."""
    return talk.language if _LANGUAGE.fullmatch(talk.language) else ""


def _unbroken(span: str) -> str:
    """The same, so that a narrow column breaks the line only after its dash."""
    return " – ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in span.split(" – "))


def _differs(talk: Talk) -> bool:
    """Whether the talk's clocks show another time than the site's when it starts."""
    if talk.starts_at is None:
        return False
    there = talk.starts_at.astimezone(ZoneInfo(talk.timezone))
    return there.utcoffset() != talk.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()


def room(talk: Talk) -> str:
    """The talk's own room, else its venue's."""
    return talk.room or (talk.venue.room if talk.venue else "")


def short_place(talk: Talk) -> str:
    """Building and room for a list: “Mudd 3514”; “Online”; that it is to be announced."""
    if talk.venue and not talk.is_online_only:
        return " ".join(filter(None, [talk.venue.short_name or talk.venue.building, room(talk)]))
    if talk.is_online_only:
        return _("Online")
    return talk.room or _("Place to be announced")


def address(venue: Venue) -> str:
    """Street and town on one line: “2233 Tech Drive, Evanston, IL 60208”."""
    return ", ".join(filter(None, [venue.street, venue.locality]))


def place_line(talk: Talk) -> str:
    """The whole place on one line: “Mudd Hall, 3514, 2233 Tech Drive, Evanston, IL 60208”.

    “Online” for a talk that has no other place; empty where nothing is known.
    """
    if talk.is_online_only:
        return _("Online")
    if talk.venue is None:
        return talk.room
    return ", ".join(filter(None, [talk.venue.building, room(talk), address(talk.venue)]))


# Without the line feed: Unicode's other control characters, and halves of surrogate pairs.
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def plain(text: str) -> str:
    """The text with line feeds for all kinds of line ends, and no other control characters."""
    # What is printable holds none of them; to be told so takes a tenth of the time of a search.
    return "\n".join(
        line if line.isprintable() else _UNPRINTABLE.sub("", line)
        for line in text.replace("\t", " ").splitlines()
    ).strip()

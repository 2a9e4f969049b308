"""Talks in lists as HTML: a row for each, and the rows of a day under its date.

Kept by all that is said in them: the functions that build a piece are given nothing but values, so
there is nothing else that it could depend on, and no piece can be out of date. Those not asked for
the longest go first.

Written without templates, for whoever searches for what nobody has searched before gets fifty rows
that nobody has built.
"""

import datetime
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import wording
from seminars.listings.rows import Row
from seminars.models import Talk
from seminars.rendering.parts import (
    add_to_group,
    hidden,
    language_attributes,
    series_link,
    state_tags,
    text_html,
)
from seminars.search.query import Term
from seminars.wording.facts import TalkFacts


class Around(NamedTuple):
    """What a day's HTML depends on besides its talks; `level` is that of its heading."""

    level: int
    signed_in: bool
    in_section: bool
    #: The site's, which a process has one of, but for its tests.
    language: str | None
    zone: str
    clock: str


class Placed(NamedTuple):
    """A row at a moment; `aside` is safe HTML that a page puts below it."""

    row: Row
    is_on: bool
    is_over: bool
    aside: str
    #: What was searched for, which is marked.
    terms: tuple[Term, ...]


@lru_cache(maxsize=256)
def day_html(
    date: datetime.date,
    is_today: bool,
    is_this_year: bool,
    placed: tuple[Placed, ...],
    around: Around,
) -> SafeString:
    """The rows of a day under its date, which names the year where that is not this one."""
    month = date_format(date, "M" if is_this_year else "M Y")
    today = ""
    if is_today and not around.in_section:
        today = f' <span class="rail-today">{escape(_("Today"))}</span>'
    rows = "".join(row_html(one, around) for one in placed)
    return SafeString(
        f'<section class="day{" is-today" if is_today else ""}">\n'
        f'<h{around.level} class="rail"><time datetime="{date.isoformat()}">'
        f'{hidden(wording.day(date))} <span aria-hidden="true">'
        f'<span class="rail-weekday">{escape(date_format(date, "D"))}</span>'
        f' <span class="rail-day">{date.day}</span>'
        f' <span class="rail-month">{escape(month)}</span></span></time>{today}</h{around.level}>\n'
        f'<ul class="rows" role="list">\n{rows}</ul>\n</section>'
    )


@lru_cache(maxsize=2048)
def row_html(placed: Placed, around: Around) -> SafeString:
    """The talk's row."""
    row, _is_on, is_over, _aside, terms = placed
    talk = row
    series = f"{series_link(talk.series, terms)} " if talk.series else ""
    add = add_to_group(talk, kept=row.is_saved, signed_in=around.signed_in, css="action")
    return SafeString(
        f'<li class="row row-{talk.status}">\n<p class="row-time">{_times(talk, is_over)}</p>\n'
        '<div class="row-main">\n'
        f'<p class="row-top">{series}{state_tags(talk, placed.is_on)}</p>\n'
        f"{_title(talk, terms, around.level + 1)}\n{_who(talk, terms)}{_notice(talk)}{placed.aside}"
        f'</div>\n<div class="row-side">\n<p class="row-place">{_place(talk, terms, is_over)}</p>\n'
        f'{_remains(talk, is_over)}<div class="row-add">{add}</div>\n</div>\n</li>\n'
    )


@lru_cache(maxsize=1024)
def entry_html(row: Row, continues: bool, is_over: bool, around: Around) -> SafeString:
    """The talk in a box of the calendar, that of the first of its days or of a later one."""
    talk = row
    times = _times(talk, is_over)
    if continues and talk.end_date:
        day = wording.short_day(talk.end_date)
        times = escape(_("continues until %(day)s") % {"day": day})
    series = ""
    if talk.series:
        mark = f'<span class="mark series-{talk.series.pk}" aria-hidden="true"></span>'
        name = escape(talk.series.name)
        series = f'<span class="entry-series">{mark} {name}</span> '
    is_known = talk.venue or talk.room or talk.is_online_only
    place = escape(wording.short_place(talk)) if is_known or not is_over else ""
    title = escape(wording.title(talk))
    return SafeString(
        f'<li class="entry entry-{talk.status}"><p class="entry-time">{times}</p>\n'
        f'<div class="entry-main"><p class="entry-top">{series}{state_tags(talk, False)}</p>\n'
        f'<p class="entry-title{"" if talk.title else " is-open"}">'
        f'<a href="{escape(talk.get_absolute_url())}"{language_attributes(talk)}>{title}</a></p>\n'
        f'<p class="entry-who"><bdi>{escape(wording.speaker_names(talk))}</bdi></p>'
        f'<p class="entry-place soft">{place}</p></div></li>\n'
    )


def _times(talk: TalkFacts, is_over: bool) -> str:
    """When it begins and ends by its own clock, the site's if that differs, and the reader's.

    An hour that nobody knows is not promised once the talk is over.
    """
    said = ""
    if talk.start_time or not is_over:
        hours = escape(wording.row_hours(talk))
        said = f'<time datetime="{wording.iso_start(talk)}">{hours}</time>'
    own = f'<span class="own-time" data-own="{wording.iso_starts(talk)}"></span>'
    if here := wording.site_time(talk):
        said += f' <span class="row-here">{escape(here)} {own}</span>'
    elif talk.start_time:
        said += f" {own}"
    if talk.end_date:
        until = _("until %(day)s") % {"day": wording.short_day(talk.end_date)}
        said += f' <span class="row-here">{escape(until)}</span>'
    return said


def _title(talk: TalkFacts, terms: tuple[Term, ...], level: int) -> str:
    title = text_html(talk.title, terms) if talk.title else escape(wording.title(talk))
    return (
        f'<h{level} class="row-title{"" if talk.title else " is-open"}">'
        f'<a href="{escape(talk.get_absolute_url())}"{language_attributes(talk)}>{title}</a>'
        f"</h{level}>"
    )


def _who(talk: TalkFacts, terms: tuple[Term, ...]) -> str:
    people = []
    for one in wording.speakers(talk):
        name = f"<bdi>{text_html(one.speaker.name, terms)}</bdi>"
        name = f'<a href="{escape(one.speaker.get_absolute_url())}">{name}</a>'
        if one.affiliation:
            name += f', <bdi class="soft">{text_html(one.affiliation, terms)}</bdi>'
        people.append(f'<span class="who">{name}</span>')
    if people:
        return f'<p class="row-who">{"; ".join(people)}</p>\n'
    if talk.speaker_tba:
        return f'<p class="row-who soft">{escape(wording.speaker_names(talk))}</p>\n'
    return ""


def _notice(talk: TalkFacts) -> str:
    return f'<p class="row-notice">{escape(talk.notice)}</p>\n' if talk.notice else ""


def _place(talk: TalkFacts, terms: tuple[Term, ...], is_over: bool) -> str:
    if talk.is_online_only:
        return f'<span class="tag">{escape(_("Online"))}</span>'
    if talk.venue:
        place = text_html(wording.short_place(talk), terms)
        place = f'<a href="{escape(talk.venue.get_absolute_url())}">{place}</a>'
    elif talk.room:
        place = text_html(talk.room, terms)
    else:
        place = "" if is_over else escape(wording.short_place(talk))
    if talk.attendance == Talk.Attendance.HYBRID:
        place += f' <span class="tag">{escape(_("Hybrid"))}</span>'
    return place


def _remains(talk: TalkFacts, is_over: bool) -> str:
    """The recording, and once the talk is over the slides."""
    links = {_("Recording"): talk.recording_url, _("Slides"): talk.slides_url if is_over else ""}
    title = hidden(f": {wording.title(talk)}")
    return "".join(
        f'<p><a class="action" href="{escape(address)}">{escape(said)}{title}</a></p>\n'
        for said, address in links.items()
        if address
    )

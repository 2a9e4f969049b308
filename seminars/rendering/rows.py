"""Talks in lists as HTML: one row per talk, and the rows of a day under its date.

The functions take values only, so what they return depends on nothing else and can be cached for
as long as there is room.

They are built without templates: a new search may show fifty rows that have never been
rendered.
"""

import datetime
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seminars import wording
from seminars.listings.rows import AppearanceCell, Row
from seminars.models import Talk
from seminars.rendering.html import element, join
from seminars.rendering.parts import (
    add_to_group,
    color_mark,
    language_attributes,
    series_link,
    state_tags,
    visually_hidden,
)
from seminars.rendering.snippets import marked
from seminars.search.query import Term


class PageContext(NamedTuple):
    """What the HTML of a day depends on besides its talks; `level` is that of its heading."""

    level: int
    signed_in: bool
    in_section: bool
    #: The site's, which only change in tests.
    language: str | None
    zone: str
    clock: str


class ShownRow(NamedTuple):
    """A row at a moment; `aside` is HTML that the page puts below it; `terms` are marked."""

    row: Row
    is_on: bool
    is_over: bool
    aside: str
    terms: tuple[Term, ...]


@lru_cache(maxsize=256)
def day_html(
    date: datetime.date,
    is_today: bool,
    is_this_year: bool,
    rows: tuple[ShownRow, ...],
    page: PageContext,
) -> SafeString:
    """Return the rows of a day under its date, with the year unless it is this one."""
    month = date_format(date, "M" if is_this_year else "M Y")
    parts = [
        element("span", {"class": "rail-weekday"}, date_format(date, "D")),
        element("span", {"class": "rail-day"}, str(date.day)),
        element("span", {"class": "rail-month"}, month),
    ]
    time = element(
        "time",
        {"datetime": date.isoformat()},
        visually_hidden(wording.day(date)),
        " ",
        element("span", {"aria-hidden": "true"}, join(parts, " ")),
    )
    today = element("span", {"class": "rail-today"}, _("Today"))
    is_marked = is_today and not page.in_section
    return element(
        "section",
        {"class": "day is-today" if is_today else "day"},
        "\n",
        element(f"h{page.level}", {"class": "rail"}, time, *((" ", today) if is_marked else ())),
        "\n",
        element("ul", {"class": "rows", "role": "list"}, *(row_html(row, page) for row in rows)),
    )


@lru_cache(maxsize=2048)
def row_html(shown: ShownRow, page: PageContext) -> SafeString:
    """Return the row of a talk."""
    row, is_on, is_over, aside, terms = shown
    top = [series_link(row.series, terms), " "] if row.series else []
    add = add_to_group(row, saved=row.is_saved, signed_in=page.signed_in, css="action")
    main = (
        element("p", {"class": "row-top"}, *top, state_tags(row, is_on)),
        _title(row, terms, page.level + 1),
        _speakers(row, terms),
        element("p", {"class": "row-notice"}, row.notice) if row.notice else "",
        aside,
    )
    side = (
        element("p", {"class": "row-place"}, *_place(row, terms, is_over)),
        *_recording_and_slides(row, is_over),
        element("div", {"class": "row-add"}, add),
    )
    parts = (
        element("p", {"class": "row-time"}, *_times(row, is_over)),
        element("div", {"class": "row-main"}, join(main, "\n")),
        element("div", {"class": "row-side"}, join(side, "\n")),
    )
    return element("li", {"class": f"row row-{row.status}"}, join(parts, "\n"))


@lru_cache(maxsize=1024)
def entry_html(row: Row, continues: bool, is_over: bool, page: PageContext) -> SafeString:
    """Return a talk as an entry of the calendar; `continues`: on a later one of its days."""
    times: tuple[str, ...] = tuple(_times(row, is_over))
    if continues and (last := wording.last_site_day(row)):
        times = (_("continues until %(day)s") % {"day": wording.short_day(last)},)
    top: list[str] = []
    if row.series:
        series = (color_mark(row.series.pk), " ", row.series.name)
        top = [element("span", {"class": "entry-series"}, *series), " "]
    is_known = row.venue or row.room or row.is_online_only
    place = wording.short_place(row) if is_known or not is_over else ""
    people = element("bdi", {}, wording.speaker_names(row))
    main = (
        element("p", {"class": "entry-top"}, *top, state_tags(row, False)),
        element("p", {"class": _title_class(row, "entry-title")}, _title_link(row)),
        element("p", {"class": "entry-who"}, people),
        element("p", {"class": "entry-place soft"}, place),
    )
    return element(
        "li",
        {"class": f"entry entry-{row.status}"},
        element("p", {"class": "entry-time"}, *times),
        "\n",
        element("div", {"class": "entry-main"}, join(main, "\n")),
    )


def _times(row: Row, is_over: bool) -> Iterator[str]:
    """Yield the times in the site's zone, those in the talk's own if they differ, and room for
    the start in the reader's.

    Once the talk is over, a time that was never announced is omitted.
    """
    if row.start_time or not is_over:
        yield element("time", {"datetime": wording.iso_start(row)}, wording.row_hours(row))
    own = element("span", {"class": "own-time", "data-own": wording.iso_starts(row)})
    if there := wording.row_own_time(row):
        yield " "
        time = element("time", {"datetime": wording.iso_own_start(row)}, there)
        yield element("span", {"class": "row-time-more"}, time, " ", own)
    elif row.start_time:
        yield " "
        yield own
    if last := wording.last_site_day(row):
        yield " "
        until = _("until %(day)s") % {"day": wording.short_day(last)}
        yield element("span", {"class": "row-time-more"}, until)


def _title(row: Row, terms: tuple[Term, ...], level: int) -> SafeString:
    return element(f"h{level}", {"class": _title_class(row, "row-title")}, _title_link(row, terms))


def _title_class(row: Row, name: str) -> str:
    return name if row.title else f"{name} is-open"


def _title_link(row: Row, terms: tuple[Term, ...] = ()) -> SafeString:
    title = marked(row.title, terms) if row.title else wording.title(row)
    return element("a", {"href": row.get_absolute_url(), **language_attributes(row)}, title)


def _speakers(row: Row, terms: tuple[Term, ...]) -> SafeString | str:
    people = [_speaker(one, terms) for one in wording.speakers(row)]
    if people:
        return element("p", {"class": "row-who"}, join(people, "; "))
    if row.speaker_tba:
        return element("p", {"class": "row-who soft"}, wording.speaker_names(row))
    return ""


def _speaker(one: AppearanceCell, terms: tuple[Term, ...]) -> SafeString:
    name = element("bdi", {}, marked(one.speaker.name, terms))
    parts: list[str] = [element("a", {"href": one.speaker.get_absolute_url()}, name)]
    if one.affiliation:
        parts += [", ", element("bdi", {"class": "soft"}, marked(one.affiliation, terms))]
    return element("span", {"class": "who"}, *parts)


def _place(row: Row, terms: tuple[Term, ...], is_over: bool) -> Iterator[str]:
    if row.is_online_only:
        yield element("span", {"class": "tag"}, _("Online"))
    elif row.venue:
        place = marked(wording.short_place(row), terms)
        yield element("a", {"href": row.venue.get_absolute_url()}, place)
    elif row.room:
        yield marked(row.room, terms)
    elif not is_over:
        yield wording.short_place(row)
    if row.attendance == Talk.Attendance.HYBRID:
        yield " "
        yield element("span", {"class": "tag"}, _("Hybrid"))


def _recording_and_slides(row: Row, is_over: bool) -> Iterator[SafeString]:
    """Yield links to the recording and, once the talk is over, to the slides."""
    links = {
        _("Recording"): row.public_recording_url,
        _("Slides"): row.slides_url if is_over else "",
    }
    for label, address in links.items():
        if address:
            title = visually_hidden(f": {wording.title(row)}")
            link = element("a", {"class": "action", "href": address}, label, title)
            yield element("p", {}, link)

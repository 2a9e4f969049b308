"""Days of talks as HTML, kept by all that is said in them: what is equal is not built again.

The functions that build a piece are given nothing but values, so there is nothing else that it
could depend on, and no piece can be out of date. Those not asked for the longest go first.
"""

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from seminars.agenda import Day
from seminars.rows import Row
from seminars.templatetags.talks import is_on, is_over
from seminars.words import Term

register = template.Library()


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


@register.simple_tag(takes_context=True)
def talks_by_day(
    context: RequestContext,
    days: list[Day],
    level: int,
    asides: Mapping[int, SafeString] | None = None,
    terms: tuple[Term, ...] = (),
) -> SafeString:
    """The days with their talks, their headings at this level.

    `asides`: by a talk's id what this page puts below it, with nothing in it that changes from one
    visit to the next, such as a form's token; `terms`: what was searched for, which is marked.
    """
    asides = asides or {}
    now: datetime.datetime = context["now"]
    around = Around(
        level,
        context["user"].is_authenticated,
        "section" in context,
        get_language(),
        settings.TIME_ZONE,
        settings.CLOCK,
    )
    return SafeString(
        "\n".join(
            day_html(
                day.date,
                day.is_today,
                day.date.year == now.year,
                tuple(
                    Placed(row, is_on(row, now), is_over(row, now), asides.get(row.id, ""), terms)
                    for row in day.rows
                ),
                around,
            )
            for day in days
        )
    )


@lru_cache(maxsize=256)
def day_html(
    date: datetime.date,
    is_today: bool,
    is_this_year: bool,
    placed: tuple[Placed, ...],
    around: Around,
) -> SafeString:
    said: dict[str, Any] = {"date": date, "is_today": is_today, "is_this_year": is_this_year}
    said |= {"level": around.level, "in_section": around.in_section}
    said["rows"] = SafeString("".join(row_html(one, around) for one in placed))
    return render_to_string("components/day.html", said)


@lru_cache(maxsize=2048)
def row_html(placed: Placed, around: Around) -> SafeString:
    row, is_on, is_over, aside, terms = placed
    said: dict[str, Any] = {"talk": row.talk(), "kept": row.is_kept, "level": around.level + 1}
    said |= {"is_on": is_on, "is_over": is_over, "signed_in": around.signed_in}
    said |= {"aside": SafeString(aside), "terms": terms}
    return render_to_string("components/row.html", said)


@register.simple_tag
def calendar_entry(row: Row, continues: bool) -> SafeString:
    """A talk on one of its days in the calendar."""
    return entry_html(row, continues, get_language(), settings.TIME_ZONE, settings.CLOCK)


@lru_cache(maxsize=1024)
def entry_html(
    row: Row, continues: bool, language: str | None, zone: str, clock: str
) -> SafeString:
    """The last three are the site's; see `Around`."""
    return render_to_string("components/entry.html", {"talk": row.talk(), "continues": continues})

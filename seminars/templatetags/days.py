"""Days of talks in lists, and talks in the boxes of a calendar (see row_html.py)."""

import datetime
from collections.abc import Mapping

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from seminars.listings.agenda import Day
from seminars.listings.rows import Row
from seminars.rendering.rows import Around, Placed, day_html, entry_html
from seminars.search.query import Term
from seminars.templatetags.talks import is_on, is_over

register = template.Library()


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
    this_year = timezone.localdate(now).year
    around = _around(context, level)
    return SafeString(
        "\n".join(
            day_html(
                day.date,
                day.is_today,
                day.date.year == this_year,
                tuple(
                    Placed(row, is_on(row, now), is_over(row, now), asides.get(row.id, ""), terms)
                    for row in day.rows
                ),
                around,
            )
            for day in days
        )
    )


@register.simple_tag(takes_context=True)
def calendar_entry(context: RequestContext, row: Row, continues: bool) -> SafeString:
    """A talk on one of its days in the calendar."""
    return entry_html(row, continues, is_over(row, context["now"]), _around(context, 0))


def _around(context: RequestContext, level: int) -> Around:
    return Around(
        level,
        context["user"].is_authenticated,
        "section" in context,
        get_language(),
        settings.TIME_ZONE,
        settings.CLOCK,
    )

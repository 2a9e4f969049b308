"""Days of talks in lists, and talks in the calendar, as `rendering.rows` builds them."""

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
from seminars.rendering.html import join
from seminars.rendering.rows import PageContext, ShownRow, day_html, entry_html
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
    """Return the days with their talks; `level` is that of the days' headings.

    `asides`: what the page puts below a talk, by talk id. It must not change from one visit to the
    next, as a form's token does. `terms`: the searched terms, which are marked.
    """
    asides = asides or {}
    now: datetime.datetime = context["now"]
    this_year = timezone.localdate(now).year
    page = _page_context(context, level)

    def shown(row: Row) -> ShownRow:
        return ShownRow(row, is_on(row, now), is_over(row, now), asides.get(row.id, ""), terms)

    return join(
        (
            day_html(
                day.date,
                day.is_today,
                day.date.year == this_year,
                tuple(map(shown, day.rows)),
                page,
            )
            for day in days
        ),
        "\n",
    )


@register.simple_tag(takes_context=True)
def calendar_entry(context: RequestContext, row: Row, continues: bool) -> SafeString:
    """Return a talk as an entry on one of its days in the calendar."""
    return entry_html(row, continues, is_over(row, context["now"]), _page_context(context, 0))


def _page_context(context: RequestContext, level: int) -> PageContext:
    return PageContext(
        level,
        context["user"].is_authenticated,
        "section" in context,
        get_language(),
        settings.TIME_ZONE,
        settings.CLOCK,
    )

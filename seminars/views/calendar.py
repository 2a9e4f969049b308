"""The calendar: talks by month, in weeks."""

import datetime
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from seminars.facets.options import choices
from seminars.listings import agenda
from seminars.listings.filters import BadFilterError, Days, Filters
from seminars.listings.listing import Listing
from seminars.listings.rows import Row, rows_at, spans_of
from seminars.months import Month

#: How many entries a day has room for; if there are more talks, the last is a link to them.
MAX_ENTRIES = 6
#: How many talks of a month are read; the page says so if there are more.
MAX_TALKS = 3000


@dataclass(frozen=True, slots=True)
class Entry:
    """A talk on one of its days; `continues`: it began on an earlier one."""

    row: Row
    continues: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A day of the calendar, its first talks, and how many more it has."""

    date: datetime.date
    is_today: bool
    is_outside: bool
    entries: list[Entry]
    more: int


@require_safe
def page(request: HttpRequest, year: int | None = None, month: int | None = None) -> HttpResponse:
    """Show the talks of a month, by default the current one, that match the query's filters."""
    now = timezone.now()
    today = timezone.localdate(now)
    shown = Month(year, month) if year and month else Month.of(today)
    if month and request.path_info != shown.path:
        query = request.META["QUERY_STRING"]
        return HttpResponsePermanentRedirect(f"{shown.path}?{query}" if query else shown.path)
    context: dict[str, object] = {"month": shown, "is_now": today in shown, "now": now}
    status = 200
    try:
        listing = Listing.of_month(
            shown, filters=Filters.read(request.GET), now=now, viewer=request.user
        )
    except BadFilterError as wrong:
        context, status = context | {"wrong": wrong}, 400
    else:
        context |= _weeks_of(listing, shown) | _choices(listing, shown, request.GET)
    return render(request, "seminars/calendar.html", context, status=status)


def _choices(listing: Listing, month: Month, query: QueryDict) -> dict[str, object]:
    """Return the facets, counted within the month, and the filters that the form passes on."""
    filters = listing.filters
    days = {"from": filters.starting, "to": filters.ending}
    given_days = [(name, day.isoformat()) for name, day in days.items() if day]
    others = {"year": filters.year, "when": filters.when}
    within = replace(
        filters,
        days=Days(
            max(filter(None, (month.first, filters.starting))),
            min(filter(None, (month.last, filters.ending))),
        ),
    )
    offered = choices(replace(listing, filters=within), query)
    # All talks of a month are of one year.
    facets = [one for one in offered.facets if one.name != "year"]
    chips = [chip._replace(address=_with_days(chip.address, given_days)) for chip in offered.chips]
    return {
        "choices": offered._replace(facets=facets, chips=chips),
        "passed_on": [*((name, value) for name, value in others.items() if value), *given_days],
    }


def _with_days(address: str, days: list[tuple[str, str]]) -> str:
    """Return the address with these days in place of the month's."""
    parts = urlsplit(address)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] not in ("from", "to")]
    return urlunsplit(parts._replace(query=urlencode(pairs + days)))


def _weeks_of(listing: Listing, month: Month) -> dict[str, object]:
    """Return the weeks of the month with the listing's talks; always four queries."""
    weeks = month.weeks(settings.WEEK_START)
    first, last = weeks[0][0], weeks[-1][-1]
    spans = [
        one for talks in listing.for_days(first, last) for one in spans_of(talks[: MAX_TALKS + 1])
    ]
    ids_by_day = agenda.by_day(spans[:MAX_TALKS], first, last)
    shown = {
        day: ids[: MAX_ENTRIES if len(ids) <= MAX_ENTRIES else MAX_ENTRIES - 1]
        for day, ids in ids_by_day.items()
    }
    every_shown = {pk for ids in shown.values() for pk in ids}
    rows = {row.id: row for row in rows_at(sorted(every_shown))}
    today = timezone.localdate(listing.now)

    def box(day: datetime.date) -> Box:
        here = [rows[pk] for pk in shown.get(day, []) if pk in rows]
        entries = [Entry(row, agenda.day_of(row) != day) for row in here]
        more = len(ids_by_day.get(day, [])) - len(here)
        return Box(day, day == today, day not in month, entries, more)

    boxes = [[box(day) for day in week] for week in weeks]
    columns = [
        (column[0].date, any(one.entries for one in column)) for column in zip(*boxes, strict=True)
    ]
    return {
        "listing": listing,
        "weeks": boxes,
        "weekdays": columns,
        "is_empty": not any(day in month for day in ids_by_day),
        "is_cut": len(spans) > MAX_TALKS,
    }

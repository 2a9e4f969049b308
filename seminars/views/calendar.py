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

#: How many talks a day shows. Where there are more, one less, and a link to them all.
FEW = 6
#: How many talks are counted; a month with more says so.
MOST = 3000


@dataclass(frozen=True, slots=True)
class Entry:
    """A talk on one of its days; `continues`: it has begun on an earlier one."""

    row: Row
    continues: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A day of the calendar, the first talks on it, and how many more there are."""

    date: datetime.date
    is_today: bool
    is_outside: bool
    entries: list[Entry]
    more: int


@require_safe
def page(request: HttpRequest, year: int | None = None, month: int | None = None) -> HttpResponse:
    """The talks of a month, of this one without another, narrowed by the filters in the address."""
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
    """What its talks can be narrowed by, with how many of each the month has; and the filters that
    the form cannot change, which it passes on.
    """
    filters = listing.filters
    days = {"from": filters.starting, "to": filters.ending}
    asked = [(name, day.isoformat()) for name, day in days.items() if day]
    others = {"year": filters.year, "when": filters.when}
    within = replace(
        filters,
        days=Days(
            max(filter(None, (month.first, filters.starting))),
            min(filter(None, (month.last, filters.ending))),
        ),
    )
    found = choices(replace(listing, filters=within), query)
    # A month is of one year.
    facets = [one for one in found.facets if one.name != "year"]
    chips = [chip._replace(address=_asking(chip.address, asked)) for chip in found.chips]
    return {
        "choices": found._replace(facets=facets, chips=chips),
        "kept": [*((name, value) for name, value in others.items() if value), *asked],
    }


def _asking(address: str, days: list[tuple[str, str]]) -> str:
    """The address with these days in place of those of the month."""
    parts = urlsplit(address)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] not in ("from", "to")]
    return urlunsplit(parts._replace(query=urlencode(pairs + days)))


def _weeks_of(listing: Listing, month: Month) -> dict[str, object]:
    """The listing's talks in the weeks of the month; four queries, however many talks."""
    weeks = month.weeks(settings.WEEK_START)
    first, last = weeks[0][0], weeks[-1][-1]
    spans = [one for talks in listing.for_days(first, last) for one in spans_of(talks[: MOST + 1])]
    every = agenda.by_day(spans[:MOST], first, last)
    few = {day: ids[: FEW if len(ids) <= FEW else FEW - 1] for day, ids in every.items()}
    shown = {pk for ids in few.values() for pk in ids}
    rows = {row.id: row for row in rows_at(sorted(shown))}
    today = timezone.localdate(listing.now)

    def box(day: datetime.date) -> Box:
        here = [rows[pk] for pk in few.get(day, []) if pk in rows]
        entries = [Entry(row, agenda.day_of(row) != day) for row in here]
        more = len(every.get(day, [])) - len(here)
        return Box(day, day == today, day not in month, entries, more)

    boxes = [[box(day) for day in week] for week in weeks]
    columns = [
        (column[0].date, any(one.entries for one in column)) for column in zip(*boxes, strict=True)
    ]
    return {
        "listing": listing,
        "weeks": boxes,
        "weekdays": columns,
        "is_empty": not any(day in month for day in every),
        "is_cut": len(spans) > MOST,
    }

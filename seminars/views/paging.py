"""One page of a listing's talks by day, for the templates that show it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from seminars.facets.facets import matches
from seminars.listings import agenda
from seminars.listings.filters import When
from seminars.listings.listing import Listing
from seminars.listings.ranking import page_ids
from seminars.listings.rows import Row, first_rows, rows_with
from seminars.rendering.snippets import snippets
from seminars.search import spelling
from seminars.search.query import quoted

#: How many talks a page shows; fewer for a search, which is repeated while it is being typed.
PAGE_SIZE, SEARCH_PAGE_SIZE = 50, 25
#: How many past talks a page shows below the upcoming ones.
RECENT_TALKS = 5
_OPPOSITE = {When.UPCOMING: When.PAST, When.PAST: When.UPCOMING}


class Elsewhere(NamedTuple):
    """The past talks where there are no upcoming ones, or the reverse, and how many there are."""

    listing: Listing
    talks: int


def page_context(listing: Listing) -> dict[str, Any]:
    """Return the context of a template that shows the page of the listing's filters.

    If there are no matches, the listing may be that of a corrected search.
    """
    size = SEARCH_PAGE_SIZE if listing.search else PAGE_SIZE
    first = (listing.filters.page - 1) * size
    rows, typed, elsewhere = _rows(listing, first, size), "", None
    if not rows and listing.scope is None:
        corrected = list(_corrected(listing))
        for other in corrected:
            if rows := _rows(other, first, size):
                typed, listing = listing.filters.words, other
                break
        else:
            elsewhere = _elsewhere([listing, *corrected])
    shown, terms = rows[:size], listing.search.query.required if listing.search else ()
    return {
        "listing": listing,
        "days": agenda.days(shown, listing.now),
        "page": listing.filters.page,
        "more": len(rows) > size,
        "shown": (first + 1, first + len(shown)),
        "now": listing.now,
        "typed": typed,
        "elsewhere": elsewhere,
        "only": listing.with_words(quoted(typed)).address() if typed else "",
        "terms": terms,
        "snippets": snippets(shown, terms) if terms else {},
    }


def _corrected(listing: Listing) -> Iterator[Listing]:
    """Yield the listing with each likely correction of its search."""
    if listing.search:
        yield from map(listing.with_words, spelling.corrections(listing.search.query))


def _elsewhere(listings: list[Listing]) -> Elsewhere | None:
    """Return the first of these that has past talks instead of upcoming ones, or the reverse."""
    for one in listings if listings[0].when is not When.ALL else ():
        filters = replace(one.filters, when=_OPPOSITE[one.when], page=1)
        other = replace(one, filters=filters)
        if talks := other.matching().count():
            return Elsewhere(other, talks)
    return None


def _rows(listing: Listing, first: int, size: int) -> list[Row]:
    """Return the rows of the page, and one more if there is a next page."""
    return rows_with(listing, page_ids(listing, matches(listing), first, size + 1))


def recent_days(listing: Listing) -> list[agenda.Day]:
    """Return the latest past talks, to show below the first page of upcoming ones."""
    if listing.when is not When.UPCOMING or listing.filters.page > 1:
        return []
    past = replace(listing, filters=replace(listing.filters, when=When.PAST))
    return agenda.days(first_rows(past, RECENT_TALKS), listing.now)

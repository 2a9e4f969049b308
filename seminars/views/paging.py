"""What the pages of listings share: one part of the talks, by day."""

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

#: How many talks a page shows; of a search, whose best come first and which is asked for while it
#: is being typed.
PAGE, PAGE_OF_SEARCH = 50, 25
#: How many past talks a page shows below the upcoming ones.
LATELY = 5
OTHER = {When.UPCOMING: When.PAST, When.PAST: When.UPCOMING}


class Elsewhere(NamedTuple):
    """A listing of another part of time, for a page that has no talks, and how many it has."""

    listing: Listing
    talks: int


def page_of(listing: Listing) -> dict[str, Any]:
    """The part of the listing that its filters' `page` asks for, as its template takes it.

    Where nothing is found, the listing may be of what its words are thought to have meant.
    """
    most = PAGE_OF_SEARCH if listing.found else PAGE
    first = (listing.filters.page - 1) * most
    talks, typed, elsewhere = _rows(listing, first, most), "", None
    if not talks and listing.scope is None:
        meant = list(_meant(listing))
        for other in meant:
            if talks := _rows(other, first, most):
                typed, listing = listing.filters.words, other
                break
        else:
            elsewhere = _elsewhere([listing, *meant])
    shown, terms = talks[:most], listing.found.query.required if listing.found else ()
    return {
        "listing": listing,
        "days": agenda.days(shown, listing.now),
        "page": listing.filters.page,
        "more": len(talks) > most,
        "shown": (first + 1, first + len(shown)),
        "now": listing.now,
        "typed": typed,
        "elsewhere": elsewhere,
        "only": listing.with_words(quoted(typed)).address() if typed else "",
        "terms": terms,
        "snippets": snippets(shown, terms) if terms else {},
    }


def _meant(listing: Listing) -> Iterator[Listing]:
    """The listing with its words spelt as they may have been meant."""
    if listing.found:
        yield from map(listing.with_words, spelling.corrections(listing.found.query))


def _elsewhere(listings: list[Listing]) -> Elsewhere | None:
    """The first of these that has talks in the other part of time."""
    for one in listings if listings[0].when is not When.ALL else ():
        filters = replace(one.filters, when=OTHER[one.when], page=1)
        other = replace(one, filters=filters)
        if talks := other.matching().count():
            return Elsewhere(other, talks)
    return None


def _rows(listing: Listing, first: int, most: int) -> list[Row]:
    """The rows of the page, and one more if there is one."""
    most += 1
    return rows_with(listing, page_ids(listing, matches(listing), first, most))


def lately_of(listing: Listing) -> list[agenda.Day]:
    """The latest past talks, for below the first page of the upcoming ones; else none."""
    if listing.when is not When.UPCOMING or listing.filters.page > 1:
        return []
    past = replace(listing, filters=replace(listing.filters, when=When.PAST))
    return agenda.days(first_rows(past, LATELY), listing.now)

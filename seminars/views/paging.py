"""What the pages of listings share: one part of the talks, by day."""

from dataclasses import replace
from typing import Any

from seminars import agenda, facets, spelling, words
from seminars.filters import When
from seminars.kept_rows import first_rows, rows_with
from seminars.listings import Listing
from seminars.rows import Row
from seminars.snippets import snippets

#: How many talks a page shows.
PAGE = 50
#: How many past talks a page shows below the upcoming ones.
LATELY = 5


def page_of(listing: Listing) -> dict[str, Any]:
    """The part of the listing that its filters' `page` asks for, as its template takes it.

    Where nothing is found, the listing may be of what its words are thought to have meant.
    """
    first = (listing.filters.page - 1) * PAGE
    talks = _rows(listing, first)
    typed = ""
    if not talks and (other := _meant(listing)) and (talks := _rows(other, first)):
        typed, listing = listing.filters.words, other
    shown, terms = talks[:PAGE], listing.found.query.wanted if listing.found else ()
    return {
        "listing": listing,
        "days": agenda.days(shown, listing.now),
        "page": listing.filters.page,
        "more": len(talks) > PAGE,
        "shown": (first + 1, first + len(shown)),
        "now": listing.now,
        "typed": typed,
        "only": listing.with_words(words.quoted(typed)).address() if typed else "",
        "terms": terms,
        "snippets": snippets(shown, terms) if terms else {},
    }


def _meant(listing: Listing) -> Listing | None:
    """A search of all talks, with its words spelt as they may have been meant."""
    if listing.found is None or listing.scope:
        return None
    meant = spelling.corrected(listing.found.query)
    return listing.with_words(meant) if meant else None


def _rows(listing: Listing, first: int) -> list[Row]:
    """The rows of the page, and one more if there is one."""
    hits = facets.hits(listing)
    best = listing.part(hits, first, PAGE + 1) if hits else listing.best(first, PAGE + 1)
    if best is None:
        # An index alone tells which talks a deep page has; none that it passes over is read.
        part = listing.for_page().values_list("pk", flat=True)[first : first + PAGE + 1]
        best = list(part)
    return rows_with(listing, best)


def lately_of(listing: Listing) -> list[agenda.Day]:
    """The latest past talks, for below the first page of the upcoming ones; else none."""
    if listing.when is not When.UPCOMING or listing.filters.page > 1:
        return []
    past = replace(listing, filters=replace(listing.filters, when=When.PAST))
    return agenda.days(first_rows(past, LATELY), listing.now)

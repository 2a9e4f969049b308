"""What the pages of listings share: one part of the talks, by day."""

from dataclasses import replace

from seminars import agenda
from seminars.filters import When
from seminars.listings import Listing
from seminars.rows import rows_of

#: How many talks a page shows.
PAGE = 50
#: How many past talks a page shows below the upcoming ones.
LATELY = 5


def page_of(listing: Listing) -> dict[str, object]:
    """The part of the listing that its filters' `page` asks for, as its template takes it."""
    first = (listing.filters.page - 1) * PAGE
    talks = rows_of(listing.for_page()[first : first + PAGE + 1])
    return {
        "listing": listing,
        "days": agenda.days(talks[:PAGE], listing.now),
        "page": listing.filters.page,
        "more": len(talks) > PAGE,
        "shown": (first + 1, first + len(talks[:PAGE])),
        "now": listing.now,
    }


def lately_of(listing: Listing) -> list[agenda.Day]:
    """The latest past talks, for below the first page of the upcoming ones; else none."""
    if listing.when is not When.UPCOMING or listing.filters.page > 1:
        return []
    past = replace(listing, filters=replace(listing.filters, when=When.PAST))
    return agenda.days(rows_of(past.for_page()[:LATELY]), listing.now)

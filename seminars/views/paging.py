"""What the pages of listings share: one part of the talks, by day."""

from seminars import agenda
from seminars.listings import Listing

#: How many talks a page shows.
PAGE = 50


def page_of(listing: Listing) -> dict[str, object]:
    """The part of the listing that its filters' `page` asks for, as its template takes it."""
    first = (listing.filters.page - 1) * PAGE
    talks = list(listing.for_page().with_rows()[first : first + PAGE + 1])
    return {
        "listing": listing,
        "days": agenda.days(talks[:PAGE], listing.now),
        "page": listing.filters.page,
        "more": len(talks) > PAGE,
        "now": listing.now,
    }

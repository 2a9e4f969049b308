"""The order of a page's talks: the best matches of a search first, else by date."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Protocol

from seminars.listings.listing import Listing
from seminars.search import lookup

#: A talk's id, whether it is over, and how far from the listing's moment it starts.
Distance = tuple[int, bool, Any]


class Matches(Protocol):
    """The talks on all pages of a listing, wherever they were looked up."""

    def __len__(self) -> int:
        """Return how many there are, exactly up to as many as are ranked."""
        ...

    def distances(self) -> Iterable[Distance]:
        """Yield how near in time they are; called only if they are ranked."""
        ...

    def by_date(self, first: int, count: int) -> list[int]:
        """Return the ids of a part of them, soonest first, of past talks latest first."""
        ...


class DatabaseMatches:
    """The matches of a listing as the database has them."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    def __len__(self) -> int:
        return len(self._nearest)

    def distances(self) -> Iterable[Distance]:
        now = self._listing.now
        for pk, starts_at, over_at in self._nearest:
            if starts_at and over_at:
                yield pk, over_at <= now, abs(starts_at - now)

    def by_date(self, first: int, count: int) -> list[int]:
        # By an index alone, so that a page far down reads none of the talks before it.
        keys = self._listing.for_page().values_list("pk", flat=True)
        return list(keys[first : first + count])

    @cached_property
    def _nearest(self) -> list[tuple[Any, ...]]:
        """As many as can be ranked, and one more where there are more."""
        columns = self._listing.matching().values_list("pk", "starts_at", "over_at")
        return list(columns[: lookup.MAX_RANKED + 1])


def page_ids(listing: Listing, matches: Matches, first: int, count: int) -> list[int]:
    """Return the ids of `count` talks of the listing from the `first` (0) on, in its page's order.

    In a search upcoming talks come before past ones, then the best matches, then the nearest.
    """
    if not (listing.has_required_terms and listing.is_ranked(len(matches))):
        return matches.by_date(first, count)
    distances = list(matches.distances())
    scores = listing.search.scores([pk for pk, *_near in distances]) if listing.search else {}
    ranked = sorted((is_over, -scores.get(pk, 0), away, pk) for pk, is_over, away in distances)
    return [pk for *_rank, pk in ranked[first : first + count]]

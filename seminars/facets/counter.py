"""What counts talks by the values of filters: the database, or the memory of this process.

Both give the same result. `counter_for` is the only place that chooses between them.
"""

from collections.abc import Collection
from typing import Protocol

from seminars.cache.revision import State
from seminars.facets import memory_table
from seminars.facets.memory_counts import MemoryCounter
from seminars.facets.sql_counts import SqlCounter
from seminars.facets.values import Counts
from seminars.listings.listing import Listing
from seminars.listings.ranking import Matches


class FacetCounter(Protocol):
    """Counts the talks of listings that differ only in facets and parts of time."""

    def count(self, listing: Listing, names: Collection[str]) -> dict[str, Counts]:
        """Return how many of the listing's talks each value of these facets matches."""
        ...

    def matches(self, listing: Listing) -> Matches:
        """Return the talks on all pages of the listing."""
        ...


def counter_for(listing: Listing, state: State | None) -> FacetCounter:
    """Return what counts the listing and its variants.

    `state` is None where the viewer sees what visitors do not, which only the database knows.
    """
    table = memory_table.at(state) if state else None
    return MemoryCounter(table, state, listing) if table and state else SqlCounter()

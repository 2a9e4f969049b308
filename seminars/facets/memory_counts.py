"""Counts facets from the table in this process's memory, for viewers who see what visitors see."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from heapq import nsmallest
from itertools import compress
from typing import Any

from seminars.cache.revision import State
from seminars.facets.memory_table import Column, Combination, TalkTable, minutes
from seminars.facets.values import TOTAL, Counts
from seminars.listings import dimensions
from seminars.listings.filters import When
from seminars.listings.listing import Listing
from seminars.listings.ranking import Distance, Matches
from seminars.models import Series, Topic

#: So many matches are sorted by date in memory; of more, an index of the database has the first.
_MAX_SORTED = 5000
#: How many talks of that index are read at first.
_FIRST_READ = 200


class MemoryCounter:
    """Counts listings that differ only in facets and in parts of time."""

    def __init__(self, table: TalkTable, state: State, listing: Listing) -> None:
        self._table = table
        self._state = state
        self._links = _links(table.epoch, state.shared_token)
        self._among = self._matching_otherwise(listing)

    def count(self, listing: Listing, names: Collection[str]) -> dict[str, Counts]:
        """Return how many of the listing's talks each value of these facets matches."""
        counted: dict[Column, dict[Combination, int]] = {}
        columns = {name: self._column(name) for name in names}
        if self._is_unfiltered(listing) and listing.when is not When.UPCOMING:
            few = self._table.upcoming(self._state) if listing.when is When.PAST else ()
            for column in columns.values():
                counted[column] = self._table.all_but(column, few)
        else:
            talks = self._keys(listing)
            for column in columns.values():
                if column not in counted:
                    counted[column] = column.count(talks)
        return {name: self._by_value(name, counted[column]) for name, column in columns.items()}

    def matches(self, listing: Listing) -> Matches:
        """Return the talks on all pages of the listing, which must ask for something."""
        return MemoryMatches(self._table, self._state, listing, self._keys(listing))

    def _keys(self, listing: Listing) -> list[int]:
        """Return the ids of the listing's talks, in no order; it must ask for something."""
        wanted = list(self._wanted(listing))
        if self._among is not None:
            talks: Iterable[int] = self._among
        elif listing.when is When.UPCOMING:
            talks = self._table.upcoming(self._state)
        else:
            column, allowed = wanted.pop()
            codes = column.codes
            talks = compress(range(len(codes)), map(allowed.__getitem__, codes))
        for column, allowed in wanted:
            codes = column.codes
            talks = [key for key in talks if allowed[codes[key]]]
        is_upcoming = listing.when is When.UPCOMING
        if listing.when is When.PAST or (self._among is not None and is_upcoming):
            upcoming = self._table.upcoming(self._state)
            talks = [key for key in talks if (key in upcoming) is is_upcoming]
        return list(talks)

    def _matching_otherwise(self, listing: Listing) -> list[int] | None:
        """Return the talks of all times that match all but its facets; None: every talk."""
        filters, search = listing.filters, listing.search
        facets = dimensions.facets()
        names = {one.name for one in facets}
        others = tuple(one for one in listing.narrowed if one.link.name not in names)
        if not (listing.scope or others or filters.starting or filters.ending):
            if search is None:
                return None
            if search.query.required or search.keys is not None:
                return self._table.public(search.all_keys)
        for facet in facets:
            filters = filters.choose(facet, facet.empty)
        plain = replace(listing, filters=replace(filters, when=When.ALL), narrowed=others)
        return self._table.public(plain.matching().values_list("pk", flat=True))

    def _is_unfiltered(self, listing: Listing) -> bool:
        return self._among is None and next(self._chosen(listing), None) is None

    def _wanted(self, listing: Listing) -> Iterator[tuple[Column, bytes]]:
        """Yield for each filter the column that it looks at, and which of its codes match."""
        for name, wanted in self._chosen(listing):
            column, values = self._column(name), self._links.values[name]
            matching = (not wanted.isdisjoint(values(one)) for one in column.combinations[1:])
            # Code 0 is that of places without a talk.
            yield column, bytes([0, *matching])

    def _chosen(self, listing: Listing) -> Iterator[tuple[str, frozenset[int | str]]]:
        """Yield the facets of which something is chosen, with the values chosen."""
        names = {one.name for one in dimensions.facets()}
        for scope in listing.narrowed:
            if scope.link.name in names:
                yield scope.link.name, frozenset(scope.keys)
        for dimension, value in listing.filters.chosen():
            if dimension.is_facet and (counted := dimension.counted_values(value)):
                yield dimension.name, frozenset(counted)

    def _column(self, name: str) -> Column:
        table = self._table
        return {
            "series": table.series,
            "department": table.series,
            "topic": table.topics,
            "audience": table.audiences,
            "venue": table.venues,
        }.get(name, table.rest)

    def _by_value(self, name: str, combinations: Mapping[Combination, int]) -> Counts:
        counted: Counter[Any] = Counter()
        values = self._links.values[name]
        for combination, number in combinations.items():
            for value in values(combination):
                counted[value] += number
        return counted


class MemoryMatches:
    """The matches of a listing as the table has them."""

    def __init__(self, table: TalkTable, state: State, listing: Listing, keys: list[int]) -> None:
        self._table = table
        self._state = state
        self._listing = listing
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    def distances(self) -> Iterable[Distance]:
        """Yield how near in time they are, in minutes."""
        upcoming = self._table.upcoming(self._state)
        starts, now = self._table.starts, minutes(self._listing.now)
        return ((key, key not in upcoming, abs(starts[key] - now)) for key in self._keys)

    def by_date(self, first: int, count: int) -> list[int]:
        """Return the ids of a part of them, soonest first, of past talks latest first."""
        if len(self._keys) > _MAX_SORTED:
            return self._from_index(first, count)
        starts, sign = self._table.starts, 1 if self._listing.when is When.UPCOMING else -1
        earliest = nsmallest(
            first + count, self._keys, key=lambda key: (sign * starts[key], sign * key)
        )
        return earliest[first:]

    def _from_index(self, first: int, count: int) -> list[int]:
        """Walk the index of all talks by date until enough of them match, as one in many does."""
        wanted, at, step = frozenset(self._keys), 0, _FIRST_READ
        every = self._listing.without_search().values_list("pk", flat=True)
        matching: list[int] = []
        while len(matching) < first + count:
            part = every[at : at + step]
            if not part:
                break
            matching += [key for key in part if key in wanted]
            at, step = at + step, step * 2
        return matching[first : first + count]


class _Links:
    """What many talks share: the departments of series, and the parents of topics.

    `values` names for each facet the values that a combination of its column counts for.
    """

    def __init__(self) -> None:
        series = Series._default_manager.order_by().values_list("pk", "department")
        self._departments = {key: department for key, department in series if department}
        self._parents = Topic.parents()
        self._ancestors: dict[Combination, frozenset[int]] = {}
        self.values: dict[str, Callable[[Combination], Collection[Any]]] = {
            "series": lambda one: {key for key in one if key},
            "department": self._departments_of,
            "topic": self._topics_of,
            "audience": lambda one: one,
            "venue": lambda one: one if one[0] else (),
            "attendance": lambda one: one[:1],
            "year": lambda one: one[1:2],
            **{flag.name: _has(flag.name) for flag in dimensions.flags()},
            TOTAL: lambda one: (0,),
        }

    def _departments_of(self, series: Combination) -> Collection[int]:
        departments = self._departments
        return {departments[key] for key in series if key in departments}

    def _topics_of(self, topics: Combination) -> Collection[int]:
        """Return these topics and all above them."""
        if topics not in self._ancestors:
            self._ancestors[topics] = Topic.with_ancestors(topics, self._parents)
        return self._ancestors[topics]


def _has(flag: str) -> Callable[[Combination], Collection[int]]:
    return lambda one: (1,) if flag in one[2] else ()


@lru_cache(maxsize=2)
def _links(epoch: str, shared_token: str) -> _Links:
    return _Links()

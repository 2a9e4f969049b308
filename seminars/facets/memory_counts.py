"""Counts facets from the census (facets/memory_table.py), for whoever sees what visitors see."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from itertools import compress
from operator import itemgetter
from typing import Any

from seminars.cache.revision import State
from seminars.facets import memory_table
from seminars.facets.memory_table import Census, Column, Kind, minutes
from seminars.listings.filters import When
from seminars.listings.listing import Hits, Listing
from seminars.models import Series, Topic
from seminars.search import lookup

#: Numbers of talks by value: a row's id, a year, an attendance, or 1 for “has a recording”.
Tally = Mapping[int | str, int]

#: The filters that are facets, and what each of them is without a choice.
FACETS: dict[str, Any] = {
    **dict.fromkeys(("series", "topic", "audience", "attendance", "department"), ()),
    "year": None,
    "recording": False,
    "venue": (),
}
#: The number of all that the listing finds, under the key 0.
ALL = "all"


Condition = Callable[[Kind], bool]


class Pool:
    """What listings are counted among that differ in facets and in parts of time alone."""

    def __init__(self, known: Census, state: State, listing: Listing) -> None:
        self._census = known
        self._state = state
        self._facts = _facts(known.epoch, state.shared_token)
        self._among = self._those_of(listing)

    def keys(self, asked: Listing) -> list[int]:
        """The ids of the talks of the listing, in no order; not for one that asks nothing."""
        wanted = list(self._wanted(asked))
        if self._among is not None:
            talks: Iterable[int] = self._among
        elif asked.when is When.UPCOMING:
            talks = self._census.upcoming(self._state)
        else:
            column, allowed = wanted.pop()
            codes = column.codes
            talks = compress(range(len(codes)), map(allowed.__getitem__, codes))
        for column, allowed in wanted:
            codes = column.codes
            talks = [key for key in talks if allowed[codes[key]]]
        if asked.when is When.PAST or (self._among is not None and asked.when is When.UPCOMING):
            upcoming, which = self._census.upcoming(self._state), asked.when is When.UPCOMING
            talks = [key for key in talks if (key in upcoming) is which]
        return list(talks)

    def hits(self, asked: Listing) -> Hits:
        """The same, as a search takes them."""
        keys = self.keys(asked)
        few = keys if len(keys) <= lookup.MOST else []
        upcoming = self._census.upcoming(self._state)
        starts, now = self._census.starts, minutes(asked.now)
        near = [(key, key not in upcoming, abs(starts[key] - now)) for key in few]
        return Hits(keys, near, starts)

    def count(self, asked: Listing, names: Collection[str]) -> dict[str, Tally]:
        """The talks of the listing by each of these facets."""
        counted: dict[Column, dict[Kind, int]] = {}
        columns = {name: self._column(name) for name in names}
        if self._among is None and asked.when is not When.UPCOMING and not self._asks(asked):
            few = self._census.upcoming(self._state) if asked.when is When.PAST else ()
            for column in columns.values():
                counted[column] = self._census.all_but(column, few)
        else:
            talks = self.keys(asked)
            for column in columns.values():
                if column not in counted:
                    counted[column] = column.count(talks)
        return {name: self._by(name, counted[column]) for name, column in columns.items()}

    def _those_of(self, listing: Listing) -> list[int] | None:
        """The talks that its other filters leave, at all times; None: all."""
        filters, found = listing.filters, listing.found
        if not (_names_more(listing) or filters.starting or filters.ending):
            if found is None:
                return None
            if found.query.required or found.keys is not None:
                return self._census.present(found.every)
        plain = replace(
            listing,
            filters=replace(filters, **FACETS, when=When.ALL),
            narrowed=tuple(one for one in listing.narrowed if one.link.name not in FACETS),
        )
        return self._census.present(plain.matching().values_list("pk", flat=True))

    def _asks(self, asked: Listing) -> bool:
        return next(self._conditions(asked), None) is not None

    def _wanted(self, asked: Listing) -> Iterator[tuple[Column, bytes]]:
        """By each filter the column that it looks at, and which of its numbers it lets pass."""
        for column, condition in self._conditions(asked):
            # What is not there passes none.
            yield column, bytes([0, *map(condition, column.kinds[1:])])

    def _conditions(self, asked: Listing) -> Iterator[tuple[Column, Condition]]:
        filters = asked.filters
        for scope in asked.narrowed:
            name, keys = scope.link.name, frozenset(scope.keys)
            if name == "department":
                keys = self._facts.series_of(keys)
            if name in FACETS:
                yield self._column(name), partial(_meets, keys)
        if filters.attendance:
            yield self._census.rest, lambda kind: kind[0] in filters.attendance
        if filters.year:
            yield self._census.rest, lambda kind: kind[1] == filters.year
        if filters.recording:
            yield self._census.rest, itemgetter(2)

    def _column(self, name: str) -> Column:
        known = self._census
        return {
            "series": known.series,
            "department": known.series,
            "topic": known.topics,
            "audience": known.audiences,
            "venue": known.venues,
        }.get(name, known.rest)

    def _by(self, name: str, kinds: Mapping[Kind, int]) -> Tally:
        counted: Counter[Any] = Counter()
        values = self._facts.values[name]
        for kind, number in kinds.items():
            for value in values(kind):
                counted[value] += number
        return counted


class _Facts:
    """What many talks share: the departments of series, and what topics are part of."""

    def __init__(self) -> None:
        series = Series._default_manager.order_by().values_list("pk", "department")
        self._departments = {key: department for key, department in series if department}
        self._above = dict(Topic._default_manager.order_by().values_list("pk", "parent_id"))
        self._reached: dict[Kind, frozenset[int]] = {}
        #: The values of each facet that talks of a kind count for.
        self.values: dict[str, Callable[[Kind], Collection[Any]]] = {
            "series": lambda kind: {key for key in kind if key},
            "department": self._departments_of,
            "topic": self._topics_of,
            "audience": lambda kind: kind,
            "venue": lambda kind: kind if kind[0] else (),
            "attendance": lambda kind: kind[:1],
            "year": lambda kind: kind[1:2],
            "recording": lambda kind: (1,) if kind[2] else (),
            ALL: lambda kind: (0,),
        }

    def series_of(self, departments: frozenset[int]) -> frozenset[int]:
        return frozenset(key for key, one in self._departments.items() if one in departments)

    def _departments_of(self, kind: Kind) -> Collection[int]:
        departments = self._departments
        return {departments[key] for key in kind if key in departments}

    def _topics_of(self, kind: Kind) -> Collection[int]:
        """These topics and all that they are part of."""
        found = self._reached.get(kind)
        if found is None:
            reached: set[int] = set()
            for topic in kind:
                at: int | None = topic
                while at is not None and at not in reached:
                    reached.add(at)
                    at = self._above.get(at)
            found = self._reached[kind] = frozenset(reached)
        return found


@lru_cache(maxsize=2)
def _facts(epoch: str, shared_token: str) -> _Facts:
    return _Facts()


def pool_of(listing: Listing, state: State) -> Pool | None:
    """What the listing is counted among, if that is known and this process may say it."""
    known = memory_table.known(state)
    return Pool(known, state, listing) if known else None


def _meets(keys: frozenset[int], kind: Kind) -> bool:
    return not keys.isdisjoint(kind)


def _names_more(listing: Listing) -> bool:
    return listing.scope is not None or any(one.link.name not in FACETS for one in listing.narrowed)

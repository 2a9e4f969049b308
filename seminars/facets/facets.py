"""Facets: how many talks each value of a filter would find, under the other filters.

Within one facet values are alternatives, so that its counts ignore what is chosen of it; a facet's
counts are those of a listing without that choice. What several facets ask of one such listing is
one statement. For everybody they are counted from the census (facets/memory_counts.py) as soon as
that
is there, and while nothing changes, a process keeps what it has counted.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from seminars.cache.revision import State
from seminars.cache.store import Store
from seminars.facets import memory_counts
from seminars.facets.memory_counts import ALL, FACETS, Pool, Tally
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Hits, Listing
from seminars.models import Series, Talk, Topic
from seminars.querysets import GROUP, administers, organises


class Option(NamedTuple):
    """A value with how many talks it finds, where they are counted.

    `depth` is that of a topic under those above it.
    """

    value: str
    label: str
    talks: int | None
    chosen: bool
    pk: int = 0
    depth: int = 0


class Facet(NamedTuple):
    """A filter with the values that find the most talks, and those chosen; `rest` are left out.

    `page` is the name of the page that lists all its values.
    """

    name: str
    label: str
    first: tuple[Option, ...]
    more: tuple[Option, ...] = ()
    rest: int = 0
    page: str = ""


# Roughly, in bytes.
_SIZE, _SIZE_OF_VALUE = 1000, 120


def tallies(listing: Listing, state: State | None) -> dict[str, Tally]:
    """The tally of each facet, and of ALL; `state` is that of `state_of`."""
    # By their filters, which say all that these listings differ in.
    asked: dict[Filters, Listing] = {}
    names: dict[Filters, list[str]] = defaultdict(list)
    alike: Listing | None = None
    for name in (*FACETS, ALL):
        if _stands_alone(listing, name):
            one = _without(listing, name)
        else:
            one = alike = alike or _without(listing, name)
        asked[one.filters] = one
        names[one.filters].append(name)
    if state is None:
        counted = [_count(one, names[one.filters]) for one in asked.values()]
    else:
        count = _Counting(listing, state)
        counted = [_kept(one, names[one.filters], state, count) for one in asked.values()]
    return {name: found for one in counted for name, found in one.items()}


def hits(listing: Listing) -> Hits | None:
    """The talks of a search, in no order, where the census knows them."""
    if listing.found is None or not listing.found.query.required:
        return None
    state = state_of(listing)
    if state is None:
        return None
    pool = memory_counts.pool_of(listing, state)
    return pool.hits(replace(listing, now=state.slot)) if pool else None


class _Counting:
    """Counts what is not kept, from the census if it is there."""

    def __init__(self, listing: Listing, state: State) -> None:
        self._listing = listing
        self._state = state

    @cached_property
    def _pool(self) -> Pool | None:
        return memory_counts.pool_of(self._listing, self._state)

    def __call__(self, asked: Listing, names: list[str]) -> dict[str, Tally]:
        return self._pool.count(asked, names) if self._pool else _count(asked, names)


def state_of(listing: Listing) -> State | None:
    """The state under which this may be kept for everybody; None where the viewer may see what
    visitors do not, or others will not: what groups follow may not be everybody's.
    """
    if (
        not settings.PAGE_CACHE_MB
        or organises(listing.viewer)
        or administers(listing.viewer)
        or connection.in_atomic_block
        or any(one.link is GROUP for one in listing.narrowed)
    ):
        return None
    return listing.state


def _said(listing: Listing) -> Filters:
    """The filters with `when` as the form has it, which says so where it is not the usual one."""
    when = None if listing.when is When.UPCOMING else listing.when
    return replace(listing.filters, when=when, page=1)


def _stands_alone(listing: Listing, name: str) -> bool:
    """Whether this facet is not counted as all those are of which nothing is chosen."""
    special = (ALL, "year", "recording")
    return name in special or getattr(listing.filters, name) != FACETS[name]


def _without(listing: Listing, name: str) -> Listing:
    """The listing of which this facet's values are counted: nothing of it is chosen."""
    filters = _said(listing)
    if name == ALL:
        return replace(listing, title="", filters=replace(filters, when=listing.when))
    # A year or “has a recording” means other parts of time, as long as nobody says which.
    any_of_it: dict[str, Any] = {"year": 2000, "recording": True}
    chosen = replace(filters, **{name: any_of_it[name]}) if name in any_of_it else filters
    return replace(
        listing,
        title="",
        filters=replace(
            filters, when=replace(listing, filters=chosen).when, **{name: FACETS[name]}
        ),
        narrowed=tuple(one for one in listing.narrowed if one.link.name != name),
    )


@cache
def _store(megabytes: int) -> Store[Tally]:
    return Store(megabytes * 1024 * 1024 // 4)


def _kept(asked: Listing, names: list[str], state: State, count: _Counting) -> dict[str, Tally]:
    asked = replace(asked, viewer=AnonymousUser(), now=state.slot)
    store = _store(settings.PAGE_CACHE_MB)
    known = {name: store.get((state, asked.filters, name)) for name in names}
    found = {name: one for name, one in known.items() if one is not None}
    missing = [name for name in names if name not in found]
    for name, one in count(asked, missing).items() if missing else ():
        store.put((state, asked.filters, name), one, size=_SIZE + _SIZE_OF_VALUE * len(one))
        found[name] = one
    return found


# ruff: noqa: S608  (the only names put into statements are those of our own tables)

_SERIES = Series._meta.db_table
_CO_SERIES = Talk.co_series.through._meta.db_table
_AMONG = "talk_id IN (SELECT id FROM found)"

_COLUMNS = "id, series, venue, attendance, starts_at, recording_url"
_BY_SERIES = "SELECT series, COUNT(*) FROM found GROUP BY series"


def _by(name: str, value: str, source: str = "found", number: str = "COUNT(*)") -> str:
    return f"SELECT '{name}', CAST({value} AS text), {number} FROM {source} GROUP BY {value}"


def _parts() -> dict[str, list[str]]:
    """What each facet asks of the talks that were found: its name, a value, a number of talks."""
    topics = Talk.topics.through._meta.db_table
    audiences = Talk.audiences.through._meta.db_table
    # A talk counts once for each series that it is in, and once for each department of these.
    # CROSS JOIN, for SQLite keeps to that order: the other way round it reads whole talks.
    joint = (
        f"found CROSS JOIN {_CO_SERIES} AS co JOIN {_SERIES} AS its ON its.id = co.series_id"
        f" LEFT JOIN {_SERIES} AS own ON own.id = found.series WHERE co.talk_id = found.id"
    )
    elsewhere = f"{joint} AND (own.id IS NULL OR own.id <> its.id)"
    outside = f"{joint} AND (own.department_id IS NULL OR own.department_id <> its.department_id)"
    own = f"by_series JOIN {_SERIES} AS own ON own.id = by_series.series"
    sets = f"(SELECT {_joined('topic_id')} AS topics FROM {topics} WHERE {_AMONG} GROUP BY talk_id)"
    return {
        ALL: [f"SELECT '{ALL}', '0', COUNT(*) FROM found"],
        "series": [
            "SELECT 'series', CAST(series AS text), talks FROM by_series",
            _by("series", "its.id", elsewhere),
        ],
        "department": [
            _by("department", "own.department_id", own, "CAST(SUM(talks) AS bigint)"),
            _by("department", "its.department_id", outside, "COUNT(DISTINCT co.talk_id)"),
        ],
        # The topics of a talk together, for it counts once for each that they are part of.
        "topic": [_by("topic", "topics", f"{sets} AS counted")],
        "audience": [_by("audience", "audience_id", f"{audiences} WHERE {_AMONG}")],
        "venue": [_by("venue", "venue")],
        "attendance": [_by("attendance", "attendance")],
        "recording": ["SELECT 'recording', '1', COUNT(*) FROM found WHERE recording_url <> ''"],
        "year": [_by("year", _year_of_start())],
    }


def _joined(column: str) -> str:
    """The numbers of a group, with commas between."""
    if connection.vendor == "postgresql":
        return f"string_agg(CAST({column} AS text), ',' ORDER BY {column})"
    return f"group_concat({column})"


def _year_of_start() -> str:
    """The year of the start in the site's zone; on SQLite the minute (UTC) about New Year's Day,
    for it knows no zones.
    """
    if connection.vendor == "postgresql":
        zone = settings.TIME_ZONE.replace("'", "''")
        return f"EXTRACT(year FROM starts_at AT TIME ZONE '{zone}')"
    return (
        "substr(starts_at, 1, CASE substr(starts_at, 6, 5)"
        " WHEN '12-31' THEN 16 WHEN '01-01' THEN 16 ELSE 4 END)"
    )


def _count(asked: Listing, names: list[str]) -> dict[str, Tally]:
    """Counts the talks of the listing by each of these facets."""
    columns = "pk", "series_id", "venue_id", "attendance", "starts_at", "recording_url"
    counted: dict[str, Counter[int | str]] = {name: Counter() for name in names}
    sets: list[tuple[str, int]] = []
    for name, value, number in _rows(asked.matching().values_list(*columns), names):
        if name == "attendance":
            counted[name][value] = number
        elif name == "topic":
            sets.append((value, number))
        else:
            counted[name][_year(value) if name == "year" else int(value)] += number
    if "topic" in counted:
        counted["topic"] = _by_topic(sets)
    return dict(counted)


def _by_topic(sets: list[tuple[str, int]]) -> Counter[int | str]:
    """The talks of each topic and of those below it, by the numbers of talks with a set of topics.

    One query.
    """
    above = dict(Topic.objects.values_list("pk", "parent_id"))
    counted: Counter[int | str] = Counter()
    for topics, talks in sets:
        reached: set[int] = set()
        for topic in map(int, topics.split(",")):
            at: int | None = topic
            while at is not None and at not in reached:
                reached.add(at)
                at = above.get(at)
        for topic in reached:
            counted[topic] += talks
    return counted


def _rows(found: QuerySet[Talk, Any], names: list[str]) -> list[tuple[str, str, int]]:
    try:
        statement, params = found.query.sql_with_params()
    except EmptyResultSet:
        return []
    every = _parts()
    parts = " UNION ALL ".join(part for name in names for part in every[name])
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found ({_COLUMNS}) AS MATERIALIZED ({statement}),"
            f" by_series (series, talks) AS MATERIALIZED ({_BY_SERIES}) {parts}",
            params,
        )
        return [row for row in cursor.fetchall() if row[1] is not None]


def _year(value: str) -> int:
    if len(value) == 4:
        return int(value)
    return timezone.localdate(datetime.fromisoformat(value).replace(tzinfo=UTC)).year

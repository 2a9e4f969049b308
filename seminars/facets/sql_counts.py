"""Counts facets by one statement of the database."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from seminars.facets.values import TOTAL, Counts
from seminars.listings import dimensions
from seminars.listings.dimension_types import Flag
from seminars.listings.listing import Listing
from seminars.listings.ranking import DatabaseMatches, Matches
from seminars.models import Series, Talk, Topic

# ruff: noqa: S608  (the only names put into statements are those of our own tables)

_SERIES = Series._meta.db_table
_CO_SERIES = Talk.co_series.through._meta.db_table
_AMONG = "talk_id IN (SELECT id FROM matching)"

_COLUMNS = {
    "id": "pk",
    "series": "series_id",
    "venue": "venue_id",
    "attendance": "attendance",
    "starts_at": "starts_at",
}
_BY_SERIES = "SELECT series, COUNT(*) FROM matching GROUP BY series"


class SqlCounter:
    """Counts what the listing's viewer may see; one statement for all facets of a listing."""

    def count(self, listing: Listing, names: Collection[str]) -> dict[str, Counts]:
        """Return how many of the listing's talks each value of these facets matches."""
        columns = [*_COLUMNS.values(), *dimensions.flag_columns()]
        counted: dict[str, Counter[int | str]] = {name: Counter() for name in names}
        by_topics: list[tuple[str, int]] = []
        for name, value, number in _rows(listing.matching().values_list(*columns), names):
            if name == "attendance":
                counted[name][value] = number
            elif name == "topic":
                by_topics.append((value, number))
            else:
                counted[name][_year(value) if name == "year" else int(value)] += number
        if "topic" in counted:
            counted["topic"] = _with_ancestors(by_topics)
        return dict(counted)

    def matches(self, listing: Listing) -> Matches:
        """Return the talks on all pages of the listing."""
        return DatabaseMatches(listing)


def _by(name: str, value: str, source: str = "matching", number: str = "COUNT(*)") -> str:
    return f"SELECT '{name}', CAST({value} AS text), {number} FROM {source} GROUP BY {value}"


def _parts() -> dict[str, list[str]]:
    """Return the SELECTs of each facet: its name, a value, a number of talks."""
    topics = Talk.topics.through._meta.db_table
    audiences = Talk.audiences.through._meta.db_table
    # A talk counts once for each series that it is in, and once for each department of these.
    # CROSS JOIN, for SQLite keeps to that order: the other way round it reads whole talks.
    joint = (
        f"matching CROSS JOIN {_CO_SERIES} AS co JOIN {_SERIES} AS its ON its.id = co.series_id"
        f" LEFT JOIN {_SERIES} AS own ON own.id = matching.series WHERE co.talk_id = matching.id"
    )
    elsewhere = f"{joint} AND (own.id IS NULL OR own.id <> its.id)"
    outside = f"{joint} AND (own.department_id IS NULL OR own.department_id <> its.department_id)"
    own = f"by_series JOIN {_SERIES} AS own ON own.id = by_series.series"
    sets = f"(SELECT {_joined('topic_id')} AS topics FROM {topics} WHERE {_AMONG} GROUP BY talk_id)"
    return {
        TOTAL: [f"SELECT '{TOTAL}', '0', COUNT(*) FROM matching"],
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
        "year": [_by("year", _year_of_start())],
        **{flag.name: [_flagged(flag)] for flag in dimensions.flags()},
    }


def _flagged(flag: Flag) -> str:
    is_set = flag.column if flag.is_boolean else f"{flag.column} <> ''"
    required = "".join(f" AND {name} = '{value}'" for name, value in flag.requires.items())
    return f"SELECT '{flag.name}', '1', COUNT(*) FROM matching WHERE {is_set}{required}"


def _joined(column: str) -> str:
    """Return the numbers of a group, with commas between."""
    if connection.vendor == "postgresql":
        return f"string_agg(CAST({column} AS text), ',' ORDER BY {column})"
    return f"group_concat({column})"


def _year_of_start() -> str:
    """Return the year of the start in the site's zone.

    SQLite knows no zones: around New Year's Day it gives the minute in UTC.
    """
    if connection.vendor == "postgresql":
        zone = settings.TIME_ZONE.replace("'", "''")
        return f"EXTRACT(year FROM starts_at AT TIME ZONE '{zone}')"
    return (
        "substr(starts_at, 1, CASE substr(starts_at, 6, 5)"
        " WHEN '12-31' THEN 16 WHEN '01-01' THEN 16 ELSE 4 END)"
    )


def _with_ancestors(by_topics: list[tuple[str, int]]) -> Counter[int | str]:
    """Return the talks of each topic and of those below it; one query.

    Given are the numbers of talks by the ids of all their topics, with commas between.
    """
    parents = Topic.parents()
    counted: Counter[int | str] = Counter()
    for topics, talks in by_topics:
        for topic in Topic.with_ancestors(map(int, topics.split(",")), parents):
            counted[topic] += talks
    return counted


def _rows(matching: QuerySet[Talk, Any], names: Collection[str]) -> list[tuple[str, str, int]]:
    try:
        statement, params = matching.query.sql_with_params()
    except EmptyResultSet:
        return []
    every = _parts()
    columns = ", ".join([*_COLUMNS, *dimensions.flag_columns()])
    parts = " UNION ALL ".join(part for name in names for part in every[name])
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH matching ({columns}) AS MATERIALIZED ({statement}),"
            f" by_series (series, talks) AS MATERIALIZED ({_BY_SERIES}) {parts}",
            params,
        )
        return [row for row in cursor.fetchall() if row[1] is not None]


def _year(value: str) -> int:
    if len(value) == 4:
        return int(value)
    return timezone.localdate(datetime.fromisoformat(value).replace(tzinfo=UTC)).year

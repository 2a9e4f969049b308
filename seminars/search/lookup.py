"""Find the talks that match a query, and rank them. Only this module has each database's syntax.

SQLite searches its FTS5 table, PostgreSQL the column `vector` with its GIN index. The expressions
consist of folded words, which contain no character with a meaning in either syntax.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from seminars import sql
from seminars.models import FormerWords
from seminars.querysets import TOMBSTONE
from seminars.search import index
from seminars.search.query import Query, Term, parse
from seminars.search.scoring import matches, scores

#: Up to this many talks are ordered by how well they match; more of them by date.
MAX_RANKED = 1000

_WORDS = "SELECT talk_id, names, about, text FROM seminars_talkwords WHERE talk_id IN (%s)"
_SQLITE = {
    "matches": "SELECT rowid FROM seminars_talkwords_fts WHERE seminars_talkwords_fts MATCH %s",
    "keys": "SELECT value FROM json_each(%s)",
}
_POSTGRESQL = {
    "matches": "SELECT talk_id FROM seminars_talkwords WHERE vector @@ CAST(%s AS tsquery)",
    "keys": "SELECT CAST(json_array_elements_text(%s) AS bigint)",
}

# ruff: noqa: S611  (the statements are those above; what was typed is a parameter)


@dataclass(frozen=True)
class SearchResult:
    """A query with the ids of the talks that match it, whether or not the viewer may see them.

    `keys` is None if there are more than `MAX_RANKED`, or if the query only excludes terms.
    """

    query: Query
    keys: tuple[int, ...] | None = None

    @cached_property
    def all_keys(self) -> list[int]:
        """The ids of all matches; only for a query with required terms."""
        return list(self.keys) if self.keys is not None else _matching_ids(_expression(self.query))

    def condition(self) -> Q:
        """Return the condition that a talk matches."""
        if self.keys is not None:
            return id_in(self.keys)
        if self.query.required:
            return Q(pk__in=RawSQL(_sql("matches"), [_expression(self.query)]))
        if self.query.excluded:
            return ~Q(pk__in=RawSQL(_sql("matches"), [_any(self.query.excluded)]))
        return Q()

    def required(self) -> Q:
        """Return the condition that a talk has the required terms, and perhaps excluded ones."""
        if not self.query.excluded:
            return self.condition()
        return replace(self, query=replace(self.query, excluded=()), keys=None).condition()

    def scores(self, keys: Collection[int]) -> dict[int, float]:
        """Return how well each of these talks matches, by id; one query.

        Computed here because the databases rank differently, and read all matches to rank a few.
        """
        rows = sql.rows(_WORDS % _sql("keys"), [json.dumps(list(keys))])
        return scores(self.query.required, rows)


class FormerMatches:
    """The words that talks had before changes that feeds report, read once when first needed."""

    @cached_property
    def _texts(self) -> list[tuple[int, str]]:
        recent = FormerWords.objects.filter(left_at__gt=timezone.now() - TOMBSTONE)
        return list(recent.values_list("talk_id", "words"))

    def of(self, query: Query) -> set[int]:
        """Return the ids of talks that matched before a change, and may still match."""
        if not query.required:
            return set()
        return {talk for talk, words in self._texts if matches(query, words)}


def id_in(keys: Iterable[int], field: str = "pk") -> Q:
    """Return the condition of having one of these ids, more than a statement has parameters."""
    return Q(**{f"{field}__in": RawSQL(_sql("keys"), [json.dumps(list(keys))])})


def find(typed: str) -> SearchResult:
    """Search for what was typed; every text is a valid query. Stale talks are indexed first."""
    query = parse(typed)
    if query.has_no_words:
        return SearchResult(query, ())
    if query:
        index.catch_up()
    if not query.required:
        return SearchResult(query)
    keys = _matching_ids(_expression(query), MAX_RANKED + 1)
    return SearchResult(query, tuple(keys) if len(keys) <= MAX_RANKED else None)


def find_all(texts: Iterable[str]) -> dict[str, SearchResult]:
    """Return the results for several queries by what was typed, without reading any ids."""
    queries = {typed: parse(typed) for typed in texts}
    if queries:
        index.catch_up()
    return {
        typed: SearchResult(query, () if query.has_no_words else None)
        for typed, query in queries.items()
    }


def with_any_word(tokens: Collection[str]) -> list[int]:
    """Return the ids of at most `MAX_RANKED` talks with any of these folded words.

    It reads the index as it is, without indexing stale talks first.
    """
    terms = tuple(Term((token,)) for token in tokens)
    return _matching_ids(_any(terms), MAX_RANKED) if terms else []


def _matching_ids(expression: str, most: int | None = None) -> list[int]:
    limit = f" LIMIT {most}" if most else ""
    return [key for (key,) in sql.rows(f"{_sql('matches')}{limit}", [expression])]


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _sql(name: str) -> str:
    return (_POSTGRESQL if _is_postgresql() else _SQLITE)[name]


def _expression(query: Query) -> str:
    """Return the query in the database's full-text syntax."""
    if _is_postgresql():
        excluded = [f"!{_for_postgresql(term)}" for term in query.excluded]
        return " & ".join([*map(_for_postgresql, query.required), *excluded])
    required = " AND ".join(map(_for_sqlite, query.required))
    return f"({required}) NOT ({_any(query.excluded)})" if query.excluded else required


def _any(terms: tuple[Term, ...]) -> str:
    if _is_postgresql():
        return " | ".join(map(_for_postgresql, terms))
    return " OR ".join(map(_for_sqlite, terms))


def _for_postgresql(term: Term) -> str:
    return f"({' | '.join(map(_phrase_for_postgresql, term.spellings))})"


def _phrase_for_postgresql(spelling: Term) -> str:
    phrase = " <-> ".join(f"'{token}'" for token in spelling.tokens)
    return f"({phrase}:*)" if spelling.is_prefix else f"({phrase})"


def _for_sqlite(term: Term) -> str:
    phrases = " OR ".join(
        f'"{spelling}"*' if spelling.is_prefix else f'"{spelling}"' for spelling in term.spellings
    )
    return f"({phrases})" if term.alternatives else phrases

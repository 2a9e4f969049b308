"""Words to talks: which match, and how well. Nothing else knows how each database does it.

SQLite asks its FTS5 table, PostgreSQL the column `vector` with its GIN index. What is asked is made
of folded words alone, which hold no sign that either language could read as its own.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from seminars import sql
from seminars.models import FormerWords
from seminars.search import index
from seminars.search.query import Query, Term, parse
from seminars.search.scoring import matches, scores

#: Up to so many talks are listed by how well they match; more than that by date.
MOST = 1000

_WORDS = "SELECT talk_id, names, about, text FROM seminars_talkwords WHERE talk_id IN (%s)"
_SQLITE = {
    "every": "SELECT rowid FROM seminars_talkwords_fts WHERE seminars_talkwords_fts MATCH %s",
    "keys": "SELECT value FROM json_each(%s)",
}
_POSTGRESQL = {
    "every": "SELECT talk_id FROM seminars_talkwords WHERE vector @@ CAST(%s AS tsquery)",
    "keys": "SELECT CAST(json_array_elements_text(%s) AS bigint)",
}

# ruff: noqa: S611  (what is put into statements is above; what was typed is a value)


@dataclass(frozen=True)
class Found:
    """What was searched for, and the ids of the talks that match, whoever may see them.

    `keys` is None where there are more than `MOST`, or all match but what is not wanted.
    """

    query: Query
    keys: tuple[int, ...] | None = None

    @cached_property
    def every(self) -> list[int]:
        """The ids of all of them; asked only once, and only where something is wanted."""
        return list(self.keys) if self.keys is not None else _some(_asked(self.query))

    def condition(self) -> Q:
        """That a talk is among them."""
        if self.keys is not None:
            return among(self.keys)
        if self.query.required:
            return Q(pk__in=RawSQL(_sql("every"), [_asked(self.query)]))
        if self.query.excluded:
            return ~Q(pk__in=RawSQL(_sql("every"), [_any(self.query.excluded)]))
        return Q()

    def scores(self, keys: Collection[int]) -> dict[int, float]:
        """How well each of these talks matches, by id; one query.

        Counted here and not by the databases, which differ, and which look at all that matches
        before they can tell how well a few do.
        """
        found = sql.rows(_WORDS % _sql("keys"), [json.dumps(list(keys))])
        return scores(self.query.required, found)


class Former:
    """What talks said until their words were changed lately; read once, when first asked for."""

    @cached_property
    def _every(self) -> list[tuple[int, str]]:
        return list(FormerWords.objects.values_list("talk_id", "words"))

    def matching(self, query: Query) -> set[int]:
        """The talks that matched until then; they may still do so."""
        if not query.required:
            return set()
        return {talk for talk, said in self._every if matches(query, said)}


def among(keys: Iterable[int], field: str = "pk") -> Q:
    """To have one of these ids, of which there may be more than a statement takes."""
    return Q(**{f"{field}__in": RawSQL(_sql("keys"), [json.dumps(list(keys))])})


def find(typed: str) -> Found:
    """The talks for what was typed, whatever it is: without a word in it, all or none."""
    query = parse(typed)
    if query.has_no_words:
        return Found(query, ())
    if query:
        index.catch_up()
    if not query.required:
        return Found(query)
    keys = _some(_asked(query), MOST + 1)
    return Found(query, tuple(keys) if len(keys) <= MOST else None)


def matching(every: Iterable[str]) -> dict[str, Found]:
    """By what was typed the same as `find`, without asking first which talks there are."""
    queries = {typed: parse(typed) for typed in every}
    if queries:
        index.catch_up()
    return {
        typed: Found(query, () if query.has_no_words else None) for typed, query in queries.items()
    }


def sharing(tokens: Collection[str]) -> list[int]:
    """The talks with any of these folded words, whoever may see them; at most `MOST`.

    As the index has them: nothing that waits is read first.
    """
    every = tuple(Term((token,)) for token in tokens)
    return _some(_any(every), MOST) if every else []


def _some(asked: str, most: int | None = None) -> list[int]:
    limit = f" LIMIT {most}" if most else ""
    return [key for (key,) in sql.rows(f"{_sql('every')}{limit}", [asked])]


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _sql(name: str) -> str:
    return (_POSTGRESQL if _is_postgresql() else _SQLITE)[name]


def _asked(query: Query) -> str:
    """All that is wanted and nothing that is not, in the database's language."""
    if _is_postgresql():
        excluded = [f"!{_of_postgresql(term)}" for term in query.excluded]
        return " & ".join([*map(_of_postgresql, query.required), *excluded])
    required = " AND ".join(map(_of_sqlite, query.required))
    return f"({required}) NOT ({_any(query.excluded)})" if query.excluded else required


def _any(terms: tuple[Term, ...]) -> str:
    if _is_postgresql():
        return " | ".join(map(_of_postgresql, terms))
    return " OR ".join(map(_of_sqlite, terms))


def _of_postgresql(term: Term) -> str:
    return f"({' | '.join(map(_way_of_postgresql, term.spellings))})"


def _way_of_postgresql(way: Term) -> str:
    every = " <-> ".join(f"'{token}'" for token in way.tokens)
    return f"({every}:*)" if way.is_prefix else f"({every})"


def _of_sqlite(term: Term) -> str:
    every = " OR ".join(f'"{way}"*' if way.is_prefix else f'"{way}"' for way in term.spellings)
    return f"({every})" if term.alternatives else every

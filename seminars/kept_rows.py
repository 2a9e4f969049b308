"""What lists say of talks, read once for everybody while nothing of it changes.

A row is kept under its talk's own token and that of what many talks share (cache/revision.py),
so there is nothing to invalidate. The tokens are asked for first: what changes in the meantime is
kept under a token that nobody will ask for again. Which talks somebody may see, and which their
groups have, is asked each time.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import connection

from seminars import sql
from seminars.cache import revision
from seminars.cache.revision import State
from seminars.cache.store import Store
from seminars.listings import conditions
from seminars.listings.listing import Listing
from seminars.listings.rows import Row, rows_of
from seminars.models import Talk, TalkRevision

# Roughly, in bytes.
_SIZE = 2500


@cache
def _store(megabytes: int) -> Store[Row]:
    return Store(megabytes * 1024 * 1024 // 8)


def first_rows(listing: Listing, most: int) -> list[Row]:
    """The rows of the first talks of its page, in their order, marked for its viewer."""
    talks = listing.for_page()[:most]
    if _are_kept():
        # Before the tokens; see above.
        state = listing.state
        tokens = list(talks.values_list("pk", "revision__token"))
        return _marked(_kept(tokens, state), listing)
    return _marked(rows_of(talks), listing)


def rows_with(listing: Listing, keys: Sequence[int]) -> list[Row]:
    """The rows of these of its talks, in their order, marked for its viewer."""
    return _marked(_at(keys, listing.state if _are_kept() else None), listing)


def rows_at(keys: Sequence[int], now: datetime) -> list[Row]:
    """The rows of these talks, in their order, whoever may see them."""
    return _at(keys, revision.state(now) if _are_kept() else None)


def _at(keys: Sequence[int], state: State | None) -> list[Row]:
    if state is None:
        rows = {row.id: row for row in rows_of(Talk.objects.filter(pk__in=keys))}
        return [rows[key] for key in keys if key in rows]
    tokens = _tokens(keys)
    return _kept([(key, tokens.get(key)) for key in keys], state)


def _are_kept() -> bool:
    # A transaction sees what no token tells of.
    return bool(settings.PAGE_CACHE_MB) and not connection.in_atomic_block


def _kept(talks: Sequence[tuple[int, str | None]], state: State) -> list[Row]:
    """The rows of talks with their tokens, which those have not that the triggers never saw."""
    store = _store(settings.PAGE_CACHE_MB)
    asked = [(state.shared_token, *talk) for talk in talks]
    found = {key[1]: row for key, row in zip(asked, store.get_all(asked), strict=True) if row}
    missing = {pk: key for key in asked if (pk := key[1]) not in found}
    for row in rows_of(Talk.objects.filter(pk__in=list(missing))) if missing else ():
        store.put(missing[row.id], row, size=_SIZE)
        found[row.id] = row
    return [found[pk] for pk, _token in talks if pk in found]


def _tokens(keys: Sequence[int]) -> dict[int, str]:
    if not keys:
        return {}
    statement = "SELECT talk_id, token FROM {} WHERE talk_id IN ({})"
    return dict(sql.rows(statement.format(TalkRevision._meta.db_table, sql.numbers(keys))))


def _marked(rows: list[Row], listing: Listing) -> list[Row]:
    kept = conditions.kept_among([row.id for row in rows], listing.viewer)
    return [row._replace(is_kept=True) if row.id in kept else row for row in rows]

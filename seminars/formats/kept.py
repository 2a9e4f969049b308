"""Long feeds put together from entries that are kept while nothing they say changes.

After an edit one talk of a thousand is read and written anew. An entry is kept under the talk's own
token and that of what many talks share (seminars/freshness.py), so there is nothing to invalidate.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from seminars import freshness, joining
from seminars.formats.base import Entries, Entry, Format
from seminars.keeping import Store
from seminars.listings import Listing
from seminars.querysets import TalkQuerySet


class _Key(NamedTuple):
    """All that an entry depends on, but for the moment."""

    suffix: str
    talk: int
    token: str | None
    shared_token: str
    left_at: datetime | None
    signed_in: bool
    language: str | None


class _Kept(NamedTuple):
    """An entry, and when time alone will change it (UTC)."""

    entry: Entry
    until: datetime | None


#: How many talks are read at once.
_CHUNK = 500


@cache
def _store(megabytes: int) -> Store[_Kept]:
    return Store(megabytes * 1024 * 1024 // 2)


def rendered(form: Format, listing: Listing) -> bytes:
    """The listing's feed in the format, with the talks that have left it where that is told."""
    sources = [listing.for_feed(), *([listing.departed()] if form.takes_departed else [])]
    if form.entries is None:
        return form.render(listing, [talk for talks in sources for talk in talks])
    shared_token = freshness.state(listing.now).shared_token
    return form.entries.whole(
        listing,
        [
            entry
            for talks in sources
            for entry in _entries(
                form.entries, listing, talks, _keys(form.suffix, listing, talks, shared_token)
            )
        ],
    )


def _keys(suffix: str, listing: Listing, talks: TalkQuerySet, shared_token: str) -> list[_Key]:
    """A key for each talk, in their order; one query."""
    around = listing.viewer.is_authenticated, get_language()
    columns = ["pk", "revision__token"]
    if "left_at" in talks.query.annotations:
        columns.append("left_at")
    rows = talks.prefetch_related(None).values_list(*columns)
    return [
        _Key(suffix, talk, token, shared_token, left_at[0] if left_at else None, *around)
        for talk, token, *left_at in rows
    ]


def _entries(
    entries: Entries, listing: Listing, talks: TalkQuerySet, keys: list[_Key]
) -> Iterator[Entry]:
    store = _store(settings.KEPT_MEGABYTES)
    found = {key.talk: kept.entry for key in keys if (kept := _known(store, key, listing.now))}
    missing = {key.talk: key for key in keys if key.talk not in found}
    wanted = list(missing)
    for start in range(0, len(wanted), _CHUNK):
        # Of the same talks once more, for one may have been withdrawn since.
        for talk in talks.filter(pk__in=wanted[start : start + _CHUNK]):
            found[talk.pk] = entry = entries.make(listing, talk)
            kept = _Kept(entry, joining.changes_at(talk, listing.now))
            store.put(missing[talk.pk], kept, size=len(entry.body))
    return (found[key.talk] for key in keys if key.talk in found)


def _known(store: Store[_Kept], key: _Key, now: datetime) -> _Kept | None:
    kept = store.get(key)
    return kept if kept and (kept.until is None or now < kept.until) else None

"""Long feeds put together from entries that are kept while nothing they say changes.

After an edit one talk of a thousand is read and written anew. An entry is kept under the talk's own
token and that of what many talks share (cache/revision.py), so there is nothing to invalidate.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from seminars.cache.store import Store
from seminars.formats import prefetch
from seminars.formats.base import Entries, Entry, Format
from seminars.listings.listing import Listing
from seminars.models import TalkQuerySet
from seminars.wording.join_link import changes_at


class _Around(NamedTuple):
    """All that an entry depends on, but for the talk and the moment."""

    suffix: str
    shared_token: str
    signed_in: bool
    language: str | None


class _Kept(NamedTuple):
    """An entry, and when time alone will change it (UTC)."""

    entry: Entry
    until: datetime | None


#: How many talks are read at once; all that is known of one takes ten times what is said of it.
_CHUNK = 200


@cache
def _store(megabytes: int) -> Store[_Kept]:
    return Store(megabytes * 1024 * 1024 // 2)


def rendered(form: Format, listing: Listing) -> bytes:
    """The listing's feed in the format, with the talks that have left it where that is told."""
    state = listing.state
    sources = [listing.for_feed(), *([listing.departed()] if form.takes_departed else [])]
    if form.entries is None:
        return form.render(listing, [talk for talks in sources for talk in talks])
    signed_in = listing.viewer.is_authenticated
    around = _Around(form.suffix, state.shared_token, signed_in, get_language())
    entries = [one for talks in sources for one in _entries(form.entries, listing, talks, around)]
    return form.entries.whole(listing, entries)


def _entries(
    entries: Entries, listing: Listing, talks: TalkQuerySet, around: _Around
) -> Iterator[Entry]:
    """An entry for each talk, in their order; one query, and some more for what is not kept."""
    store = _store(settings.PAGE_CACHE_MB)
    told = [name for name in ("left_at", "left_quietly") if name in talks.query.annotations]
    columns = ["pk", "revision__token", *told]
    talks = talks.prefetch_related(None)
    rows = talks.values_list(*columns)
    keys: list[tuple[Any, ...]] = [(*row, around) for row in rows]
    found: list[Entry | None] = [
        kept.entry if kept and (kept.until is None or listing.now < kept.until) else None
        for kept in store.get_all(keys)
    ]
    missing = {key[0]: at for at, key in enumerate(keys) if found[at] is None}
    wanted = list(missing)
    for start in range(0, len(wanted), _CHUNK):
        # Of the same talks once more, for one may have been withdrawn since.
        some = list(talks.with_rows().filter(pk__in=wanted[start : start + _CHUNK]))
        prefetch.attach(some, around.shared_token)
        for talk in some:
            found[missing[talk.pk]] = entry = entries.make(listing, talk)
            kept = _Kept(entry, changes_at(talk, listing.now))
            store.put(keys[missing[talk.pk]], kept, size=len(entry.body))
    return (entry for entry in found if entry is not None)

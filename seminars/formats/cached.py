"""Long feeds assembled from cached entries.

After an edit, one talk of a thousand is read and formatted again. The key of an entry contains the
token of its talk and that of what many talks share (cache/revision.py), so nothing has to be
invalidated.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from seminars.cache.store import Store
from seminars.formats.base import Entries, Entry, Format
from seminars.formats.labels import Labels, read_labels
from seminars.listings.listing import Listing
from seminars.models import TalkQuerySet
from seminars.wording.join_link import next_change_at


class _Context(NamedTuple):
    """Everything that an entry depends on besides its talk and the time."""

    suffix: str
    shared_token: str
    signed_in: bool
    language: str | None


class _CachedEntry(NamedTuple):
    """An entry, and the instant (UTC) at which time alone will change it."""

    entry: Entry
    until: datetime | None


#: How many talks are read at once; a talk takes ten times the memory of its entry.
_CHUNK = 200


@cache
def _store(megabytes: int) -> Store[_CachedEntry]:
    return Store(megabytes * 1024 * 1024 // 2)


def rendered(form: Format, listing: Listing) -> bytes:
    """Return the listing's feed in the format, with the talks that have left it if the format
    takes them.
    """
    state = listing.state
    sources = [listing.for_feed(), *([listing.departed()] if form.takes_departed else [])]
    if form.entries is None:
        return form.render(listing, [talk for talks in sources for talk in talks])
    signed_in = listing.viewer.is_authenticated
    context = _Context(form.suffix, state.shared_token, signed_in, get_language())
    entries = [one for talks in sources for one in _entries(form.entries, listing, talks, context)]
    return form.entries.whole(listing, entries)


def _entries(
    entries: Entries, listing: Listing, talks: TalkQuerySet, context: _Context
) -> Iterator[Entry]:
    """Return the talks' entries in their order; one query, and three for up to 200 not cached."""
    store = _store(settings.PAGE_CACHE_MB)
    departure = [name for name in ("left_at", "left_quietly") if name in talks.query.annotations]
    columns = ["pk", "revision__token", *departure]
    talks = talks.prefetch_related(None)
    keys: list[tuple[Any, ...]] = [(*row, context) for row in talks.values_list(*columns)]
    result: list[Entry | None] = [
        cached.entry if cached and (cached.until is None or listing.now < cached.until) else None
        for cached in store.get_all(keys)
    ]
    positions = {key[0]: at for at, key in enumerate(keys) if result[at] is None}
    missing = list(positions)
    for start in range(0, len(missing), _CHUNK):
        # The same conditions once more: a talk may have been withdrawn since.
        chunk = list(talks.with_rows().filter(pk__in=missing[start : start + _CHUNK]))
        labels = read_labels([talk.pk for talk in chunk])
        for talk in chunk:
            entry = entries.make(listing, talk, labels.get(talk.pk, Labels()))
            at = positions[talk.pk]
            result[at] = entry
            cached = _CachedEntry(entry, next_change_at(talk, listing.now))
            store.put(keys[at], cached, size=len(entry.body))
    return (entry for entry in result if entry is not None)

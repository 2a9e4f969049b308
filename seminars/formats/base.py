"""A format: a suffix, a media type, and a function from a listing's talks to bytes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from seminars.formats.labels import Labels
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.wording.join_link import last_change_at


def _unchanged(address: str, _name: str) -> str:
    return address


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A line of the Subscribe menu.

    `link` returns its target, given the feed's absolute URL and a name for the feed.
    """

    label: str | Promise
    link: Callable[[str, str], str] = _unchanged


class Entry(Protocol):
    """One talk in a format, with the facts that the whole feed needs to know about it."""

    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Entries:
    """The two steps of a format whose entries are cached (cached.py).

    `make` returns the entry of one talk. It must not depend on the listing, except on its viewer
    and time as far as `join_link` does. `whole` assembles the feed. `render` does one after the
    other.
    """

    make: Callable[[Listing, Talk, Labels], Any]
    whole: Callable[[Listing, Sequence[Any]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A feed format. `render` takes a listing and its talks, as `Listing.for_feed` returns them.

    It is pure and makes no query: the same data gives the same bytes in every process. `copied` is
    the menu's label for a URL that people can copy; without it the URL is not shown. If the format
    `takes_departed`, the talks of `Listing.departed`, which have `left_at`, follow the others. With
    `chunks`, a feed can be sent while it is being rendered.
    """

    suffix: str
    media_type: str
    label: str
    render: Callable[[Listing, Sequence[Talk]], bytes]
    offers: tuple[Offer, ...] = ()
    copied: str | Promise = ""
    takes_departed: bool = False
    entries: Entries | None = None
    chunks: Callable[[Listing, Iterable[Talk]], Iterator[bytes]] | None = None


def modified_at(listing: Listing, talk: Talk) -> datetime:
    """Return when (UTC) the talk's entry last changed: with an edit, or when its link opened."""
    return max(filter(None, [talk.changed_at, last_change_at(talk, listing.now)]))


def instant(moment: datetime) -> str:
    """Return an instant as in RFC 3339: in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def is_personal(listing: Listing) -> bool:
    """Whether the feed's URL must not appear in the feed.

    It may contain a key or, in the old calendar's URLs, a token; people may pass the file on, and
    the key or token would let others read the feed.
    """
    return not listing.feed_path or listing.feed_path.startswith("/feeds/")

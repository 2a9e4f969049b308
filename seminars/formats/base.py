"""What a format is: a suffix, a media type, and a function from a listing's talks to bytes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise

from seminars.formats.labels import Labels
from seminars.listings.listing import Listing
from seminars.models import Talk


def _itself(address: str, _name: str) -> str:
    return address


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One way to take a feed, as the Subscribe menu names it.

    `link` makes of the feed's whole address, and of a name for it, where the menu leads.
    """

    label: str | Promise
    link: Callable[[str, str], str] = _itself


class Entry(Protocol):
    """What a format says of one talk, and whatever its whole needs to know of it."""

    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Entries:
    """The two steps of a format whose entries are kept from one answer to the next (kept.py).

    `make` says all of a talk that the listing's own facts do not change: only its viewer and its
    moment may, as far as `join_link` asks for them. `whole` puts them together; `render` is
    the one after the other.
    """

    make: Callable[[Listing, Talk, Labels], Any]
    whole: Callable[[Listing, Sequence[Any]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`render` takes a listing and its talks, as `Listing.for_feed` reads them.

    It is pure and asks the database for nothing: the same data gives the same bytes in every
    process. `copied` is what the menu calls the address for people who copy it; empty: not shown.
    Where it `takes_departed`, the talks of `Listing.departed` follow, told by their `left_at`.
    What has `pieces` can be sent while it is being made.
    """

    suffix: str
    media_type: str
    label: str
    render: Callable[[Listing, Sequence[Talk]], bytes]
    offers: tuple[Offer, ...] = ()
    copied: str | Promise = ""
    takes_departed: bool = False
    entries: Entries | None = None
    pieces: Callable[[Listing, Iterable[Talk]], Iterator[bytes]] | None = None


def is_personal(listing: Listing) -> bool:
    """Whether the address of its feeds is not to be told.

    Whoever has the key that it holds reads the feed, so a file that may be passed on must not tell
    it; nor are the old calendar's addresses, which may hold a token.
    """
    return not listing.feed_path or listing.feed_path.startswith("/feeds/")

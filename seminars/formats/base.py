"""What a format is: a suffix, a media type, and a function from a listing's talks to bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from seminars.listings import Listing
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`render` takes a listing and its talks, as `Listing.for_feed` reads them.

    It is pure and asks the database for nothing: the same data gives the same bytes in every
    process. `copied` is what the menu calls the address for people who copy it; empty: not shown.
    Where it `takes_departed`, the talks of `Listing.departed` follow, told by their `left_at`.
    """

    suffix: str
    media_type: str
    label: str
    render: Callable[[Listing, Sequence[Talk]], bytes]
    offers: tuple[Offer, ...] = ()
    copied: str | Promise = ""
    takes_departed: bool = False


def is_personal(listing: Listing) -> bool:
    """Whether the address of its feeds holds a key.

    Whoever has the key reads the feed, so a file that may be passed on must not tell it.
    """
    return listing.feed_path.startswith("/feeds/")

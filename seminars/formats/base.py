"""What a format is: a suffix, a media type, and a function from a listing's talks to bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seminars.listings import Listing
from seminars.models import Talk


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`render` takes a listing and its talks, as `Listing.for_feed` reads them.

    It is pure and asks the database for nothing: the same data gives the same bytes in every
    process.
    """

    suffix: str
    media_type: str
    label: str
    render: Callable[[Listing, Sequence[Talk]], bytes]

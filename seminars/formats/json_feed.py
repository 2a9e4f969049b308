"""JSON Feed 1.1."""

from collections.abc import Sequence
from seminars.formats.base import Format
from seminars.listings import Listing
from seminars.models import Talk


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    raise NotImplementedError


FORMAT = Format(
    suffix="json",
    media_type="application/feed+json; charset=utf-8",
    label="JSON Feed",
    render=render,
)

"""iCalendar (RFC 5545)."""

from collections.abc import Sequence
from seminars.formats.base import Format
from seminars.listings import Listing
from seminars.models import Talk


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    raise NotImplementedError


FORMAT = Format(
    suffix="ics", media_type="text/calendar; charset=utf-8", label="iCalendar", render=render
)

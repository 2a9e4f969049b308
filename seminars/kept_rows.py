"""What lists say of talks, read once for all visitors while nothing of it changes."""

from django.conf import settings
from django.db import connection

from seminars import census, freshness
from seminars.listings import Listing
from seminars.rows import Row, rows_of


def rows_with(listing: Listing, keys: list[int]) -> list[Row]:
    """The rows of these of its talks, in their order."""
    known = None
    # The marks of what groups have are a person's own.
    if not listing.viewer.is_authenticated and settings.KEPT_MEGABYTES:
        known = None if connection.in_atomic_block else census.known(freshness.state(listing.now))
    if known is None:
        rows = {row.id: row for row in rows_of(listing.with_keys(keys))}
    else:
        shared_token = freshness.state(listing.now).shared_token
        rows = known.kept(shared_token, keys, lambda missing: rows_of(listing.with_keys(missing)))
    return [rows[key] for key in keys if key in rows]

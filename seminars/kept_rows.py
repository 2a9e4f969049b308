"""What lists say of talks, read once for all visitors while nothing of it changes."""

from django.conf import settings
from django.db import connection

from seminars import census, freshness
from seminars.listings import Listing
from seminars.rows import Row, rows_of


def rows_with(listing: Listing, keys: list[int]) -> list[Row]:
    """The rows of these of its talks, in their order."""
    rows: dict[int, Row] | None = None
    # The marks of what groups have are a person's own, and a transaction sees what no state tells.
    anybodys = not listing.viewer.is_authenticated and not connection.in_atomic_block
    if anybodys and settings.KEPT_MEGABYTES:
        state = freshness.state(listing.now)
        if known := census.known(state):
            rows = known.kept(
                state.shared_token, keys, lambda missing: rows_of(listing.with_keys(missing))
            )
    if rows is None:
        rows = {row.id: row for row in rows_of(listing.with_keys(keys))}
    return [rows[key] for key in keys if key in rows]

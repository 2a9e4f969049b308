"""The upcoming talks of the home page, read once for everyone until something changes.

People who organize no series see the same talks as visitors, apart from the marks of those in
their groups. Both depend only on the state of the data (cache/revision.py), as cached pages do.
"""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from seminars.cache import revision
from seminars.cache.revision import State
from seminars.listings import agenda, conditions
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.listings.rows import Row, first_rows
from seminars.querysets import Viewer, organizes
from seminars.views.paging import PAGE_SIZE


class Upcoming(NamedTuple):
    """The next talks under their headings, and whether there are more."""

    sections: list[agenda.Section]
    more: bool


def upcoming(viewer: Viewer, now: datetime) -> Upcoming:
    """Return a page of the next talks as this viewer sees them."""
    if not settings.PAGE_CACHE_MB or organizes(viewer):
        return _under_headings(_rows(viewer, now), now)
    state = revision.state(now)
    # Visitors, and people whose groups have none of the talks, share one list.
    saved = _saved(state, viewer.pk) if isinstance(viewer, User) else frozenset[int]()
    return _marked(state, saved)


@lru_cache(maxsize=64)
def _marked(state: State, saved: frozenset[int]) -> Upcoming:
    rows = [row._replace(is_saved=row.id in saved) for row in _public(state)]
    return _under_headings(rows, state.slot)


@lru_cache(maxsize=4)
def _public(state: State) -> list[Row]:
    return _rows(AnonymousUser(), state.slot)


@lru_cache(maxsize=1024)
def _saved(state: State, user: int) -> frozenset[int]:
    """Return which of the next talks are in a group to which this person may add talks."""
    viewer = User.objects.get(pk=user)
    return conditions.saved_by([row.id for row in _public(state)], viewer)


def _rows(viewer: Viewer, now: datetime) -> list[Row]:
    return first_rows(Listing.find(filters=Filters(), now=now, viewer=viewer), PAGE_SIZE + 1)


def _under_headings(rows: list[Row], now: datetime) -> Upcoming:
    return Upcoming(agenda.sections(rows[:PAGE_SIZE], now), len(rows) > PAGE_SIZE)

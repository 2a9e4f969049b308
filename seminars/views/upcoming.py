"""What is on, read once for everybody while nothing changes.

People who organise no series see the talks that visitors see, but for the marks of those that their
groups have. Both are functions of the data's state (cache/revision.py), as kept answers are.
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
from seminars.querysets import Viewer, organises
from seminars.views.paging import PAGE


class Upcoming(NamedTuple):
    """The next talks under their headings, and whether there are more."""

    sections: list[agenda.Section]
    more: bool


def upcoming(viewer: Viewer, now: datetime) -> Upcoming:
    """A page of the next talks, as this viewer sees them."""
    if not settings.PAGE_CACHE_MB or organises(viewer):
        return _under_headings(_rows(viewer, now), now)
    state = revision.state(now)
    # To lists it is the same whether nobody is asking, or somebody whose groups have none of them.
    marked = _marked(state, viewer.pk) if isinstance(viewer, User) else frozenset[int]()
    return _known(state, marked)


@lru_cache(maxsize=64)
def _known(state: State, marked: frozenset[int]) -> Upcoming:
    rows = [row._replace(is_saved=row.id in marked) for row in _public(state)]
    return _under_headings(rows, state.slot)


@lru_cache(maxsize=4)
def _public(state: State) -> list[Row]:
    return _rows(AnonymousUser(), state.slot)


@lru_cache(maxsize=1024)
def _marked(state: State, user: int) -> frozenset[int]:
    """Which of the next talks a group has to which this person may add."""
    viewer = User.objects.get(pk=user)
    return conditions.kept_among([row.id for row in _public(state)], viewer)


def _rows(viewer: Viewer, now: datetime) -> list[Row]:
    return first_rows(Listing.find(filters=Filters(), now=now, viewer=viewer), PAGE + 1)


def _under_headings(rows: list[Row], now: datetime) -> Upcoming:
    return Upcoming(agenda.sections(rows[:PAGE], now), len(rows) > PAGE)

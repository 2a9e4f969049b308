"""The rows that lists are made of."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.listings.rows import Row, first_rows, rows_at, rows_with
from seminars.models import Talk
from seminars.querysets import Viewer
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys() -> list[int]:
    """Three talks with everything that a row shows, by date."""
    series = factories.series(name="Logic", slug="logic")
    venue = factories.venue(building="Mudd Library", room="3514")
    return [
        factories.talk(
            factories.speaker(name=f"Speaker {number}", affiliation="Kyiv"),
            title=f"Number {number}",
            series=series,
            venue=venue,
            date=datetime.date(2025, 3, 10 + number),
        ).pk
        for number in range(3)
    ]


def listing(viewer: Viewer | None = None) -> Listing:
    return Listing.find(filters=Filters(), now=NOW, viewer=viewer or AnonymousUser())


def test_rows_come_in_the_order_asked_for(keys: list[int]) -> None:
    def ids(rows: list[Row]) -> list[int]:
        return [row.id for row in rows]

    assert ids(first_rows(listing(), 2)) == keys[:2]
    assert ids(rows_with(listing(), keys[::-1])) == keys[::-1]
    missing = 10**9
    assert ids(rows_at([keys[2], missing, keys[0]])) == [keys[2], keys[0]]


def test_a_row_holds_what_a_list_shows(keys: list[int]) -> None:
    (row,) = rows_at(keys[:1])
    assert (row.title, row.series and row.series.name, row.venue and row.venue.building) == (
        "Number 0",
        "Logic",
        "Mudd Library",
    )
    assert [(one.speaker.name, one.affiliation) for one in row.people] == [("Speaker 0", "Kyiv")]


def test_three_rows_take_as_many_queries_as_one(keys: list[int]) -> None:
    counts = []
    for some in (keys[:1], keys):
        with CaptureQueriesContext(connection) as queries:
            rows_at(some)
        counts.append(len(queries))
    # The talks, and the people who appear at them.
    assert counts == [2, 2]


def test_no_query_where_no_row_is_wanted() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert rows_at([]) == []
    assert len(queries) == 0


def test_marks_are_the_viewer_s_own(keys: list[int]) -> None:
    first = Talk.objects.get(pk=keys[0])
    ada, bob = factories.user(), factories.user()
    factories.group(first, manager=ada)
    factories.group(first, member=bob)
    marks = [
        [row.is_saved for row in rows_with(listing(viewer), keys)]
        for viewer in (ada, None, bob, ada)
    ]
    assert marks == [[True, False, False], [False] * 3, [False] * 3, [True, False, False]]

"""Fixtures of the tests of talks."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from seminars.formats import FORMATS
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from seminars.querysets import Viewer
from tests.clients import signed_in
from tests.factories import NOW

Render = Callable[..., bytes]


@pytest.fixture
def browser(ada: User) -> Client:
    """A client in which Ada is signed in."""
    return signed_in(ada)


@pytest.fixture
def render_as(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> Callable[[str], Render]:
    """A function that renders the feed of all talks in a format, without any query."""

    def renderer(suffix: str) -> Render:
        def render(
            filters: Filters | None = None,
            now: datetime.datetime = NOW,
            viewer: Viewer | None = None,
        ) -> bytes:
            chosen = filters or Filters(when=When.ALL)
            listing = Listing.find(filters=chosen, now=now, viewer=viewer)
            talks = list(listing.for_feed())
            with django_assert_num_queries(0):
                return FORMATS[suffix].render(listing, talks)

        return render

    return renderer

"""Declare the filter of docs/how-to-add-a-filter.md at run time, and look for it everywhere."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import icalendar
import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.utils.translation import gettext_lazy
from pytest_django import Settings

from seminars.cache import triggers
from seminars.facets import facets, memory_counts, memory_table
from seminars.facets.counter import counter_for
from seminars.listings import dimensions
from seminars.listings.dimension_types import Flag
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.models import Departure, Follow, Talk
from seminars.services.changes import changing
from seminars.services.following import follow
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs/how-to-add-a-filter.md"


@pytest.fixture
def livestreamed() -> Iterator[Flag]:
    """The guide's filter, declared while the test runs."""
    (code,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(), re.DOTALL)
    # No talk has the guide's field, so a text that talks have stands in for it.
    code = code.replace('column="livestreamed"', 'column="registration_url"')
    flag: Flag = eval(code, {"Flag": Flag, "gettext_lazy": gettext_lazy})  # noqa: S307
    dimensions.DIMENSIONS.insert(dimensions.DIMENSIONS.index(dimensions.flags()[0]) + 1, flag)
    _forget_counts()
    yield flag
    dimensions.DIMENSIONS.remove(flag)
    _forget_counts()


def _forget_counts() -> None:
    memory_counts._links.cache_clear()
    memory_table.forget()


@pytest.fixture
def two_talks() -> tuple[Talk, Talk]:
    """One talk that is streamed live and one that is not, both upcoming."""
    url = "https://live.example.org/"
    return factories.talk(title="Live", registration_url=url), factories.talk(title="Not live")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.django_db
def test_a_new_filter_narrows_pages_and_feeds(
    client: Client, livestreamed: Flag, two_talks: tuple[Talk, Talk]
) -> None:
    page = Page(client.get("/talks/?livestreamed=yes").content)
    assert page.words("row-title") == ["Live"]
    feed = client.get("/talks.json?livestreamed=yes").json()
    assert [item["title"] for item in feed["items"]] == ["Live"]
    assert feed["title"] == "Talks · Livestreamed"
    refused = client.get("/talks.json?livestreamed=no")
    assert (refused.status_code, refused.content.decode()) == (
        400,
        "“livestreamed” can only be yes, not “no”.\n",
    )


@pytest.mark.django_db
def test_a_new_filter_is_a_facet_and_a_chip(
    client: Client, livestreamed: Flag, two_talks: tuple[Talk, Talk]
) -> None:
    page = Page(client.get("/talks/").content)
    assert "Livestreamed (1)" in page.words("check")
    chosen = Page(client.get("/talks/?livestreamed=yes").content)
    assert chosen.words("chip") == ["Remove Livestream: Livestreamed ×"]


@pytest.mark.django_db(transaction=True)
def test_a_new_filter_is_counted_in_memory_as_in_the_database(
    livestreamed: Flag, two_talks: tuple[Talk, Talk], settings: Settings
) -> None:
    settings.PAGE_CACHE_MB = 8
    triggers.install()
    listing = Listing.find(filters=Filters.read(QueryDict("livestreamed=yes")), now=NOW)
    state = facets.cacheable_state(listing)
    assert state is not None
    counts = []
    for _attempt in ("by the database", "from memory"):
        counts.append(counter_for(listing, state).count(listing, ["livestreamed", "total"]))
        memory_table.wait()
    assert isinstance(counter_for(listing, state), memory_counts.MemoryCounter)
    assert counts == [{"livestreamed": {1: 1}, "total": {0: 1}}] * 2


@pytest.mark.django_db
def test_a_group_follows_a_new_filter(livestreamed: Flag, two_talks: tuple[Talk, Talk]) -> None:
    owner = factories.user()
    group = factories.group(manager=owner)
    filters = Filters.read(QueryDict("livestreamed=yes"))
    follow(group=group, target=filters, by=owner, now=NOW)
    assert [(rule.filters, rule.title) for rule in Follow.objects.all()] == [
        ("livestreamed=yes", "livestreamed")
    ]
    listing = Listing.of_group(group, filters=Filters(), now=NOW, viewer=owner)
    assert [talk.title for talk in listing.for_page()] == ["Live"]


@pytest.mark.django_db
def test_a_talk_that_no_longer_matches_a_new_filter_departs(
    client: Client, livestreamed: Flag, two_talks: tuple[Talk, Talk]
) -> None:
    talk, _other = two_talks
    with changing(talk=talk, by=None, now=NOW + datetime.timedelta(hours=1)):
        talk.registration_url = ""
        talk.save()
    assert [(one.talk, one.dimension, one.value) for one in Departure.objects.all()] == [
        (talk, "livestreamed", "yes")
    ]
    with time_machine.travel(NOW + datetime.timedelta(hours=2), tick=False):
        calendar = icalendar.Calendar.from_ical(client.get("/talks.ics?livestreamed=yes").content)
    assert [(str(one["UID"]), str(one["STATUS"])) for one in calendar.walk("VEVENT")] == [
        (str(talk.uid), "CANCELLED")
    ]


def test_the_guide_s_files_exist() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", HOW_TO.read_text(), re.MULTILINE)
    assert len(rows) == 8
    assert [row for row in rows if not (ROOT / row).exists()] == []

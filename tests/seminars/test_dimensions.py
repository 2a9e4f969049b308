"""The declarations of filters are complete, and a new one works everywhere by itself."""

import datetime
from collections.abc import Iterator
from dataclasses import fields

import icalendar
import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.utils.translation import gettext_lazy
from pytest_django import Settings

from seminars.cache import triggers
from seminars.facets import facets, memory_counts, memory_table, sql_counts
from seminars.facets.counter import counter_for
from seminars.listings import dimensions
from seminars.listings.dimension_types import Dimension, Flag
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.models import Departure, Follow, Talk
from seminars.models.departure import SIGNIFICANT_DIMENSIONS, WORDS
from seminars.services import snapshots
from seminars.services.changes import changing
from seminars.services.departures import places
from seminars.services.following import follow
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page
from tests.seminars.seed import seed_talk


def test_every_field_of_filters_is_a_dimension() -> None:
    declared = {one.field or one.name for one in dimensions.DIMENSIONS if not isinstance(one, Flag)}
    assert declared | {"flags"} == {field.name for field in fields(Filters)}


def test_without_a_query_every_dimension_is_empty() -> None:
    assert Filters.read(QueryDict("")) == Filters()
    assert [one.name for one in dimensions.DIMENSIONS if Filters().value(one) != one.empty] == []


def test_names_and_parameters_are_distinct() -> None:
    for names in (
        [one.name for one in dimensions.DIMENSIONS],
        [name for one in dimensions.DIMENSIONS for name in one.parameters],
        [one.departs_as for one in dimensions.DIMENSIONS],
    ):
        assert len(names) == len(set(names))


@pytest.mark.django_db
def test_every_facet_is_counted_both_ways() -> None:
    names = {one.name for one in dimensions.facets()}
    assert names | {"total"} == set(sql_counts._parts())
    assert names | {"total"} == set(memory_counts._Links().values)


def test_dimensions_whose_departures_raise_sequence_are_declared() -> None:
    assert {one.departs_as for one in dimensions.DIMENSIONS} >= SIGNIFICANT_DIMENSIONS
    # Its departures name no value; FormerWords has the text.
    assert WORDS not in {one.departs_as for one in dimensions.DIMENSIONS}


@pytest.mark.django_db
def test_a_talk_stands_under_a_value_of_each_dimension_that_it_can_leave() -> None:
    talk = seed_talk()
    stands = {dimension for dimension, _value in places(snapshots.of(talk))}
    can_leave = {
        one.departs_as
        for one in dimensions.DIMENSIONS
        if type(one).places is not Dimension.places and one.name != "group"
    }
    assert stands == can_leave
    deciding = {name for one in dimensions.DIMENSIONS for name in one.decided_by}
    assert deciding <= set(snapshots.of(talk))


def test_rows_have_a_link_of_their_own_name() -> None:
    assert [one.link.name for one in dimensions.rows()] == [one.name for one in dimensions.rows()]


@pytest.fixture
def livestreamed() -> Iterator[Flag]:
    """A yes/no filter that is declared at run time, by a column that talks have."""
    flag = Flag.declare(
        "livestreamed",
        gettext_lazy("Livestream"),
        column="registration_url",
        choice=gettext_lazy("Livestreamed"),
        phrase=gettext_lazy("With a livestream"),
    )
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
    """One talk with a livestream and one without, both upcoming."""
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
    assert feed["title"] == "Talks · With a livestream"
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
        ("livestreamed=yes", "with a livestream")
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

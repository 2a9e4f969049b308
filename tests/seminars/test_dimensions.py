"""The declarations of filters are complete, and a new one works everywhere by itself."""

from dataclasses import fields

import pytest
from django.http import QueryDict

from seminars.facets import memory_counts, sql_counts
from seminars.listings import dimensions
from seminars.listings.dimension_types import Dimension, Flag
from seminars.listings.filters import Filters
from seminars.models.departure import SIGNIFICANT_DIMENSIONS, WORDS
from seminars.services import snapshots
from seminars.services.departures import places
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

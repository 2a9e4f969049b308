"""The filters of a listing: the same parameters in the address of every page and feed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from seminars.listings.dimension_types import ANY_DAYS, Days, Dimension, Flag, When
from seminars.listings.dimensions import DIMENSIONS
from seminars.listings.query_values import BadFilterError, page_number, refuse_unknown
from seminars.models import Talk

__all__ = ["BadFilterError", "Days", "Filters", "When", "page_number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a listing, a field for each dimension; `flags` are the yes/no filters chosen.

    A talk must match every filter that is given; of a filter's several values one is enough. Days
    and year are in the site's zone.
    """

    words: str = ""
    series: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    venue: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    speaker: int | None = None
    attendance: tuple[Talk.Attendance, ...] = ()
    year: int | None = None
    flags: frozenset[str] = frozenset()
    when: When | None = None
    days: Days = ANY_DAYS
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """Return the filters of an address; raise BadFilterError for the first that is wrong."""
        refuse_unknown(query, (name for one in DIMENSIONS for name in one.parameters))
        filters = cls()
        for dimension in DIMENSIONS:
            filters = filters.choose(dimension, dimension.read(query))
        return filters

    def value(self, dimension: Dimension[Any]) -> Any:
        """Return what is chosen of a dimension."""
        if isinstance(dimension, Flag):
            return dimension.name in self.flags
        return getattr(self, dimension.field or dimension.name)

    def choose(self, dimension: Dimension[Any], value: Any) -> "Filters":
        """Return the filters with another value of a dimension."""
        if not isinstance(dimension, Flag):
            return replace(self, **{dimension.field or dimension.name: value})
        name = {dimension.name}
        return replace(self, flags=self.flags | name if value else self.flags - name)

    def chosen(self) -> Iterator[tuple[Dimension[Any], Any]]:
        """Yield the dimensions of which something is chosen, with their values."""
        for dimension in DIMENSIONS:
            if (value := self.value(dimension)) != dimension.empty:
                yield dimension, value

    @property
    def starting(self) -> date | None:
        return self.days.first

    @property
    def ending(self) -> date | None:
        return self.days.last

    @property
    def has_days(self) -> bool:
        """Whether days or a year are given, which then decide how far back a listing reaches."""
        return any(dimension.implies is When.ALL for dimension, _value in self.chosen())

    @property
    def implied_when(self) -> When:
        """The part of time that is shown where `when` is not given."""
        implied = {dimension.implies for dimension, _value in self.chosen()}
        return next((when for when in (When.ALL, When.PAST) if when in implied), When.UPCOMING)

    def phrases(self) -> Iterator[str]:
        """Yield how a title says what is chosen, apart from the time and from names of rows."""
        return self._phrases(is_time=False)

    def time_phrases(self) -> Iterator[str]:
        """Yield how a title says which part of time is shown."""
        return self._phrases(is_time=True)

    def _phrases(self, *, is_time: bool) -> Iterator[str]:
        for dimension, value in self.chosen():
            if dimension.is_time is is_time:
                yield from dimension.phrases(value)

    def query(self) -> str:
        """Return the filters as an address's query, always in the same order.

        The page is left out: a feed has none, and other filters begin at the first.
        """
        return urlencode([pair for one, value in self.chosen() for pair in one.pairs(value)])

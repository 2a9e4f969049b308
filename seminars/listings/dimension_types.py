"""The types of filters that dimensions.py declares.

A dimension is one filter: how it is read from an address and written back, how a title phrases it,
which talks match it, and from which of its values a talk can depart.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings
from django.db.models import BooleanField, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_stubs_ext import StrPromise

from accounts.models import Group
from seminars import clock, wording
from seminars.listings import query_values
from seminars.listings.condition import Condition, departures_from
from seminars.models import Audience, Department, Series, Talk, Topic, Venue
from seminars.querysets import SPEAKER, Link

#: How many characters of a search count; the rest is ignored.
MAX_QUERY_LENGTH = 200

_YEARS = range(1800, 2201)

V = TypeVar("V")

#: A talk's fields as plain data, as services.snapshots makes them.
TalkData = Mapping[str, Any]


class When(StrEnum):
    """The part of time that a listing shows."""

    UPCOMING = "upcoming"
    PAST = "past"
    ALL = "all"


class Days(NamedTuple):
    """The first and last day of a listing, both included, in the site's zone."""

    first: date | None = None
    last: date | None = None


ANY_DAYS = Days()


@dataclass(frozen=True)
class Dimension(Generic[V]):
    """One filter. `name` is its parameter in addresses; `field` that of Filters with its value.

    The value is `empty` where nothing is chosen.
    """

    name: str
    label: StrPromise
    _: KW_ONLY
    field: str = ""
    empty: Any = ()
    #: Whether pages offer it as a facet, with numbers of talks.
    is_facet: bool = False
    #: Its place among the facets of a form.
    form_order: int = 0
    #: The part of time that a listing shows while it is chosen, unless `when` is given.
    implies: When | None = None
    #: A value with which `implies` applies.
    example: Any = None
    #: Whether a title names it among the parts of time.
    is_time: bool = False
    #: The fields of a talk that decide which of the filter's values it has.
    decided_by: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that it has in addresses."""
        return (self.name,)

    def read(self, query: QueryDict) -> V:
        """Return the value that an address gives; raise BadFilterError."""
        raise NotImplementedError

    def pairs(self, value: V) -> Iterator[tuple[str, str]]:
        """Yield the parameters of an address that give this value."""
        raise NotImplementedError

    def phrases(self, value: V) -> Iterator[str]:
        """Yield the title's wording for the value; nothing if the title has the scope's name."""
        yield from ()

    def conditions(self, value: V) -> Iterator[Condition]:
        """Yield what a talk must meet; nothing where scopes or the listing itself decide."""
        yield from ()

    def places(self, talk: TalkData) -> Iterable[object]:
        """Return this filter's values that the talk has now and may later lose."""
        return ()

    def counted_values(self, value: V) -> Iterable[int | str]:
        """Return the facet values to count for the current choice; empty if scopes supply them."""
        return ()

    @property
    def departs_as(self) -> str:
        """The name under which departures from it are recorded."""
        return self.name


class Words(Dimension[str]):
    """The text that is searched; its talks come from the search index."""

    def read(self, query: QueryDict) -> str:
        typed = query_values.without_control_characters(query_values.single(query, self.name))
        return typed[:MAX_QUERY_LENGTH].strip()

    def pairs(self, value: str) -> Iterator[tuple[str, str]]:
        if value:
            yield self.name, value

    def phrases(self, value: str) -> Iterator[str]:
        if value:
            yield f"“{value}”"


@dataclass(frozen=True)
class Rows(Dimension[tuple[str, ...]]):
    """The slugs of rows that talks are linked to; their scope is the condition."""

    _: KW_ONLY
    model: "type[Series | Topic | Audience | Department | Venue | Group]"
    link: Link
    #: Returns the ids of the rows that a talk is linked to.
    linked_ids: Callable[[TalkData], Iterable[int]]
    #: The url name of the page that lists all of them; empty where there is none.
    index_page: str = ""

    def read(self, query: QueryDict) -> tuple[str, ...]:
        return query_values.slugs(query, self.name)

    def pairs(self, value: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        return ((self.name, slug) for slug in value)

    def places(self, talk: TalkData) -> Iterable[object]:
        return self.linked_ids(talk)


class SpeakerId(Dimension[int | None]):
    """A speaker; their scope is the condition."""

    def read(self, query: QueryDict) -> int | None:
        return query_values.row_id(query, self.name)

    def pairs(self, value: int | None) -> Iterator[tuple[str, str]]:
        if value:
            yield self.name, str(value)

    def places(self, talk: TalkData) -> Iterable[object]:
        people = talk["appearances"]
        return {one["speaker"]["id"] for one in people if one["role"] in SPEAKER.roles}


class Attendance(Dimension[tuple[Talk.Attendance, ...]]):
    """In person, online, hybrid: any of those chosen."""

    def read(self, query: QueryDict) -> tuple[Talk.Attendance, ...]:
        try:
            return tuple(map(Talk.Attendance, query_values.several(query, self.name)))
        except ValueError:
            wrong = set(query_values.several(query, self.name)) - set(Talk.Attendance.values)
            sentence = _("“%(name)s” must be in-person, online, or hybrid, not “%(value)s”.")
            raise query_values.bad_value(self.name, sentence, min(wrong)) from None

    def pairs(self, value: tuple[Talk.Attendance, ...]) -> Iterator[tuple[str, str]]:
        return ((self.name, one.value) for one in value)

    def phrases(self, value: tuple[Talk.Attendance, ...]) -> Iterator[str]:
        if value:
            yield ", ".join(str(one.label) for one in value)

    def conditions(self, value: tuple[Talk.Attendance, ...]) -> Iterator[Condition]:
        if value:
            yield Condition(Q(attendance__in=value), departures_from(self.departs_as, value))

    def places(self, talk: TalkData) -> Iterable[object]:
        return {talk["attendance"]}

    def counted_values(self, value: tuple[Talk.Attendance, ...]) -> Iterable[int | str]:
        return [one.value for one in value]


class Year(Dimension[int | None]):
    """A year in the site's zone."""

    def read(self, query: QueryDict) -> int | None:
        value = query_values.single(query, self.name)
        if not value:
            return None
        if not re.fullmatch(r"\d{4}", value, re.ASCII) or int(value) not in _YEARS:
            sentence = _("“%(name)s” must be a year such as 2025, not “%(value)s”.")
            raise query_values.bad_value(self.name, sentence, value)
        return int(value)

    def pairs(self, value: int | None) -> Iterator[tuple[str, str]]:
        if value:
            yield self.name, str(value)

    def phrases(self, value: int | None) -> Iterator[str]:
        if value:
            yield str(value)

    def conditions(self, value: int | None) -> Iterator[Condition]:
        if value:
            yield from _begins_within(Days(date(value, 1, 1), date(value, 12, 31)))

    def counted_values(self, value: int | None) -> Iterable[int | str]:
        return [value] if value else []


@dataclass(frozen=True)
class Flag(Dimension[bool]):
    """A yes/no filter: `column` of the talk is true, or is a text that is not empty.

    `requires` are values that other columns must have as well. `choice` is how its facet offers it,
    `phrase` how a title says it.
    """

    _: KW_ONLY
    column: str
    requires: Mapping[str, str] = field(default_factory=dict)
    choice: StrPromise
    phrase: StrPromise

    @classmethod
    def declare(
        cls,
        name: str,
        label: StrPromise,
        *,
        column: str,
        requires: Mapping[str, str] | None = None,
        choice: StrPromise,
        phrase: StrPromise,
        implies: When | None = None,
        form_order: int = 70,
    ) -> "Flag":
        """Return a facet, recorded in departures, for this column."""
        return cls(
            name,
            label,
            column=column,
            requires=requires or {},
            choice=choice,
            phrase=phrase,
            implies=implies,
            example=True,
            empty=False,
            is_facet=True,
            form_order=form_order,
            decided_by=(column, *(requires or {})),
        )

    def read(self, query: QueryDict) -> bool:
        value = query_values.single(query, self.name)
        if value not in ("", "yes"):
            sentence = _("“%(name)s” can only be yes, not “%(value)s”.")
            raise query_values.bad_value(self.name, sentence, value)
        return value == "yes"

    def pairs(self, value: bool) -> Iterator[tuple[str, str]]:
        if value:
            yield self.name, "yes"

    def phrases(self, value: bool) -> Iterator[str]:
        if value:
            yield str(self.phrase)

    def conditions(self, value: bool) -> Iterator[Condition]:
        if value:
            yield Condition(self.is_set, departures_from(self.departs_as, ["yes"]))

    def places(self, talk: TalkData) -> Iterable[object]:
        return ["yes"] if self.is_true_of(talk) else []

    def counted_values(self, value: bool) -> Iterable[int | str]:
        return [1] if value else []

    @property
    def is_boolean(self) -> bool:
        return isinstance(Talk._meta.get_field(self.column), BooleanField)

    @property
    def is_set(self) -> Q:
        """Match the talks that have it."""
        has = Q(**{self.column: True}) if self.is_boolean else ~Q(**{self.column: ""})
        return has & Q(**self.requires)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that decide whether a talk has it."""
        return self.column, *self.requires

    def is_true_of(self, talk: Mapping[str, Any]) -> bool:
        """Whether a talk with these values has it."""
        return bool(talk[self.column]) and all(
            talk[name] == value for name, value in self.requires.items()
        )


class PartOfTime(Dimension[When | None]):
    """Upcoming, past or all; the listing compares each talk with its `now`."""

    def read(self, query: QueryDict) -> When | None:
        value = query_values.single(query, self.name)
        try:
            return When(value) if value else None
        except ValueError:
            sentence = _("“%(name)s” must be upcoming, past, or all, not “%(value)s”.")
            raise query_values.bad_value(self.name, sentence, value) from None

    def pairs(self, value: When | None) -> Iterator[tuple[str, str]]:
        if value:
            yield self.name, value.value

    def phrases(self, value: When | None) -> Iterator[str]:
        if value in (When.UPCOMING, When.PAST):
            yield _("Upcoming") if value is When.UPCOMING else _("Past")


class Dates(Dimension[Days]):
    """The days between `from` and `to`."""

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("from", "to")

    @property
    def departs_as(self) -> str:
        return "date"

    def read(self, query: QueryDict) -> Days:
        days = Days(query_values.day(query, "from"), query_values.day(query, "to"))
        if days.first and days.last and days.last < days.first:
            sentence = _("The end date (to) is before the start date (from).")
            raise query_values.BadFilterError("to", sentence)
        return days

    def pairs(self, value: Days) -> Iterator[tuple[str, str]]:
        for name, day in zip(self.parameters, value, strict=True):
            if day:
                yield name, day.isoformat()

    def phrases(self, value: Days) -> Iterator[str]:
        if value.first and value.first == value.last:
            yield wording.day(value.first)
        elif value.first or value.last:
            first, last = (day and wording.short_day(day) for day in value)
            yield f"{first or ''} – {last or ''}".strip()

    def conditions(self, value: Days) -> Iterator[Condition]:
        return _begins_within(value)

    def places(self, talk: TalkData) -> Iterable[object]:
        return {talk["date"]} if talk["date"] else ()


class Page(Dimension[int]):
    """The page of a long list. Feeds have none, and changing another filter returns to page 1."""

    def read(self, query: QueryDict) -> int:
        return query_values.page(query)

    def pairs(self, value: int) -> Iterator[tuple[str, str]]:
        return iter(())


def _begins_within(days: Days) -> Iterator[Condition]:
    """Yield the conditions that a talk begins on these days, which a move can take it off."""
    if days.first:
        yield Condition(
            Q(starts_at__gte=clock.midnight(days.first, settings.TIME_ZONE)),
            Q(dimension="date", value__gte=days.first.isoformat()),
        )
    if days.last:
        yield Condition(
            Q(starts_at__lt=clock.end_of_day(days.last, settings.TIME_ZONE)),
            Q(dimension="date", value__lte=days.last.isoformat()),
        )

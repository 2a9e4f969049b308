"""The facets that a page of talks offers, with what the address has chosen of them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

from accounts.models import Group
from seminars.facets import ALL, Option, Tally, tallies
from seminars.listings import Listing
from seminars.models import Audience, Department, Series, Talk, Topic, Venue
from seminars.querysets import SPEAKER

#: How many values a facet shows, and how many more it has at hand.
FIRST, MORE = 8, 24


class Facet(NamedTuple):
    """A filter with the values that find the most talks, and those chosen; `rest` are left out.

    `page` is the name of the page that lists all its values.
    """

    name: str
    label: str
    first: tuple[Option, ...]
    more: tuple[Option, ...] = ()
    rest: int = 0
    page: str = ""


class Chip(NamedTuple):
    """Something chosen, and the address of the page without it."""

    name: str
    label: str
    value: str
    address: str


class Year(NamedTuple):
    """A year, how many of the listing's talks it has, and the address of these."""

    year: int
    talks: int
    address: str
    chosen: bool


class Choices(NamedTuple):
    facets: list[Facet]
    chips: list[Chip]
    years: list[Year]
    #: How many talks the listing has.
    total: int

    @property
    def earlier(self) -> Year | None:
        """The last year with talks before the one that is chosen."""
        return next((one for one in self.years for at in self._at() if one.year < at), None)

    @property
    def later(self) -> Year | None:
        """The first year with talks after it."""
        return next((one for one in self.years[::-1] for at in self._at() if one.year > at), None)

    def _at(self) -> list[int]:
        return [one.year for one in self.years if one.chosen]


def choices(listing: Listing, query: QueryDict) -> Choices:
    """What can be chosen, what the address has chosen, and how much there is of each."""
    counted = tallies(listing)
    facets = [make(counted, query, listing) for make in _FACETS]
    years = [
        Year(year, count, _narrowed(listing, year=year), year == listing.filters.year)
        for year, count in _by_year(counted, listing)
    ]
    return Choices(facets, list(_chips(facets, listing)), years, counted[ALL].get(0, 0))


def _narrowed(listing: Listing, **filters: Any) -> str:
    return replace(listing, filters=replace(listing.filters, **filters)).address()


def _of_rows(
    name: str,
    label: StrPromise,
    model: type[Series | Topic | Audience | Department | Venue],
    index: str,
    counted: dict[str, Tally],
    query: QueryDict,
    listing: Listing,
) -> Facet:
    """The rows that lead to the most talks; one query."""
    tally, chosen = counted[name], [slug for slug in query.getlist(name) if "\0" not in slug]
    most = sorted(tally, key=lambda key: (-tally[key], key))[: FIRST + MORE]
    rows = model._default_manager.filter(Q(pk__in=most) | Q(slug__in=chosen))
    options = [
        Option(row.slug, str(row), tally.get(row.pk, 0), row.slug in chosen, row.pk) for row in rows
    ]
    options.sort(key=lambda one: (not one.chosen, -(one.talks or 0), one.label.casefold()))
    first = max(FIRST, sum(one.chosen for one in options))
    parts = options[:first], options[first : first + MORE]
    if model is Topic:
        above = {row.pk: row.parent_id for row in rows if isinstance(row, Topic)}
        ordered = [_as_tree(part, above) for part in parts]
    else:
        ordered = [sorted(part, key=lambda one: (-(one.talks or 0), one.label)) for part in parts]
    rest = len(tally.keys() - {one.pk for part in parts for one in part})
    return Facet(name, str(label), tuple(ordered[0]), tuple(ordered[1]), rest, index)


def _as_tree(options: list[Option], above: dict[int, int | None]) -> list[Option]:
    """Each topic right after the one above it that is among them, or at the top of the tree."""
    here = {one.pk for one in options}
    found: list[Option] = []

    def grow(parent: int | None, depth: int) -> None:
        for one in sorted(options, key=lambda one: -(one.talks or 0)):
            its = above[one.pk] if above[one.pk] in here else None
            if its == parent:
                found.append(one._replace(depth=depth))
                grow(one.pk, depth + 1)

    grow(None, 0)
    return found


def _of_attendance(counted: dict[str, Tally], query: QueryDict, listing: Listing) -> Facet:
    options = [
        Option(value, str(label), counted["attendance"].get(value, 0), value in chosen)
        for chosen in [query.getlist("attendance")]
        for value, label in Talk.Attendance.choices
    ]
    return Facet(
        "attendance", _("Attendance"), tuple(one for one in options if one.talks or one.chosen)
    )


def _by_year(counted: dict[str, Tally], listing: Listing) -> list[tuple[int, int]]:
    """The years that have talks, and the one that is chosen, with their numbers; latest first."""
    chosen = {listing.filters.year: 0} if listing.filters.year else {}
    found = chosen | {int(year): count for year, count in counted["year"].items()}
    return sorted(found.items(), reverse=True)


def _of_years(counted: dict[str, Tally], query: QueryDict, listing: Listing) -> Facet:
    """The latest first; the first option is none of them."""
    year, years = listing.filters.year, _by_year(counted, listing)
    options = [Option(str(one), str(one), count, one == year) for one, count in years]
    first = [one for n, one in enumerate(options) if n < FIRST or one.chosen]
    more = [one for one in options if one not in first]
    anyone = Option("", _("Any year"), None, year is None)
    return Facet("year", _("Year"), (anyone, *first) if years else (), tuple(more))


def _of_recording(counted: dict[str, Tally], query: QueryDict, listing: Listing) -> Facet:
    chosen = query.get("recording") == "yes"
    option = Option("yes", _("Has a recording"), counted["recording"].get(1, 0), chosen)
    shown = (option,) if option.talks or chosen else ()
    return Facet("recording", _("Recording"), shown)


def _of_groups(counted: dict[str, Tally], query: QueryDict, listing: Listing) -> Facet:
    """The public ones, and what the address names and the viewer may see. They are not counted,
    for what a group follows is many questions.
    """
    chosen = {*query.getlist("group"), *listing.filters.group}
    named = Group.objects.visible_to(listing.viewer).at(chosen)
    others = Group.objects.listed().exclude(slug__in=chosen)
    found = [Option(row.slug, str(row), None, chosen=True) for row in named]
    first = max(FIRST, len(found))
    most = first + MORE - len(found)
    # However many there are, no more of them are read.
    found += [Option(row.slug, str(row), None, chosen=False) for row in others[:most]]
    shown = sorted(found[:first], key=lambda one: one.label.casefold())
    rest = max(others.count() - most, 0)
    return Facet("group", _("Group"), tuple(shown), tuple(found[first:]), rest, "groups")


_FACETS = (
    partial(_of_rows, "series", gettext_lazy("Series"), Series, "series-index"),
    partial(_of_rows, "topic", gettext_lazy("Topic"), Topic, "topic-index"),
    partial(_of_rows, "audience", gettext_lazy("Audience"), Audience, ""),
    _of_attendance,
    partial(_of_rows, "department", gettext_lazy("Department"), Department, "department-index"),
    _of_years,
    _of_recording,
    partial(_of_rows, "venue", gettext_lazy("Venue"), Venue, "venue-index"),
    _of_groups,
)


def _chips(facets: list[Facet], listing: Listing) -> Iterator[Chip]:
    """One for each value that is chosen; a speaker is chosen on pages about them."""
    for facet in facets:
        for one in (*facet.first, *facet.more):
            if one.chosen and one.value:
                yield Chip(facet.name, facet.label, one.label, _without(listing, facet.name, one))
    for scope in listing.narrowed:
        if scope.link is SPEAKER:
            address = _narrowed(listing, speaker=None)
            yield Chip("speaker", _("Speaker"), scope.names[0], address)


def _without(listing: Listing, name: str, option: Option) -> str:
    chosen = getattr(listing.filters, name)
    if not isinstance(chosen, tuple):
        return _narrowed(listing, **{name: None if name == "year" else False})
    return _narrowed(listing, **{name: tuple(one for one in chosen if one != option.value)})

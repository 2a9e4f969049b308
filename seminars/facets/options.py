"""The facets that a page of talks offers, with what the address has chosen of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_stubs_ext import StrPromise

from accounts.models import Group
from seminars import sql
from seminars.cache.revision import State
from seminars.facets import facets
from seminars.facets.facets import Facet, Option, tallies
from seminars.facets.memory_counts import ALL, Tally
from seminars.listings.filters import When
from seminars.listings.listing import Listing
from seminars.models import Audience, Department, Series, Talk, Topic, Venue
from seminars.querysets import SPEAKER, Viewer

Model = Series | Topic | Audience | Department | Venue

#: How many values a facet shows, and how many more it has at hand.
FIRST, MORE = 8, 24


# The parts of a facet in templatetags/facets.py.
_PARTS = ("first", "more")


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


class Named(NamedTuple):
    """A row that is a value of a facet; `parent` is that of a topic."""

    pk: int
    slug: str
    label: str
    parent: int | None


class Asked(NamedTuple):
    """What facets are made from; `state` is that of `facets.state_of`."""

    counted: dict[str, Tally]
    query: QueryDict
    listing: Listing
    state: State | None


class Choices(NamedTuple):
    facets: list[Facet]
    chips: list[Chip]
    #: To browse by, where there is an archive to browse.
    years: list[Year]
    #: How many talks the listing has.
    total: int
    #: How many past talks match the words of a search for upcoming ones, and their address.
    past: int = 0
    past_address: str = ""

    @property
    def targets(self) -> str:
        """The parts of the form that another choice changes, as HTMX is told of them."""
        parts = (f",#{one.name}-{part}:innerHTML" for one in self.facets for part in _PARTS)
        return "".join(parts)

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
    state = facets.state_of(listing)
    counted = tallies(listing, state)
    asked = Asked(counted, query, listing, state)
    every = [make(asked) for make in _FACETS]
    years = _years(counted, listing) if listing.when is When.PAST or listing.filters.year else []
    total = counted[ALL].get(0, 0)
    found = Choices(every, list(_chips(every, listing)), years, total)
    if listing.found is None or listing.when is not When.UPCOMING:
        return found
    # A year may be a past one, so that those count all talks there are.
    past = sum(counted["year"].values()) - total
    return found._replace(past=past, past_address=_narrowed(listing, when=When.PAST, page=1))


def _years(counted: dict[str, Tally], listing: Listing) -> list[Year]:
    return [
        Year(year, count, _narrowed(listing, year=year), year == listing.filters.year)
        for year, count in _by_year(counted, listing)
    ]


def _narrowed(listing: Listing, **filters: Any) -> str:
    return replace(listing, filters=replace(listing.filters, **filters)).address()


def _of_rows(
    name: str,
    label: StrPromise,
    model: type[Model],
    index: str,
    asked: Asked,
) -> Facet:
    """The rows that lead to the most talks."""
    tally = asked.counted[name]
    chosen = [slug for slug in asked.query.getlist(name) if "\0" not in slug]
    most = sorted(tally, key=lambda key: (-tally[key], key))[: FIRST + MORE]
    rows = _named(model, most, chosen, asked.state)
    options = [
        Option(row.slug, row.label, tally.get(row.pk, 0), row.slug in chosen, row.pk)
        for row in rows
    ]
    options.sort(key=lambda one: (not one.chosen, -(one.talks or 0), one.label.casefold()))
    first = max(FIRST, sum(one.chosen for one in options))
    parts = options[:first], options[first : first + MORE]
    if model is Topic:
        above = {row.pk: row.parent for row in rows}
        ordered = [_as_tree(part, above) for part in parts]
    else:
        ordered = [sorted(part, key=lambda one: (-(one.talks or 0), one.label)) for part in parts]
    rest = len(tally.keys() - {one.pk for part in parts for one in part})
    return Facet(name, str(label), tuple(ordered[0]), tuple(ordered[1]), rest, index)


def _named(
    model: type[Model], keys: list[Any], slugs: list[str], state: State | None
) -> Collection[Named]:
    """The rows with these ids or slugs; while nothing changes that many talks share, a process
    keeps all that there are.
    """
    if state is None:
        return _read(model._default_manager.filter(Q(pk__in=keys) | Q(slug__in=slugs)))
    every, by_slug = _every(model, state.shared_token)
    keys = [*keys, *(by_slug[slug] for slug in slugs if slug in by_slug)]
    return [every[key] for key in dict.fromkeys(keys) if key in every]


@lru_cache(maxsize=16)
def _every(model: type[Model], shared_token: str) -> tuple[dict[int, Named], dict[str, int]]:
    rows = _read(model._default_manager.all())
    return {row.pk: row for row in rows}, {row.slug: row.pk for row in rows}


def _read(rows: QuerySet[Any]) -> list[Named]:
    return [
        Named(row.pk, row.slug, str(row), getattr(row, "parent_id", None))
        for row in rows.order_by("pk")
    ]


def _as_tree(options: list[Option], above: dict[int, int | None]) -> list[Option]:
    """Each topic right after the one above it that is among them, or at the top of the tree."""
    here = {one.pk for one in options}
    below: dict[int | None, list[Option]] = defaultdict(list)
    for one in sorted(options, key=lambda one: -(one.talks or 0)):
        below[above[one.pk] if above[one.pk] in here else None].append(one)
    found: list[Option] = []

    def grow(parent: int | None, depth: int) -> None:
        for one in below[parent]:
            found.append(one._replace(depth=depth))
            grow(one.pk, depth + 1)

    grow(None, 0)
    return found


def _of_attendance(asked: Asked) -> Facet:
    options = [
        Option(value, str(label), asked.counted["attendance"].get(value, 0), value in chosen)
        for chosen in [asked.query.getlist("attendance")]
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


def _of_years(asked: Asked) -> Facet:
    """The latest first; the first option is none of them."""
    year, years = asked.listing.filters.year, _by_year(asked.counted, asked.listing)
    options = [Option(str(one), str(one), count, one == year) for one, count in years]
    first = [one for n, one in enumerate(options) if n < FIRST or one.chosen]
    more = [one for one in options if one not in first]
    anyone = Option("", _("Any year"), None, year is None)
    return Facet("year", _("Year"), (anyone, *first) if years else (), tuple(more))


def _of_recording(asked: Asked) -> Facet:
    chosen = asked.query.get("recording") == "yes"
    option = Option("yes", _("Has a recording"), asked.counted["recording"].get(1, 0), chosen)
    shown = (option,) if option.talks or chosen else ()
    return Facet("recording", _("Recording"), shown)


def _of_groups(asked: Asked) -> Facet:
    """The public ones, and what the address names and the viewer may see. They are not counted,
    for what a group follows is many questions.
    """
    chosen = {*asked.query.getlist("group"), *asked.listing.filters.group}
    if not chosen and not asked.counted[ALL].get(0):
        # Nothing can be narrowed any further.
        return Facet("group", _("Group"), ())
    if chosen or asked.state is None:
        return _groups(asked.listing.viewer, chosen)
    return _listed(asked.state.token, get_language())


@lru_cache(maxsize=4)
def _listed(token: str, language: str | None) -> Facet:
    """The groups that are offered to everybody, while nothing changes."""
    return _groups(AnonymousUser(), set())


def _groups(viewer: Viewer, chosen: set[str]) -> Facet:
    listed, found = Group.objects.listed().exclude(slug__in=chosen), list[Option]()
    if chosen:
        named = Group.objects.visible_to(viewer).with_slugs(chosen)
        found = [Option(row.slug, row.name, None, chosen=True) for row in named]
    first = max(FIRST, len(found))
    most = first + MORE - len(found)
    # However many there are, no more of them are read.
    read = _named_in(listed, most + 1) if chosen else sql.rows(*_first_listed(most + 1))
    found += [Option(slug, label, None, chosen=False) for slug, label in read[:most]]
    shown = sorted(found[:first], key=lambda one: one.label.casefold())
    rest = listed.count() - most if len(read) > most else 0
    return Facet("group", _("Group"), tuple(shown), tuple(found[first:]), rest, "groups")


def _named_in(groups: QuerySet[Group], most: int) -> QuerySet[Group, tuple[str, str]]:
    return groups.values_list("slug", "name")[:most]


@cache
def _first_listed(most: int) -> tuple[str, tuple[Any, ...]]:
    """The question for the first public groups, which every list asks after each edit."""
    statement, values = _named_in(Group.objects.listed(), most).query.sql_with_params()
    return statement, tuple(values)


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


def _chips(every: list[Facet], listing: Listing) -> Iterator[Chip]:
    """One for each value that is chosen; a speaker is chosen on pages about them."""
    for facet in every:
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

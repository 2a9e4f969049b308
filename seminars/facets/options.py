"""The facets that a page of talks offers, with what the address has chosen of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Group
from seminars import sql
from seminars.cache.revision import State
from seminars.facets.facets import Facet, Option, cacheable_state, count_facets
from seminars.facets.values import TOTAL, Counts
from seminars.listings.dimension_types import Dimension, Flag, Rows
from seminars.listings.dimensions import DIMENSIONS
from seminars.listings.filters import When
from seminars.listings.listing import Listing
from seminars.models import Talk, Topic
from seminars.querysets import SPEAKER, Viewer

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


class Source(NamedTuple):
    """What facets are made from; `state` is that of `cacheable_state`."""

    counts: dict[str, Counts]
    query: QueryDict
    listing: Listing
    state: State | None


class Choices(NamedTuple):
    """What can be chosen and what is, for a page of talks."""

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
    """Return what can be chosen, what the address has chosen, and the number of talks of each."""
    state = cacheable_state(listing)
    counts = count_facets(listing, state)
    source = Source(counts, query, listing, state)
    facets = [_facet(dimension, source) for dimension in _offered()]
    years = _years(counts, listing) if listing.when is When.PAST or listing.filters.year else []
    total = counts[TOTAL].get(0, 0)
    chosen = Choices(facets, list(_chips(facets, listing)), years, total)
    if listing.search is None or listing.when is not When.UPCOMING:
        return chosen
    # A year may be a past one, so its facet counts the talks of all times.
    past = sum(counts["year"].values()) - total
    return chosen._replace(past=past, past_address=_narrowed(listing, when=When.PAST, page=1))


def _offered() -> list[Dimension[Any]]:
    """Return the filters of the form, in its order."""
    offered = [one for one in DIMENSIONS if one.is_facet or one.name == "group"]
    return sorted(offered, key=lambda one: one.form_order)


def _facet(dimension: Dimension[Any], source: Source) -> Facet:
    if dimension.name == "group":
        return _group_facet(source)
    if dimension.name == "year":
        return _year_facet(source)
    if isinstance(dimension, Rows):
        return _rows_facet(dimension, source)
    if isinstance(dimension, Flag):
        return _flag_facet(dimension, source)
    return _attendance_facet(source)


def _years(counts: dict[str, Counts], listing: Listing) -> list[Year]:
    return [
        Year(year, count, _narrowed(listing, year=year), year == listing.filters.year)
        for year, count in _by_year(counts, listing)
    ]


def _narrowed(listing: Listing, **filters: Any) -> str:
    return replace(listing, filters=replace(listing.filters, **filters)).address()


def _rows_facet(dimension: Rows, source: Source) -> Facet:
    """Return the rows with the most talks, and those chosen."""
    counts = source.counts[dimension.name]
    chosen = [slug for slug in source.query.getlist(dimension.name) if "\0" not in slug]
    most = sorted(counts, key=lambda key: (-counts[key], key))[: FIRST + MORE]
    rows = _named(dimension, most, chosen, source.state)
    options = [
        Option(row.slug, row.label, counts.get(row.pk, 0), row.slug in chosen, row.pk)
        for row in rows
    ]
    options.sort(key=lambda one: (not one.chosen, -(one.talks or 0), one.label.casefold()))
    first = max(FIRST, sum(one.chosen for one in options))
    parts = options[:first], options[first : first + MORE]
    if dimension.model is Topic:
        above = {row.pk: row.parent for row in rows}
        ordered = [_as_tree(part, above) for part in parts]
    else:
        ordered = [sorted(part, key=lambda one: (-(one.talks or 0), one.label)) for part in parts]
    rest = len(counts.keys() - {one.pk for part in parts for one in part})
    first_part, more = map(tuple, ordered)
    label = str(dimension.label)
    return Facet(dimension.name, label, first_part, more, rest, dimension.index_page)


def _named(
    dimension: Rows, keys: list[Any], slugs: list[str], state: State | None
) -> Collection[Named]:
    """Return the rows with these ids or slugs, from memory while no shared data changes."""
    if state is None:
        rows = dimension.model._default_manager.filter(Q(pk__in=keys) | Q(slug__in=slugs))
        return _read(rows)
    every, by_slug = _every(dimension.model, state.shared_token)
    keys = [*keys, *(by_slug[slug] for slug in slugs if slug in by_slug)]
    return [every[key] for key in dict.fromkeys(keys) if key in every]


@lru_cache(maxsize=16)
def _every(model: Any, shared_token: str) -> tuple[dict[int, Named], dict[str, int]]:
    rows = _read(model._default_manager.all())
    return {row.pk: row for row in rows}, {row.slug: row.pk for row in rows}


def _read(rows: QuerySet[Any]) -> list[Named]:
    return [
        Named(row.pk, row.slug, str(row), getattr(row, "parent_id", None))
        for row in rows.order_by("pk")
    ]


def _as_tree(options: list[Option], above: dict[int, int | None]) -> list[Option]:
    """Return each topic right after its parent if that is among them, else at the top."""
    here = {one.pk for one in options}
    below: dict[int | None, list[Option]] = defaultdict(list)
    for one in sorted(options, key=lambda one: -(one.talks or 0)):
        below[above[one.pk] if above[one.pk] in here else None].append(one)
    ordered: list[Option] = []

    def grow(parent: int | None, depth: int) -> None:
        for one in below[parent]:
            ordered.append(one._replace(depth=depth))
            grow(one.pk, depth + 1)

    grow(None, 0)
    return ordered


def _attendance_facet(source: Source) -> Facet:
    counts, chosen = source.counts["attendance"], source.query.getlist("attendance")
    options = [
        Option(value, str(label), counts.get(value, 0), value in chosen)
        for value, label in Talk.Attendance.choices
    ]
    return Facet(
        "attendance", _("Attendance"), tuple(one for one in options if one.talks or one.chosen)
    )


def _by_year(counts: dict[str, Counts], listing: Listing) -> list[tuple[int, int]]:
    """Return the years with talks, and the one chosen, with their numbers; latest first."""
    chosen = {listing.filters.year: 0} if listing.filters.year else {}
    years = chosen | {int(year): count for year, count in counts["year"].items()}
    return sorted(years.items(), reverse=True)


def _year_facet(source: Source) -> Facet:
    """Return the years, latest first, after an option that means any of them."""
    year, years = source.listing.filters.year, _by_year(source.counts, source.listing)
    options = [Option(str(one), str(one), count, one == year) for one, count in years]
    first = [one for n, one in enumerate(options) if n < FIRST or one.chosen]
    more = [one for one in options if one not in first]
    any_year = Option("", _("Any year"), None, year is None)
    return Facet("year", _("Year"), (any_year, *first) if years else (), tuple(more))


def _flag_facet(flag: Flag, source: Source) -> Facet:
    chosen = source.query.get(flag.name) == "yes"
    option = Option("yes", str(flag.choice), source.counts[flag.name].get(1, 0), chosen)
    return Facet(flag.name, str(flag.label), (option,) if option.talks or chosen else ())


def _group_facet(source: Source) -> Facet:
    """Return the public groups, and those that the address names and the viewer may see.

    They are not counted, as the talks of each group take several queries.
    """
    chosen = {*source.query.getlist("group"), *source.listing.filters.group}
    if not chosen and not source.counts[TOTAL].get(0):
        # Nothing can be narrowed any further.
        return Facet("group", _("Group"), ())
    if chosen or source.state is None:
        return _groups(source.listing.viewer, chosen)
    return _public_groups(source.state.token, get_language())


@lru_cache(maxsize=4)
def _public_groups(token: str, language: str | None) -> Facet:
    """Return the groups that everyone is offered, while nothing changes."""
    return _groups(AnonymousUser(), set())


def _groups(viewer: Viewer, chosen: set[str]) -> Facet:
    listed, options = Group.objects.listed().exclude(slug__in=chosen), list[Option]()
    if chosen:
        named = Group.objects.visible_to(viewer).with_slugs(chosen)
        options = [Option(row.slug, row.name, None, chosen=True) for row in named]
    first = max(FIRST, len(options))
    most = first + MORE - len(options)
    # However many there are, only so many are read.
    read = _named_in(listed, most + 1) if chosen else sql.rows(*_first_listed(most + 1))
    options += [Option(slug, label, None, chosen=False) for slug, label in read[:most]]
    shown = sorted(options[:first], key=lambda one: one.label.casefold())
    rest = listed.count() - most if len(read) > most else 0
    return Facet("group", _("Group"), tuple(shown), tuple(options[first:]), rest, "groups")


def _named_in(groups: QuerySet[Group], most: int) -> QuerySet[Group, tuple[str, str]]:
    return groups.values_list("slug", "name")[:most]


@cache
def _first_listed(most: int) -> tuple[str, tuple[Any, ...]]:
    """Return the query for the first public groups, which every list runs after each edit."""
    statement, values = _named_in(Group.objects.listed(), most).query.sql_with_params()
    return statement, tuple(values)


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
    """Return the address of the page without an option of this facet."""
    dimension = next(one for one in DIMENSIONS if one.name == name)
    value: Any = dimension.empty
    if isinstance(chosen := listing.filters.value(dimension), tuple):
        value = tuple(one for one in chosen if one != option.value)
    return replace(listing, filters=listing.filters.choose(dimension, value)).address()

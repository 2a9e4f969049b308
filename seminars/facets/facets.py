"""Facets: how many talks each value of a filter would match, given the other filters.

Values of one facet are alternatives, so its counts ignore what is chosen of it: they are those of
the listing without that choice. Facets that share such a listing are counted together. While
nothing changes, a process keeps what it has counted for everyone.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from seminars.cache.revision import State
from seminars.cache.store import Store
from seminars.facets.counter import FacetCounter, counter_for
from seminars.facets.values import TOTAL, Counts
from seminars.listings import dimensions
from seminars.listings.dimension_types import Dimension, When
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.listings.ranking import DatabaseMatches, Matches
from seminars.querysets import GROUP, administers, organizes


class Option(NamedTuple):
    """A value with how many talks it matches, where they are counted.

    `depth` is that of a topic in the tree.
    """

    value: str
    label: str
    talks: int | None
    chosen: bool
    pk: int = 0
    depth: int = 0


class Facet(NamedTuple):
    """A filter with its most common values and those chosen; `rest` is how many are left out.

    `page` is the url name of the page that lists all its values.
    """

    name: str
    label: str
    first: tuple[Option, ...]
    more: tuple[Option, ...] = ()
    rest: int = 0
    page: str = ""


# Roughly, in bytes.
_ENTRY_SIZE, _VALUE_SIZE = 1000, 120


def count_facets(listing: Listing, state: State | None) -> dict[str, Counts]:
    """Return the counts of each facet, and of TOTAL; `state` is that of `cacheable_state`."""
    variants: dict[Filters, Listing] = {}
    names: dict[Filters, list[str]] = defaultdict(list)
    for name, variant in _variants(listing):
        variants[variant.filters] = variant
        names[variant.filters].append(name)
    counter = cache(lambda: counter_for(listing, state))
    counted: dict[str, Counts] = {}
    for filters, variant in variants.items():
        if state is None:
            counted |= counter().count(variant, names[filters])
        else:
            counted |= _cached(variant, names[filters], state, counter)
    return counted


def matches(listing: Listing) -> Matches:
    """Return the talks on all pages of the listing, of a search from memory where they are."""
    state = cacheable_state(listing) if listing.has_required_terms else None
    if state is None:
        return DatabaseMatches(listing)
    return counter_for(listing, state).matches(replace(listing, now=state.slot))


def cacheable_state(listing: Listing) -> State | None:
    """Return the state under which counts are the same for everyone.

    None where the viewer sees what visitors do not, or others will not: what groups follow depends
    on who asks.
    """
    if (
        not settings.PAGE_CACHE_MB
        or organizes(listing.viewer)
        or administers(listing.viewer)
        or connection.in_atomic_block
        or any(one.link is GROUP for one in listing.narrowed)
    ):
        return None
    return listing.state


def _variants(listing: Listing) -> list[tuple[str, Listing]]:
    """Return for each facet, and for TOTAL, the listing whose talks are counted."""
    stated = _stated(listing)
    total = replace(listing, title="", filters=replace(stated, when=listing.when))
    variants = [(TOTAL, total)]
    # Of most facets nothing is chosen, and they share one listing.
    shared: Listing | None = None
    for dimension in dimensions.facets():
        is_chosen = listing.filters.value(dimension) != dimension.empty
        if is_chosen or dimension.implies:
            variants.append((dimension.name, _without(listing, stated, dimension)))
        else:
            shared = shared or _without(listing, stated, dimension)
            variants.append((dimension.name, shared))
    return variants


def _stated(listing: Listing) -> Filters:
    """Return the filters with `when` as the form has it, which leaves out the usual one."""
    when = None if listing.when is When.UPCOMING else listing.when
    return replace(listing.filters, when=when, page=1)


def _without(listing: Listing, stated: Filters, dimension: Dimension[Any]) -> Listing:
    """Return the listing without a choice of this facet, in the part of time of such a choice."""
    example = stated.choose(dimension, dimension.example) if dimension.implies else stated
    when = replace(listing, filters=example).when
    return replace(
        listing,
        title="",
        filters=replace(stated.choose(dimension, dimension.empty), when=when),
        narrowed=tuple(one for one in listing.narrowed if one.link.name != dimension.name),
    )


@cache
def _store(megabytes: int) -> Store[Counts]:
    return Store(megabytes * 1024 * 1024 // 4)


def _cached(
    variant: Listing, names: list[str], state: State, counter: Callable[[], FacetCounter]
) -> dict[str, Counts]:
    variant = replace(variant, viewer=AnonymousUser(), now=state.slot)
    store = _store(settings.PAGE_CACHE_MB)
    cached = {name: store.get((state, variant.filters, name)) for name in names}
    counted = {name: counts for name, counts in cached.items() if counts is not None}
    missing = [name for name in names if name not in counted]
    for name, counts in counter().count(variant, missing).items() if missing else ():
        size = _ENTRY_SIZE + _VALUE_SIZE * len(counts)
        store.put((state, variant.filters, name), counts, size=size)
        counted[name] = counts
    return counted

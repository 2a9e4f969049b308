"""Scopes: what holds talks together, such as a series or a topic, and which talks those are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Group
from seminars.listings.dimensions import rows
from seminars.listings.filters import Filters
from seminars.listings.query_values import unknown_value
from seminars.listings.subjects import PageSubject, heading, kind_of, speakers_visible_to
from seminars.models import Departure, Talk, Topic
from seminars.models.topic import TopicTree
from seminars.querysets import SPEAKER, TOMBSTONE, TOPIC, Link, Viewer


@dataclass(frozen=True, slots=True)
class Scope:
    """The talks that lead to any of these rows; `names` is how a title calls them.

    `is_open`: whether everybody may know of them all, which only private groups are kept from.
    `value`: what the filter of the link's name calls the row whose page it is; empty elsewhere.
    """

    link: Link
    keys: tuple[int, ...]
    names: tuple[str, ...] = ()
    is_open: bool = True
    value: str = ""


def of(subject: PageSubject) -> Scope:
    """Return the talks on the subject's page; a topic's include those of its subtopics."""
    keys = Topic.with_descendants([subject.pk]) if isinstance(subject, Topic) else [subject.pk]
    kind = kind_of(subject)
    value = str(getattr(subject, kind.key))
    return Scope(kind.link, tuple(keys), (heading(subject),), value=value)


def at_present(filters: Filters, viewer: Viewer) -> Filters:
    """The filters with the addresses that groups have now; the ones that they had lead to them."""
    if not filters.group:
        return filters
    now = Group.objects.visible_to(viewer).current_slugs(filters.group)
    return replace(filters, group=tuple(sorted({now.get(slug, slug) for slug in filters.group})))


def named_by(filters: Filters, viewer: Viewer) -> Iterator[Scope]:
    """What the filters name, one scope a filter.

    Raises BadFilterError for what is not there, and for a group or speaker of which the viewer may
    not know.
    """
    for dimension in rows():
        if slugs := filters.value(dimension):
            model = dimension.model
            every = Group.objects.visible_to(viewer) if model is Group else model._default_manager
            found = {row.slug: row for row in every.filter(slug__in=slugs)}
            for slug in slugs:
                if slug not in found:
                    raise unknown_value(dimension.name, slug)
            keys = [row.pk for row in found.values()]
            if model is Topic:
                keys = Topic.with_descendants(keys)
            names = tuple(str(row) for row in found.values())
            closed = any(isinstance(row, Group) and row.is_private for row in found.values())
            yield Scope(dimension.link, tuple(keys), names, is_open=not closed)
    if filters.speaker:
        speaker = speakers_visible_to(viewer).filter(pk=filters.speaker).first()
        if speaker is None:
            raise unknown_value("speaker", str(filters.speaker))
        yield of(speaker)


def still_named_by(
    every: Sequence[Filters], parts: TopicTree | None = None
) -> Iterator[tuple[Scope, ...]]:
    """What each of these filters names, groups apart, and whatever is gone by now left out.

    A query for each kind of filter, however many there are; of topics two, but for known `parts`.
    """
    ids: dict[str, dict[str, int]] = {}
    for dimension in rows():
        if slugs := {slug for filters in every for slug in filters.value(dimension)}:
            named = dimension.model._default_manager.filter(slug__in=slugs).order_by()
            ids[dimension.name] = dict(named.values_list("slug", "pk"))
    if "topic" in ids and parts is None:
        parts = Topic.tree()
    for filters in every:
        found = []
        for dimension in rows():
            if slugs := filters.value(dimension):
                known = ids[dimension.name]
                keys = [known[slug] for slug in slugs if slug in known]
                if dimension.model is Topic:
                    keys = Topic.with_descendants(keys, parts)
                found.append(Scope(dimension.link, tuple(keys)))
        if filters.speaker:
            found.append(Scope(SPEAKER, (filters.speaker,)))
        yield tuple(found)


def has_left_recently(speaker: int, now: datetime) -> bool:
    """Whether calendars of a speaker who has no page now recently had a public talk of theirs."""
    gone = Departure.objects.filter(
        dimension=SPEAKER.name, value=str(speaker), left_at__gt=now - TOMBSTONE
    )
    withdrawn = Talk.objects.recently_withdrawn(now).linked_to(SPEAKER, [speaker])
    return gone.exists() or withdrawn.exists()


def upcoming_counts(
    link: Link, keys: Iterable[int], *, viewer: Viewer, now: datetime
) -> dict[int, int]:
    """How many upcoming talks that the viewer may see lead to each of these rows; one query."""
    return {key: len(talks) for key, talks in _upcoming(link, keys, viewer, now).items()}


def _upcoming(
    link: Link, keys: Iterable[int], viewer: Viewer, now: datetime
) -> dict[int, set[int]]:
    talks: dict[int, set[int]] = defaultdict(set)
    for key, talk in Talk.objects.visible_to(viewer).upcoming(now).pairs(link, keys):
        talks[key].add(talk)
    return talks


@dataclass(frozen=True, slots=True)
class Branch:
    """A topic with how many upcoming talks it and its children have, each talk counted once."""

    topic: Topic
    upcoming: int
    branches: "tuple[Branch, ...]"


def topic_tree(*, viewer: Viewer, now: datetime) -> list[Branch]:
    """All topics under the ones that are part of nothing, by their kinds and names; two queries."""
    topics = sorted(Topic.objects.all(), key=lambda topic: topic.name.casefold())
    talks = _upcoming(TOPIC, [topic.pk for topic in topics], viewer, now)
    children: dict[int | None, list[Topic]] = defaultdict(list)
    for topic in topics:
        children[topic.parent_id].append(topic)

    def grow(topic: Topic) -> tuple[Branch, set[int]]:
        grown = [grow(child) for child in children[topic.pk]]
        own = talks.get(topic.pk, set()).union(*(below for _branch, below in grown))
        return Branch(topic, len(own), tuple(branch for branch, _below in grown)), own

    order = list(Topic.Kind)
    tops = sorted(children[None], key=lambda topic: order.index(Topic.Kind(topic.kind)))
    return [grow(topic)[0] for topic in tops]

"""Scopes: the series, topics, groups … that a listing is about or is narrowed to."""

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
    """The talks that are linked to any of these rows, whose `names` stand in a title.

    `is_open`: whether everyone may know of the rows, which private groups prevent. `value`: the
    row's value in the filter of the link's name, where the scope is that of a page.
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
    """Return the filters with former slugs of groups replaced by their current ones."""
    if not filters.group:
        return filters
    now = Group.objects.visible_to(viewer).current_slugs(filters.group, viewer)
    return replace(filters, group=tuple(sorted({now.get(slug, slug) for slug in filters.group})))


def named_by(filters: Filters, viewer: Viewer) -> Iterator[Scope]:
    """Yield the scopes of the rows that the filters name, one for each filter.

    Raise BadFilterError for a row that does not exist or that the viewer may not know of.
    """
    for dimension in rows():
        if slugs := filters.value(dimension):
            model = dimension.model
            every = Group.objects.visible_to(viewer) if model is Group else model._default_manager
            named = {row.slug: row for row in every.filter(slug__in=slugs)}
            for slug in slugs:
                if slug not in named:
                    raise unknown_value(dimension.name, slug)
            keys = [row.pk for row in named.values()]
            if model is Topic:
                keys = Topic.with_descendants(keys)
            names = tuple(str(row) for row in named.values())
            closed = any(isinstance(row, Group) and row.is_private for row in named.values())
            yield Scope(dimension.link, tuple(keys), names, is_open=not closed)
    if filters.speaker:
        speaker = speakers_visible_to(viewer).filter(pk=filters.speaker).first()
        if speaker is None:
            raise unknown_value("speaker", str(filters.speaker))
        yield of(speaker)


def still_named_by(
    every: Sequence[Filters], tree: TopicTree | None = None
) -> Iterator[tuple[Scope, ...]]:
    """Yield the scopes of each of these filters, without rows that no longer exist.

    One query for each kind of row, and one for the topics unless their `tree` is given.
    """
    ids: dict[str, dict[str, int]] = {}
    for dimension in rows():
        if slugs := {slug for filters in every for slug in filters.value(dimension)}:
            named = dimension.model._default_manager.filter(slug__in=slugs).order_by()
            ids[dimension.name] = dict(named.values_list("slug", "pk"))
    if "topic" in ids and tree is None:
        tree = Topic.tree()
    for filters in every:
        named_scopes = []
        for dimension in rows():
            if slugs := filters.value(dimension):
                known = ids[dimension.name]
                keys = [known[slug] for slug in slugs if slug in known]
                if dimension.model is Topic:
                    keys = Topic.with_descendants(keys, tree)
                named_scopes.append(Scope(dimension.link, tuple(keys)))
        if filters.speaker:
            named_scopes.append(Scope(SPEAKER, (filters.speaker,)))
        yield tuple(named_scopes)


def has_recently_departed(speaker: int, now: datetime) -> bool:
    """Whether the calendar of a speaker without public talks recently had one."""
    departed = Departure.objects.filter(
        dimension=SPEAKER.name, value=str(speaker), left_at__gt=now - TOMBSTONE
    )
    withdrawn = Talk.objects.recently_withdrawn(now).linked_to(SPEAKER, [speaker])
    return departed.exists() or withdrawn.exists()


def upcoming_counts(
    link: Link, keys: Iterable[int], *, viewer: Viewer, now: datetime
) -> dict[int, int]:
    """Return by row how many upcoming talks visible to the viewer are linked to it; one query."""
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
    """A topic with the number of upcoming talks that it and its subtopics have together."""

    topic: Topic
    upcoming: int
    branches: "tuple[Branch, ...]"


def topic_tree(*, viewer: Viewer, now: datetime) -> list[Branch]:
    """Return the topics without a parent, by kind and name, with their subtopics; two queries."""
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

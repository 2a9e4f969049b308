"""Remembering what public talks leave, for the feeds that held them there."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q

from seminars.models import Departure, Follow, FormerWords, Series, Talk, Topic
from seminars.models.departure import SIGNIFICANT_DIMENSIONS
from seminars.models.follow import TARGETS
from seminars.querysets import GROUP, SPEAKER, TOMBSTONE, TOPIC
from seminars.services.snapshots import APPEARANCES, Shared, Snapshot

#: A row's dimension and value.
Place = tuple[str, str]

#: An entry that comes back must outdo the one that said it was cancelled, whose SEQUENCE is one
#: more than the talk's own, but where the talk left by what had raised that by itself.
_OUTDOES = 2

#: The fields that decide where a talk stands.
_TELLING = (
    *("series", "co_series", "topics", "audiences", "venue", APPEARANCES),
    *("attendance", "recording_url", "date"),
)

#: How far back feeds reach by themselves, and a little more.
FEED_WINDOW = timedelta(days=100)


def record_change(*, talk: Talk, before: Snapshot, after: Snapshot, now: datetime) -> None:
    """Notes where a talk that was public once no longer stands after a change."""
    if all(before[name] == after[name] for name in _TELLING):
        return
    stood, stands = places(before), places(after)
    if record_returns(talks=[talk.pk], places=stands - stood, now=now):
        talk.refresh_from_db(fields=["sequence", "changed_at"])
    record_departures(talks=[talk.pk], places=stood - stands, now=now)


def places(data: Snapshot) -> set[Place]:
    """All that a talk with this snapshot stands in."""
    series = {one["id"] for one in (data["series"], *data["co_series"]) if one}
    departments = Series.objects.filter(pk__in=series, department__isnull=False)
    found = {
        "series": series,
        "department": set(departments.values_list("department", flat=True)),
        "topic": {one["id"] for one in data["topics"]},
        "audience": {one["id"] for one in data["audiences"]},
        "venue": {data["venue"]["id"]} if data["venue"] else set(),
        "speaker": {
            one["speaker"]["id"] for one in data[APPEARANCES] if one["role"] in SPEAKER.roles
        },
        "attendance": {data["attendance"]},
        "recording": {"yes"} if data["recording_url"] else set(),
        "date": {data["date"]} if data["date"] else set(),
    }
    return {(dimension, str(value)) for dimension, values in found.items() for value in values}


def record_departures(*, talks: Iterable[int], places: Iterable[Place], now: datetime) -> None:
    """Notes that these talks have left all these places."""
    Departure.record(talks=talks, places=places, at=now)


def record_returns(*, talks: Iterable[int], places: Iterable[Place], now: datetime) -> set[int]:
    """Raises SEQUENCE of those talks that have left something lately, and may be back by these
    places in a feed that says they are cancelled; gives them.
    """
    stands = set(places)
    if not stands:
        return set()
    left = list(Departure.objects.filter(talk__in=list(talks), left_at__gt=now - TOMBSTONE))
    back = [one for one in left if (one.dimension, one.value) in stands]
    Departure.objects.filter(pk__in=[one.pk for one in back]).delete()
    dimensions = {dimension for dimension, _value in stands}
    raised = {one.talk_id for one in left if one.dimension in dimensions - SIGNIFICANT_DIMENSIONS}
    if left and _taken_in_by(dimensions):
        # A group may have lost it with one place and take it in again with another of any kind.
        significant = (
            SIGNIFICANT_DIMENSIONS if dimensions <= SIGNIFICANT_DIMENSIONS else frozenset()
        )
        raised |= {one.talk_id for one in left if one.dimension not in significant}
    Talk._base_manager.filter(pk__in=raised).update(
        sequence=F("sequence") + _OUTDOES, changed_at=now
    )
    return raised


def _taken_in_by(dimensions: set[str]) -> bool:
    """Whether any group takes talks in by places of these dimensions."""
    if GROUP.name in dimensions:
        return Follow.objects.exists()
    rules = ~Q(filters="")
    for name in dimensions.intersection(TARGETS):
        rules |= Q(**{f"{name}__isnull": False})
    return Follow.objects.filter(rules).exists()


def record_shared_change(
    *, subject: Shared, before: Snapshot, after: Snapshot, now: datetime
) -> None:
    """Notes which talks a series takes along to another department, or a topic under another."""
    if isinstance(subject, Series):
        stood, stands = (_department(data) for data in (before, after))
        moved = Talk.objects.in_series([subject.pk])
    elif isinstance(subject, Topic):
        stood, stands = (_above(data["parent"]) for data in (before, after))
        moved = Talk.objects.linked_to(TOPIC, Topic.with_descendants([subject.pk]))
    else:
        return
    if stood != stands:
        keys = list(
            moved.public().filter(over_at__gt=now - FEED_WINDOW).values_list("pk", flat=True)
        )
        record_returns(talks=keys, places=stands - stood, now=now)
        record_departures(talks=keys, places=stood - stands, now=now)


def record_deleted_topic(*, topic: Topic, now: datetime) -> None:
    """Notes which talks leave the topics above one that is about to be deleted."""
    moved = Talk.objects.linked_to(TOPIC, Topic.with_descendants([topic.pk]))
    keys = list(moved.public().filter(over_at__gt=now - FEED_WINDOW).values_list("pk", flat=True))
    above = _above({"id": topic.parent_id}) if topic.parent_id else set()
    record_departures(talks=keys, places={*above, ("topic", str(topic.pk))}, now=now)


def _department(data: Snapshot) -> set[Place]:
    return {("department", str(data["department"]["id"]))} if data["department"] else set()


def _above(parent: Snapshot | None) -> set[Place]:
    """A topic's parent, and the parents of that."""
    found: set[Place] = set()
    key = parent["id"] if parent else None
    while key is not None and ("topic", str(key)) not in found:
        found.add(("topic", str(key)))
        key = Topic.objects.filter(pk=key).values_list("parent", flat=True).first()
    return found


def delete_expired(*, now: datetime) -> None:
    """Drops what no feed needs any more."""
    for kept in (Departure, FormerWords):
        kept._default_manager.filter(left_at__lte=now - TOMBSTONE).delete()

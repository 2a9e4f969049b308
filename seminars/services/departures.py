"""Record what public talks leave, so that feeds can announce their departure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from seminars.listings.dimensions import DIMENSIONS
from seminars.models import Departure, Follow, FormerWords, Series, Talk, Topic
from seminars.models.departure import RETENTION, SIGNIFICANT_DIMENSIONS
from seminars.models.follow import TARGETS
from seminars.querysets import GROUP, TOPIC
from seminars.services.snapshots import Shared, Snapshot

#: A row's dimension and value.
Place = tuple[str, str]


def _place_fields() -> set[str]:
    """Return the fields that decide which places a talk is in."""
    return {name for dimension in DIMENSIONS for name in dimension.decided_by}


#: A little more than feeds reach back by default.
FEED_WINDOW = timedelta(days=100)


def record_change(*, talk: Talk, before: Snapshot, after: Snapshot, now: datetime) -> None:
    """Record the places that a talk, once public, has left with a change."""
    if all(before[name] == after[name] for name in _place_fields()):
        return
    old, new = places(before), places(after)
    if record_returns(talks=[talk.pk], places=new - old, now=now):
        talk.refresh_from_db(fields=["sequence", "changed_at"])
    record_departures(talks=[talk.pk], places=old - new, now=now)


def places(data: Snapshot) -> set[Place]:
    """Return all places that a talk with this snapshot is in."""
    return {
        (dimension.departs_as, str(value))
        for dimension in DIMENSIONS
        for value in dimension.places(data)
    }


def record_departures(*, talks: Iterable[int], places: Iterable[Place], now: datetime) -> None:
    """Record that these talks have left all these places."""
    Departure.record(talks=talks, places=places, at=now)


def record_returns(*, talks: Iterable[int], places: Iterable[Place], now: datetime) -> set[int]:
    """Raise SEQUENCE of departed talks that these places may bring back to a feed.

    Such feeds have announced them as canceled. Return the ids of those talks.
    """
    entered = set(places)
    if not entered:
        return set()
    left = list(Departure.objects.filter(talk__in=list(talks)))
    returned = [one for one in left if (one.dimension, one.value) in entered]
    Departure.objects.filter(pk__in=[one.pk for one in returned]).delete()
    dimensions = {dimension for dimension, _value in entered}
    raised = {one.talk_id for one in left if one.dimension in dimensions - SIGNIFICANT_DIMENSIONS}
    if left and _followed_by_groups(dimensions):
        # A group may have lost it with one place and follow another one that it has entered.
        significant = (
            SIGNIFICANT_DIMENSIONS if dimensions <= SIGNIFICANT_DIMENSIONS else frozenset()
        )
        raised |= {one.talk_id for one in left if one.dimension not in significant}
    Departure.supersede(raised, at=now)
    return raised


def _followed_by_groups(dimensions: set[str]) -> bool:
    """Whether any group follows places of these dimensions."""
    if GROUP.name in dimensions:
        return Follow.objects.exists()
    rules = ~Q(filters="")
    for name in dimensions.intersection(TARGETS):
        rules |= Q(**{f"{name}__isnull": False})
    return Follow.objects.filter(rules).exists()


def record_shared_change(
    *, subject: Shared, before: Snapshot, after: Snapshot, now: datetime
) -> None:
    """Record talks whose series moved to another department, or topic under another parent."""
    if isinstance(subject, Series):
        old, new = (_department_place(data) for data in (before, after))
        moved = Talk.objects.in_series([subject.pk])
    elif isinstance(subject, Topic):
        old, new = (_ancestors(data["parent"]) for data in (before, after))
        moved = Talk.objects.linked_to(TOPIC, Topic.with_descendants([subject.pk]))
    else:
        return
    if old != new:
        keys = list(
            moved.public().filter(over_at__gt=now - FEED_WINDOW).values_list("pk", flat=True)
        )
        record_returns(talks=keys, places=new - old, now=now)
        record_departures(talks=keys, places=old - new, now=now)


def record_deleted_topic(*, topic: Topic, now: datetime) -> None:
    """Record talks that leave a topic about to be deleted, and the topics above it."""
    moved = Talk.objects.linked_to(TOPIC, Topic.with_descendants([topic.pk]))
    keys = list(moved.public().filter(over_at__gt=now - FEED_WINDOW).values_list("pk", flat=True))
    above = _ancestors({"id": topic.parent_id}) if topic.parent_id else set()
    record_departures(talks=keys, places={*above, ("topic", str(topic.pk))}, now=now)


def _department_place(data: Snapshot) -> set[Place]:
    return {("department", str(data["department"]["id"]))} if data["department"] else set()


def _ancestors(parent: Snapshot | None) -> set[Place]:
    """Return the places of a topic's parent and its ancestors."""
    ancestors: set[Place] = set()
    key = parent["id"] if parent else None
    while key is not None and ("topic", str(key)) not in ancestors:
        ancestors.add(("topic", str(key)))
        key = Topic.objects.filter(pk=key).values_list("parent", flat=True).first()
    return ancestors


def delete_expired(*, now: datetime) -> None:
    """Delete the records that no feed needs any longer."""
    for model in (Departure, FormerWords):
        model._default_manager.filter(left_at__lte=now - RETENTION).delete()

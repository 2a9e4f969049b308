"""Who may see and edit which talks, written once, and the questions that readers ask."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts import legacy_ids
from accounts.models import User

#: What everybody may see: also what was cancelled or postponed, marked as such.
PUBLIC = ("announced", "postponed", "cancelled")

#: For how long a withdrawn talk is remembered: it can be undone, and its address answers 410.
TOMBSTONE = timedelta(days=60)

T = TypeVar("T", bound=models.Model)

Viewer = User | AnonymousUser


def organises(viewer: Viewer) -> bool:
    """Whether series may count this person among their organisers at all: active staff only."""
    return bool(viewer.is_authenticated and viewer.is_active and viewer.is_staff)


def administers(viewer: Viewer) -> bool:
    """Whether this person may do everything."""
    return bool(viewer.is_active and viewer.is_superuser)


@dataclass(frozen=True, slots=True)
class Link:
    """How talks lead to rows of one kind: fields with one row at the most, and with several.

    `name` is what departures from such rows are kept under (seminars/models/departure.py);
    `roles`: where they lead by appearances, the roles that count.
    """

    name: str
    one: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def conditions(self, keys: Iterable[int]) -> dict[str, Q]:
        """For each field the talks that it leads to any of these rows."""
        roles = Q(appearances__role__in=self.roles) if self.roles else Q()
        keys = list(keys)
        return {way: Q(**{f"{way}__in": keys}) & roles for way in (*self.one, *self.several)}


#: A joint seminar stands in each of its series, and so in the departments of them all.
SERIES = Link("series", one=("series",), several=("co_series",))
DEPARTMENT = Link("department", one=("series__department",), several=("co_series__department",))
VENUE = Link("venue", one=("venue",))
TOPIC = Link("topic", several=("topics",))
AUDIENCE = Link("audience", several=("audiences",))
#: Whoever only hosts a talk is not one of its speakers.
SPEAKER = Link("speaker", several=("appearances__speaker",), roles=("speaker", "panellist"))
GROUP = Link("group", several=("group_talks__group",))


class InSeries(Protocol):
    """What a talk's neighbors in its series are looked up by."""

    pk: Any
    starts_at: datetime | None
    series_id: int | None


class VisibleTalks(models.QuerySet[T]):
    """The base of models.TalkQuerySet; it takes `Talk` as `T`, so as not to import it."""

    def bulk_create(self, objs: Iterable[T], *args: Any, **kwargs: Any) -> list[T]:
        """As Django's; talks without an `event_id` are given one, in the database only."""
        with transaction.atomic(using=self.db):
            made = super().bulk_create(objs, *args, **kwargs)
            legacy_ids.assign_all(self.model, "event_id")
        return made

    def public(self) -> Self:
        """What everybody may see."""
        return self.filter(status__in=PUBLIC, withdrawn_at__isnull=True)

    def visible_to(self, viewer: Viewer) -> Self:
        """What this viewer may see on the site: public talks, and those of their own series.

        Withdrawn talks are seen by nobody here; their editors find them through `editable_by`.
        """
        if administers(viewer):
            return self.filter(withdrawn_at__isnull=True)
        if organises(viewer):
            return self.filter(
                Q(status__in=PUBLIC) | self._in_series_of(viewer), withdrawn_at__isnull=True
            )
        return self.public()

    def editable_by(self, viewer: Viewer) -> Self:
        """What this viewer may change: administrators all, organisers what is in their series."""
        if administers(viewer):
            return self.all()
        if organises(viewer):
            return self.filter(self._in_series_of(viewer))
        return self.none()

    def upcoming(self, now: datetime) -> Self:
        """Not over yet at `now`, soonest first; talks that are on now are among them."""
        # Not by the column itself, whose index SQLite would walk through the whole archive; the
        # two are there together or not at all.
        return self.filter(over_at__gt=now).order_by(Coalesce("starts_at", "over_at"), "pk")

    def past(self, now: datetime) -> Self:
        """Over at `now`, latest first."""
        return self.filter(over_at__lte=now).order_by("-starts_at", "-pk")

    def recently_withdrawn(self, now: datetime) -> Self:
        """Once public and withdrawn since; their addresses answer 410 while they are remembered."""
        return self.filter(withdrawn_at__gt=now - TOMBSTONE, published_at__isnull=False)

    def public_or_recently_withdrawn(self, now: datetime) -> Self:
        """What everybody may see, and what they saw until it was withdrawn."""
        return self.recently_withdrawn(now) | self.public()

    def linked_to(self, link: Link, keys: Iterable[int]) -> Self:
        """Those that lead to any of these rows, each once."""
        return self.filter(self.linked_to_condition(link, keys))

    def linked_to_condition(self, link: Link, keys: Iterable[int]) -> Q:
        """The condition of `linked_to`."""
        found = Q(pk__in=[])
        for way, condition in link.conditions(keys).items():
            if way in link.one:
                found |= condition
            else:
                # A subquery, for a join would list a talk of two series twice.
                found |= Q(pk__in=self.model._base_manager.filter(condition).values("pk"))
        return found

    def at(self, *, campuses: Iterable[str], online: bool) -> Self:
        """Those on any of these campuses, and those that are online only, if they are wanted."""
        there = Q(venue__campus__in=list(campuses)) & ~Q(attendance="online")
        return self.filter(there | Q(attendance="online") if online else there)

    def in_series(self, keys: Iterable[int]) -> Self:
        """Those of any of these series, as their own or as a joint seminar."""
        return self.linked_to(SERIES, keys)

    def pairs(self, link: Link, keys: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Each of these rows with each talk that leads to it, by their ids, in one query."""
        talks = self.order_by()
        first, *others = (
            talks.filter(condition).values_list(way, "pk")
            for way, condition in link.conditions(keys).items()
        )
        return first.union(*others).iterator()

    def before(self, talk: InSeries) -> Self:
        """The earlier talks of the same series, the nearest first."""
        earlier = Q(starts_at__lt=talk.starts_at) | Q(starts_at=talk.starts_at, pk__lt=talk.pk)
        # The bound once more by itself, for an index that is read no further.
        bound = {"series": talk.series_id, "starts_at__lte": talk.starts_at}
        return self.filter(earlier, **bound).order_by("-starts_at", "-pk")

    def after(self, talk: InSeries) -> Self:
        """The later talks of the same series, the nearest first."""
        later = Q(starts_at__gt=talk.starts_at) | Q(starts_at=talk.starts_at, pk__gt=talk.pk)
        bound = {"series": talk.series_id, "starts_at__gte": talk.starts_at}
        return self.filter(later, **bound).order_by("starts_at", "pk")

    def with_rows(self) -> Self:
        """With all that a row in a list shows, in a fixed number of queries."""
        appearances: Any = self.model._meta.get_field("appearances").related_model
        # Joined, for of a thousand speakers SQLite refuses the condition that a prefetch makes.
        people = appearances._base_manager.select_related("speaker").order_by("position", "pk")
        return self.select_related("series", "venue").prefetch_related(
            models.Prefetch("appearances", people)
        )

    def with_details(self) -> Self:
        """With all that is known of a talk, in a fixed number of queries."""
        return (
            self.with_rows()
            .select_related("series__department")
            .prefetch_related("topics", "audiences", "co_series")
        )

    def _in_series_of(self, viewer: Viewer) -> Q:
        if not isinstance(viewer, User):
            return Q(pk__in=[])
        # Subqueries, for a join would list a talk of two series twice; of series, for those of
        # the talks themselves are as long as the list that they are to narrow.
        own = viewer.organised_series.order_by().values("pk")
        joint = self.model._base_manager.filter(co_series__in=own)
        return Q(series__in=own) | Q(pk__in=joint.values("pk"))

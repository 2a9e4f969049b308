"""Who may see and edit which talks, written once, and the queries that readers need."""

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

#: Statuses of talks that everyone may see; canceled and postponed ones are marked as such.
PUBLIC = ("announced", "postponed", "cancelled")

#: How long a withdrawn talk can be restored, its page answers 410, and calendars cancel it.
TOMBSTONE = timedelta(days=60)

#: What a talk must hold besides a recording for visitors to see its link: the speaker's consent.
RECORDING_REQUIRES = {"recording_consent": "yes"}

T = TypeVar("T", bound=models.Model)

Viewer = User | AnonymousUser


def organizes(viewer: Viewer) -> bool:
    """Whether this person can be an organizer at all: only active staff."""
    return bool(viewer.is_authenticated and viewer.is_active and viewer.is_staff)


def administers(viewer: Viewer) -> bool:
    """Whether this person is an active administrator, who may do everything."""
    return bool(viewer.is_active and viewer.is_superuser)


class WithRecording(Protocol):
    """The fields that decide whether visitors see a recording."""

    @property
    def recording_url(self) -> str: ...
    @property
    def recording_consent(self) -> str: ...


def public_recording_url(talk: WithRecording) -> str:
    """Return the address of the recording; empty if the talk does not hold what it requires."""
    shown = all(getattr(talk, name) == value for name, value in RECORDING_REQUIRES.items())
    return talk.recording_url if shown else ""


@dataclass(frozen=True, slots=True)
class Link:
    """How talks are linked to rows of one kind: by fields with at most one row, and with several.

    `name` is the dimension of departures from such rows (seminars/models/departure.py). `roles`
    limits links by appearances to these roles.
    """

    name: str
    one: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def conditions(self, keys: Iterable[int]) -> dict[str, Q]:
        """Return for each field the condition that it links a talk to any of these rows."""
        roles = Q(appearances__role__in=self.roles) if self.roles else Q()
        keys = list(keys)
        return {name: Q(**{f"{name}__in": keys}) & roles for name in (*self.one, *self.several)}


#: A joint seminar belongs to each of its series, and so to all of their departments.
SERIES = Link("series", one=("series",), several=("co_series",))
DEPARTMENT = Link("department", one=("series__department",), several=("co_series__department",))
VENUE = Link("venue", one=("venue",))
TOPIC = Link("topic", several=("topics",))
AUDIENCE = Link("audience", several=("audiences",))
#: A host is not a speaker.
SPEAKER = Link("speaker", several=("appearances__speaker",), roles=("speaker", "panellist"))
GROUP = Link("group", several=("group_talks__group",))


class InSeries(Protocol):
    """The fields by which a talk's neighbors in its series are looked up."""

    pk: Any
    starts_at: datetime | None
    series_id: int | None


class VisibleTalks(models.QuerySet[T]):
    """The base of models.TalkQuerySet; it takes `Talk` as `T`, so as not to import it."""

    def bulk_create(self, objs: Iterable[T], *args: Any, **kwargs: Any) -> list[T]:
        """Create the talks and give those without an `event_id` one, in the database only."""
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **kwargs)
            legacy_ids.assign_all(self.model, "event_id")
        return created

    def public(self) -> Self:
        """Talks that everyone may see."""
        return self.filter(status__in=PUBLIC, withdrawn_at__isnull=True)

    def visible_to(self, viewer: Viewer) -> Self:
        """Talks that this viewer may see on the site: public ones, and those of their own series.

        Withdrawn talks are excluded; their editors get them from `editable_by`.
        """
        if administers(viewer):
            return self.filter(withdrawn_at__isnull=True)
        if organizes(viewer):
            return self.filter(
                Q(status__in=PUBLIC) | self._in_series_of(viewer), withdrawn_at__isnull=True
            )
        return self.public()

    def editable_by(self, viewer: Viewer) -> Self:
        """Talks that this viewer may change: all for administrators, organizers' own series."""
        if administers(viewer):
            return self.all()
        if organizes(viewer):
            return self.filter(self._in_series_of(viewer))
        return self.none()

    def upcoming(self, now: datetime) -> Self:
        """Talks that have not ended at `now`, soonest first."""
        # Ordering by the bare column, SQLite would scan its index through the whole archive. Both
        # columns are set or neither is.
        return self.filter(over_at__gt=now).order_by(Coalesce("starts_at", "over_at"), "pk")

    def past(self, now: datetime) -> Self:
        """Talks that have ended at `now`, latest first."""
        return self.filter(over_at__lte=now).order_by("-starts_at", "-pk")

    def recently_withdrawn(self, now: datetime) -> Self:
        """Talks that were public and withdrawn within 60 days; their pages answer 410."""
        return self.filter(withdrawn_at__gt=now - TOMBSTONE, published_at__isnull=False)

    def public_or_recently_withdrawn(self, now: datetime) -> Self:
        """Talks that everyone may see, or could until they were recently withdrawn."""
        return self.recently_withdrawn(now) | self.public()

    def linked_to(self, link: Link, keys: Iterable[int]) -> Self:
        """Talks linked to any of these rows, without duplicates."""
        return self.filter(self.linked_to_condition(link, keys))

    def linked_to_condition(self, link: Link, keys: Iterable[int]) -> Q:
        """Return the condition of `linked_to`."""
        matches = Q(pk__in=[])
        for name, condition in link.conditions(keys).items():
            if name in link.one:
                matches |= condition
            else:
                # A subquery, because a join would list a talk of two series twice.
                matches |= Q(pk__in=self.model._base_manager.filter(condition).values("pk"))
        return matches

    def at(self, *, campuses: Iterable[str], online: bool) -> Self:
        """Talks on any of these campuses and, if `online`, those that are online only."""
        on_campus = Q(venue__campus__in=list(campuses)) & ~Q(attendance="online")
        return self.filter(on_campus | Q(attendance="online") if online else on_campus)

    def in_series(self, keys: Iterable[int]) -> Self:
        """Talks of any of these series, also as a joint seminar."""
        return self.linked_to(SERIES, keys)

    def pairs(self, link: Link, keys: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield the ids of each of these rows with each talk linked to it, in one query."""
        talks = self.order_by()
        first, *others = (
            talks.filter(condition).values_list(name, "pk")
            for name, condition in link.conditions(keys).items()
        )
        return first.union(*others).iterator()

    def before(self, talk: InSeries) -> Self:
        """Earlier talks of the same series, nearest first."""
        earlier = Q(starts_at__lt=talk.starts_at) | Q(starts_at=talk.starts_at, pk__lt=talk.pk)
        # Repeating the bound lets the database stop reading the index there.
        bound = {"series": talk.series_id, "starts_at__lte": talk.starts_at}
        return self.filter(earlier, **bound).order_by("-starts_at", "-pk")

    def after(self, talk: InSeries) -> Self:
        """Later talks of the same series, nearest first."""
        later = Q(starts_at__gt=talk.starts_at) | Q(starts_at=talk.starts_at, pk__gt=talk.pk)
        bound = {"series": talk.series_id, "starts_at__gte": talk.starts_at}
        return self.filter(later, **bound).order_by("starts_at", "pk")

    def with_rows(self) -> Self:
        """Prefetch what a row in a list shows, in a fixed number of queries."""
        appearances: Any = self.model._meta.get_field("appearances").related_model
        # A join, because SQLite refuses a prefetch condition with a thousand speakers.
        people = appearances._base_manager.select_related("speaker").order_by("position", "pk")
        return self.select_related("series", "venue").prefetch_related(
            models.Prefetch("appearances", people)
        )

    def with_details(self) -> Self:
        """Prefetch everything a talk's page shows, in a fixed number of queries."""
        return (
            self.with_rows()
            .select_related("series__department")
            .prefetch_related("topics", "audiences", "co_series")
        )

    def _in_series_of(self, viewer: Viewer) -> Q:
        if not isinstance(viewer, User):
            return Q(pk__in=[])
        # Subqueries, because a join would list a talk of two series twice; of series, because
        # subqueries of talks would be as long as the list that they narrow.
        own = viewer.organised_series.order_by().values("pk")
        joint = self.model._base_manager.filter(co_series__in=own)
        return Q(series__in=own) | Q(pk__in=joint.values("pk"))

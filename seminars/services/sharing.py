"""Propagate changes of shared rows to the talks that show them."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from seminars.models import Audience, Department, Series, Speaker, Talk, Topic, Venue
from seminars.querysets import PUBLIC
from seminars.services.snapshots import Shared

#: The fields that a talk's page, feeds and emails show. Affiliations and biographies are the talk's
#: own; defaults, organizers and speakers' email addresses are not shown.
_SHOWN_FIELDS: dict[type[Shared], frozenset[str]] = {
    Speaker: frozenset({"name", "sort_name", "homepage", "orcid", "photo"}),
    Series: frozenset({"name", "slug", "short_code", "colour", "department"}),
    Topic: frozenset({"name", "slug", "kind"}),
    Audience: frozenset({"name", "slug"}),
    Department: frozenset({"name", "slug", "homepage"}),
}

#: Fields of a venue that are only defaults for new talks.
_VENUE_DEFAULTS = frozenset({"timezone"})

#: Fields that tell people where to go, besides the room.
_ADDRESS_FIELDS = frozenset(
    {
        "building",
        "former_name",
        "campus",
        "street",
        "city",
        "region",
        "postcode",
        "country",
        "latitude",
        "longitude",
    }
)


def lock(subject: Shared) -> None:
    """Lock the talks that a change of the subject may affect."""
    rows = _talks_showing(subject).select_for_update(of=("self",), no_key=True).order_by("pk")
    for _pk in rows.values_list("pk", flat=True).iterator():
        pass


def propagate(subject: Shared, fields: set[str], now: datetime) -> None:
    """Update `changed_at` of talks that show these fields, and raise SEQUENCE if they locate it."""
    if not _is_shown(subject, fields):
        return
    touch(subject, now)
    talks = _talks_showing(subject)
    if isinstance(subject, Venue):
        there = talks.exclude(attendance=Talk.Attendance.ONLINE)
        if not fields & _ADDRESS_FIELDS:
            there = there.filter(room="") if "room" in fields else there.none()
        there.update(sequence=F("sequence") + 1)


def touch(subject: Shared, now: datetime) -> None:
    """Update `changed_at` of all talks that show the subject."""
    _talks_showing(subject).filter(changed_at__lt=now).update(changed_at=now)


def _is_shown(subject: Shared, fields: set[str]) -> bool:
    if isinstance(subject, Venue):
        return bool(fields - _VENUE_DEFAULTS)
    return bool(fields & _SHOWN_FIELDS[type(subject)])


def _talks_showing(subject: Shared) -> QuerySet[Talk]:
    """Return the talks that have been public and refer to the subject, without duplicates."""
    talks = Talk.objects.filter(Q(published_at__isnull=False) | Q(status__in=PUBLIC))
    if isinstance(subject, Venue):
        return talks.filter(venue=subject)
    if isinstance(subject, Series):
        return talks.in_series([subject.pk])
    # Subqueries, because a join cannot be locked or updated and would list a talk twice.
    base = Talk._base_manager
    if isinstance(subject, Department):
        return talks.in_series(subject.series.values_list("pk", flat=True))
    if isinstance(subject, Speaker):
        referring = base.filter(appearances__speaker=subject)
    elif isinstance(subject, Topic):
        referring = base.filter(topics=subject)
    else:
        referring = base.filter(audiences=subject)
    return talks.filter(pk__in=referring.values("pk"))

"""How talks follow a change of what they share."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from seminars.models import Audience, Department, Series, Speaker, Talk, Topic, Venue
from seminars.querysets import PUBLIC
from seminars.services.snapshots import Shared

#: What a talk's page, feeds and mail show of each. An affiliation and a biography are the talk's
#: own; defaults, organisers and e-mail addresses of speakers are not shown.
_SHOWN: dict[type[Shared], frozenset[str]] = {
    Speaker: frozenset({"name", "sort_name", "homepage", "orcid", "photo"}),
    Series: frozenset({"name", "slug", "short_code", "colour", "department"}),
    Topic: frozenset({"name", "slug", "kind"}),
    Audience: frozenset({"name", "slug"}),
    Department: frozenset({"name", "slug", "homepage"}),
}

#: What of a venue is no more than a default for new talks.
_VENUE_DEFAULTS = frozenset({"timezone"})

#: What tells people where to go, beside the room.
_PLACE = frozenset(
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
    """Holds the rows of the talks that a change of the subject may move."""
    rows = _talks(subject).select_for_update(of=("self",), no_key=True).order_by("pk")
    for _pk in rows.values_list("pk", flat=True).iterator():
        pass


def propagate(subject: Shared, fields: set[str], now: datetime) -> None:
    """Moves `changed_at` of the talks that show one of these fields of the subject, and raises
    SEQUENCE where it changes their place.
    """
    if not _shown(subject, fields):
        return
    touch(subject, now)
    talks = _talks(subject)
    if isinstance(subject, Venue):
        there = talks.exclude(attendance=Talk.Attendance.ONLINE)
        if not fields & _PLACE:
            there = there.filter(room="") if "room" in fields else there.none()
        there.update(sequence=F("sequence") + 1)


def touch(subject: Shared, now: datetime) -> None:
    """Moves `changed_at` of all talks that show the subject."""
    _talks(subject).filter(changed_at__lt=now).update(changed_at=now)


def _shown(subject: Shared, fields: set[str]) -> bool:
    if isinstance(subject, Venue):
        return bool(fields - _VENUE_DEFAULTS)
    return bool(fields & _SHOWN[type(subject)])


def _talks(subject: Shared) -> QuerySet[Talk]:
    """Those that were public once and refer to the subject, each once."""
    talks = Talk.objects.filter(Q(published_at__isnull=False) | Q(status__in=PUBLIC))
    if isinstance(subject, Venue):
        return talks.filter(venue=subject)
    if isinstance(subject, Series):
        return talks.in_series([subject.pk])
    # Subqueries, for a join cannot be locked or updated and would list a talk twice.
    every = Talk._base_manager
    if isinstance(subject, Department):
        return talks.in_series(subject.series.values_list("pk", flat=True))
    if isinstance(subject, Speaker):
        found = every.filter(appearances__speaker=subject)
    elif isinstance(subject, Topic):
        found = every.filter(topics=subject)
    else:
        found = every.filter(audiences=subject)
    return talks.filter(pk__in=found.values("pk"))

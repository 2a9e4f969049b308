"""Compute instants again where a country has changed its clocks.

What people typed stays: date, hours and zone (see Talk.derive). Only the instants in UTC move, so a
talk is not rescheduled; but calendars that hold the old instant must hear of it.
"""

import logging
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone

from seminars.models import Revision, Talk

_log = logging.getLogger(__name__)

_INSTANTS = ("starts_at", "ends_at", "over_at")
_FOLDS = ("start_fold", "end_fold")
_CHUNK = 2000


class Recomputed(NamedTuple):
    """How many talks have other instants now, and the ids of those whose time no clock shows."""

    moved: int
    impossible: list[int]


def recompute_instants(*, now: datetime) -> Recomputed:
    """Derive the instants of all dated talks from the current time zone data.

    A public talk whose instants move gets a higher SEQUENCE and a later change, and is not marked
    as rescheduled. A local time that the new law skips keeps its old instants.
    """
    moved, impossible = 0, list[int]()
    talks = Talk._base_manager.filter(date__isnull=False).order_by("pk")
    fields = ("date", "start_time", "end_time", "end_date", "timezone", *_FOLDS, *_INSTANTS)
    for talk in talks.only(*fields).iterator(chunk_size=_CHUNK):
        old = [getattr(talk, name) for name in _INSTANTS]
        try:
            talk.derive()
        except ValidationError:
            impossible.append(talk.pk)
            continue
        new = [getattr(talk, name) for name in _INSTANTS]
        if new != old:
            _move(talk.pk, dict(zip(_INSTANTS, new, strict=True)), now=now)
            moved += 1
    Revision.objects.filter(pk=1).update(zone_data=settings.TIME_ZONE_DATA)
    return Recomputed(moved, impossible)


@transaction.atomic
def _move(pk: int, instants: dict[str, datetime | None], *, now: datetime) -> None:
    talk = Talk._base_manager.filter(pk=pk)
    talk.update(**instants)
    talk.filter(published_at__isnull=False).update(sequence=F("sequence") + 1, changed_at=now)


def after_migrate(using: str = "default", **kwargs: object) -> None:
    """Recompute instants after an upgrade that brought other time zone data."""
    table, database = Revision._meta.db_table, connections[using]
    if table not in database.introspection.table_names():
        return
    with database.cursor() as cursor:
        columns = {one.name for one in database.introspection.get_table_description(cursor, table)}
    if "zone_data" not in columns:
        return
    if Revision.objects.filter(pk=1).exclude(zone_data=settings.TIME_ZONE_DATA).exists():
        result = recompute_instants(now=timezone.now())
        if result.moved or result.impossible:
            _log.warning(summary(result))


def summary(result: Recomputed) -> str:
    """Return what an administrator should know of a run."""
    lines = [f"Time zone data {settings.TIME_ZONE_DATA}: talks with new instants: {result.moved}."]
    if result.impossible:
        ids = ", ".join(map(str, result.impossible))
        lines.append(f"Clocks skip the time of these talks now; please edit them: {ids}.")
    return " ".join(lines)

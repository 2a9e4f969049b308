"""Erasing what is not to be kept."""

from datetime import datetime

from django.db import models, transaction

from seminars.models import Appearance, Talk, Version
from seminars.querysets import TOMBSTONE

#: What of a withdrawn talk still says nothing about anybody, but which imports and addresses need.
_KEPT = frozenset({"source", "source_uid"})

#: How many talks are erased in one transaction.
_AT_ONCE = 500


def purge(*, now: datetime) -> int:
    """Erases the text of talks withdrawn 60 days ago or earlier (TOMBSTONE), and of their versions.

    Their rows stay, with uid, number, time, series and state, so that nothing takes their place.
    Returns how many were erased; those that were before are not counted again.
    """
    erased = 0
    while batch := _due(now):
        _erase(batch, now)
        erased += len(batch)
    return erased


def _due(now: datetime) -> list[int]:
    versions = Version.objects.filter(
        subject=Version.Subject.TALK, subject_id=models.OuterRef("pk")
    )
    talks = Talk.objects.filter(withdrawn_at__lte=now - TOMBSTONE)
    talks = talks.filter(~models.Exists(versions.filter(verb=Version.Verb.ERASED)))
    return list(talks.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])


@transaction.atomic
def _erase(keys: list[int], now: datetime) -> None:
    held = Talk.objects.filter(pk__in=keys, withdrawn_at__lte=now - TOMBSTONE)
    keys = list(held.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    talks = Talk.objects.filter(pk__in=keys)
    talks.update(**_blanks(), venue=None)
    Appearance.objects.filter(talk__in=keys).delete()
    for through in (Talk.topics.through, Talk.audiences.through):
        through._default_manager.filter(talk__in=keys).delete()
    versions = Version.objects.filter(subject=Version.Subject.TALK, subject_id__in=keys)
    last = dict(versions.order_by().values_list("subject_id").annotate(models.Max("number")))
    versions.update(data={})
    Version.objects.bulk_create(
        Version(
            subject=Version.Subject.TALK,
            subject_id=key,
            number=last.get(key, 0) + 1,
            at=now,
            verb=Version.Verb.ERASED,
            data={},
        )
        for key in keys
    )


def _blanks() -> dict[str, str]:
    """The talk's free texts and links, and what is rendered from them, as empty."""
    return {
        one.name: ""
        for one in Talk._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField)
        and one.blank
        and not one.null
        and one.name not in _KEPT
    }

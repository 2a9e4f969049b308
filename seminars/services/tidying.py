"""Erase text that must not be retained."""

from datetime import datetime

from django.db import models, transaction

from seminars.models import Appearance, FormerWords, Talk, Version
from seminars.querysets import TOMBSTONE

#: Fields of an erased talk that contain no personal data, but that imports and URLs need.
_RETAINED = frozenset({"source", "source_uid"})

#: How many talks one transaction erases.
_BATCH_SIZE = 500


def purge(*, now: datetime) -> int:
    """Erase the text of talks withdrawn at least 60 days ago (TOMBSTONE), and of their versions.

    Their rows stay, with uid, number, time, series and state, so that ids and addresses are not
    reused. Return how many talks were erased now.
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
    return list(talks.order_by("pk").values_list("pk", flat=True)[:_BATCH_SIZE])


@transaction.atomic
def _erase(keys: list[int], now: datetime) -> None:
    locked = Talk.objects.filter(pk__in=keys, withdrawn_at__lte=now - TOMBSTONE)
    keys = list(locked.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    talks = Talk.objects.filter(pk__in=keys)
    talks.update(**_blanks(), venue=None)
    Appearance.objects.filter(talk__in=keys).delete()
    for through in (Talk.topics.through, Talk.audiences.through):
        through._default_manager.filter(talk__in=keys).delete()
    FormerWords.objects.filter(talk_id__in=keys).delete()
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
    """Return empty values for the talk's free texts, links and rendered HTML."""
    return {
        one.name: ""
        for one in Talk._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField)
        and one.blank
        and not one.null
        and one.name not in _RETAINED
    }

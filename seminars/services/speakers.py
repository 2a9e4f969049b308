"""What a speaker's record keeps of their talks."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from seminars.models import Appearance, Speaker, Talk, Version
from seminars.services import snapshots, versions
from seminars.services.snapshots import Snapshot
from seminars.services.versions import Step

#: What an appearance says of a speaker, and their record keeps the latest of.
KEPT = ("affiliation", "biography")


def update_speakers(*, talk: Talk, change: Step, by: User | None, now: datetime) -> None:
    """Gives speakers whose latest talk this is the affiliation and biography that it now has.

    Only what the change said anew counts, so that an old text never returns; an empty one never
    takes the place of a known one. Part of the transaction that changes the talk.
    """
    said = _said_anew(change)
    if not said:
        return
    steps: list[Step] = []
    for speaker in _whose_latest_is(talk, list(said)).select_for_update(no_key=True):
        before = snapshots.of(speaker)
        for name, value in said[speaker.pk].items():
            setattr(speaker, name, value)
        after = snapshots.of(speaker)
        if snapshots.changed(before, after):
            speaker.save(update_fields=said[speaker.pk].keys())
            steps.append(Step(speaker, before, after))
    versions.write(steps, by=by, now=now, verb=Version.Verb.EDITED)


def _said_anew(change: Step) -> dict[int, Snapshot]:
    """What the change's appearances say that they did not before, by the speakers' ids."""
    earlier: list[Snapshot] = change.before["appearances"] if change.before else []
    known = {(one["speaker"]["id"], one["role"]): one for one in earlier}
    found: dict[int, Snapshot] = {}
    for one in change.after["appearances"]:
        before = known.get((one["speaker"]["id"], one["role"]), {})
        said = {name: one[name] for name in KEPT if one[name] and one[name] != before.get(name)}
        if said:
            found.setdefault(one["speaker"]["id"], {}).update(said)
    return found


def _whose_latest_is(talk: Talk, keys: list[int]) -> QuerySet[Speaker]:
    """Those of the speakers who have no later talk; one without a date is still to come."""
    speakers = Speaker.objects.filter(pk__in=keys).order_by("pk")
    if talk.starts_at is None:
        return speakers
    later = Appearance.objects.filter(
        talk__starts_at__gt=talk.starts_at, talk__withdrawn_at__isnull=True
    )
    return speakers.exclude(pk__in=later.filter(speaker__in=keys).values("speaker"))

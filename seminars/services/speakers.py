"""Keep speakers' records up to date with their latest talks."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from seminars.models import Appearance, Speaker, Talk, Version
from seminars.services import snapshots, versions
from seminars.services.snapshots import Snapshot
from seminars.services.versions import Step

#: Fields of an appearance that the speaker's record takes from their latest talk.
PROFILE_FIELDS = ("affiliation", "biography")


def update_speakers(*, talk: Talk, change: Step, by: User | None, now: datetime) -> None:
    """Copy affiliations and biographies to the speakers whose latest talk this is.

    Only texts entered by this change are copied, so that old ones never return; an empty text never
    replaces another. Runs in the transaction that changes the talk.
    """
    entered = _entered_texts(change)
    if not entered:
        return
    steps: list[Step] = []
    for speaker in _speakers_with_latest(talk, list(entered)).select_for_update(no_key=True):
        before = snapshots.of(speaker)
        for name, value in entered[speaker.pk].items():
            setattr(speaker, name, value)
        after = snapshots.of(speaker)
        if snapshots.changed(before, after):
            speaker.save(update_fields=entered[speaker.pk].keys())
            steps.append(Step(speaker, before, after))
    versions.write(steps, by=by, now=now, verb=Version.Verb.EDITED)


def _entered_texts(change: Step) -> dict[int, Snapshot]:
    """Return the texts that the change has entered, by speaker id."""
    earlier: list[Snapshot] = change.before["appearances"] if change.before else []
    known = {(one["speaker"]["id"], one["role"]): one for one in earlier}
    texts_by_id: dict[int, Snapshot] = {}
    for one in change.after["appearances"]:
        before = known.get((one["speaker"]["id"], one["role"]), {})
        texts = {
            name: one[name]
            for name in PROFILE_FIELDS
            if one[name] and one[name] != before.get(name)
        }
        if texts:
            texts_by_id.setdefault(one["speaker"]["id"], {}).update(texts)
    return texts_by_id


def _speakers_with_latest(talk: Talk, keys: list[int]) -> QuerySet[Speaker]:
    """Return the speakers who have no later talk; an undated talk counts as the latest."""
    speakers = Speaker.objects.filter(pk__in=keys).order_by("pk")
    if talk.starts_at is None:
        return speakers
    later = Appearance.objects.filter(
        talk__starts_at__gt=talk.starts_at, talk__withdrawn_at__isnull=True
    )
    return speakers.exclude(pk__in=later.filter(speaker__in=keys).values("speaker"))

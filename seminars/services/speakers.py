"""Keep speakers' records up to date with their latest public talks."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import User
from seminars.models import Appearance, Speaker, Talk, Version
from seminars.querysets import PUBLIC
from seminars.services import snapshots, versions
from seminars.services.snapshots import Snapshot
from seminars.services.versions import Step

#: Fields of an appearance that the speaker's record takes from their latest talk.
PROFILE_FIELDS = ("affiliation", "biography")

#: Verbs that bring back older texts about speakers, which must not reach their records; nor do
#: texts whose origin is unknown.
_OLD_TEXTS = (Version.Verb.DUPLICATED, Version.Verb.RESTORED_VERSION, Version.Verb.RECORDED)


class _Text(NamedTuple):
    """A text about a speaker in one of their roles."""

    speaker: int
    role: str
    field: str
    value: str


def update_speakers(*, talk: Talk, change: Step, by: User | None, now: datetime) -> None:
    """Copy affiliations and biographies to the speakers whose latest public talk this is.

    Speakers' records are public, so texts in an unannounced talk are copied when it is announced.
    Old texts never return, and an empty text never replaces another. Runs after the version is
    written, in the transaction that changes the talk.
    """
    if not talk.is_public:
        return
    entered = _entered_texts(talk, change)
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


def _entered_texts(talk: Talk, change: Step) -> dict[int, Snapshot]:
    """Return the texts by speaker id that are new since the talk was last public."""
    texts = list(_texts(change.after))
    if change.before is not None and not _is_public(change.before):
        texts = list(_entered_before_announcing(talk, texts))
    elif change.before is not None:
        known = set(_texts(change.before))
        texts = [one for one in texts if one not in known]
    entered: dict[int, Snapshot] = {}
    for text in texts:
        entered.setdefault(text.speaker, {})[text.field] = text.value
    return entered


def _texts(talk: Snapshot) -> Iterable[_Text]:
    for one in talk.get(snapshots.APPEARANCES, ()):
        for name in PROFILE_FIELDS:
            if one[name]:
                yield _Text(one["speaker"]["id"], one["role"], name, one[name])


def _is_public(talk: Snapshot) -> bool:
    return talk["status"] in PUBLIC and talk[snapshots.WITHDRAWN_AT] is None


def _entered_before_announcing(talk: Talk, texts: list[_Text]) -> Iterable[_Text]:
    """Yield the texts entered since the talk was last public, after the speaker's own record."""
    history = Version.objects.filter(subject=Version.Subject.TALK, subject_id=talk.pk)
    rows = list(history.order_by("-number").values_list("at", "verb", "data"))
    records = _records({text.speaker for text in texts})
    for text in texts:
        entered_at = _entered_at(text, rows)
        if entered_at is not None and not _has_newer(
            records.get(text.speaker, []), text, entered_at
        ):
            yield text


def _entered_at(text: _Text, rows: list[tuple[datetime, str, Snapshot]]) -> datetime | None:
    """Return when the text was entered; None if that was in public, unknown, or a copy.

    `rows` are the talk's versions, newest first.
    """
    at, verb, _data = rows[0]
    for at_earlier, verb_earlier, data in rows[1:]:
        if text not in _texts(data):
            break
        if _is_public(data):
            return None
        at, verb = at_earlier, verb_earlier
    return None if verb in _OLD_TEXTS else at


def _records(speakers: set[int]) -> dict[int, list[tuple[datetime, Snapshot]]]:
    """Return the speakers' versions, oldest first."""
    found: dict[int, list[tuple[datetime, Snapshot]]] = {}
    history = Version.objects.filter(subject=Version.Subject.SPEAKER, subject_id__in=speakers)
    for pk, at, data in history.order_by("number").values_list("subject_id", "at", "data"):
        found.setdefault(pk, []).append((at, data))
    return found


def _has_newer(record: list[tuple[datetime, Snapshot]], text: _Text, entered_at: datetime) -> bool:
    """Whether the speaker's record was given another text after this one was entered."""
    values = [(at, data.get(text.field)) for at, data in record]
    at_that_time = [value for at, value in values if at <= entered_at] or [
        value for _at, value in values[:1]
    ]
    return bool(values) and values[-1][1] != at_that_time[-1]


def _speakers_with_latest(talk: Talk, keys: list[int]) -> QuerySet[Speaker]:
    """Return the speakers who have no later public talk."""
    later = Appearance.objects.filter(
        talk__in=Talk.objects.public().filter(starts_at__gt=talk.starts_at).values("pk")
    )
    speakers = Speaker.objects.filter(pk__in=keys).order_by("pk")
    return speakers.exclude(pk__in=later.filter(speaker__in=keys).values("speaker"))

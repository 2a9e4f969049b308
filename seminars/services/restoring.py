"""Restore earlier versions of rows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from seminars.models import (
    Appearance,
    Audience,
    Department,
    Series,
    Speaker,
    Talk,
    Topic,
    Venue,
    Version,
)
from seminars.querysets import PUBLIC, administers
from seminars.services import snapshots
from seminars.services.approval import refuse_unapproved
from seminars.services.changes import changing, changing_shared
from seminars.services.errors import RefusedError
from seminars.services.history import label
from seminars.services.snapshots import Shared, Snapshot, Subject
from seminars.services.talks import refuse_others, unwithdraw

SHARED: dict[str, type[Shared]] = {
    "speaker": Speaker,
    "venue": Venue,
    "series": Series,
    "topic": Topic,
    "audience": Audience,
    "department": Department,
}


@dataclass(slots=True)
class Restored:
    """The restored subject; `notes` are sentences about what could not be restored."""

    subject: Subject
    notes: list[str] = field(default_factory=list)


def restore(*, version: Version, by: User | None, now: datetime) -> Restored:
    """Restore the version's subject to what it was then, as a new change.

    References to rows that no longer exist are skipped, and an announced talk does not become a
    draft again; the notes say so. Raises RefusedError if the version's text was erased, its subject
    no longer exists or may not be changed by this person, or the old values are no longer valid.
    """
    if not version.data:
        raise RefusedError(_("The text of this version has been erased."))
    if version.subject == Version.Subject.TALK:
        return _restore_talk(version, by, now)
    subject = _subject_of(SHARED[version.subject], version)
    restored = Restored(subject)
    with changing_shared(subject=subject, by=by, now=now, verb=Version.Verb.RESTORED_VERSION):
        subject.refresh_from_db()
        # Calendars may have subscribed to its current address, and another row may have its number.
        _put_fields(restored, version.data, skip={"slug", "legacy_id"})
        _check(subject)
        subject.save()
        _put_many(restored, version.data)
    return restored


def _restore_talk(version: Version, by: User | None, now: datetime) -> Restored:
    talk = _subject_of(Talk, version)
    restored = Restored(talk)
    with changing(talk=talk, by=by, now=now, verb=Version.Verb.RESTORED_VERSION):
        talk.refresh_from_db()
        refuse_others(talk, by)
        # Another talk may have its number now.
        skip = {"status", "event_id"}
        if not _may_move(talk, version.data["series"], by):
            skip.add("series")
            restored.notes.append(
                _("The talk stays in its current series because the other one isn’t yours.")
            )
        _put_fields(restored, version.data, skip=skip)
        _put_state(restored, talk, version.data, by, now)
        _check(talk)
        talk.save()
        _put_many(restored, version.data)
        _put_appearances(restored, talk, version.data[snapshots.APPEARANCES])
    return restored


def _subject_of(model: "type[Any]", version: Version) -> Any:
    subject = model._base_manager.filter(pk=version.subject_id).first()
    if subject is None:
        raise RefusedError(_("This no longer exists."))
    return subject


def _may_move(talk: Talk, series: Snapshot | None, by: User | None) -> bool:
    """Whether the person may move the talk back into the series it was in then."""
    if by is None or administers(by):
        return True
    if series is None or series["id"] == talk.series_id:
        return series is not None or talk.series_id is None
    return by.organised_series.filter(pk=series["id"]).exists()


def _put_fields(restored: Restored, data: Snapshot, *, skip: set[str]) -> None:
    model = type(restored.subject)
    for one in snapshots.fields(model):
        if one.name not in data or one.name in skip:
            continue
        if not snapshots.put(restored.subject, one.name, data[one.name]):
            _note_missing(restored, one.name, data[one.name]["name"])


def _put_many(restored: Restored, data: Snapshot) -> None:
    for many in restored.subject._meta.many_to_many:
        wanted = {one["id"]: one["name"] for one in data.get(many.name, [])}
        there = _existing(many.remote_field.model, list(wanted))
        getattr(restored.subject, many.name).set(there)
        for key, name in wanted.items():
            if key not in there:
                _note_missing(restored, many.name, name)


def _existing(model: "type[models.Model] | str", keys: list[int]) -> set[int]:
    assert not isinstance(model, str)  # noqa: S101 - relations are resolved once models are loaded
    return set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))


def _put_state(
    restored: Restored, talk: Talk, data: Snapshot, by: User | None, now: datetime
) -> None:
    """Restore the status and whether the talk was withdrawn, as far as the rules allow."""
    was_public = talk.published_at is not None or talk.is_public
    wanted = data["status"]
    if was_public and wanted not in PUBLIC:
        restored.notes.append(
            _("The talk has been announced since and stays announced; remove it to hide it.")
        )
    elif wanted in PUBLIC and talk.status not in PUBLIC:
        try:
            refuse_unapproved(talk, by)
        except RefusedError as why:
            restored.notes.append(str(why))
        else:
            talk.status = wanted
    else:
        talk.status = wanted
    if data[snapshots.WITHDRAWN_AT] is None:
        unwithdraw(talk, now)
    elif talk.withdrawn_at is None:
        talk.withdrawn_at = now


def _put_appearances(restored: Restored, talk: Talk, wanted: list[Snapshot]) -> None:
    there = _existing(Speaker, [one["speaker"]["id"] for one in wanted])
    leftover = {(one.speaker_id, one.role): one for one in talk.appearances.all()}
    for position, one in enumerate(wanted):
        key = one["speaker"]["id"]
        if key not in there:
            _note_missing(restored, snapshots.APPEARANCES, one["speaker"]["name"])
            continue
        row = leftover.pop((key, one["role"]), None)
        row = row or Appearance(talk=talk, speaker_id=key, role=one["role"])
        row.position = position
        row.affiliation, row.biography = one["affiliation"], one["biography"]
        row.save()
    for row in leftover.values():
        row.delete()


def _note_missing(restored: Restored, name: str, missing: str) -> None:
    restored.notes.append(
        _("%(field)s: “%(name)s” no longer exists.")
        % {"field": label(type(restored.subject), name), "name": missing}
    )


def _check(subject: Subject) -> None:
    """Raise RefusedError, naming the field, if an old value is no longer valid."""
    try:
        subject.full_clean()
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        if name == "__all__":
            raise RefusedError(sentences[0]) from error
        raise RefusedError(f"{label(type(subject), name)}: {sentences[0]}") from error

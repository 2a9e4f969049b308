"""Bringing back what a row was at an earlier version."""

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
    """What was brought back; `notes` are sentences about what could not be."""

    subject: Subject
    notes: list[str] = field(default_factory=list)


def restore(*, version: Version, by: User | None, now: datetime) -> Restored:
    """Makes the version's subject what it was then, as one more change: nothing is lost.

    What a version refers to and is gone since is left out, and a talk that was announced is not
    made a draft again; the notes say so. Raises RefusedError where the version was erased, its
    subject is gone, is not this person's, or would break a rule that holds now.
    """
    if not version.data:
        raise RefusedError(_("The text of this version was erased."))
    if version.subject == Version.Subject.TALK:
        return _talk(version, by, now)
    subject = _found(SHARED[version.subject], version)
    restored = Restored(subject)
    with changing_shared(subject=subject, by=by, now=now, verb=Version.Verb.RESTORED_VERSION):
        subject.refresh_from_db()
        # At its address of today calendars may be asking by now.
        _put_fields(restored, version.data, skip={"slug"})
        _check(subject)
        subject.save()
        _put_many(restored, version.data)
    return restored


def _talk(version: Version, by: User | None, now: datetime) -> Restored:
    talk = _found(Talk, version)
    restored = Restored(talk)
    with changing(talk=talk, by=by, now=now, verb=Version.Verb.RESTORED_VERSION):
        talk.refresh_from_db()
        refuse_others(talk, by)
        # Its number may be another talk's by now.
        skip = {"status", "event_id"}
        if not _may_move(talk, version.data["series"], by):
            skip.add("series")
            restored.notes.append(_("The talk stays in its series, for the other is not yours."))
        _put_fields(restored, version.data, skip=skip)
        _put_state(restored, talk, version.data, by, now)
        _check(talk)
        talk.save()
        _put_many(restored, version.data)
        _put_appearances(restored, talk, version.data[snapshots.APPEARANCES])
    return restored


def _found(model: "type[Any]", version: Version) -> Any:
    found = model._base_manager.filter(pk=version.subject_id).first()
    if found is None:
        raise RefusedError(_("What this version tells of does not exist any more."))
    return found


def _may_move(talk: Talk, series: Snapshot | None, by: User | None) -> bool:
    """Whether the person may put the talk into the series that it was in then."""
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
            _note_gone(restored, one.name, data[one.name]["name"])


def _put_many(restored: Restored, data: Snapshot) -> None:
    for many in restored.subject._meta.many_to_many:
        wanted = {one["id"]: one["name"] for one in data.get(many.name, [])}
        there = _existing(many.remote_field.model, list(wanted))
        getattr(restored.subject, many.name).set(there)
        for key, name in wanted.items():
            if key not in there:
                _note_gone(restored, many.name, name)


def _existing(model: "type[models.Model] | str", keys: list[int]) -> set[int]:
    assert not isinstance(model, str)  # noqa: S101 - relations are resolved once models are loaded
    return set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))


def _put_state(
    restored: Restored, talk: Talk, data: Snapshot, by: User | None, now: datetime
) -> None:
    """Status and withdrawing, as far as the rules of announcing let them come back."""
    was_public = talk.published_at is not None or talk.is_public
    wanted = data["status"]
    if was_public and wanted not in PUBLIC:
        restored.notes.append(
            _("The talk was announced since and stays so; withdraw it to hide it.")
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
    kept = {(one.speaker_id, one.role): one for one in talk.appearances.all()}
    for position, one in enumerate(wanted):
        key = one["speaker"]["id"]
        if key not in there:
            _note_gone(restored, snapshots.APPEARANCES, one["speaker"]["name"])
            continue
        row = kept.pop((key, one["role"]), None)
        row = row or Appearance(talk=talk, speaker_id=key, role=one["role"])
        row.position = position
        row.affiliation, row.biography = one["affiliation"], one["biography"]
        row.save()
    for row in kept.values():
        row.delete()


def _note_gone(restored: Restored, name: str, gone: str) -> None:
    restored.notes.append(
        _("%(field)s: “%(name)s” does not exist any more.")
        % {"field": label(type(restored.subject), name), "name": gone}
    )


def _check(subject: Subject) -> None:
    """Raises RefusedError, naming the field, where an old value breaks a rule that holds now."""
    try:
        subject.full_clean()
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        if name == "__all__":
            raise RefusedError(sentences[0]) from error
        raise RefusedError(f"{label(type(subject), name)}: {sentences[0]}") from error

"""The only way to change talks and shared rows: it records the history and updates calendars."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from django.db import models, transaction

from accounts.models import User
from seminars.models import Talk, Version
from seminars.querysets import PUBLIC
from seminars.search import index
from seminars.services import departures, sharing, snapshots, speakers, versions
from seminars.services.approval import refuse_unapproved
from seminars.services.snapshots import Shared, Snapshot, Subject
from seminars.services.versions import Step

_Row = TypeVar("_Row", bound=Subject)

#: A change of these affects people who have the talk in their calendars, and so raises SEQUENCE, as
#: a "significant revision" does (RFC 5545, section 3.8.7.4).
SIGNIFICANT_FIELDS = frozenset(
    {
        "date",
        "start_time",
        "end_time",
        "end_date",
        "timezone",
        "start_fold",
        "end_fold",
        "venue",
        "room",
        "attendance",
        "status",
        "withdrawn_at",
    }
)

#: Verbs that bring back an older affiliation or biography, which must not overwrite the speaker's.
_REUSES_OLD_TEXTS = (Version.Verb.DUPLICATED, Version.Verb.RESTORED_VERSION)

#: Fields that only organizers ever see.
PRIVATE_FIELDS = frozenset({"notes"})


@dataclass(slots=True)
class Change:
    """The result of a change, complete when its block has ended.

    `fields` are the names of the fields that changed. `version` is None if nothing changed.
    """

    before: Snapshot | None = None
    after: Snapshot | None = None
    fields: list[str] = field(default_factory=list)
    version: Version | None = None


@contextmanager
def changing(
    *,
    talk: Talk,
    by: User | None,
    now: datetime,
    verb: str = Version.Verb.EDITED,
    base: int | None = None,
) -> Iterator[Change]:
    """Open a transaction in which the talk, its appearances and many-to-many fields may be saved.

    The talk's row is locked, and its state before the change is read from the database, whatever
    the instance holds. When the block ends, the history, SEQUENCE and the timestamps are updated in
    the database and in the instance. `by` is None for the system.

    `base` is the number of the version that the change started from (0 if there was none); None
    skips the check. Raises ConflictError at the start if there is a newer version, and RefusedError
    at the end if this person announced a talk that needs approval.
    """
    change = Change()
    with transaction.atomic():
        row = _locked(talk)
        if row is not None:
            versions.refuse_conflict(versions.latest(row), base)
            change.before = snapshots.of(row)
        yield change
        transaction.on_commit(index.catch_up, robust=True)
        if talk._state.adding:
            return
        saved = _fetch(talk)
        change.after = snapshots.of(saved)
        step = Step(talk, change.before, change.after)
        change.fields = step.changed
        if saved.status in PUBLIC and (row is None or row.status not in PUBLIC):
            refuse_unapproved(saved, by)
        _update_derived(talk, row, saved, change, now)
        if change.before and row is not None and _was_public(row):
            departures.record_change(talk=talk, before=change.before, after=change.after, now=now)
        change.version = _write_version(step, by, now, verb)
        if change.version is not None and verb not in _REUSES_OLD_TEXTS:
            speakers.update_speakers(talk=saved, change=step, by=by, now=now)


@contextmanager
def changing_shared(
    *,
    subject: Shared,
    by: User | None,
    now: datetime,
    verb: str = Version.Verb.EDITED,
    base: int | None = None,
) -> Iterator[Change]:
    """Do the same as `changing` for a row that talks share.

    Talks that have been public and show the row get a new `changed_at`, and a higher SEQUENCE if
    their venue's address changed.
    """
    change = Change()
    with transaction.atomic():
        if not subject._state.adding:
            # Always lock talks before shared rows, as `changing` does, to avoid deadlocks.
            sharing.lock(subject)
        row = _locked(subject)
        if row is not None:
            versions.refuse_conflict(versions.latest(row), base)
            change.before = snapshots.of(row)
        yield change
        transaction.on_commit(index.catch_up, robust=True)
        if subject._state.adding:
            return
        change.after = snapshots.of(_fetch(subject))
        step = Step(subject, change.before, change.after)
        change.fields = step.changed
        change.version = _write_version(step, by, now, verb)
        if change.before is not None:
            sharing.propagate(subject, set(change.fields), now)
            departures.record_shared_change(
                subject=subject, before=change.before, after=change.after, now=now
            )


def _locked(subject: _Row) -> _Row | None:
    """Return the row as stored, locked until the transaction ends; None for a new one."""
    if subject._state.adding:
        return None
    return _queryset(subject).select_for_update(of=("self",), no_key=True).get(pk=subject.pk)


def _fetch(subject: _Row) -> _Row:
    return _queryset(subject).get(pk=subject.pk)


def _queryset(subject: _Row) -> "models.QuerySet[_Row]":
    model: type[models.Model] = type(subject)
    queryset = cast("models.QuerySet[_Row]", model._base_manager.all())
    # Without names, select_related would follow every foreign key.
    names = snapshots.related(model)
    return queryset.select_related(*names) if names else queryset


def _write_version(step: Step, by: User | None, now: datetime, verb: str) -> Version | None:
    """Write a version of the step; None if nothing changed."""
    if step.before is None and verb == Version.Verb.EDITED:
        verb = Version.Verb.CREATED
    return versions.write([step], by=by, now=now, verb=verb).get(step.subject.pk)


def _was_public(row: Talk) -> bool:
    return row.published_at is not None or row.is_public


def _update_derived(
    talk: Talk, row: Talk | None, saved: Talk, change: Change, now: datetime
) -> None:
    """Set SEQUENCE and timestamps, even where a stale instance has overwritten them."""
    if row is None:
        derived: dict[str, object] = {
            "created_at": now,
            "changed_at": now,
            "published_at": now if saved.is_public else None,
            "sequence": 0,
            "previous_starts_at": None,
        }
    else:
        was_public = _was_public(row)
        significant = was_public and not SIGNIFICANT_FIELDS.isdisjoint(change.fields)
        visible = bool(set(change.fields) - PRIVATE_FIELDS)
        derived = {
            "created_at": row.created_at,
            "changed_at": max(row.changed_at, now) if visible else row.changed_at,
            "published_at": row.published_at or (now if row.is_public or saved.is_public else None),
            "sequence": row.sequence + 1 if significant else row.sequence,
            "previous_starts_at": _previous_start(row, saved, was_public),
        }
    if any(getattr(saved, name) != value for name, value in derived.items()):
        Talk._base_manager.filter(pk=talk.pk).update(**derived)
    for name, value in derived.items():
        setattr(talk, name, value)


def _previous_start(row: Talk, saved: Talk, was_public: bool) -> datetime | None:
    """Return the start (UTC) announced before the last move; None if the talk has moved back.

    Adding a time on the same day is not a move.
    """
    if not was_public or row.starts_at is None or row.starts_at == saved.starts_at:
        return row.previous_starts_at
    if saved.starts_at == row.previous_starts_at:
        return None
    if row.start_time is None and row.date == saved.date:
        return row.previous_starts_at
    return row.starts_at

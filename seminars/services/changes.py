"""The one way in which talks and what they share are changed, so that every change is in the
history, and calendars learn of it.
"""

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

#: What people must act on who have the talk in their calendars: a change of it raises SEQUENCE, as
#: a "significant revision" does (RFC 5545, section 3.8.7.4).
SIGNIFICANT_FIELDS = frozenset(
    {
        "date",
        "start_time",
        "end_time",
        "end_date",
        "timezone",
        "venue",
        "room",
        "attendance",
        "status",
        "withdrawn_at",
    }
)

#: Verbs that bring back what was said of speakers at another time.
_OLD_TEXTS = (Version.Verb.DUPLICATED, Version.Verb.RESTORED_VERSION)

#: What nobody but organisers ever sees.
PRIVATE_FIELDS = frozenset({"notes"})


@dataclass(slots=True)
class Change:
    """What a change came to: complete when its block has ended.

    `fields` are the names of those that changed, `version` what was written: None if nothing did.
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
    """A block that may save the talk, its appearances and its many-to-many fields: all or nothing.

    It holds the talk's row; what was there before is read from the database, whatever the instance
    holds by then. When it ends, the history, SEQUENCE and the talk's other times of change follow
    what the block did, in the database and in the instance. `by` is None for the system.

    `base` is the number of the version that the change started from (0: there was none); None does
    not ask. Raises ConflictError, at the start, if another came since; RefusedError, at the end, if
    this person announced a talk that needs approval.
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
        saved = _read(talk)
        change.after = snapshots.of(saved)
        step = Step(talk, change.before, change.after)
        change.fields = step.changed
        if saved.status in PUBLIC and (row is None or row.status not in PUBLIC):
            refuse_unapproved(saved, by)
        _follow(talk, row, saved, change, now)
        if change.before and row is not None and _was_public(row):
            departures.record_change(talk=talk, before=change.before, after=change.after, now=now)
        change.version = _written(step, by, now, verb)
        if change.version is not None and verb not in _OLD_TEXTS:
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
    """As `changing`, for what talks share; talks that were public once and show it change with it.

    Their `changed_at` moves, and SEQUENCE rises where the place of a venue changed.
    """
    change = Change()
    with transaction.atomic():
        if not subject._state.adding:
            # Talks before what they share, in one order, as when a talk is changed: else two
            # people could wait for each other.
            sharing.lock(subject)
        row = _locked(subject)
        if row is not None:
            versions.refuse_conflict(versions.latest(row), base)
            change.before = snapshots.of(row)
        yield change
        transaction.on_commit(index.catch_up, robust=True)
        if subject._state.adding:
            return
        change.after = snapshots.of(_read(subject))
        step = Step(subject, change.before, change.after)
        change.fields = step.changed
        change.version = _written(step, by, now, verb)
        if change.before is not None:
            sharing.propagate(subject, set(change.fields), now)
            departures.record_shared_change(
                subject=subject, before=change.before, after=change.after, now=now
            )


def _locked(subject: _Row) -> _Row | None:
    """The row as it is in the database, which nobody else changes till the transaction ends."""
    if subject._state.adding:
        return None
    return _rows(subject).select_for_update(of=("self",), no_key=True).get(pk=subject.pk)


def _read(subject: _Row) -> _Row:
    return _rows(subject).get(pk=subject.pk)


def _rows(subject: _Row) -> "models.QuerySet[_Row]":
    model: type[models.Model] = type(subject)
    rows = cast("models.QuerySet[_Row]", model._base_manager.all())
    # Without a name it would follow every reference there is.
    names = snapshots.related(model)
    return rows.select_related(*names) if names else rows


def _written(step: Step, by: User | None, now: datetime, verb: str) -> Version | None:
    """The version that the step came to; None where nothing changed."""
    if step.before is None and verb == Version.Verb.EDITED:
        verb = Version.Verb.CREATED
    return versions.write([step], by=by, now=now, verb=verb).get(step.subject.pk)


def _was_public(row: Talk) -> bool:
    return row.published_at is not None or row.is_public


def _follow(talk: Talk, row: Talk | None, saved: Talk, change: Change, now: datetime) -> None:
    """Sets what follows from the change, whatever a stale instance has saved over it."""
    if row is None:
        follows: dict[str, object] = {
            "created_at": now,
            "changed_at": now,
            "published_at": now if saved.is_public else None,
            "sequence": 0,
            "previous_starts_at": None,
        }
    else:
        was_public = _was_public(row)
        significant = was_public and not SIGNIFICANT_FIELDS.isdisjoint(change.fields)
        moved = bool(set(change.fields) - PRIVATE_FIELDS)
        follows = {
            "created_at": row.created_at,
            "changed_at": max(row.changed_at, now) if moved else row.changed_at,
            "published_at": row.published_at or (now if row.is_public or saved.is_public else None),
            "sequence": row.sequence + 1 if significant else row.sequence,
            "previous_starts_at": _previous_start(row, saved, was_public),
        }
    if any(getattr(saved, name) != value for name, value in follows.items()):
        Talk._base_manager.filter(pk=talk.pk).update(**follows)
    for name, value in follows.items():
        setattr(talk, name, value)


def _previous_start(row: Talk, saved: Talk, was_public: bool) -> datetime | None:
    """The start (UTC) that was announced before the last move; None once it is that again.

    An hour that becomes known on the same day is no move.
    """
    if not was_public or row.starts_at is None or row.starts_at == saved.starts_at:
        return row.previous_starts_at
    if saved.starts_at == row.previous_starts_at:
        return None
    if row.start_time is None and row.date == saved.date:
        return row.previous_starts_at
    return row.starts_at

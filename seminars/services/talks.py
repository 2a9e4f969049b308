"""The actions that change a talk's state.

Each reads the talk from the database, whatever the instance holds, and returns the updated
instance. `by` is None for the system. Each raises RefusedError, with a sentence for the person, and
changes nothing if the talk is not theirs or its state does not allow the action.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from seminars.models import Talk, Version, talk_times
from seminars.querysets import PUBLIC, TOMBSTONE, administers, organizes
from seminars.services import snapshots
from seminars.services.approval import needs_approval, refuse_unapproved
from seminars.services.changes import SIGNIFICANT_FIELDS, changing
from seminars.services.errors import RefusedError
from seminars.services.snapshots import Snapshot

_Status = Talk.Status
_Refusals = dict[_Status, Promise]

_NEVER_ANNOUNCED = (_Status.TENTATIVE, _Status.DRAFT, _Status.SUBMITTED)
_ALREADY_ANNOUNCED: _Refusals = dict.fromkeys(
    (_Status.ANNOUNCED, _Status.POSTPONED, _Status.CANCELLED),
    gettext_lazy("This talk has already been announced."),
)
_REINSTATE_FIRST: _Refusals = {
    _Status.CANCELLED: gettext_lazy("This talk has been canceled: reinstate it first.")
}
_REMOVE_INSTEAD: _Refusals = dict.fromkeys(
    _NEVER_ANNOUNCED, gettext_lazy("This talk has not been announced: remove it instead.")
)

#: Why each state refuses an action; states that are not listed allow it.
_REFUSALS: dict[str, _Refusals] = {
    "announce": {
        _Status.ANNOUNCED: gettext_lazy("This talk is already announced."),
        _Status.POSTPONED: gettext_lazy("This talk is postponed: reschedule it instead."),
        _Status.CANCELLED: gettext_lazy("This talk has been canceled: reinstate it instead."),
    },
    "submit": {
        _Status.SUBMITTED: gettext_lazy("This talk has already been submitted."),
        **_ALREADY_ANNOUNCED,
    },
    "approve": {
        **dict.fromkeys(
            (_Status.TENTATIVE, _Status.DRAFT),
            gettext_lazy("This talk has not been submitted yet."),
        ),
        **_ALREADY_ANNOUNCED,
    },
    "postpone": {
        _Status.POSTPONED: gettext_lazy("This talk is already postponed."),
        **_REMOVE_INSTEAD,
        **_REINSTATE_FIRST,
    },
    "reschedule": {
        **dict.fromkeys(
            _NEVER_ANNOUNCED,
            gettext_lazy("This talk has not been announced: change its date instead."),
        ),
        **_REINSTATE_FIRST,
    },
    "cancel": {
        _Status.CANCELLED: gettext_lazy("This talk has already been canceled."),
        **_REMOVE_INSTEAD,
    },
    "reinstate": {
        _Status.ANNOUNCED: gettext_lazy("This talk is already announced."),
        **dict.fromkeys(
            _NEVER_ANNOUNCED,
            gettext_lazy("This talk has not been announced: announce it instead."),
        ),
    },
}


#: Fields that a duplicate copies, besides time, appearances and many-to-many fields.
_COPIED = (
    "title",
    "kind",
    "language",
    "series",
    "abstract",
    "speaker_tba",
    "timezone",
    "venue",
    "room",
    "attendance",
    "join_url",
    "join_note",
    "join_access",
    "join_opens_minutes",
    "refreshments",
    "contact_name",
    "contact_phone",
    "contact_email",
    "cost",
)


class Verb(Protocol):
    """An action that needs no other arguments."""

    def __call__(self, *, talk: Talk, by: User | None, now: datetime.datetime) -> Talk: ...


def announce(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Show the talk to everyone. Past talks may be announced too, for an archive."""
    with _changing(talk, by, now, Version.Verb.ANNOUNCED):
        _refuse("announce", talk)
        refuse_unapproved(talk, by)
        _refuse_undated(talk)
        talk.status = _Status.ANNOUNCED
    return talk


def submit(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Ask the administrators to announce the talk, if its series requires approval."""
    with _changing(talk, by, now, Version.Verb.SUBMITTED):
        _refuse("submit", talk)
        if not needs_approval(talk):
            raise RefusedError(_("Talks in this series don’t need approval: announce it instead."))
        _refuse_undated(talk)
        talk.status = _Status.SUBMITTED
    return talk


def retract(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Make a submitted talk a draft again, so that it is no longer waiting for approval."""
    with _changing(talk, by, now, Version.Verb.UNDONE):
        if talk.status != _Status.SUBMITTED:
            raise RefusedError(_("This talk is not waiting for approval."))
        talk.status = _Status.DRAFT
    return talk


def approve(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Announce a submitted talk; only administrators may."""
    with _changing(talk, by, now, Version.Verb.APPROVED):
        if by is not None and not administers(by):
            raise RefusedError(_("Only an administrator may approve a talk."))
        _refuse("approve", talk)
        talk.status = _Status.ANNOUNCED
    return talk


def postpone(
    *, talk: Talk, by: User | None, now: datetime.datetime, note: str | None = None
) -> Talk:
    """Mark the talk as postponed, without a new date yet; a `note` becomes its notice."""
    with _changing(talk, by, now, Version.Verb.POSTPONED):
        _refuse("postpone", talk)
        talk.status = _Status.POSTPONED
        talk.notice = talk.notice if note is None else note
    return talk


def reschedule(
    *,
    talk: Talk,
    date: datetime.date,
    start_time: datetime.time | None,
    end_time: datetime.time | None,
    end_date: datetime.date | None = None,
    timezone: str | None = None,
    start_fold: int | None = None,
    end_fold: int | None = None,
    by: User | None,
    now: datetime.datetime,
) -> Talk:
    """Give an announced or postponed talk a new time, and announce it again.

    The times are local to `timezone`, an IANA name; None keeps the talk's. Times that do not exist,
    those that occur twice without a choice, and ends before the start are also refused.
    """
    with _changing(talk, by, now, Version.Verb.RESCHEDULED):
        _refuse("reschedule", talk)
        before = _local_times(talk)
        talk.date, talk.start_time = date, start_time
        talk.end_time, talk.end_date = end_time, end_date
        talk.timezone = timezone or talk.timezone
        talk.start_fold, talk.end_fold = start_fold, end_fold
        if talk.status == _Status.ANNOUNCED and _local_times(talk) == before:
            raise RefusedError(_("This is already the time of the talk."))
        talk.status = _Status.ANNOUNCED
        refuse_invalid(talk.clean)
        _refuse_doubt(talk)
    return talk


def cancel(*, talk: Talk, by: User | None, now: datetime.datetime, note: str | None = None) -> Talk:
    """Cancel the talk. It stays visible, marked as canceled; a `note` becomes its notice."""
    with _changing(talk, by, now, Version.Verb.CANCELLED):
        _refuse("cancel", talk)
        talk.status = _Status.CANCELLED
        talk.notice = talk.notice if note is None else note
    return talk


def reinstate(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Announce a canceled or postponed talk again, at its original time."""
    with _changing(talk, by, now, Version.Verb.REINSTATED):
        _refuse("reinstate", talk)
        talk.status = _Status.ANNOUNCED
    return talk


def withdraw(
    *, talk: Talk, by: User | None, now: datetime.datetime, note: str | None = None
) -> Talk:
    """Hide the talk as if deleted; it can be restored for 60 days (TOMBSTONE).

    A `note` replaces the organizers' notes.
    """
    with _changing(talk, by, now, Version.Verb.WITHDRAWN, check_withdrawn=None):
        if talk.withdrawn_at is not None:
            raise RefusedError(_("This talk has already been removed."))
        talk.withdrawn_at = now
        talk.notes = talk.notes if note is None else note
    return talk


def restore_withdrawn(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Restore a talk that was withdrawn less than 60 days ago (TOMBSTONE)."""
    with _changing(talk, by, now, Version.Verb.RESTORED, check_withdrawn=None):
        if talk.withdrawn_at is None:
            raise RefusedError(_("This talk has not been removed."))
        unwithdraw(talk, now)
    return talk


def undo(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Undo the last status change, and its changes of time and place unless changed again since.

    A talk that was announced for the first time is withdrawn.
    """
    with _changing(talk, by, now, Version.Verb.UNDONE, check_withdrawn=None):
        before, after = last_status_change(talk)
        was, since = before[snapshots.WITHDRAWN_AT], after[snapshots.WITHDRAWN_AT]
        if was is None and since is not None:
            unwithdraw(talk, now)
        elif was != since or (before["status"] not in PUBLIC and after["status"] in PUBLIC):
            talk.withdrawn_at = now
        else:
            current = snapshots.of(talk)
            fields = SIGNIFICANT_FIELDS.intersection(snapshots.changed(before, after))
            for name in fields - {snapshots.WITHDRAWN_AT}:
                if snapshots.same(current[name], after[name]):
                    snapshots.put(talk, name, before[name])
    return talk


def duplicate(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Create a draft with the same content, people and place, a week later at the same local time.

    It has no date if that time does not exist. Recording, slides, notice, notes, external page and
    status are not copied.
    """
    with transaction.atomic():
        talk.refresh_from_db()
        refuse_others(talk, by)
        refuse_withdrawn(talk)
        if not may_duplicate(talk, by):
            raise RefusedError(_("You can’t add talks to this series because it isn’t yours."))
        copy = Talk(**{name: getattr(talk, name) for name in _COPIED})
        _set_a_week_later(copy, talk)
        with changing(talk=copy, by=by, now=now, verb=Version.Verb.DUPLICATED):
            copy.save()
            for many in Talk._meta.many_to_many:
                getattr(copy, many.name).set(getattr(talk, many.name).all())
            for one in talk.appearances.all():
                one.pk, one.talk = None, copy
                one._state.adding = True
                one.save()
    return copy


def may_duplicate(talk: Talk, by: User | None) -> bool:
    """Whether a copy would be in one of this person's series; a joint talk's may not be."""
    if by is None or administers(by):
        return True
    if talk.series_id is None or not organizes(by):
        return False
    return by.organised_series.filter(pk=talk.series_id).exists()


def in_bulk(
    verb: Verb, *, talks: Iterable[Talk], by: User | None, now: datetime.datetime
) -> tuple[list[Talk], list[tuple[Talk, str]]]:
    """Apply the action to each talk; return those done, and those refused with the reason."""
    done: list[Talk] = []
    refused: list[tuple[Talk, str]] = []
    for talk in talks:
        try:
            done.append(verb(talk=talk, by=by, now=now))
        except RefusedError as why:
            refused.append((talk, str(why)))
    return done, refused


def refuse_others(talk: Talk, by: User | None) -> None:
    """Raise RefusedError if this person may not change the talk."""
    if by is not None and not Talk.objects.editable_by(by).filter(pk=talk.pk).exists():
        raise RefusedError(_("This talk belongs to a series that isn’t yours."))


def refuse_withdrawn(talk: Talk) -> None:
    """Raise RefusedError if the talk is withdrawn."""
    if talk.withdrawn_at is not None:
        raise RefusedError(_("This talk has been removed from the site: restore it first."))


def unwithdraw(talk: Talk, now: datetime.datetime) -> None:
    """Mark the talk as no longer withdrawn, unsaved; raise RefusedError if it is too late."""
    if talk.withdrawn_at is not None and talk.withdrawn_at <= now - TOMBSTONE:
        raise RefusedError(_("This talk was removed too long ago to be restored."))
    talk.withdrawn_at = None


def refuse_invalid(check: Callable[[], None]) -> None:
    """Call `check`, turning a ValidationError into a RefusedError with its first sentence."""
    try:
        check()
    except ValidationError as error:
        raise RefusedError(error.messages[0]) from error


@contextmanager
def _changing(
    talk: Talk,
    by: User | None,
    now: datetime.datetime,
    verb: Version.Verb,
    *,
    check_withdrawn: Callable[[Talk], None] | None = refuse_withdrawn,
) -> Iterator[None]:
    """Open `changing`, reload and check the talk, and save what the block changed."""
    with changing(talk=talk, by=by, now=now, verb=verb):
        talk.refresh_from_db()
        refuse_others(talk, by)
        if check_withdrawn is not None:
            check_withdrawn(talk)
        try:
            yield
            refuse_invalid(talk.save)
        except RefusedError:
            talk.refresh_from_db()
            raise


def _refuse(verb: str, talk: Talk) -> None:
    sentence = _REFUSALS[verb].get(_Status(talk.status))
    if sentence is not None:
        raise RefusedError(str(sentence))


def _refuse_undated(talk: Talk) -> None:
    if talk.date is None:
        raise RefusedError(_("Give the talk a date first."))


def _refuse_doubt(talk: Talk) -> None:
    for name, first in talk.repeated_times().items():
        if getattr(talk, name) is None:
            raise RefusedError(talk_times.fold_question(first, talk.timezone))


def _local_times(talk: Talk) -> tuple[object, ...]:
    return (
        talk.date,
        talk.start_time,
        talk.end_time,
        talk.end_date,
        talk.timezone,
        talk.start_fold,
        talk.end_fold,
    )


def last_status_change(talk: Talk) -> tuple[Snapshot, Snapshot]:
    """Return the talk before and after it; raise RefusedError if there is none to undo."""
    versions = Version.objects.filter(subject=Version.Subject.TALK, subject_id=talk.pk)
    state = ("data__status", "data__withdrawn_at")
    rows = versions.order_by("-number").values_list("number", "verb", *state)
    for (number, verb, *after), (earlier, _verb, *before) in pairwise(rows):
        if after == before or None in (after[0], before[0]):
            continue
        if verb == Version.Verb.UNDONE:
            raise RefusedError(_("The last status change has already been undone."))
        if after != [talk.status, snapshots.plain(talk.withdrawn_at)]:
            break
        data = dict(versions.filter(number__in=[earlier, number]).values_list("number", "data"))
        return data[earlier], data[number]
    raise RefusedError(_("There is no status change to undo."))


def _set_a_week_later(copy: Talk, talk: Talk) -> None:
    if talk.date is None:
        return
    week = datetime.timedelta(weeks=1)
    copy.date, copy.start_time, copy.end_time = talk.date + week, talk.start_time, talk.end_time
    copy.end_date = talk.end_date + week if talk.end_date else None
    try:
        copy.derive()
    except ValidationError:
        copy.date = copy.start_time = copy.end_time = copy.end_date = None

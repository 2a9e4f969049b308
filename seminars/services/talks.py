"""The verbs by which a talk changes its state.

Each takes the talk as it is in the database, whatever the instance holds, and returns the instance
as it is afterwards. `by` is None for the system. Each raises RefusedError, with a sentence for the
person, where the talk is not theirs or its state does not allow it; nothing has changed then.
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
from seminars.models import Talk, Version
from seminars.querysets import PUBLIC, TOMBSTONE, administers, organises
from seminars.services import snapshots
from seminars.services.approval import needs_approval, refuse_unapproved
from seminars.services.changes import SIGNIFICANT_FIELDS, changing
from seminars.services.errors import RefusedError
from seminars.services.snapshots import Snapshot

_Status = Talk.Status
_Refusals = dict[_Status, Promise]

_NEVER_ANNOUNCED = (_Status.TENTATIVE, _Status.DRAFT, _Status.SUBMITTED)
_BEEN_ANNOUNCED: _Refusals = dict.fromkeys(
    (_Status.ANNOUNCED, _Status.POSTPONED, _Status.CANCELLED),
    gettext_lazy("This talk has been announced already."),
)
_REINSTATE_FIRST: _Refusals = {
    _Status.CANCELLED: gettext_lazy("This talk is cancelled: reinstate it first.")
}
_WITHDRAW_INSTEAD: _Refusals = dict.fromkeys(
    _NEVER_ANNOUNCED, gettext_lazy("This talk was never announced: withdraw it instead.")
)

#: Why a verb is refused in each state; in the states that are not named it is allowed.
_REFUSALS: dict[str, _Refusals] = {
    "announce": {
        _Status.ANNOUNCED: gettext_lazy("This talk is announced already."),
        _Status.POSTPONED: gettext_lazy("This talk is postponed: give it a new date instead."),
        _Status.CANCELLED: gettext_lazy("This talk is cancelled: reinstate it instead."),
    },
    "submit": {
        _Status.SUBMITTED: gettext_lazy("This talk is submitted already."),
        **_BEEN_ANNOUNCED,
    },
    "approve": {
        **dict.fromkeys(
            (_Status.TENTATIVE, _Status.DRAFT), gettext_lazy("This talk is not submitted yet.")
        ),
        **_BEEN_ANNOUNCED,
    },
    "postpone": {
        _Status.POSTPONED: gettext_lazy("This talk is postponed already."),
        **_WITHDRAW_INSTEAD,
        **_REINSTATE_FIRST,
    },
    "reschedule": {
        **dict.fromkeys(
            _NEVER_ANNOUNCED,
            gettext_lazy("This talk was never announced: change its date instead."),
        ),
        **_REINSTATE_FIRST,
    },
    "cancel": {
        _Status.CANCELLED: gettext_lazy("This talk is cancelled already."),
        **_WITHDRAW_INSTEAD,
    },
    "reinstate": {
        _Status.ANNOUNCED: gettext_lazy("This talk is announced already."),
        **dict.fromkeys(
            _NEVER_ANNOUNCED,
            gettext_lazy("This talk was never announced: announce it instead."),
        ),
    },
}


#: What a duplicate has of its original, beside its time, appearances, topics and the like.
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
    """A verb that needs to be told nothing but who and when."""

    def __call__(self, *, talk: Talk, by: User | None, now: datetime.datetime) -> Talk: ...


def announce(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Shows the talk to everybody, also one that is over, for an archive."""
    with _changing(talk, by, now, Version.Verb.ANNOUNCED):
        _refuse("announce", talk)
        refuse_unapproved(talk, by)
        _refuse_dateless(talk)
        talk.status = _Status.ANNOUNCED
    return talk


def submit(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Asks the administrators to announce the talk, where its series wants that."""
    with _changing(talk, by, now, Version.Verb.SUBMITTED):
        _refuse("submit", talk)
        if not needs_approval(talk):
            raise RefusedError(_("Talks of this series need no approval: announce it instead."))
        _refuse_dateless(talk)
        talk.status = _Status.SUBMITTED
    return talk


def approve(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Announces a talk that was submitted. Only administrators do."""
    with _changing(talk, by, now, Version.Verb.APPROVED):
        if by is not None and not administers(by):
            raise RefusedError(_("Only an administrator may approve a talk."))
        _refuse("approve", talk)
        talk.status = _Status.ANNOUNCED
    return talk


def postpone(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Says that the talk does not take place as announced, and has no new date yet."""
    with _changing(talk, by, now, Version.Verb.POSTPONED):
        _refuse("postpone", talk)
        talk.status = _Status.POSTPONED
    return talk


def reschedule(
    *,
    talk: Talk,
    date: datetime.date,
    start_time: datetime.time | None,
    end_time: datetime.time | None,
    end_date: datetime.date | None = None,
    timezone: str | None = None,
    by: User | None,
    now: datetime.datetime,
) -> Talk:
    """Gives an announced or postponed talk a new time, and announces it again.

    The times are local to `timezone`, an IANA name; None keeps the talk's. A time that does not
    exist, or an end before the start, is refused too.
    """
    with _changing(talk, by, now, Version.Verb.RESCHEDULED):
        _refuse("reschedule", talk)
        before = _said(talk)
        talk.date, talk.start_time = date, start_time
        talk.end_time, talk.end_date = end_time, end_date
        talk.timezone = timezone or talk.timezone
        if talk.status == _Status.ANNOUNCED and _said(talk) == before:
            raise RefusedError(_("This is when the talk takes place already."))
        talk.status = _Status.ANNOUNCED
        refuse_invalid(talk.clean)
    return talk


def cancel(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Says that the talk does not take place. It stays visible, marked as cancelled."""
    with _changing(talk, by, now, Version.Verb.CANCELLED):
        _refuse("cancel", talk)
        talk.status = _Status.CANCELLED
    return talk


def reinstate(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Takes back that the talk is cancelled or postponed: it takes place when it was to."""
    with _changing(talk, by, now, Version.Verb.REINSTATED):
        _refuse("reinstate", talk)
        talk.status = _Status.ANNOUNCED
    return talk


def withdraw(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Hides the talk as if it were deleted; it can be restored for 60 days (TOMBSTONE)."""
    with _changing(talk, by, now, Version.Verb.WITHDRAWN, withdrawn=None):
        if talk.withdrawn_at is not None:
            raise RefusedError(_("This talk is withdrawn already."))
        talk.withdrawn_at = now
    return talk


def restore_withdrawn(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Shows a talk again that was withdrawn less than 60 days ago (TOMBSTONE), as it was."""
    with _changing(talk, by, now, Version.Verb.RESTORED, withdrawn=None):
        if talk.withdrawn_at is None:
            raise RefusedError(_("This talk is not withdrawn."))
        unwithdraw(talk, now)
    return talk


def undo(*, talk: Talk, by: User | None, now: datetime.datetime) -> Talk:
    """Takes back the last change of state, and what it changed of time and place with it, unless
    somebody has changed that again. What was announced for the first time is withdrawn.
    """
    with _changing(talk, by, now, Version.Verb.UNDONE, withdrawn=None):
        before, after = _last_change_of_state(talk)
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
    """A new draft of what, who and where, a week later at the same local time.

    It has no date where that time does not exist. What belongs to the one occasion is not taken
    along: recording, slides, notice, notes, pages elsewhere, state.
    """
    with transaction.atomic():
        talk.refresh_from_db()
        refuse_others(talk, by)
        refuse_withdrawn(talk)
        if not may_duplicate(talk, by):
            raise RefusedError(_("Its series is not yours, so you cannot add talks to it."))
        copy = Talk(**{name: getattr(talk, name) for name in _COPIED})
        _put_a_week_later(copy, talk)
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
    """Whether a copy would stand in a series of this person's; a joint talk's may not."""
    if by is None or administers(by):
        return True
    if talk.series_id is None or not organises(by):
        return False
    return by.organised_series.filter(pk=talk.series_id).exists()


def in_bulk(
    verb: Verb, *, talks: Iterable[Talk], by: User | None, now: datetime.datetime
) -> tuple[list[Talk], list[tuple[Talk, str]]]:
    """Does the verb to each talk by itself: those done, and those refused with the sentence why."""
    done: list[Talk] = []
    refused: list[tuple[Talk, str]] = []
    for talk in talks:
        try:
            done.append(verb(talk=talk, by=by, now=now))
        except RefusedError as why:
            refused.append((talk, str(why)))
    return done, refused


def refuse_others(talk: Talk, by: User | None) -> None:
    """Raises RefusedError where this person may not change the talk."""
    if by is not None and not Talk.objects.editable_by(by).filter(pk=talk.pk).exists():
        raise RefusedError(_("This talk belongs to a series that is not yours."))


def refuse_withdrawn(talk: Talk) -> None:
    """Raises RefusedError while the talk is withdrawn."""
    if talk.withdrawn_at is not None:
        raise RefusedError(_("This talk is withdrawn: restore it first."))


def unwithdraw(talk: Talk, now: datetime.datetime) -> None:
    """Shows the talk again, unsaved; raises RefusedError when it is remembered no longer."""
    if talk.withdrawn_at is not None and talk.withdrawn_at <= now - TOMBSTONE:
        raise RefusedError(
            _("This talk was withdrawn too long ago: its text is not kept for ever.")
        )
    talk.withdrawn_at = None


def refuse_invalid(check: Callable[[], None]) -> None:
    """Raises RefusedError with the first sentence of a ValidationError that the check raises."""
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
    withdrawn: Callable[[Talk], None] | None = refuse_withdrawn,
) -> Iterator[None]:
    """`changing` for a talk that the block changes but does not save."""
    with changing(talk=talk, by=by, now=now, verb=verb):
        talk.refresh_from_db()
        refuse_others(talk, by)
        if withdrawn is not None:
            withdrawn(talk)
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


def _refuse_dateless(talk: Talk) -> None:
    if talk.date is None:
        raise RefusedError(_("Give the talk a date first."))


def _said(talk: Talk) -> tuple[object, ...]:
    return talk.date, talk.start_time, talk.end_time, talk.end_date, talk.timezone


def _last_change_of_state(talk: Talk) -> tuple[Snapshot, Snapshot]:
    """The talk before and after it; raises RefusedError where there is none to take back."""
    versions = Version.objects.filter(subject=Version.Subject.TALK, subject_id=talk.pk)
    state = ("data__status", "data__withdrawn_at")
    rows = versions.order_by("-number").values_list("number", "verb", *state)
    for (number, verb, *after), (earlier, _verb, *before) in pairwise(rows):
        if after == before or None in (after[0], before[0]):
            continue
        if verb == Version.Verb.UNDONE:
            raise RefusedError(_("The last change of state is taken back already."))
        if after != [talk.status, snapshots.plain(talk.withdrawn_at)]:
            break
        data = dict(versions.filter(number__in=[earlier, number]).values_list("number", "data"))
        return data[earlier], data[number]
    raise RefusedError(_("There is no change of state to take back."))


def _put_a_week_later(copy: Talk, talk: Talk) -> None:
    if talk.date is None:
        return
    week = datetime.timedelta(weeks=1)
    copy.date, copy.start_time, copy.end_time = talk.date + week, talk.start_time, talk.end_time
    copy.end_date = talk.end_date + week if talk.end_date else None
    try:
        copy.derive()
    except ValidationError:
        copy.date = copy.start_time = copy.end_time = copy.end_date = None

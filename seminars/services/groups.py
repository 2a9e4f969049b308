"""Putting talks on groups' lists, and taking them off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Group, GroupEvent, User
from accounts.services.events import record
from seminars.models import GroupTalk, LeftOut, Talk
from seminars.services import departures
from seminars.services.errors import RefusedError
from seminars.services.following import place, stands, take_in_again


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a wish, group by group; `already` are those that others were quicker to add."""

    added: tuple[Group, ...] = ()
    already: tuple[Group, ...] = ()
    removed: tuple[Group, ...] = ()


def add_talk(*, group: Group, talk: Talk, added_by: User, now: datetime, note: str = "") -> bool:
    """Puts the talk on the group's list; False where it is there already, however it came. Then it
    stays there also when what it came through is followed no more.

    Raises RefusedError where this person may not add to the group.
    """
    _contributed(added_by, {group.slug})
    return _put(group, talk, added_by, now, note)


def remove_talk(*, group: Group, talk: Talk, removed_by: User, now: datetime) -> bool:
    """Takes the talk off the group's list, or leaves it out of what the group follows; False where
    it was not there.

    Raises RefusedError where this person may not take out of the group.
    """
    _contributed(removed_by, {group.slug})
    return _take(group, talk, removed_by, now)


@transaction.atomic
def keep_talk(
    *, talk: Talk, user: User, add: Collection[str], remove: Collection[str], now: datetime
) -> Kept:
    """Adds the talk to the groups with the slugs in `add`, takes it out of those in `remove`.

    All or nothing: raises RefusedError for a group that is not there or that this person may not
    change, in the same words, so that a guess tells nothing.
    """
    groups = _contributed(user, {*add, *remove})
    wanted = [group for group in groups if group.slug in add]
    new = [group for group in wanted if _put(group, talk, user, now)]
    return Kept(
        added=tuple(new),
        already=tuple(group for group in wanted if group not in new),
        removed=tuple(
            group for group in groups if group.slug in remove and _take(group, talk, user, now)
        ),
    )


def write_note(*, group: Group, talk: Talk, by: User, note: str) -> bool:
    """Puts a note beside the talk, for the group's members; False where the talk is not there.

    Raises RefusedError where this person may not change the group's talks.
    """
    _contributed(by, {group.slug})
    return GroupTalk.objects.filter(group=group, talk=talk).update(note=note) > 0


@transaction.atomic
def undo(*, event: GroupEvent, by: User, now: datetime) -> bool:
    """Takes an added talk out again, or puts one back with its note; False where that is so.

    Raises RefusedError where this person may not do so, or there is nothing to be undone.
    """
    talk = Talk.objects.filter(pk=event.talk_id or 0).first()
    if event.kind == GroupEvent.Kind.TALK_ADDED and talk:
        return remove_talk(group=event.group, talk=talk, removed_by=by, now=now)
    if event.kind == GroupEvent.Kind.TALK_REMOVED and talk:
        if "note" in event.changes:
            note = event.changes["note"]
            return add_talk(group=event.group, talk=talk, added_by=by, now=now, note=note)
        back = take_in_again(group=event.group, talk=talk, by=by, now=now)
        if back:
            record(event.group, GroupEvent.Kind.TALK_ADDED, by=by, talk=talk.pk)
        return back
    raise RefusedError(_("This can’t be undone."))


def _contributed(user: User, slugs: set[str]) -> list[Group]:
    groups = list(Group.objects.contributed_by(user).with_slugs(slugs))
    if len(groups) < len(slugs):
        raise RefusedError(
            _("There is no such group, or you can’t change its talks. Nothing was changed.")
        )
    return groups


@transaction.atomic
def _put(group: Group, talk: Talk, user: User, now: datetime, note: str = "") -> bool:
    stood = stands(group=group, talk=talk, viewer=user)
    LeftOut.objects.filter(group=group, talk=talk).delete()
    _row, made = GroupTalk.objects.get_or_create(
        group=group, talk=talk, defaults={"added_by": user, "note": note}
    )
    if made and not stood:
        record(group, GroupEvent.Kind.TALK_ADDED, by=user, talk=talk.pk)
        departures.record_returns(talks=[talk.pk], places=[place(group)], now=now)
    return made and not stood


@transaction.atomic
def _take(group: Group, talk: Talk, user: User, now: datetime) -> bool:
    # By what everybody sees: those who do not belong to a followed group must not learn from what
    # has left that it had been there.
    openly = stands(group=group, talk=talk, viewer=AnonymousUser())
    rows = GroupTalk.objects.select_for_update().filter(group=group, talk=talk)
    note = rows.values_list("note", flat=True).first()
    gone, _each = rows.delete()
    if stands(group=group, talk=talk, viewer=user):
        _row, left_out = LeftOut.objects.get_or_create(
            group=group, talk=talk, defaults={"by": user}
        )
        gone += left_out
    # What only some of its people had seen there is not told to all its managers.
    if gone and (openly or note is not None):
        # Without a row it came by a rule, and is taken in again by dropping the exception.
        kept = {} if note is None else {"note": note}
        record(group, GroupEvent.Kind.TALK_REMOVED, by=user, talk=talk.pk, changes=kept)
    if gone and openly and talk.is_public:
        departures.record_departures(talks=[talk.pk], places=[place(group)], now=now)
    return gone > 0

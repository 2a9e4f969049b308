"""Add talks to groups, remove them, and write notes on them."""

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
from seminars.services.following import group_place, restore_talk, shows_talk


@dataclass(frozen=True, slots=True)
class GroupChanges:
    """The groups that a talk was added to and removed from, and those that had it `already`."""

    added: tuple[Group, ...] = ()
    already: tuple[Group, ...] = ()
    removed: tuple[Group, ...] = ()


def add_talk(*, group: Group, talk: Talk, added_by: User, now: datetime, note: str = "") -> bool:
    """Add the talk to the group; return False if it was there already.

    A talk that the group had only because it follows something stays when it unfollows that.
    Raise RefusedError for someone who may not change the group's talks.
    """
    _check_contributor(added_by, {group.slug})
    return _add(group, talk, added_by, now, note)


def remove_talk(*, group: Group, talk: Talk, removed_by: User, now: datetime) -> bool:
    """Remove the talk from the group; return False if it was not there.

    A talk that comes from what the group follows is excluded. Raise RefusedError for someone who
    may not change the group's talks.
    """
    _check_contributor(removed_by, {group.slug})
    return _remove(group, talk, removed_by, now)


@transaction.atomic
def change_groups(
    *, talk: Talk, user: User, add: Collection[str], remove: Collection[str], now: datetime
) -> GroupChanges:
    """Add the talk to the groups with the slugs in `add`, and remove it from those in `remove`.

    Change all of them or none: raise RefusedError if a group does not exist or this person may not
    change it, with one text for both, so that guesses reveal nothing.
    """
    groups = _check_contributor(user, {*add, *remove})
    chosen = [group for group in groups if group.slug in add]
    added = [group for group in chosen if _add(group, talk, user, now)]
    return GroupChanges(
        added=tuple(added),
        already=tuple(group for group in chosen if group not in added),
        removed=tuple(
            group for group in groups if group.slug in remove and _remove(group, talk, user, now)
        ),
    )


def write_note(*, group: Group, talk: Talk, by: User, note: str) -> bool:
    """Replace the talk's note for the group's members; return False if it was not added there.

    Raise RefusedError for someone who may not change the group's talks.
    """
    _check_contributor(by, {group.slug})
    return GroupTalk.objects.filter(group=group, talk=talk).update(note=note) > 0


@transaction.atomic
def undo(*, event: GroupEvent, by: User, now: datetime) -> bool:
    """Remove a talk that was added, or restore a removed one with its note.

    Return False if nothing was left to undo. Raise RefusedError if this person may not change the
    group's talks, or the event cannot be undone.
    """
    talk = Talk.objects.filter(pk=event.talk_id or 0).first()
    if event.kind == GroupEvent.Kind.TALK_ADDED and talk:
        return remove_talk(group=event.group, talk=talk, removed_by=by, now=now)
    if event.kind == GroupEvent.Kind.TALK_REMOVED and talk:
        if "note" in event.changes:
            note = event.changes["note"]
            return add_talk(group=event.group, talk=talk, added_by=by, now=now, note=note)
        restored = restore_talk(group=event.group, talk=talk, by=by, now=now)
        if restored:
            record(event.group, GroupEvent.Kind.TALK_ADDED, by=by, talk=talk.pk)
        return restored
    raise RefusedError(_("This can’t be undone."))


def _check_contributor(user: User, slugs: set[str]) -> list[Group]:
    """Return the groups with these slugs; raise RefusedError unless the user may change all."""
    groups = list(Group.objects.contributed_by(user).with_slugs(slugs))
    if len(groups) < len(slugs):
        raise RefusedError(
            _("There is no such group, or you can’t change its talks. Nothing was changed.")
        )
    return groups


@transaction.atomic
def _add(group: Group, talk: Talk, user: User, now: datetime, note: str = "") -> bool:
    was_shown = shows_talk(group=group, talk=talk, viewer=user)
    LeftOut.objects.filter(group=group, talk=talk).delete()
    _row, created = GroupTalk.objects.get_or_create(
        group=group, talk=talk, defaults={"added_by": user, "note": note}
    )
    is_new = created and not was_shown
    if is_new:
        record(group, GroupEvent.Kind.TALK_ADDED, by=user, talk=talk.pk)
        departures.record_returns(talks=[talk.pk], places=[group_place(group)], now=now)
    return is_new


@transaction.atomic
def _remove(group: Group, talk: Talk, user: User, now: datetime) -> bool:
    # As a visitor sees it: a departure must not reveal a talk of a followed private group.
    was_public = shows_talk(group=group, talk=talk, viewer=AnonymousUser())
    rows = GroupTalk.objects.select_for_update().filter(group=group, talk=talk)
    note = rows.values_list("note", flat=True).first()
    changes, _per_model = rows.delete()
    if shows_talk(group=group, talk=talk, viewer=user):
        _row, created = LeftOut.objects.get_or_create(group=group, talk=talk, defaults={"by": user})
        changes += created
    # The history, which all managers read, omits talks that only some of them could see.
    if changes and (was_public or note is not None):
        # Without a note the talk came from a rule, and undoing drops the exclusion.
        details = {} if note is None else {"note": note}
        record(group, GroupEvent.Kind.TALK_REMOVED, by=user, talk=talk.pk, changes=details)
    if changes and was_public and talk.is_public:
        departures.record_departures(talks=[talk.pk], places=[group_place(group)], now=now)
    return changes > 0

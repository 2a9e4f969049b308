"""Putting talks on groups' lists, and taking them off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Group, User
from seminars.models import GroupTalk, Talk
from seminars.querysets import GROUP
from seminars.services import departures
from seminars.services.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a wish, group by group; `already` are those that others were quicker to add."""

    added: tuple[Group, ...] = ()
    already: tuple[Group, ...] = ()
    removed: tuple[Group, ...] = ()


def add_talk(*, group: Group, talk: Talk, added_by: User, now: datetime, note: str = "") -> bool:
    """Puts the talk on the group's list; False where it is there already, however it came.

    Raises RefusedError where this person may not add to the group.
    """
    _contributed(added_by, {group.slug})
    return _put(group, talk, added_by, now, note)


def remove_talk(*, group: Group, talk: Talk, removed_by: User, now: datetime) -> bool:
    """Takes the talk off the group's list; False where it was not there.

    Raises RefusedError where this person may not take out of the group.
    """
    _contributed(removed_by, {group.slug})
    return _take(group, talk, now)


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
            group for group in groups if group.slug in remove and _take(group, talk, now)
        ),
    )


def _contributed(user: User, slugs: set[str]) -> list[Group]:
    groups = list(Group.objects.contributed_by(user).at(slugs))
    if len(groups) < len(slugs):
        raise RefusedError(
            _("There is no such group, or you may not change its talks. Nothing has been changed.")
        )
    return groups


@transaction.atomic
def _put(group: Group, talk: Talk, user: User, now: datetime, note: str = "") -> bool:
    _row, made = GroupTalk.objects.get_or_create(
        group=group, talk=talk, defaults={"added_by": user, "note": note}
    )
    if made:
        departures.come_back(talks=[talk.pk], places=[_place(group)], now=now)
    return made


@transaction.atomic
def _take(group: Group, talk: Talk, now: datetime) -> bool:
    gone, _each = GroupTalk.objects.filter(group=group, talk=talk).delete()
    if gone and talk.is_public:
        departures.leave(talks=[talk.pk], places=[_place(group)], now=now)
    return gone > 0


def _place(group: Group) -> departures.Place:
    return GROUP.name, str(group.pk)

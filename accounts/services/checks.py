"""Locks and checks before a group or its members change.

The locks keep concurrent changes from breaking a rule together that neither breaks alone.
"""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Group, Membership, User
from accounts.rights import Right
from accounts.services.errors import LimitError, RefusedError


def lock_group(group: Group) -> Group:
    """Return the current group, locked until the transaction ends; lock a user's row before it.

    Raise RefusedError if it has been deleted.
    """
    locked = Group.objects.select_for_update().filter(pk=group.pk).first()
    if locked is None:
        raise RefusedError(_("This group has been deleted."))
    return locked


def lock_group_as_manager(group: Group, by: User, right: Right = Right.MANAGE) -> Group:
    """Lock the group; raise RefusedError unless `by` has this right, which managers have."""
    locked = lock_group(group)
    if not Group.objects.granting(right, by).filter(pk=locked.pk).exists():
        raise RefusedError(_("Only a manager of the group may do this."))
    return locked


def lock_user(user: User) -> None:
    """Lock the user's row until the transaction ends."""
    User.objects.select_for_update().get(pk=user.pk)


def check_group_limit(user: User) -> None:
    """Lock the user; raise LimitError if they are in as many groups as one person may be."""
    # Locked, so that of two simultaneous requests only one can be the last allowed.
    lock_user(user)
    limit = settings.MAX_GROUPS_PER_USER
    if user.memberships.count() >= limit:
        raise LimitError(
            _("Too many groups: the limit is %(limit)d. Leave one first.") % {"limit": limit}
        )


def check_membership(rows: QuerySet[Membership], message: str = "") -> Membership:
    """Return the membership in these rows; raise RefusedError with the message if there is none."""
    membership = rows.first()
    if membership is None:
        raise RefusedError(message or _("You are not a member of this group."))
    return membership


def check_other_manager(group: Group, user: User, message: str) -> None:
    """Raise RefusedError with this message if the user is the group's only manager."""
    managers = group.memberships.filter(role=Membership.Role.MANAGER)
    if managers.filter(user=user).exists() and not managers.exclude(user=user).exists():
        raise RefusedError(message)

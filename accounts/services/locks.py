"""Holding a group while its people change, so that two changes at once cannot undo a rule."""

from django.utils.translation import gettext as _

from accounts.models import Group, Membership, User
from accounts.rights import Right
from accounts.services.errors import GroupError


def hold(group: Group) -> Group:
    """The group as it is now, held until the transaction ends; one's own row is held before it.

    Raises GroupError where it has been deleted meanwhile.
    """
    held = Group.objects.select_for_update().filter(pk=group.pk).first()
    if held is None:
        raise GroupError(_("The group has been deleted meanwhile."))
    return held


def hold_as_manager(group: Group, by: User, right: Right = Right.MANAGE) -> Group:
    """As `hold`; raises GroupError where `by` has not, or not any more, this right of managers."""
    held = hold(group)
    if not Group.objects.granting(right, by).filter(pk=held.pk).exists():
        raise GroupError(_("Only a manager of the group may do this."))
    return held


def room_for(user: User, most: int) -> None:
    """Holds the person's row; raises GroupError where `most` groups are theirs already."""
    # Locked, so that two requests at once cannot both be the last one allowed.
    User.objects.select_for_update().get(pk=user.pk)
    if user.memberships.count() >= most:
        raise GroupError(
            _("That would be one group too many: the most is %(count)d. Leave one first.")
            % {"count": most}
        )


def another_manages(group: Group, user: User) -> bool:
    """Whether the group has a manager besides this person."""
    managers = group.memberships.filter(role=Membership.Role.MANAGER)
    return managers.exclude(user=user).exists()

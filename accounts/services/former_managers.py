"""What ends when someone stops managing a group, in whatever way."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.legacy_ids import new_token
from accounts.models import Group, Invitation, Membership, User


@transaction.atomic
def end_managing(*, user: int, group: int) -> None:
    """Replace the token of the group's legacy feeds, which its managers know, and withdraw the
    invitations with which this user could become a manager again under another address.
    """
    Group.objects.filter(pk=group).update(token=new_token())
    sent = Invitation.objects.filter(group=group, invited_by=user, role=Membership.Role.MANAGER)
    _withdraw(sent)


@transaction.atomic
def end_account(*, user: User) -> None:
    """End what the user manages, and withdraw every invitation and link that they created, before
    the account is deactivated or deleted.
    """
    managed = user.memberships.filter(role=Membership.Role.MANAGER)
    for group in managed.order_by("group").values_list("group", flat=True):
        end_managing(user=user.pk, group=group)
    _withdraw(Invitation.objects.filter(invited_by=user))


def _withdraw(invitations: QuerySet[Invitation]) -> None:
    invitations.filter(outcome="").update(outcome=Invitation.Outcome.WITHDRAWN)

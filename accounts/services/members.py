"""Members of a group: roles, leaving, removing, transferring ownership, join requests."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.messages import compose, send
from accounts.models import Group, GroupEvent, Invitation, JoinRequest, Membership, User
from accounts.services import limits
from accounts.services.checks import (
    check_group_limit,
    check_membership,
    check_other_manager,
    lock_group,
    lock_group_as_manager,
)
from accounts.services.errors import RefusedError
from accounts.services.events import record
from accounts.services.groups import replace_key

Kind, Role = GroupEvent.Kind, Membership.Role


@transaction.atomic
def leave_group(*, group: Group, user: User) -> None:
    """End the membership, and its feed key; do nothing if the user has left already.

    Raise RefusedError for the last manager, such as that of a personal group.
    """
    group = lock_group(group)
    membership = group.memberships.filter(user=user).first()
    if membership is None:
        return
    check_other_manager(
        group,
        user,
        _("You are the only manager. Transfer ownership or delete the group instead."),
    )
    membership.delete()
    record(group, Kind.LEFT, by=user, person=user)


@transaction.atomic
def change_role(*, group: Group, user: User, role: str, by: User) -> bool:
    """Give a member another role; return False if they have it already.

    Raise RefusedError if `by` may not do this, if the user has left, or if the group would have no
    manager.
    """
    group = lock_group_as_manager(group, by)
    membership = _membership_to_change(group, user)
    if membership.role == role:
        return False
    if role not in Role.values:
        raise RefusedError(_("There is no such role."))
    _check_manager_remains(group, user)
    membership.role = role
    membership.save(update_fields=["role"])
    record(group, Kind.ROLE, by=by, person=user, role=role)
    return True


@transaction.atomic
def transfer_ownership(*, group: Group, to: User, by: User) -> None:
    """Make a member a manager, and `by` a contributor; raise as `change_role` does."""
    if to == by:
        raise RefusedError(_("You already manage this group. Choose another member."))
    change_role(group=group, user=to, role=Role.MANAGER, by=by)
    change_role(group=group, user=by, role=Role.CONTRIBUTOR, by=by)


@transaction.atomic
def remove_member(*, group: Group, user: User, by: User) -> int:
    """Remove a member, whose calendar link stops working, and return how many invitations ended.

    All the group's invitation links end, since the person may have one, and so do invitations that
    they sent, since one may be to themselves. Raise as `change_role` does.
    """
    group = lock_group_as_manager(group, by)
    membership = _membership_to_change(group, user)
    _check_manager_remains(group, user)
    revoked = withdraw_usable_by(group=group, user=user)
    membership.delete()
    record(group, Kind.REMOVED, by=by, person=user)
    return revoked


def withdraw_usable_by(*, group: Group, user: User) -> int:
    """Withdraw the invitations with which a removed member could come back, and return how many."""
    usable = group.invitations.filter(Q(email="") | Q(invited_by=user), outcome="")
    return usable.update(outcome=Invitation.Outcome.WITHDRAWN)


def ask_to_join(*, group: Group, user: User, words: str, now: datetime) -> bool:
    """Ask to join a public group, and email its managers; return False if already asked.

    Raise RefusedError for a member, for a group that is not public, and if the user has sent too
    much in the last hour.
    """
    with transaction.atomic():
        check_group_limit(user)
        group = lock_group(group)
        if group.visibility != Group.Visibility.PUBLIC:
            raise RefusedError(_("You can only join this group by invitation."))
        if group.memberships.filter(user=user).exists():
            raise RefusedError(_("You’re already a member of this group."))
        _request, created = JoinRequest.objects.get_or_create(
            group=group, user=user, defaults={"words": words, "created_at": now}
        )
        if not created:
            return False
        managers = User.objects.filter(
            memberships__group=group, memberships__role=Role.MANAGER, is_active=True
        )
        addresses = list(managers.values_list("email", flat=True))
        limits.count_emails(user, addresses, now=now)
        record(group, Kind.ASKED, by=user, person=user)
    for address in addresses:
        send(
            compose("mail/join_request", address, {"group": group, "person": user, "words": words})
        )
    return True


def cancel_request(*, group: Group, user: User) -> None:
    """Cancel the user's own join request."""
    JoinRequest.objects.filter(group=group, user=user).delete()


def accept_request(*, request: JoinRequest, by: User) -> None:
    """Accept a join request: the person becomes a member, and is told by email.

    Raise RefusedError if `by` may not do this, or if the person is in too many groups.
    """
    with transaction.atomic():
        check_group_limit(request.user)
        group = lock_group_as_manager(request.group, by)
        _take_request(request)
        add_member(group=group, user=request.user, role=Role.MEMBER)
        record(group, Kind.ADMITTED, by=by, person=request.user)
    send(compose("mail/request_accepted", request.user.email, {"group": group}))


def decline_request(*, request: JoinRequest, by: User) -> None:
    """Decline a join request, and tell the person by email; raise as `accept_request` does."""
    with transaction.atomic():
        group = lock_group_as_manager(request.group, by)
        _take_request(request)
        record(group, Kind.REFUSED, by=by, person=request.user)
    send(compose("mail/request_declined", request.user.email, {"group": group}))


def add_member(*, group: Group, user: User, role: str) -> None:
    """Add the user to a locked group, with a feed key, and close their join request and emailed
    invitations to it.
    """
    Membership.objects.get_or_create(group=group, user=user, defaults={"role": role})
    replace_key(user=user, group=group)
    JoinRequest.objects.filter(group=group, user=user).delete()
    addresses = EmailAddress.objects.filter(user=user, verified=True).values("email")
    group.invitations.filter(email__in=addresses, outcome="").update(
        outcome=Invitation.Outcome.ACCEPTED, accepted_by=user
    )


def _membership_to_change(group: Group, user: User) -> Membership:
    message = _("This person is no longer a member of the group.")
    return check_membership(group.memberships.filter(user=user), message)


def _check_manager_remains(group: Group, user: User) -> None:
    message = _("A group needs a manager. Make someone else a manager first.")
    check_other_manager(group, user, message)


def _take_request(request: JoinRequest) -> None:
    """Delete the request; raise RefusedError if it is gone already."""
    count, _by_model = JoinRequest.objects.filter(pk=request.pk).delete()
    if not count:
        raise RefusedError(_("This request has already been answered or canceled."))

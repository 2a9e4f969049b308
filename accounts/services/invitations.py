"""Inviting people to a group by email or by a link, and their answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.keys import new_key
from accounts.messages import compose, send
from accounts.models import Group, GroupEvent, Invitation, Membership, User
from accounts.services import limits
from accounts.services.checks import (
    check_group_limit,
    lock_group,
    lock_group_as_manager,
    lock_user,
)
from accounts.services.errors import RefusedError, WrongAddressError
from accounts.services.events import record
from accounts.services.members import add_member

Kind, Role, Outcome = GroupEvent.Kind, Membership.Role, Invitation.Outcome

#: How long an emailed invitation can be accepted.
VALID_FOR = timedelta(days=30)
#: How long a closed invitation is kept, so that its page can say what happened to it.
RETENTION = timedelta(days=90)
#: The roles that a link may grant; managers are invited by email only.
LINK_ROLES = (Role.MEMBER, Role.CONTRIBUTOR)


@dataclass(frozen=True, slots=True)
class InviteResult:
    """What happened to each address invited: a new invitation, one sent again, or a member already.

    `unsent` has those the mail server did not accept, whose invitations are valid nevertheless.
    """

    new: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)


def invite(
    *, group: Group, by: User, addresses: Iterable[str], role: str, now: datetime
) -> InviteResult:
    """Invite each address by email; renew and resend a pending invitation.

    All or nothing except for the sending, and the same whether or not an address has an account.
    Raise RefusedError if `by` may not do this, or if it exceeds their limit.
    """
    wanted = list(dict.fromkeys(address.lower() for address in addresses))
    result = InviteResult()
    with transaction.atomic():
        limits.count_invitations(by, len(wanted), now=now)
        limits.count_emails(by, wanted, now=now)
        group = lock_group_as_manager(group, by)
        member_addresses = _member_addresses(group)
        to_send = []
        for address in wanted:
            if address in member_addresses:
                result.members.append(address)
                continue
            invitation, new = _create_or_renew(group, address, role, by, now)
            (result.new if new else result.again).append(address)
            to_send.append(invitation)
            record(group, Kind.INVITED, by=by, role=role)
    for invitation in to_send:
        context = {"invitation": invitation, "group": group, "by": by}
        if not send(compose("mail/invitation", invitation.email, context)):
            result.unsent.append(invitation.email)
    return result


@transaction.atomic
def create_link(*, group: Group, by: User, role: str, days: int, now: datetime) -> Invitation:
    """Create a link that anyone can use to join as a member or contributor, valid for this many
    days, or with 0 until it is withdrawn. Raise as `invite` does.
    """
    if role not in LINK_ROLES:
        raise RefusedError(_("A link can only add members or contributors."))
    limits.count_invitations(by, 1, now=now)
    group = lock_group_as_manager(group, by)
    expires = now + timedelta(days=days) if days else None
    record(group, Kind.LINKED, by=by, role=role)
    return Invitation.objects.create(
        group=group, role=role, invited_by=by, created_at=now, expires_at=expires, **new_key()
    )


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> bool:
    """Withdraw an invitation; return False if it is closed already.

    Raise RefusedError if `by` may not do this.
    """
    group = lock_group_as_manager(invitation.group, by)
    rows = Invitation.objects.filter(pk=invitation.pk, outcome="")
    withdrawn = rows.update(outcome=Outcome.WITHDRAWN) > 0
    if withdrawn:
        record(group, Kind.WITHDREW, by=by, role=invitation.role)
    return withdrawn


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime) -> bool:
    """Add the user to the group with the role of the invitation; if they are a member already,
    change nothing and return False.

    Raise RefusedError if the invitation is closed, or if the user is in too many groups, and
    WrongAddressError if it is to manage the group and was sent to someone else.
    """
    lock_user(user)
    group = lock_group(invitation.group)
    if group.memberships.filter(user=user).exists():
        return False
    invitation = _check_open(invitation, now)
    if invitation.role == Role.MANAGER:
        check_addressee(invitation, user)
    check_group_limit(user)
    if invitation.email:
        invitation.outcome, invitation.accepted_by = Outcome.ACCEPTED, user
        invitation.save(update_fields=["outcome", "accepted_by"])
    add_member(group=group, user=user, role=invitation.role)
    record(group, Kind.JOINED, by=user, person=invitation.invited_by, role=invitation.role)
    return True


@transaction.atomic
def decline(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Close an emailed invitation; a link stays open for others.

    Raise RefusedError if it is closed already, WrongAddressError if it was sent to someone else.
    """
    group = lock_group(invitation.group)
    invitation = _check_open(invitation, now)
    if invitation.email:
        check_addressee(invitation, by)
        Invitation.objects.filter(pk=invitation.pk).update(outcome=Outcome.DECLINED)
        record(group, Kind.DECLINED, by=by, role=invitation.role)


def is_addressee(invitation: Invitation, user: User) -> bool:
    """Whether the invited address is one that the user has confirmed."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True)
    return confirmed.filter(email=invitation.email).exists()


def check_addressee(invitation: Invitation, user: User) -> None:
    """Raise WrongAddressError unless the invitation was sent to this user."""
    if not is_addressee(invitation, user):
        raise WrongAddressError(
            _("This invitation is for %(address)s. Sign in with that address to respond.")
            % {"address": invitation.masked_email}
        )


def delete_old(*, now: datetime) -> int:
    """Delete invitations that were closed or expired long ago, and return how many.

    They name people by email address who may never have heard of the site.
    """
    closed = ~Q(outcome="") & Q(created_at__lt=now - RETENTION)
    expired = Q(expires_at__lt=now - RETENTION)
    count, _by_model = Invitation.objects.filter(closed | expired).delete()
    return count


def closed_reason(invitation: Invitation, now: datetime) -> str:
    """Return why an invitation cannot be accepted, without naming its group."""
    if invitation.outcome == Outcome.ACCEPTED:
        return _("This invitation has already been used.")
    if invitation.outcome == Outcome.DECLINED:
        return _("This invitation has been declined.")
    if invitation.outcome == Outcome.WITHDRAWN:
        return _("This invitation has been withdrawn.")
    return _("This invitation has expired.")


def _check_open(invitation: Invitation, now: datetime) -> Invitation:
    """Return the invitation as it is now that its group is locked, since someone may have answered
    it; raise RefusedError if it is closed.
    """
    current = Invitation.objects.get(pk=invitation.pk)
    if not current.is_open(now):
        raise RefusedError(closed_reason(current, now))
    return current


def _member_addresses(group: Group) -> set[str]:
    users = group.memberships.values("user")
    verified = EmailAddress.objects.filter(user__in=users, verified=True)
    members = User.objects.filter(memberships__group=group)
    return {
        *(one.lower() for one in verified.values_list("email", flat=True)),
        *members.values_list("email", flat=True),
    }


def _create_or_renew(
    group: Group, address: str, role: str, by: User, now: datetime
) -> tuple[Invitation, bool]:
    """Return the address's pending invitation, renewed, or a new one, and whether it is new."""
    invitation = Invitation.objects.filter(group=group, email=address, outcome="").first()
    new = invitation is None
    invitation = invitation or Invitation(group=group, email=address, created_at=now, **new_key())
    invitation.role, invitation.invited_by = role, by
    invitation.expires_at = now + VALID_FOR
    invitation.save()
    return invitation, new

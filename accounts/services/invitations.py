"""Inviting people into a group, by mail or by a link, and what they answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.letters import letter, sent
from accounts.models import Group, GroupEvent, Invitation, Membership, User
from accounts.services import limits
from accounts.services.errors import GroupError
from accounts.services.events import record
from accounts.services.groups import new_key
from accounts.services.locks import hold, hold_as_manager, room_for
from accounts.services.members import join

Kind, Role, Outcome = GroupEvent.Kind, Membership.Role, Invitation.Outcome

#: For how long an invitation by mail can be accepted.
OPEN_FOR = timedelta(days=30)
#: For how long one that has ended says so to whoever follows it.
REMEMBERED = timedelta(days=90)
#: What a link may make of whoever has it; a manager is invited by name.
LINK_ROLES = (Role.MEMBER, Role.CONTRIBUTOR)


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of inviting, address by address; `unsent` are those that the mail server did not
    take, whose invitations stand all the same.
    """

    new: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)


def invite(
    *, group: Group, by: User, addresses: Iterable[str], role: str, now: datetime
) -> Invited:
    """Invites each address by mail; one that has an open invitation gets it once more, renewed.

    All or nothing but for the sending, and the same whether an address has an account or not.
    Raises GroupError where that is not for `by` to do, or more than they may send in an hour.
    """
    wanted = list(dict.fromkeys(address.lower() for address in addresses))
    came = Invited()
    with transaction.atomic():
        limits.invitations(by, len(wanted), now=now)
        limits.mails(by, wanted, now=now)
        group = hold_as_manager(group, by)
        there = _addresses_in(group)
        made = []
        for address in wanted:
            if address in there:
                came.members.append(address)
                continue
            invitation, new = _open(group, address, role, by, now)
            (came.new if new else came.again).append(address)
            made.append(invitation)
            record(group, Kind.INVITED, by=by, role=role)
    for invitation in made:
        context = {"invitation": invitation, "group": group, "by": by}
        if not sent(letter("mail/invitation", invitation.email, context)):
            came.unsent.append(invitation.email)
    return came


@transaction.atomic
def make_link(*, group: Group, by: User, role: str, days: int, now: datetime) -> Invitation:
    """A link that makes whoever has it a member or contributor, for so many days, or with 0 until
    it is withdrawn. Raises as `invite`.
    """
    if role not in LINK_ROLES:
        raise GroupError(_("A link makes members or contributors."))
    limits.invitations(by, 1, now=now)
    group = hold_as_manager(group, by)
    expires = now + timedelta(days=days) if days else None
    record(group, Kind.LINKED, by=by, role=role)
    return Invitation.objects.create(
        group=group, role=role, invited_by=by, created_at=now, expires_at=expires, **new_key()
    )


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> bool:
    """Ends an invitation; False where it has ended already.

    Raises GroupError where that is not for `by` to do.
    """
    group = hold_as_manager(invitation.group, by)
    open_one = Invitation.objects.filter(pk=invitation.pk, outcome="")
    ended = open_one.update(outcome=Outcome.WITHDRAWN) > 0
    if ended:
        record(group, Kind.WITHDREW, by=by, role=invitation.role)
    return ended


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime) -> bool:
    """Makes the person what the invitation says; False where they belong to the group already,
    and then neither their role nor the invitation changes.

    Raises GroupError for one that has ended, and for somebody who is in too many groups.
    """
    User.objects.select_for_update().get(pk=user.pk)
    group = hold(invitation.group)
    if group.memberships.filter(user=user).exists():
        return False
    # As it is now that the group is held, for somebody may have answered meanwhile.
    invitation = Invitation.objects.get(pk=invitation.pk)
    if not invitation.is_open(now):
        raise GroupError(why_closed(invitation, now))
    room_for(user, settings.MAX_GROUPS_PER_USER)
    if invitation.email:
        invitation.outcome, invitation.accepted_by = Outcome.ACCEPTED, user
        invitation.save(update_fields=["outcome", "accepted_by"])
    join(group=group, user=user, role=invitation.role)
    record(group, Kind.JOINED, by=user, person=invitation.invited_by, role=invitation.role)
    return True


@transaction.atomic
def decline(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Ends an invitation that came by mail; a link is just not followed.

    Raises GroupError for one that has ended.
    """
    group = hold(invitation.group)
    invitation = Invitation.objects.get(pk=invitation.pk)
    if not invitation.is_open(now):
        raise GroupError(why_closed(invitation, now))
    if invitation.email:
        Invitation.objects.filter(pk=invitation.pk).update(outcome=Outcome.DECLINED)
        record(group, Kind.DECLINED, by=by, role=invitation.role)


def forget(*, now: datetime) -> int:
    """Deletes invitations of 90 days ago that have ended, and those that expired as long ago; says
    how many. They name people by their addresses, who may never have heard of the site.
    """
    ended = ~Q(outcome="") & Q(created_at__lt=now - REMEMBERED)
    gone, _each = Invitation.objects.filter(ended | Q(expires_at__lt=now - REMEMBERED)).delete()
    return gone


def why_closed(invitation: Invitation, now: datetime) -> str:
    """Why an invitation cannot be accepted, without a word of its group."""
    if invitation.outcome == Outcome.ACCEPTED:
        return _("This invitation has been used already.")
    if invitation.outcome == Outcome.DECLINED:
        return _("This invitation has been declined.")
    if invitation.outcome == Outcome.WITHDRAWN:
        return _("This invitation has been withdrawn.")
    return _("This invitation has expired.")


def _addresses_in(group: Group) -> set[str]:
    people = group.memberships.values("user")
    verified = EmailAddress.objects.filter(user__in=people, verified=True)
    users = User.objects.filter(memberships__group=group)
    return {
        *(one.lower() for one in verified.values_list("email", flat=True)),
        *users.values_list("email", flat=True),
    }


def _open(
    group: Group, address: str, role: str, by: User, now: datetime
) -> tuple[Invitation, bool]:
    invitation = Invitation.objects.filter(group=group, email=address, outcome="").first()
    new = invitation is None
    invitation = invitation or Invitation(group=group, email=address, created_at=now, **new_key())
    invitation.role, invitation.invited_by = role, by
    invitation.expires_at = now + OPEN_FOR
    invitation.save()
    return invitation, new

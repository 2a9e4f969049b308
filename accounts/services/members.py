"""Who belongs to a group, and as what: roles, leaving, removing, handing over, asking to join."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.letters import letter, sent
from accounts.models import Group, GroupEvent, Invitation, JoinRequest, Membership, User
from accounts.services import limits
from accounts.services.errors import GroupError
from accounts.services.events import record
from accounts.services.groups import replace_key
from accounts.services.locks import another_manages, hold, hold_as_manager, room_for

Kind, Role = GroupEvent.Kind, Membership.Role


@transaction.atomic
def leave_group(*, group: Group, user: User) -> None:
    """Ends the membership, and the feed key with it. Somebody who is no member has left already.

    Raises GroupError for the last manager, and for one's own personal group.
    """
    group = hold(group)
    mine = group.memberships.filter(user=user).first()
    if mine is None:
        return
    if mine.role == Role.MANAGER and not another_manages(group, user):
        raise GroupError(
            _("You are its last manager, so you cannot leave. Hand it over first, or delete it.")
        )
    mine.delete()
    record(group, Kind.LEFT, by=user, person=user)


@transaction.atomic
def change_role(*, group: Group, user: User, role: str, by: User) -> bool:
    """Gives somebody in the group another role; False where it is theirs already.

    Raises GroupError where that is not for `by` to do, where the person has left meanwhile, and
    where the group would be without a manager.
    """
    group = hold_as_manager(group, by)
    theirs = _in(group, user)
    if theirs.role == role:
        return False
    if role not in Role.values:
        raise GroupError(_("There is no such role."))
    if theirs.role == Role.MANAGER and not another_manages(group, user):
        raise GroupError(_("A group needs a manager. Make somebody else one first."))
    theirs.role = role
    theirs.save(update_fields=["role"])
    record(group, Kind.ROLE, by=by, person=user, role=role)
    return True


@transaction.atomic
def hand_over(*, group: Group, to: User, by: User) -> None:
    """Makes somebody in the group a manager, and `by` a contributor; raises as `change_role`."""
    if to == by:
        raise GroupError(_("It is yours already. Hand it over to somebody else."))
    change_role(group=group, user=to, role=Role.MANAGER, by=by)
    change_role(group=group, user=by, role=Role.CONTRIBUTOR, by=by)


@transaction.atomic
def remove_member(*, group: Group, user: User, by: User) -> int:
    """Takes somebody out of the group, whose calendar address opens nothing from then on.

    Its invitation links end, for that person may have one, and so do the invitations that they
    sent, for one may be to themselves; gives their number. Raises as `change_role`.
    """
    group = hold_as_manager(group, by)
    theirs = _in(group, user)
    if theirs.role == Role.MANAGER and not another_manages(group, user):
        raise GroupError(_("A group needs a manager. Make somebody else one first."))
    theirs.delete()
    record(group, Kind.REMOVED, by=by, person=user)
    theirs_too = group.invitations.filter(Q(email="") | Q(invited_by=user), outcome="")
    return theirs_too.update(outcome=Invitation.Outcome.WITHDRAWN)


def ask_to_join(*, group: Group, user: User, words: str, now: datetime) -> bool:
    """Asks the managers of a public group, by mail too; False where this person has asked already.

    Raises GroupError for somebody who belongs to it, for a group that is not public, and where the
    person has sent too much in this hour.
    """
    with transaction.atomic():
        room_for(user, settings.MAX_GROUPS_PER_USER)
        group = hold(group)
        if group.visibility != Group.Visibility.PUBLIC:
            raise GroupError(_("Only a public group can be asked. Its managers can invite you."))
        if group.memberships.filter(user=user).exists():
            raise GroupError(_("You belong to this group already."))
        _row, made = JoinRequest.objects.get_or_create(
            group=group, user=user, defaults={"words": words, "created_at": now}
        )
        if not made:
            return False
        managers = User.objects.filter(
            memberships__group=group, memberships__role=Role.MANAGER, is_active=True
        )
        addresses = list(managers.values_list("email", flat=True))
        limits.mails(user, addresses, now=now)
        record(group, Kind.ASKED, by=user, person=user)
    for address in addresses:
        sent(letter("mail/asked", address, {"group": group, "person": user, "words": words}))
    return True


def take_back(*, group: Group, user: User) -> None:
    """Drops one's own wish to join."""
    JoinRequest.objects.filter(group=group, user=user).delete()


def admit(*, request: JoinRequest, by: User) -> None:
    """Takes whoever asked into the group as a member, and tells them by mail.

    Raises GroupError where that is not for `by` to do, or the person is in too many groups.
    """
    with transaction.atomic():
        room_for(request.user, settings.MAX_GROUPS_PER_USER)
        group = hold_as_manager(request.group, by)
        if not JoinRequest.objects.filter(pk=request.pk).exists():
            raise GroupError(_("This wish has been answered or taken back meanwhile."))
        join(group=group, user=request.user, role=Role.MEMBER)
        record(group, Kind.ADMITTED, by=by, person=request.user)
    sent(letter("mail/admitted", request.user.email, {"group": group}))


def refuse(*, request: JoinRequest, by: User) -> None:
    """Drops the wish, and tells whoever asked by mail; raises as `admit`."""
    with transaction.atomic():
        group = hold_as_manager(request.group, by)
        gone, _each = JoinRequest.objects.filter(pk=request.pk).delete()
        if not gone:
            raise GroupError(_("This wish has been answered or taken back meanwhile."))
        record(group, Kind.REFUSED, by=by, person=request.user)
    sent(letter("mail/refused", request.user.email, {"group": group}))


def join(*, group: Group, user: User, role: str) -> None:
    """Puts the person into a group that is held, with a key to its feed; what they wished for or
    were invited to by mail is answered by it.
    """
    Membership.objects.get_or_create(group=group, user=user, defaults={"role": role})
    replace_key(user=user, group=group)
    JoinRequest.objects.filter(group=group, user=user).delete()
    addresses = EmailAddress.objects.filter(user=user, verified=True).values("email")
    group.invitations.filter(email__in=addresses, outcome="").update(
        outcome=Invitation.Outcome.ACCEPTED, accepted_by=user
    )


def _in(group: Group, user: User) -> Membership:
    found = group.memberships.filter(user=user).first()
    if found is None:
        raise GroupError(_("This person does not belong to the group any more."))
    return found

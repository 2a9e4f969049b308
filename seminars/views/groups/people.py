"""Who belongs to a group: roles, invitations, wishes to join, leaving."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.group_forms import InviteForm, JoinRequestForm, LinkForm
from accounts.models import Group, Invitation, JoinRequest, Membership, User
from accounts.rights import Right
from accounts.services import RefusedError, invitations, members
from seminars.views.confirm import ask
from seminars.views.groups.guard import in_group, personal
from seminars.views.requests import SignedInRequest


@require_safe
@in_group(Right.SEE_MEMBERS)
def people(request: SignedInRequest, group: Group) -> HttpResponse:
    """Everybody in the group, and for its managers all that they may do with them."""
    return _page(request, group)


@require_POST
@in_group(Right.MANAGE)
def invite(request: SignedInRequest, group: Group) -> HttpResponse:
    """Invites people by mail; what was typed comes back with what is wrong with it."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            came = invitations.invite(
                group=group, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except RefusedError as refused:
            form.add_error("addresses", str(refused))
        else:
            _say(request, came)
            return _back(group)
    return _page(request, group, invite_form=form)


@require_POST
@in_group(Right.MANAGE)
def link(request: SignedInRequest, group: Group) -> HttpResponse:
    """Makes a link that people can join by."""
    form = LinkForm(request.POST, prefix="link")
    if form.is_valid():
        try:
            invitations.create_link(
                group=group, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The link is ready. Copy it and share it."))
            return _back(group)
    return _page(request, group, link_form=form)


@require_POST
@in_group(Right.MANAGE)
def invitation(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Ends an invitation, or sends it once more."""
    found = get_object_or_404(Invitation, pk=pk, group=group)
    if "again" in request.POST and found.email:

        def again() -> None:
            came = invitations.invite(
                group=group,
                by=request.user,
                addresses=[found.email],
                role=found.role,
                now=timezone.now(),
            )
            _say(request, came)

        return _done(request, group, again)
    return _done(
        request,
        group,
        lambda: invitations.withdraw(invitation=found, by=request.user),
        _("The invitation was revoked."),
    )


@require_POST
@in_group(Right.MANAGE)
def person(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Gives somebody another role, hands the group over to them, or removes them."""
    there = get_object_or_404(User, pk=pk, memberships__group=group)
    by = request.user
    name = {"name": str(there)}
    if (asked := _question(request, group, name)) is not None:
        return asked
    if "remove" in request.POST:

        def remove() -> None:
            ended = members.remove_member(group=group, user=there, by=by)
            messages.success(request, _("%(name)s was removed.") % name)
            if ended:
                said = _(
                    "The group’s invitation links, and the invitations they sent, were revoked too."
                )
                messages.info(request, said)

        return _done(request, group, remove)
    if "hand-over" in request.POST:
        return _done(
            request,
            group,
            lambda: members.transfer_ownership(group=group, to=there, by=by),
            _("%(name)s now manages the group, and you’re a contributor.") % name,
        )
    role = request.POST.get("role", "")
    return _done(
        request,
        group,
        lambda: members.change_role(group=group, user=there, role=role, by=by),
        _("Saved."),
    )


def _question(request: SignedInRequest, group: Group, name: dict[str, str]) -> HttpResponse | None:
    """Asks before somebody is removed or the group handed over; None where that is answered."""
    if "sure" in request.POST:
        return None
    back = reverse("group-people", args=[group.slug])
    if "remove" in request.POST:
        return ask(
            request,
            _("Remove %(name)s from the group?") % name,
            _(
                "They will lose access to its private talks and calendar right away, and the"
                " group’s invitation links will be revoked. They can come back only by invitation."
            ),
            button=_("Remove"),
            back=back,
            sent={"remove": "1", "sure": "1"},
        )
    if "hand-over" in request.POST:
        return ask(
            request,
            _("Transfer ownership to %(name)s?") % name,
            _(
                "They will manage the group, and you will be a contributor, who can add and"
                " remove talks. Only they can undo this."
            ),
            button=_("Transfer ownership"),
            back=back,
            sent={"hand-over": "1", "sure": "1"},
        )
    return None


@require_POST
@in_group(Right.MANAGE)
def wish(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Admits somebody who asked to join, or says no."""
    found = JoinRequest.objects.filter(pk=pk, group=group).select_related("user", "group").first()
    if found is None:
        messages.error(request, _("This request has already been answered or canceled."))
        return _back(group)
    by = request.user
    name = {"name": str(found.user)}
    if "admit" in request.POST:
        said = _("%(name)s is now a member of the group.") % name
        return _done(request, group, lambda: members.accept_request(request=found, by=by), said)
    said = _("You declined the request. %(name)s was notified.") % name
    return _done(request, group, lambda: members.decline_request(request=found, by=by), said)


@require_POST
@in_group(Right.SEE)
def join(request: SignedInRequest, group: Group) -> HttpResponse:
    """Asks the group's managers to be admitted, or takes that back."""
    form = JoinRequestForm(request.POST)
    if "take-back" in request.POST:
        members.cancel_request(group=group, user=request.user)
        messages.success(request, _("Your request was canceled."))
    elif not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["words"])))
    else:
        words, now = form.cleaned_data["words"], timezone.now()
        try:
            new = members.ask_to_join(group=group, user=request.user, words=words, now=now)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            asked, had = _("Your request was sent."), _("You’ve already asked to join.")
            after = _("You’ll get an email when a manager responds.")
            messages.success(request, f"{asked if new else had} {after}")
    return redirect(group)


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.BELONG)
def leave(request: SignedInRequest, group: Group) -> HttpResponse:
    """Asks whether one's own membership shall end, and ends it."""
    if request.method != "POST":
        is_public = group.visibility == Group.Visibility.PUBLIC
        return ask(
            request,
            _("Leave “%(name)s”?") % {"name": group.name},
            _(
                "You will stop getting its emails, and your calendar link for it will stop"
                " working. To come back, you will have to ask its managers."
            )
            if is_public
            else _(
                "You will stop getting its emails, and your calendar link for it will stop"
                " working. You can come back only by invitation."
            ),
            button=_("Leave group"),
            back=group.get_absolute_url(),
        )
    try:
        members.leave_group(group=group, user=request.user)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect(group)
    messages.success(request, _("You left “%(name)s”.") % {"name": group.name})
    return redirect("me")


def _page(request: SignedInRequest, group: Group, **forms: Any) -> HttpResponse:
    manages = Group.objects.managed_by(request.user).filter(pk=group.pk).exists()
    there = Membership.objects.filter(group=group).select_related("user")
    order = list(Membership.Role.values)
    context: dict[str, Any] = {
        "group": group,
        "manages": manages,
        "people": sorted(there, key=lambda one: (order.index(one.role), str(one.user).casefold())),
        "roles": Membership.Role.choices,
    }
    if manages:
        pending = list(group.invitations.pending(timezone.now()).select_related("invited_by"))
        context |= {
            "links": [one for one in pending if not one.email],
            "mailed": [one for one in pending if one.email],
            "wishes": group.join_requests.select_related("user").order_by("pk"),
            "invite_form": InviteForm(),
            "link_form": LinkForm(prefix="link"),
        }
    status = 400 if any(form.errors for form in forms.values()) else 200
    return personal(request, "seminars/groups/people.html", context | forms, status=status)


def _done(
    request: SignedInRequest, group: Group, do: Callable[[], object], said: str = ""
) -> HttpResponse:
    """Does it, says so or why not, and goes back to the people; or away, for whoever lost them."""
    try:
        do()
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        if said:
            messages.success(request, said)
    still = Group.objects.granting(Right.SEE_MEMBERS, request.user).filter(pk=group.pk).exists()
    return _back(group) if still else redirect("me")


def _back(group: Group) -> HttpResponse:
    return redirect("group-people", group.slug)


def _say(request: SignedInRequest, came: invitations.InviteResult) -> None:
    """What has happened to each address."""
    unsent = set(came.unsent)
    for level, addresses, sentence in (
        (messages.SUCCESS, [one for one in came.new if one not in unsent], _("Invited: %(who)s.")),
        (
            messages.SUCCESS,
            [one for one in came.again if one not in unsent],
            _("Invitation resent to %(who)s."),
        ),
        (messages.INFO, came.members, _("Already in the group: %(who)s.")),
        (
            messages.ERROR,
            came.unsent,
            _(
                "The email to %(who)s couldn’t be sent. The invitation is still valid; try"
                " resending it."
            ),
        ),
    ):
        if addresses:
            who = get_text_list(addresses, _("and"))
            messages.add_message(request, level, sentence % {"who": who})

"""The members of a group: roles, invitations, join requests, and leaving."""

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
from seminars.views.groups.guard import in_group, render_uncached
from seminars.views.requests import SignedInRequest


@require_safe
@in_group(Right.SEE_MEMBERS)
def people(request: SignedInRequest, group: Group) -> HttpResponse:
    """All members, with forms to invite and change them for managers."""
    return _render_page(request, group)


@require_POST
@in_group(Right.MANAGE)
def invite(request: SignedInRequest, group: Group) -> HttpResponse:
    """Invite people by email; a form with errors keeps what was typed."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            result = invitations.invite(
                group=group, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except RefusedError as error:
            form.add_error("addresses", str(error))
        else:
            _report(request, result)
            return _redirect_to_people(group)
    return _render_page(request, group, invite_form=form)


@require_POST
@in_group(Right.MANAGE)
def link(request: SignedInRequest, group: Group) -> HttpResponse:
    """Create an invitation link."""
    form = LinkForm(request.POST, prefix="link")
    if form.is_valid():
        try:
            invitations.create_link(
                group=group, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The link is ready. Copy it and share it."))
            return _redirect_to_people(group)
    return _render_page(request, group, link_form=form)


@require_POST
@in_group(Right.MANAGE)
def invitation(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Revoke an invitation, or email it again."""
    invitation = get_object_or_404(Invitation, pk=pk, group=group)
    by = request.user
    if "resend" in request.POST and invitation.email:

        def resend() -> None:
            to, role, now = [invitation.email], invitation.role, timezone.now()
            result = invitations.invite(group=group, by=by, addresses=to, role=role, now=now)
            _report(request, result)

        return _run(request, group, resend)
    return _run(
        request,
        group,
        lambda: invitations.withdraw(invitation=invitation, by=by),
        _("The invitation was revoked."),
    )


@require_POST
@in_group(Right.MANAGE)
def person(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Change a member's role, transfer ownership to them, or remove them."""
    user, by = get_object_or_404(User, pk=pk, memberships__group=group), request.user
    if "remove" in request.POST:
        return _remove(request, group, user)
    if "transfer" in request.POST:
        return _transfer_ownership(request, group, user)
    role = request.POST.get("role", "")
    return _run(
        request,
        group,
        lambda: members.change_role(group=group, user=user, role=role, by=by),
        _("Saved."),
    )


def _remove(request: SignedInRequest, group: Group, user: User) -> HttpResponse:
    name = {"name": str(user)}
    if "confirmed" not in request.POST:
        return ask(
            request,
            _("Remove %(name)s from the group?") % name,
            _(
                "They will lose access to its private talks and calendar right away, and the"
                " group’s invitation links will be revoked. They can come back only by invitation."
            ),
            button=_("Remove"),
            back=reverse("group-people", args=[group.slug]),
            sent={"remove": "1", "confirmed": "1"},
        )

    def remove() -> None:
        revoked = members.remove_member(group=group, user=user, by=request.user)
        messages.success(request, _("%(name)s was removed.") % name)
        if revoked:
            messages.info(
                request,
                _("The group’s invitation links, and the invitations they sent, were revoked too."),
            )

    return _run(request, group, remove)


def _transfer_ownership(request: SignedInRequest, group: Group, user: User) -> HttpResponse:
    name = {"name": str(user)}
    if "confirmed" not in request.POST:
        return ask(
            request,
            _("Transfer ownership to %(name)s?") % name,
            _(
                "They will manage the group, and you will be a contributor, who can add and"
                " remove talks. Only they can undo this."
            ),
            button=_("Transfer ownership"),
            back=reverse("group-people", args=[group.slug]),
            sent={"transfer": "1", "confirmed": "1"},
        )
    return _run(
        request,
        group,
        lambda: members.transfer_ownership(group=group, to=user, by=request.user),
        _("%(name)s now manages the group, and you’re a contributor.") % name,
    )


@require_POST
@in_group(Right.MANAGE)
def join_request(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Accept or decline a join request."""
    rows = JoinRequest.objects.filter(pk=pk, group=group).select_related("user", "group")
    row = rows.first()
    if row is None:
        messages.error(request, _("This request has already been answered or canceled."))
        return _redirect_to_people(group)
    by, name = request.user, {"name": str(row.user)}
    if "accept" in request.POST:
        message = _("%(name)s is now a member of the group.") % name
        return _run(request, group, lambda: members.accept_request(request=row, by=by), message)
    message = _("You declined the request. %(name)s was notified.") % name
    return _run(request, group, lambda: members.decline_request(request=row, by=by), message)


@require_POST
@in_group(Right.SEE)
def join(request: SignedInRequest, group: Group) -> HttpResponse:
    """Ask the group's managers to join it, or cancel that request."""
    form = JoinRequestForm(request.POST)
    if "cancel" in request.POST:
        members.cancel_request(group=group, user=request.user)
        messages.success(request, _("Your request was canceled."))
    elif not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["words"])))
    else:
        words, now = form.cleaned_data["words"], timezone.now()
        try:
            is_new = members.ask_to_join(group=group, user=request.user, words=words, now=now)
        except RefusedError as error:
            messages.error(request, str(error))
        else:
            status = _("Your request was sent.") if is_new else _("You’ve already asked to join.")
            next_step = _("You’ll get an email when a manager responds.")
            messages.success(request, f"{status} {next_step}")
    return redirect(group)


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.BELONG)
def leave(request: SignedInRequest, group: Group) -> HttpResponse:
    """Leave the group, after a confirmation."""
    if request.method != "POST":
        return _ask_to_leave(request, group)
    try:
        members.leave_group(group=group, user=request.user)
    except RefusedError as error:
        messages.error(request, str(error))
        return redirect(group)
    messages.success(request, _("You left “%(name)s”.") % {"name": group.name})
    return redirect("me")


def _ask_to_leave(request: SignedInRequest, group: Group) -> HttpResponse:
    loss = _("You will stop getting its emails, and your calendar link for it will stop working.")
    if group.visibility == Group.Visibility.PUBLIC:
        way_back = _("To come back, you will have to ask its managers.")
    else:
        way_back = _("You can come back only by invitation.")
    return ask(
        request,
        _("Leave “%(name)s”?") % {"name": group.name},
        f"{loss} {way_back}",
        button=_("Leave group"),
        back=group.get_absolute_url(),
    )


def _render_page(request: SignedInRequest, group: Group, **forms: Any) -> HttpResponse:
    manages = Group.objects.managed_by(request.user).filter(pk=group.pk).exists()
    memberships = Membership.objects.filter(group=group).select_related("user")
    order = list(Membership.Role.values)
    context: dict[str, Any] = {
        "group": group,
        "manages": manages,
        "memberships": sorted(
            memberships, key=lambda one: (order.index(one.role), str(one.user).casefold())
        ),
        "roles": Membership.Role.choices,
    }
    if manages:
        context |= _for_managers(group)
    status = 400 if any(form.errors for form in forms.values()) else 200
    return render_uncached(request, "seminars/groups/people.html", context | forms, status=status)


def _for_managers(group: Group) -> dict[str, Any]:
    pending = list(group.invitations.pending(timezone.now()).select_related("invited_by"))
    return {
        "links": [one for one in pending if not one.email],
        "emailed": [one for one in pending if one.email],
        "join_requests": group.join_requests.select_related("user").order_by("pk"),
        "invite_form": InviteForm(),
        "link_form": LinkForm(prefix="link"),
    }


def _run(
    request: SignedInRequest, group: Group, action: Callable[[], object], message: str = ""
) -> HttpResponse:
    """Run the action, and report success or the error on the members page, if they still see it."""
    try:
        action()
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        if message:
            messages.success(request, message)
        _report_new_token(request, group)
    visible = Group.objects.granting(Right.SEE_MEMBERS, request.user)
    if visible.filter(pk=group.pk).exists():
        return _redirect_to_people(group)
    return redirect("me")


def _report_new_token(request: SignedInRequest, group: Group) -> None:
    """Tell that the group's old feeds need another token, if a manager who knew it has gone."""
    is_public = group.visibility == Group.Visibility.PUBLIC
    if not is_public and not Group.objects.filter(pk=group.pk, token=group.token).exists():
        messages.info(
            request,
            _(
                "The token of the group’s old calendar feeds was reset too. Pages that use them"
                " need the new link, which managers find under “Edit group”."
            ),
        )


def _redirect_to_people(group: Group) -> HttpResponse:
    return redirect("group-people", group.slug)


def _report(request: SignedInRequest, result: invitations.InviteResult) -> None:
    """Report what happened to each address."""
    unsent = set(result.unsent)
    new, again = ([one for one in part if one not in unsent] for part in (result.new, result.again))
    for level, addresses, message in (
        (messages.SUCCESS, new, _("Invited: %(who)s.")),
        (messages.SUCCESS, again, _("Invitation resent to %(who)s.")),
        (messages.INFO, result.members, _("Already in the group: %(who)s.")),
        (
            messages.ERROR,
            result.unsent,
            _(
                "The email to %(who)s couldn’t be sent. The invitation is still valid; try"
                " resending it."
            ),
        ),
    ):
        if addresses:
            who = get_text_list(addresses, _("and"))
            messages.add_message(request, level, message % {"who": who})

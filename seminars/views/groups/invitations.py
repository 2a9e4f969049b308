"""The page of an invitation, where it is accepted or declined."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Group, Invitation, Membership
from accounts.services import RefusedError, invitations
from accounts.services.errors import WrongAddressError
from seminars.views.confirm import ask
from seminars.views.groups.guard import render_uncached
from seminars.views.requests import HtmxRequest, SignedInRequest, is_signed_in

_CLOSED = "seminars/groups/closed.html"


@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HtmxRequest, key: str) -> HttpResponse:
    """An invitation, for someone who may not have an account yet.

    The page of a closed one tells why it is closed, but not which group it was for.
    """
    invitation = Invitation.objects.find_by_key(key)
    if invitation is None:
        reason = _("There is no such invitation. Part of its link may be missing.")
        return render_uncached(request, _CLOSED, {"reason": reason}, status=404)
    group = invitation.group
    if is_signed_in(request) and Group.objects.of(request.user).filter(pk=group.pk).exists():
        messages.info(request, _("You’re already a member of this group."))
        return redirect(group)
    now = timezone.now()
    if not invitation.is_open(now):
        reason = invitations.closed_reason(invitation, now)
        return render_uncached(request, _CLOSED, {"reason": reason}, status=410)
    if request.method != "POST":
        return _render_open(request, invitation)
    if not is_signed_in(request):
        return redirect_to_login(request.path)
    answer = _decline if "decline" in request.POST else _accept
    return answer(request, invitation)


def _render_open(
    request: HtmxRequest, invitation: Invitation, *, status: int = 200
) -> HttpResponse:
    """Render the page of an open invitation; it tells others whom it was sent to, but not fully."""
    theirs = not invitation.email or (
        is_signed_in(request) and invitations.is_addressee(invitation, request.user)
    )
    context = {
        "invitation": invitation,
        "group": invitation.group,
        "theirs": theirs,
        "may_accept": theirs or invitation.role != Membership.Role.MANAGER,
    }
    return render_uncached(request, "seminars/groups/invited.html", context, status=status)


def _accept(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    try:
        invitations.accept(invitation=invitation, user=request.user, now=timezone.now())
    except WrongAddressError:
        return _render_open(request, invitation, status=403)
    except RefusedError as error:
        messages.error(request, str(error))
        return redirect("me")
    welcome = {
        Membership.Role.MANAGER: _("You’re now a manager of %(group)s."),
        Membership.Role.CONTRIBUTOR: _("You’re now a contributor to %(group)s."),
        Membership.Role.MEMBER: _("You’re now a member of %(group)s."),
    }[Membership.Role(invitation.role)]
    messages.success(request, welcome % {"group": invitation.group.name})
    return redirect(invitation.group)


def _decline(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    if invitation.email and not invitations.is_addressee(invitation, request.user):
        return _render_open(request, invitation, status=403)
    if "confirmed" not in request.POST:
        return ask(
            request,
            _("Decline the invitation to “%(name)s”?") % {"name": invitation.group.name},
            _("To join later, you would need a new invitation."),
            button=_("Decline"),
            back=invitation.get_absolute_url(),
            sent={"decline": "1", "confirmed": "1"},
        )
    try:
        invitations.decline(invitation=invitation, by=request.user, now=timezone.now())
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You declined the invitation."))
    return redirect("me")

"""What somebody sees who follows an invitation, and their answer."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Group, Invitation, Membership
from accounts.services import RefusedError, invitations
from seminars.views.confirm import ask
from seminars.views.groups.guard import personal
from seminars.views.requests import HtmxRequest, SignedInRequest, is_signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HtmxRequest, key: str) -> HttpResponse:
    """An invitation, which its key opens, for whoever may not have an account yet.

    One that has ended says why, and nothing of its group.
    """
    now = timezone.now()
    found = Invitation.objects.find_by_key(key)
    if found is None:
        sentence = _("There is no such invitation. Part of its link may be missing.")
        return personal(request, "seminars/groups/closed.html", {"why": sentence}, status=404)
    if is_signed_in(request) and Group.objects.of(request.user).filter(pk=found.group_id).exists():
        messages.info(request, _("You’re already a member of this group."))
        return redirect(found.group)
    if not found.is_open(now):
        why = invitations.closed_reason(found, now)
        return personal(request, "seminars/groups/closed.html", {"why": why}, status=410)
    if request.method != "POST":
        context = {"invitation": found, "group": found.group, "theirs": _is_theirs(request, found)}
        return personal(request, "seminars/groups/invited.html", context)
    if not is_signed_in(request):
        return redirect_to_login(request.path)
    return _answer(request, found)


def _answer(request: SignedInRequest, found: Invitation) -> HttpResponse:
    now, group = timezone.now(), found.group
    if "decline" in request.POST and "sure" not in request.POST:
        return ask(
            request,
            _("Decline the invitation to “%(name)s”?") % {"name": group.name},
            _("To join later, you would need a new invitation."),
            button=_("Decline"),
            back=found.get_absolute_url(),
            sent={"decline": "1", "sure": "1"},
        )
    try:
        if "decline" in request.POST:
            invitations.decline(invitation=found, by=request.user, now=now)
            messages.success(request, _("You declined the invitation."))
            return redirect("me")
        invitations.accept(invitation=found, user=request.user, now=now)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("me")
    welcome = {
        Membership.Role.MANAGER: _("You’re now a manager of %(group)s."),
        Membership.Role.CONTRIBUTOR: _("You’re now a contributor to %(group)s."),
        Membership.Role.MEMBER: _("You’re now a member of %(group)s."),
    }[Membership.Role(found.role)]
    messages.success(request, welcome % {"group": group.name})
    return redirect(group)


def _is_theirs(request: HtmxRequest, found: Invitation) -> bool:
    """Whether it was sent to this person, as far as can be known; a link is everybody's."""
    if not found.email or not is_signed_in(request):
        return True
    waiting = Invitation.objects.waiting_for(request.user, timezone.now())
    return waiting.filter(pk=found.pk).exists()

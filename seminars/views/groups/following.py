"""What a group follows, and the talks that it leaves out."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Group
from accounts.rights import Right
from seminars.listings import group_reasons
from seminars.listings.group_reasons import Reasons
from seminars.models import Follow, LeftOut, Talk
from seminars.models.follow import in_quotes
from seminars.querysets import Viewer
from seminars.services.errors import RefusedError
from seminars.services.following import follow, restore_talk, target_name, unfollow
from seminars.views.groups.addresses import BadAddressError, behind, called, is_address
from seminars.views.groups.guard import in_group, personal
from seminars.views.requests import SignedInRequest

#: How long an address or a name may be.
_LONGEST = 4000
#: How many of the talks that are left out are listed.
_MOST_LEFT_OUT = 100


def rules_for(group: Group, viewer: Viewer) -> dict[str, Any]:
    """The rules of the group that this viewer may know of, as their template takes them."""
    rules = Follow.objects.visible_to(viewer).filter(group=group).with_targets()
    return {"rules": list(rules), "longest": _LONGEST}


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.FOLLOW)
def follows(request: SignedInRequest, group: Group) -> HttpResponse:
    """What the group follows; posted an address it follows that too, posted a name it searches."""
    typed = request.POST.get("what", "").strip()[:_LONGEST]
    said: dict[str, Any] = {"group": group, "typed": typed}
    if request.method == "POST":
        try:
            if is_address(typed):
                return _follow(request, group, typed)
            said["found"] = called(typed, request.user)
            said["wrong"] = (
                "" if said["found"] else _("No matches. Try another name, or paste a link.")
            )
        except (RefusedError, BadAddressError) as refused:
            said["wrong"] = str(refused)
    status = 400 if said.get("wrong") else 200
    said |= rules_for(group, request.user) | {"left_out": _left_out(group, request.user)}
    return personal(request, "seminars/groups/follows.html", said, status=status)


def _follow(request: SignedInRequest, group: Group, address: str) -> HttpResponse:
    target = behind(address, request.user)
    rule = follow(group=group, target=target, by=request.user, now=timezone.now())
    message = _("The group now follows %(name)s. New talks will be added automatically.")
    messages.success(request, message % {"name": in_quotes(rule.name)})
    return redirect("group-follows", group.slug)


@require_safe
@login_required
def choose(request: SignedInRequest) -> HttpResponse:
    """The groups that I may let follow the page at the address in `what`."""
    address = request.GET.get("what", "")[:_LONGEST]
    said: dict[str, Any] = {"what": address}
    try:
        said["name"] = target_name(behind(address, request.user))
    except (BadAddressError, RefusedError) as refused:
        said["wrong"] = str(refused)
    else:
        said["groups"] = Group.objects.granting(Right.FOLLOW, request.user)
    status = 400 if "wrong" in said else 200
    return personal(request, "seminars/groups/choose.html", said, status=status)


@require_POST
@in_group(Right.FOLLOW)
def remove(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Ends a rule."""
    rule = unfollow(group=group, rule=pk, by=request.user, now=timezone.now())
    if rule is None:
        messages.success(request, _("That was already removed."))
    else:
        message = _("The group no longer follows {name}. <a href='{again}'>Follow it again</a>")
        again = f"{reverse('me-follow')}?{urlencode({'what': rule.get_absolute_url()})}"
        messages.success(request, format_html(message, name=in_quotes(rule.name), again=again))
    return redirect("group-follows", group.slug)


@require_POST
@in_group(Right.CONTRIBUTE)
def take_in(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Leaves a talk out no more."""
    talk = Talk.objects.visible_to(request.user).filter(pk=pk).first()
    if talk is None:
        raise Http404
    restore_talk(group=group, talk=talk, by=request.user, now=timezone.now())
    messages.success(request, _("The talk is back in the group."))
    return redirect("group-follows", group.slug)


def _left_out(group: Group, viewer: Viewer) -> list[tuple[Talk, Reasons]]:
    """The talks that the viewer would see in the group, the last ones left out first, each with
    what it would come through.
    """
    seen = Talk.objects.visible_to(viewer).values("pk")
    rows = LeftOut.objects.filter(group=group, talk__in=seen).select_related("talk")
    talks = [row.talk for row in rows[:_MOST_LEFT_OUT]]
    why = group_reasons.of_talks(
        [group.pk], [talk.pk for talk in talks], viewer, with_excluded=True
    )
    return [(talk, why[group.pk, talk.pk]) for talk in talks if (group.pk, talk.pk) in why]

"""What a group follows, and the talks that it excludes."""

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
from seminars.views.groups.addresses import BadAddressError, is_address, pages_named, target_of
from seminars.views.groups.guard import in_group, render_uncached
from seminars.views.requests import SignedInRequest

#: For the link or name that is typed.
_MAX_LENGTH = 4000
#: How many excluded talks are listed.
_MAX_EXCLUDED = 100


def rules_for(group: Group, viewer: Viewer) -> dict[str, Any]:
    """Return the context of the rules' template, with the rules that this viewer may see."""
    rules = Follow.objects.visible_to(viewer).filter(group=group).with_targets()
    return {"rules": list(rules), "max_length": _MAX_LENGTH}


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.FOLLOW)
def follows(request: SignedInRequest, group: Group) -> HttpResponse:
    """What the group follows; POST follows the page of a link, or searches for a name."""
    typed = request.POST.get("what", "").strip()[:_MAX_LENGTH]
    context: dict[str, Any] = {"group": group, "typed": typed}
    if request.method == "POST":
        try:
            if is_address(typed):
                return _follow_link(request, group, typed)
            context["results"] = pages_named(typed, request.user)
            if not context["results"]:
                context["error"] = _("No matches. Try another name, or paste a link.")
        except (RefusedError, BadAddressError) as error:
            context["error"] = str(error)
    status = 400 if "error" in context else 200
    context |= rules_for(group, request.user) | {"excluded": _excluded(group, request.user)}
    return render_uncached(request, "seminars/groups/follows.html", context, status=status)


def _follow_link(request: SignedInRequest, group: Group, address: str) -> HttpResponse:
    target = target_of(address, request.user)
    rule = follow(group=group, target=target, by=request.user, now=timezone.now())
    message = _("The group now follows %(name)s. New talks will be added automatically.")
    messages.success(request, message % {"name": in_quotes(rule.name)})
    return redirect("group-follows", group.slug)


@require_safe
@login_required
def choose(request: SignedInRequest) -> HttpResponse:
    """The user's groups that could follow the page at the address in `what`."""
    address = request.GET.get("what", "")[:_MAX_LENGTH]
    context: dict[str, Any] = {"what": address}
    try:
        context["name"] = target_name(target_of(address, request.user))
    except (BadAddressError, RefusedError) as error:
        context["error"] = str(error)
    else:
        context["groups"] = Group.objects.granting(Right.FOLLOW, request.user)
    status = 400 if "error" in context else 200
    return render_uncached(request, "seminars/groups/choose.html", context, status=status)


@require_POST
@in_group(Right.FOLLOW)
def remove(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Delete a rule."""
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
def restore(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Stop excluding a talk."""
    talk = Talk.objects.visible_to(request.user).filter(pk=pk).first()
    if talk is None:
        raise Http404
    restore_talk(group=group, talk=talk, by=request.user, now=timezone.now())
    messages.success(request, _("The talk is back in the group."))
    return redirect("group-follows", group.slug)


def _excluded(group: Group, viewer: Viewer) -> list[tuple[Talk, Reasons]]:
    """Return the excluded talks that the viewer would otherwise see in the group, the latest
    first, each with what would bring it there.
    """
    visible = Talk.objects.visible_to(viewer).values("pk")
    rows = LeftOut.objects.filter(group=group, talk__in=visible).select_related("talk")
    talks = [row.talk for row in rows[:_MAX_EXCLUDED]]
    reasons = group_reasons.of_talks(
        [group.pk], [talk.pk for talk in talks], viewer, with_excluded=True
    )
    return [(talk, reasons[group.pk, talk.pk]) for talk in talks if (group.pk, talk.pk) in reasons]

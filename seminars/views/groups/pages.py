"""Groups' pages and feeds, and keeping groups."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.group_forms import GroupForm, NewGroupForm
from accounts.models import FeedKey, Group, GroupPicture, Membership, Viewer
from accounts.rights import Right, granted
from accounts.services import (
    AddressTakenError,
    RefusedError,
    change_group,
    create_group,
    delete_group,
    replace_token,
)
from accounts.slugs import slug_for
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.services.following import update_followers
from seminars.views.confirm import ask
from seminars.views.feed_keys import keep_private
from seminars.views.feeds import PLAIN, VISITOR, feed_of
from seminars.views.groups.following import rules_for
from seminars.views.groups.guard import in_group, personal
from seminars.views.groups.talks import asides
from seminars.views.paging import page_context
from seminars.views.requests import HtmxRequest, SignedInRequest


@require_safe
def groups(request: HtmxRequest) -> HttpResponse:
    """The groups that everybody finds, and mine."""
    context = {"mine": Group.objects.of(request.user), "public": Group.objects.listed()}
    return personal(request, "seminars/groups/groups.html", context)


@require_safe
@in_group(Right.SEE, signed_in=False)
def group(request: HtmxRequest, group: Group) -> HttpResponse:
    """A group's talks, upcoming or past, narrowed by the filters in the address."""
    picture = GroupPicture.objects.without_image(group)
    context = {"group": group, "picture": picture} | _mine(request.user, group)
    status = 200
    try:
        listing = Listing.of_group(
            group,
            filters=Filters.read(request.GET),
            now=timezone.now(),
            viewer=request.user,
            # A public address can be passed on; a private group has none but mine.
            key=context["key"] if group.is_private else None,
        )
    except BadFilterError as wrong:
        context, status = context | {"wrong": wrong}, 400
    else:
        context |= page_context(listing)
        context["asides"] = asides(group, context["days"], context["may"], request.user)
        context |= rules_for(group, request.user) if Right.FOLLOW.value in context["may"] else {}
    return personal(request, "seminars/groups/group.html", context, status=status)


@require_safe
@in_group(Right.SEE, signed_in=False)
def feed(request: HttpRequest, group: Group, suffix: str) -> HttpResponse:
    """A group's feed: a visitor's for all but a private group, whose members read it signed in."""
    viewer = request.user if group.is_private else VISITOR
    try:
        listing = Listing.of_group(
            group, filters=Filters.read(request.GET), now=timezone.now(), viewer=viewer
        )
    except BadFilterError as wrong:
        answer = HttpResponse(wrong.sentence + "\n", status=400, content_type=PLAIN)
    else:
        answer = feed_of(suffix, listing, name=f"group-{group.slug}")
    return answer if group.visibility == Group.Visibility.PUBLIC else keep_private(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: SignedInRequest) -> HttpResponse:
    """A new group in one step."""
    form = NewGroupForm(request.POST or None)
    if form.is_valid():
        slug = slug_for(form.cleaned_data["name"], "group")
        try:
            made = create_group(owner=request.user, slug=slug, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your group is ready. You can add talks from any list."))
            return redirect(made)
    return _form(request, "seminars/groups/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.MANAGE)
def edit(request: SignedInRequest, group: Group) -> HttpResponse:
    """What is said of a group, who sees it, and its address."""
    # The form puts what was typed into the group itself.
    name, was_private = group.name, group.is_private
    form = GroupForm(request.POST or None, request.FILES or None, instance=group)
    if form.is_valid():
        wanted = slug_for(form.cleaned_data["name"], "group")
        try:
            changed = change_group(group=group, by=request.user, slug=wanted, **form.cleaned_data)
        except AddressTakenError as refused:
            form.add_error("address", str(refused))
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            if changed.is_private != was_private:
                update_followers(group=changed, is_shown=was_private, now=timezone.now())
            messages.success(request, _("Saved."))
            return redirect(changed)
    form.ask_for_picture_again()
    context = {"form": form, "name": name, "slug": group.slug, "group": group}
    context["picture"] = GroupPicture.objects.without_image(group)
    return _form(request, "seminars/groups/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.MANAGE)
def token(request: SignedInRequest, group: Group) -> HttpResponse:
    """Asks whether the token to the group's feeds of the old calendar shall be replaced, and does
    so.
    """
    if request.method == "POST":
        replace_token(group=group)
        messages.success(request, _("The token was reset. The old one no longer works."))
        return redirect("group-edit", group.slug)
    return ask(
        request,
        _("Reset the token for “%(name)s”?") % {"name": group.name},
        _(
            "Pages and programs that use this group’s old calendar feeds will stop working"
            " until you give them the new link. This can’t be undone."
        ),
        button=_("Reset token"),
        back=reverse("group-edit", args=[group.slug]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.MANAGE)
def delete(request: SignedInRequest, group: Group) -> HttpResponse:
    """Asks whether the group shall be deleted, and deletes it."""
    if request.method == "POST":
        update_followers(group=group, is_shown=False, now=timezone.now())
        delete_group(group=group)
        messages.success(request, _("The group “%(name)s” was deleted.") % {"name": group.name})
        return redirect("me")
    return ask(
        request,
        _("Delete “%(name)s”?") % {"name": group.name},
        _(
            "Its list of talks and its calendar will be gone for all members. This can’t be"
            " undone. The talks themselves stay on the site."
        ),
        button=_("Delete group"),
        back=group.get_absolute_url(),
        keep=_("Keep group"),
    )


def _mine(viewer: Viewer, group: Group) -> dict[str, Any]:
    """What the viewer is in the group and may do there, their key to it, and what waits."""
    membership = Membership.objects.filter(group=group, user=viewer.pk).first()
    active = viewer.is_authenticated and viewer.is_active
    role = membership.role if membership and active else ""
    may = {right.value for right in granted(role, personal=group.personal_of_id is not None)}
    wishes = group.join_requests.count() if "manage" in may else 0
    open_to_me = group.visibility == Group.Visibility.PUBLIC and not membership
    asked = open_to_me and group.join_requests.filter(user=viewer.pk).exists()
    return {
        "membership": membership,
        "key": FeedKey.objects.filter(membership=membership).first() if membership else None,
        "may": may,
        "wishes": wishes,
        "asked": asked,
        "can_ask": open_to_me and not asked,
    }


def _form(request: SignedInRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    wrong = "form" in context and context["form"].errors
    return personal(request, template, context, status=400 if wrong else 200)

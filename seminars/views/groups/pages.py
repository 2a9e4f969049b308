"""Groups' pages and feeds, and creating, editing and deleting groups."""

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
    reset_address,
)
from accounts.slugs import slug_for
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.services.following import update_followers
from seminars.views.confirm import ask
from seminars.views.feed_keys import keep_private
from seminars.views.feeds import VISITOR, feed_of, refusal
from seminars.views.groups.following import rules_for
from seminars.views.groups.guard import in_group, render_uncached
from seminars.views.groups.talks import asides
from seminars.views.paging import page_context
from seminars.views.requests import HtmxRequest, SignedInRequest


@require_safe
def groups(request: HtmxRequest) -> HttpResponse:
    """The public groups, and the user's own."""
    context = {"mine": Group.objects.of(request.user), "public": Group.objects.listed()}
    return render_uncached(request, "seminars/groups/groups.html", context)


@require_safe
@in_group(Right.SEE, signed_in=False)
def group(request: HtmxRequest, group: Group) -> HttpResponse:
    """A group's talks, upcoming or past, with the filters in the address."""
    picture = GroupPicture.objects.without_image(group)
    context = {"group": group, "picture": picture} | _viewer_context(request.user, group)
    status = 200
    try:
        listing = Listing.of_group(
            group,
            filters=Filters.read(request.GET),
            now=timezone.now(),
            viewer=request.user,
            # Public feeds can be passed on; a private group's is opened by the viewer's own key.
            key=context["key"] if group.is_private else None,
        )
    except BadFilterError as error:
        context, status = context | {"error": error}, 400
    else:
        context |= page_context(listing)
        context["asides"] = asides(group, context["days"], context["may"], request.user)
        context |= rules_for(group, request.user) if Right.FOLLOW.value in context["may"] else {}
    return render_uncached(request, "seminars/groups/group.html", context, status=status)


@require_safe
@in_group(Right.SEE, signed_in=False)
def feed(request: HttpRequest, group: Group, suffix: str) -> HttpResponse:
    """A group's feed as visitors see it; a private group's, as its signed-in member sees it."""
    viewer = request.user if group.is_private else VISITOR
    try:
        listing = Listing.of_group(
            group, filters=Filters.read(request.GET), now=timezone.now(), viewer=viewer
        )
    except BadFilterError as error:
        response = refusal(error)
    else:
        response = feed_of(suffix, listing, name=f"group-{group.slug}")
    return response if group.visibility == Group.Visibility.PUBLIC else keep_private(response)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: SignedInRequest) -> HttpResponse:
    """Create a group."""
    form = NewGroupForm(request.POST or None)
    if form.is_valid():
        slug = slug_for(form.cleaned_data["name"], "group")
        try:
            group = create_group(owner=request.user, slug=slug, **form.cleaned_data)
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your group is ready. You can add talks from any list."))
            return redirect(group)
    return _render_form(request, "seminars/groups/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.MANAGE)
def edit(request: SignedInRequest, group: Group) -> HttpResponse:
    """Edit a group's details, its visibility and its address."""
    # Validation assigns the new values to the group.
    name, was_private = group.name, group.is_private
    form = GroupForm(request.POST or None, request.FILES or None, instance=group)
    if form.is_valid():
        wanted = slug_for(form.cleaned_data["name"], "group")
        try:
            changed = change_group(group=group, by=request.user, slug=wanted, **form.cleaned_data)
        except AddressTakenError as error:
            form.add_error("address", str(error))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            if changed.is_private != was_private:
                update_followers(group=changed, is_shown=was_private, now=timezone.now())
            messages.success(request, _("Saved."))
            return redirect(changed)
    form.ask_for_picture_again()
    context = {"form": form, "name": name, "slug": group.slug, "group": group}
    context["picture"] = GroupPicture.objects.without_image(group)
    return _render_form(request, "seminars/groups/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.MANAGE)
def address(request: SignedInRequest, group: Group) -> HttpResponse:
    """Reset the link of a group that is not public, after a confirmation."""
    if request.method == "POST":
        changed = reset_address(group=group, by=request.user)
        messages.success(request, _("The link was reset. Share the new one."))
        return redirect("group-edit", changed.slug)
    return ask(
        request,
        _("Reset the link of “%(name)s”?") % {"name": group.name},
        _(
            "The group gets a new link. The old one, and calendars that use it, will work only for"
            " members who are signed in."
        ),
        button=_("Reset link"),
        back=reverse("group-edit", args=[group.slug]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.MANAGE)
def token(request: SignedInRequest, group: Group) -> HttpResponse:
    """Reset the token of the group's old calendar feeds, after a confirmation."""
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
    """Delete the group, after a confirmation."""
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


def _viewer_context(viewer: Viewer, group: Group) -> dict[str, Any]:
    """Return the viewer's membership, rights, feed key and join request, for the template."""
    membership = Membership.objects.filter(group=group, user=viewer.pk).first()
    active = viewer.is_authenticated and viewer.is_active
    role = membership.role if membership and active else ""
    may = {right.value for right in granted(role, personal=group.personal_of_id is not None)}
    requests = group.join_requests.count() if "manage" in may else 0
    is_open = group.visibility == Group.Visibility.PUBLIC and not membership
    has_asked = is_open and group.join_requests.filter(user=viewer.pk).exists()
    return {
        "membership": membership,
        "key": FeedKey.objects.filter(membership=membership).first() if membership else None,
        "may": may,
        "join_requests": requests,
        "has_asked": has_asked,
        "can_ask": is_open and not has_asked,
    }


def _render_form(request: SignedInRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    status = 400 if context["form"].errors else 200
    return render_uncached(request, template, context, status=status)

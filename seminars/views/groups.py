"""Groups' pages and feeds, and keeping groups."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.group_forms import GroupForm, NewGroupForm
from accounts.models import FeedKey, Group, Membership
from accounts.querysets import GroupQuerySet, Viewer
from accounts.services import (
    GroupError,
    change_group,
    create_group,
    delete_group,
    leave_group,
)
from seminars.filters import BadFilterError, Filters
from seminars.listings import Listing
from seminars.slugs import slug_for
from seminars.views.feed_keys import keep_private
from seminars.views.feeds import PLAIN, VISITOR, feed_of
from seminars.views.paging import page_of
from seminars.views.requests import SignedInRequest


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """The groups that everybody finds, and mine."""
    context = {"mine": Group.objects.of(request.user), "public": Group.objects.listed()}
    return _personal(render(request, "seminars/groups/groups.html", context))


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """A group's talks, upcoming or past, narrowed by the filters in the address."""
    found = _found(Group.objects.visible_to(request.user), slug)
    context = {"group": found} | _mine(request.user, found)
    status = 200
    try:
        listing = Listing.of_group(
            found,
            filters=Filters.read(request.GET),
            now=timezone.now(),
            viewer=request.user,
            # A public address can be passed on; a private group has none but mine.
            key=context["key"] if found.is_private else None,
        )
    except BadFilterError as wrong:
        context, status = context | {"wrong": wrong}, 400
    else:
        context |= page_of(listing)
    return _personal(render(request, "seminars/groups/group.html", context, status=status))


@require_safe
def feed(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """A group's feed: a visitor's for all but a private group, whose members read it signed in."""
    found = _found(Group.objects.visible_to(request.user), slug)
    viewer = request.user if found.is_private else VISITOR
    try:
        listing = Listing.of_group(
            found, filters=Filters.read(request.GET), now=timezone.now(), viewer=viewer
        )
    except BadFilterError as wrong:
        answer = HttpResponse(wrong.sentence + "\n", status=400, content_type=PLAIN)
    else:
        answer = feed_of(suffix, listing, name=f"group-{slug}")
    return answer if found.visibility == Group.Visibility.PUBLIC else keep_private(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: SignedInRequest) -> HttpResponse:
    """A new group in one step."""
    form = NewGroupForm(request.POST or None)
    if form.is_valid():
        slug = slug_for(form.cleaned_data["name"], "group")
        try:
            made = create_group(owner=request.user, slug=slug, **form.cleaned_data)
        except GroupError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your group is ready. Add talks from any list of talks."))
            return redirect(made)
    return _form(request, "seminars/groups/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """What is said of a group, and who sees it."""
    found = _managed(request, slug)
    form = GroupForm(request.POST or None, instance=found)
    if form.is_valid():
        wanted = slug_for(form.cleaned_data["name"], "group")
        try:
            changed = change_group(group=found, slug=wanted, **form.cleaned_data)
        except GroupError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(changed)
    # The form has put what was typed into `found`, so the group is read again for the heading.
    context = {"form": form, "group": _managed(request, slug)}
    return _form(request, "seminars/groups/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: SignedInRequest, slug: str) -> HttpResponse:
    """Asks whether the group shall be deleted, and deletes it."""
    found = _managed(request, slug)
    if request.method == "POST":
        delete_group(group=found)
        messages.success(request, _("The group “%(name)s” is deleted.") % {"name": found.name})
        return redirect("me")
    return _form(request, "seminars/groups/delete.html", {"group": found})


@require_POST
@login_required
def leave(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ends one's own membership."""
    found = _found(Group.objects.of(request.user), slug)
    try:
        leave_group(group=found, user=request.user)
    except GroupError as refused:
        messages.error(request, str(refused))
        return redirect(found)
    messages.success(request, _("You have left “%(name)s”.") % {"name": found.name})
    return redirect("me")


def _found(groups: GroupQuerySet, slug: str) -> Group:
    found = groups.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _managed(request: SignedInRequest, slug: str) -> Group:
    """The group if this person manages it; 403 if they may only see it, else 404."""
    found = _found(Group.objects.visible_to(request.user), slug)
    if not Group.objects.managed_by(request.user).filter(pk=found.pk).exists():
        raise PermissionDenied(_("Only a manager of the group may do this."))
    return found


def _mine(viewer: Viewer, group: Group) -> dict[str, Any]:
    """What the viewer is in the group, and their key to it."""
    if not viewer.is_authenticated:
        return {"membership": None, "key": None, "manages": False}
    membership = Membership.objects.filter(group=group, user=viewer.pk).first()
    return {
        "membership": membership,
        "key": FeedKey.objects.filter(membership=membership).first() if membership else None,
        "manages": Group.objects.managed_by(viewer).filter(pk=group.pk).exists(),
    }


def _form(request: SignedInRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    wrong = "form" in context and context["form"].errors
    return _personal(render(request, template, context, status=400 if wrong else 200))


def _personal(answer: HttpResponse) -> HttpResponse:
    """The page, which depends on who asks, kept out of every cache."""
    add_never_cache_headers(answer)
    return answer

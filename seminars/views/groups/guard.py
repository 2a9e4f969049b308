"""Find a group for a view, and check that the person may use the view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.models import Group, Viewer
from accounts.rights import Right
from seminars.services.errors import RefusedError
from seminars.views.feeds import allow_cross_origin
from seminars.views.requests import HtmxRequest

View = Callable[..., HttpResponse]


class NotAllowedError(PermissionDenied):
    """The person may not do this; the text is a sentence for them."""


def in_group(right: Right, *, signed_in: bool = True) -> Callable[[View], View]:
    """Pass the view the group instead of its `slug`, if the person has the right in it.

    Respond with 404 if they may not see the group or it does not exist, 403 if they only lack the
    right, and 301 for a former address. Visitors must sign in first, unless `signed_in` is False.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
            if signed_in and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            group = group_at(slug, request.user)
            if group.slug != slug and request.method in ("GET", "HEAD"):
                return _redirect_to_current(request, group)
            if not Group.objects.granting(right, request.user).filter(pk=group.pk).exists():
                raise NotAllowedError(_refusal(right))
            try:
                return view(request, group, **kwargs)
            except RefusedError as error:
                # The right was withdrawn after the check.
                raise NotAllowedError(str(error)) from error

        return wrapped

    return decorate


def render_uncached(
    request: HtmxRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page that differs from person to person, and that no cache may store."""
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    return response


def group_at(slug: str, viewer: Viewer) -> Group:
    """Return the group with this slug, or a former one that leads the viewer to it; raise Http404
    if they see none.
    """
    visible = Group.objects.visible_to(viewer)
    group = visible.filter(slug=slug).first()
    group = group or visible.redirecting(viewer).filter(former_addresses__slug=slug).first()
    if group is None:
        raise Http404
    return group


def _redirect_to_current(request: HttpRequest, group: Group) -> HttpResponse:
    """Redirect to the same page at the group's current address; not cached, because the former
    address may become another group's.

    Scripts on other sites may follow it to the group's feeds.
    """
    match = request.resolver_match
    if match is None:
        raise Http404
    path = reverse(match.view_name, kwargs=match.kwargs | {"slug": group.slug})
    query = request.META.get("QUERY_STRING", "")
    response = redirect(f"{path}?{query}" if query else path, permanent=True)
    add_never_cache_headers(response)
    return allow_cross_origin(response)


def _refusal(right: Right) -> str:
    """Return a sentence that names the roles with this right."""
    if right is Right.CONTRIBUTE:
        return _("Only managers and contributors of the group may do this.")
    if right in (Right.MANAGE, Right.REVIEW, Right.EMAIL):
        return _("Only a manager of the group may do this.")
    return _("Only members of the group may do this.")

"""What the views of groups share: finding the group for whoever may do a thing in it."""

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
    """Gives the view, in place of `slug`, the group at that address.

    404 for a group that the person may not know of, whether it is there or not; 403 where they may
    see it and no more; 301 from an address that it once had. Visitors are asked to sign in first,
    unless `signed_in` is False.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
            if signed_in and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            group = group_at(slug, request.user)
            if group.slug != slug and request.method in ("GET", "HEAD"):
                return _moved(request, group)
            if not Group.objects.granting(right, request.user).filter(pk=group.pk).exists():
                raise NotAllowedError(_refusal(right))
            try:
                return view(request, group, **more)
            except RefusedError as refused:
                # Somebody took the right away between the question and the act.
                raise NotAllowedError(str(refused)) from refused

        return wrapped

    return decorate


def personal(
    request: HtmxRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, which depends on who asks, kept out of every cache."""
    answer = render(request, template, context, status=status)
    add_never_cache_headers(answer)
    return answer


def group_at(slug: str, viewer: Viewer) -> Group:
    """The group that is at this address, or once was; raises Http404 where the viewer sees none."""
    seen = Group.objects.visible_to(viewer)
    found = seen.filter(slug=slug).first() or seen.filter(former_addresses__slug=slug).first()
    if found is None:
        raise Http404
    return found


def _moved(request: HttpRequest, group: Group) -> HttpResponse:
    """The same page at the group's present address; not kept, for the old one may be given away.

    Scripts of other sites' pages may follow it to the group's feeds.
    """
    here = request.resolver_match
    if here is None:
        raise Http404
    there = reverse(here.view_name, kwargs=here.kwargs | {"slug": group.slug})
    query = request.META.get("QUERY_STRING", "")
    answer = redirect(f"{there}?{query}" if query else there, permanent=True)
    add_never_cache_headers(answer)
    return allow_cross_origin(answer)


def _refusal(right: Right) -> str:
    if right is Right.CONTRIBUTE:
        return _("Only managers and contributors of the group may do this.")
    if right in (Right.MANAGE, Right.REVIEW, Right.EMAIL):
        return _("Only a manager of the group may do this.")
    return _("Only members of the group may do this.")

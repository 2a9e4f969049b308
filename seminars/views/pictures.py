"""Pictures of the site in other programs: cards beside links, and its icons."""

import io
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts.models import Group, GroupPicture
from accounts.rights import Right
from seminars import cards
from seminars.cards.drawing import icon, svg
from seminars.models import Talk
from seminars.views.caching import read_only
from seminars.views.feed_keys import keep_private
from seminars.views.groups.guard import in_group

# The address changes with the picture (RFC 8246).
_FOREVER = "public, max-age=31536000, immutable"


@read_only
def talk(request: HttpRequest, pk: int, version: str) -> HttpResponse:
    """Return a public talk's card; another version's address redirects to the current one."""
    shown = Talk.objects.public().with_rows().filter(pk=pk).first()
    if shown is None:
        raise Http404
    card = cards.of_talk(shown)
    return _picture(card, version, reverse("talk-card", args=[pk, card.version]))


@read_only
def site(request: HttpRequest, version: str) -> HttpResponse:
    """Return the card of all other pages."""
    card = cards.of_site()
    return _picture(card, version, reverse("site-card", args=[card.version]))


@read_only
@in_group(Right.SEE, signed_in=False)
def group(request: HttpRequest, group: Group, version: str) -> HttpResponse:
    """Return a group's picture to anyone who may see the group; redirect from other versions."""
    picture = get_object_or_404(GroupPicture, group=group)
    response: HttpResponse
    if version != picture.version:
        response = redirect("group-picture", group.slug, picture.version)
    else:
        response = HttpResponse(bytes(picture.image), content_type="image/webp")
        if group.visibility == Group.Visibility.PUBLIC:
            response["Cache-Control"] = _FOREVER
    if group.visibility != Group.Visibility.PUBLIC:
        add_never_cache_headers(response)
        keep_private(response)
    return response


@read_only
def favicon(request: HttpRequest) -> HttpResponse:
    """Return the icon in three sizes, for browsers that do not read the page's links."""
    return HttpResponse(_ico(settings.SITE_ACCENT), content_type="image/x-icon")


@read_only
def icon_svg(request: HttpRequest) -> HttpResponse:
    """Return the site's mark as a scalable image."""
    return HttpResponse(svg(settings.SITE_ACCENT), content_type="image/svg+xml")


@read_only
def touch_icon(request: HttpRequest) -> HttpResponse:
    """Return the icon for home screens of phones, which round its corners themselves."""
    return HttpResponse(_touch_icon(settings.SITE_ACCENT), content_type="image/png")


def _picture(card: cards.Card, version: str, address: str) -> HttpResponse:
    if version != card.version:
        return redirect(address)
    response = HttpResponse(cards.picture(card), content_type="image/png")
    response["Cache-Control"] = _FOREVER
    return response


@lru_cache(maxsize=4)
def _ico(color: str) -> bytes:
    buffer = io.BytesIO()
    sizes = [(size, size) for size in (16, 32, 48)]
    icon(48, color, rounded=True).save(buffer, "ICO", sizes=sizes)
    return buffer.getvalue()


@lru_cache(maxsize=4)
def _touch_icon(color: str) -> bytes:
    buffer = io.BytesIO()
    icon(180, color, rounded=False).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()

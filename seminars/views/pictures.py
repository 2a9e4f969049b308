"""The pictures that other programs show of the site: cards beside links, and its icons."""

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

# Where the version in the address is made of all that the picture shows (RFC 8246).
_FOR_EVER = "public, max-age=31536000, immutable"


@read_only
def talk(request: HttpRequest, pk: int, version: str) -> HttpResponse:
    """A public talk's card; the address of another version leads to the one of today."""
    found = Talk.objects.public().with_rows().filter(pk=pk).first()
    if found is None:
        raise Http404
    card = cards.of_talk(found)
    return _picture(card, version, reverse("talk-card", args=[pk, card.version]))


@read_only
def site(request: HttpRequest, version: str) -> HttpResponse:
    """The card of all other pages."""
    card = cards.of_site()
    return _picture(card, version, reverse("site-card", args=[card.version]))


@read_only
@in_group(Right.SEE, signed_in=False)
def group(request: HttpRequest, group: Group, version: str) -> HttpResponse:
    """The picture of a group, for whoever sees the group; another version's leads to today's."""
    picture = get_object_or_404(GroupPicture, group=group)
    answer: HttpResponse
    if version != picture.version:
        answer = redirect("group-picture", group.slug, picture.version)
    else:
        answer = HttpResponse(bytes(picture.image), content_type="image/webp")
        if group.visibility == Group.Visibility.PUBLIC:
            answer["Cache-Control"] = _FOR_EVER
    if group.visibility != Group.Visibility.PUBLIC:
        add_never_cache_headers(answer)
        keep_private(answer)
    return answer


@read_only
def favicon(request: HttpRequest) -> HttpResponse:
    """For what asks for it unasked, in the three usual sizes."""
    return HttpResponse(_ico(settings.SITE_ACCENT), content_type="image/x-icon")


@read_only
def icon_svg(request: HttpRequest) -> HttpResponse:
    """The site's mark in its own colour, sharp at every size."""
    return HttpResponse(svg(settings.SITE_ACCENT), content_type="image/svg+xml")


@read_only
def touch_icon(request: HttpRequest) -> HttpResponse:
    """For the home screens of telephones, which round its corners themselves."""
    return HttpResponse(_touch_icon(settings.SITE_ACCENT), content_type="image/png")


def _picture(card: cards.Card, version: str, address: str) -> HttpResponse:
    if version != card.version:
        return redirect(address)
    answer = HttpResponse(cards.picture(card), content_type="image/png")
    answer["Cache-Control"] = _FOR_EVER
    return answer


@lru_cache(maxsize=4)
def _ico(colour: str) -> bytes:
    written = io.BytesIO()
    sizes = [(size, size) for size in (16, 32, 48)]
    icon(48, colour, rounded=True).save(written, "ICO", sizes=sizes)
    return written.getvalue()


@lru_cache(maxsize=4)
def _touch_icon(colour: str) -> bytes:
    written = io.BytesIO()
    icon(180, colour, rounded=False).convert("RGB").save(written, "PNG")
    return written.getvalue()

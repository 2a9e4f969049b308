"""Listings for other sites' pages: in a frame, drawn by a script, and found by their address.

Only what everybody may see, whoever asks, for the page around it is somebody else's.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seminars import wording
from seminars.listings import agenda
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.listings.rows import rows_at
from seminars.listings.subjects import BY_NAME
from seminars.models import Talk
from seminars.views.feeds import PLAIN, VISITOR, open_to_pages, refusal
from seminars.views.groups.guard import group_at
from seminars.views.paging import page_of
from seminars.views.shortcuts import GoneError, talk_or_gone

#: How wide and high a frame is at the most, in pixels.
WIDTH, HEIGHT = 600, 480


@require_safe
def listing(request: HttpRequest, name: str, **keys: Any) -> HttpResponse:
    """The talks of the page with this name and these keys, without anything around them."""
    try:
        context = _found(name, keys, request.GET)
    except BadFilterError as wrong:
        return refusal(wrong)
    # Pieces of pages ask whether somebody is signed in.
    return render(request, "seminars/embed/listing.html", context | {"user": VISITOR})


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script that draws listings, in the site's language, at an address that stays."""
    said = {
        "cancelled": _("Canceled"),
        "postponed": _("Postponed"),
        "online": _("Online"),
        "hybrid": _("also online"),
        "none": _("No talks to show."),
    }
    words = f"const WORDS = {json.dumps(said)};\n".encode()
    body = words + (settings.ROOT / "static/js/embed.js").read_bytes()
    answer = open_to_pages(HttpResponse(body, content_type="text/javascript; charset=utf-8"))
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """The frame for a page's address, as oEmbed 1.0 (https://oembed.com/) asks for it.

    404 for an address that cannot be embedded, 501 for a format other than JSON.
    """
    if request.GET.get("format", "json") != "json":
        return _said(_("Only the format “json” is supported."), 501)
    try:
        width, height = (_least(request.GET, name) for name in ("maxwidth", "maxheight"))
        found = _at(request.GET.get("url", ""))
    except BadFilterError as wrong:
        return refusal(wrong)
    width, height = min(width, WIDTH), min(height, HEIGHT)
    frame = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" frameborder="0">'
        "</iframe>",
        *(found["frame"], width, height, found["heading"]),
    )
    said = {"version": "1.0", "type": "rich", "title": found["heading"], "html": frame}
    said |= {"width": width, "height": height, "provider_name": settings.SITE_NAME}
    return open_to_pages(JsonResponse(said | {"provider_url": settings.SITE_URL}))


def _found(name: str, keys: dict[str, Any], query: QueryDict) -> dict[str, Any]:
    """What the template takes; raises Http404 or BadFilterError."""
    now = timezone.now()
    if name == "talk":
        return _talk(keys["pk"], now)
    filters = Filters.read(query)
    if name == "talks":
        found = Listing.find(filters=filters, now=now)
    elif name == "group":
        found = Listing.of_group(group_at(keys["slug"], VISITOR), filters=filters, now=now)
    else:
        kind = BY_NAME[name]
        rows = kind.visible_to(VISITOR)
        subject = get_object_or_404(rows, **{kind.key: keys[kind.key]})
        found = Listing.of(subject, filters=filters, now=now)
    return page_of(found) | {"heading": found.title, "address": found.page_url()}


def _talk(pk: int, now: Any) -> dict[str, Any]:
    try:
        talk = talk_or_gone(Talk.objects.all(), pk, viewer=VISITOR, now=now)
    except GoneError:
        raise Http404 from None
    address = settings.SITE_URL + talk.get_absolute_url()
    heading = wording.title(talk)
    days = agenda.days(rows_at([pk]), now)
    return {"days": days, "now": now, "heading": heading, "address": address}


def _at(url: str) -> dict[str, Any]:
    """What the page at this address of ours shows, and the address of its `frame`."""
    if not url:
        raise BadFilterError("url", _("The parameter “url” is missing."))
    try:
        asked, site = urlsplit(url), urlsplit(settings.SITE_URL)
        if asked.netloc != site.netloc or asked.scheme not in ("http", "https"):
            raise Http404
        match = resolve(asked.path or "/")
        name = "talks" if match.url_name == "home" else str(match.url_name)
        name = name.removesuffix("-by-id")
        if name not in (*BY_NAME, "talks", "talk", "group"):
            raise Http404
        found = _found(name, match.kwargs, QueryDict(asked.query))
    except (Resolver404, BadFilterError, ValueError):
        raise Http404 from None
    path = "/talks/" if match.url_name == "home" else asked.path
    query = f"?{asked.query}" if asked.query else ""
    return found | {"frame": f"{settings.SITE_URL}/embed{path}{query}"}


def _least(query: QueryDict, name: str) -> int:
    text = query.get(name, "")
    if not text:
        return max(WIDTH, HEIGHT)
    if not (text.isascii() and text.isdigit() and int(text[:6]) > 0 and len(text) < 7):
        sentence = _("The parameter “%(name)s” must be a number of pixels.") % {"name": name}
        raise BadFilterError(name, sentence)
    return int(text)


def _said(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=status, content_type=PLAIN)

"""Listings on other sites' pages: in a frame, drawn by a script, or through oEmbed.

Everyone gets what visitors see, since the page around it belongs to someone else.
"""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seminars import wording
from seminars.listings import agenda
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.listings.rows import rows_at
from seminars.listings.subjects import BY_NAME
from seminars.models import Talk
from seminars.rendering.html import element
from seminars.views.feeds import VISITOR, allow_cross_origin, plain_text, refusal
from seminars.views.groups.guard import group_at
from seminars.views.paging import page_context
from seminars.views.shortcuts import GoneError, talk_or_gone

#: The size of a frame in pixels, unless the page asks for a smaller one.
MAX_WIDTH, MAX_HEIGHT = 600, 480


@require_safe
def listing(request: HttpRequest, name: str, **keys: Any) -> HttpResponse:
    """Show the talks of the page that the route's name and keys identify, and nothing else."""
    try:
        context = _context(name, keys, request.GET)
    except BadFilterError as wrong:
        return refusal(wrong)
    # Parts of pages depend on whether someone is signed in.
    return render(request, "seminars/embed/listing.html", context | {"user": VISITOR})


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """Return the script that draws listings, with its texts in the site's language."""
    texts = {
        "cancelled": _("Canceled"),
        "postponed": _("Postponed"),
        "hybrid": _("also online"),
        "none": _("No talks to show."),
    }
    declaration = f"const TEXTS = {json.dumps(texts)};\n".encode()
    body = declaration + (settings.ROOT / "static/js/embed.js").read_bytes()
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return allow_cross_origin(response)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Describe the frame for a page's address (oEmbed 1.0, https://oembed.com/).

    404 for an address that cannot be embedded, 501 for a format other than JSON.
    """
    if request.GET.get("format", "json") != "json":
        return plain_text(_("Only the format “json” is supported."), 501)
    try:
        width, height = (_max_pixels(request.GET, name) for name in ("maxwidth", "maxheight"))
        page = _page_at(request.GET.get("url", ""))
    except BadFilterError as wrong:
        return refusal(wrong)
    width, height = min(width, MAX_WIDTH), min(height, MAX_HEIGHT)
    frame = element(
        "iframe",
        {
            "src": page["frame"],
            "width": str(width),
            "height": str(height),
            "title": page["heading"],
            "loading": "lazy",
            "frameborder": "0",
        },
    )
    description = {
        "version": "1.0",
        "type": "rich",
        "title": page["heading"],
        "html": frame,
        "width": width,
        "height": height,
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL,
    }
    return allow_cross_origin(JsonResponse(description))


def _context(name: str, keys: dict[str, Any], query: QueryDict) -> dict[str, Any]:
    """Return the context of the template; raises Http404 or BadFilterError."""
    now = timezone.now()
    if name == "talk":
        return _talk_context(keys["pk"], now)
    filters = Filters.read(query)
    if name == "talks":
        embedded = Listing.find(filters=filters, now=now)
    elif name == "group":
        embedded = Listing.of_group(group_at(keys["slug"], VISITOR), filters=filters, now=now)
    else:
        kind = BY_NAME[name]
        rows = kind.visible_to(VISITOR)
        subject = get_object_or_404(rows, **{kind.key: keys[kind.key]})
        embedded = Listing.of(subject, filters=filters, now=now)
    return page_context(embedded) | {"heading": embedded.title, "address": embedded.page_url()}


def _talk_context(pk: int, now: datetime) -> dict[str, Any]:
    try:
        talk = talk_or_gone(Talk.objects.all(), pk, viewer=VISITOR, now=now)
    except GoneError:
        raise Http404 from None
    address = settings.SITE_URL + talk.get_absolute_url()
    heading = wording.title(talk)
    days = agenda.days(rows_at([pk]), now)
    return {"days": days, "now": now, "heading": heading, "address": address}


def _page_at(url: str) -> dict[str, Any]:
    """Return the context of the page at this address of the site, and its `frame`'s address."""
    if not url:
        raise BadFilterError("url", _("The parameter “url” is missing."))
    try:
        wanted, site = urlsplit(url), urlsplit(settings.SITE_URL)
        if wanted.netloc != site.netloc or wanted.scheme not in ("http", "https"):
            raise Http404
        match = resolve(wanted.path or "/")
        name = "talks" if match.url_name == "home" else str(match.url_name)
        name = name.removesuffix("-by-id")
        if name not in (*BY_NAME, "talks", "talk", "group"):
            raise Http404
        context = _context(name, match.kwargs, QueryDict(wanted.query))
    except (Resolver404, BadFilterError, ValueError):
        raise Http404 from None
    path = "/talks/" if match.url_name == "home" else wanted.path
    query = f"?{wanted.query}" if wanted.query else ""
    return context | {"frame": f"{settings.SITE_URL}/embed{path}{query}"}


def _max_pixels(query: QueryDict, name: str) -> int:
    """Return the limit that the query sets, or one that changes nothing."""
    text = query.get(name, "")
    if not text:
        return max(MAX_WIDTH, MAX_HEIGHT)
    if not (text.isascii() and text.isdigit() and int(text[:6]) > 0 and len(text) < 7):
        sentence = _("The parameter “%(name)s” must be a number of pixels.") % {"name": name}
        raise BadFilterError(name, sentence)
    return int(text)

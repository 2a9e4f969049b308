"""Files for search engines: robots.txt (RFC 9309) and sitemaps (sitemaps.org, protocol 0.9)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from seminars.listings import sitemaps
from seminars.views.feeds import PLAIN

#: Personal pages, pages that need a sign-in, and forms. Not private calendars, because Google
#: Calendar obeys this file; their responses have `noindex`.
_DISALLOWED = (
    *("/accounts/", "/admin/", "/me/", "/talks/*/add/", "/groups/new/"),
    *("/groups/*/edit/", "/groups/*/delete/", "/groups/*/leave/", "/groups/*/token/"),
    "/mail/",
)
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines which pages to skip, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _DISALLOWED), ""]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the parts of the sitemap."""
    parts = ((reverse("sitemap-part", args=[kind, part]), None) for kind, part in sitemaps.parts())
    return _xml("sitemapindex", "sitemap", parts)


@require_safe
def part(request: HttpRequest, kind: str, part: int) -> HttpResponse:
    """Show one part of the sitemap; 404 if it is empty, since the protocol forbids empty parts."""
    addresses = list(sitemaps.addresses(kind, part))
    if not addresses:
        raise Http404
    return _xml("urlset", "url", addresses)


def _xml(root: str, element: str, entries: Iterable[tuple[str, datetime | None]]) -> HttpResponse:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
    lines += [f"<{element}>{''.join(_location(*entry))}</{element}>" for entry in entries]
    body = "\n".join([*lines, f"</{root}>\n"])
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


def _location(path: str, changed_at: datetime | None) -> Iterator[str]:
    yield f"<loc>{escape(settings.SITE_URL + path)}</loc>"
    if changed_at is not None:
        # The W3C profile of ISO 8601.
        yield f"<lastmod>{changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>"

"""The page cache: responses to visitors, cached while nothing changes; the outermost middleware.

A public response is a pure function of the data's state (seminars/cache/revision.py), the release,
the URL and the encoding. So the state is read first. If an If-None-Match header contains it, the
response is 304 and nothing is built; otherwise the cached bytes are sent; otherwise the page is
built and cached under that key. Nothing is ever invalidated, and no process can serve what another
one has changed.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from threading import Lock

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.text import compress_string

from seminars.cache import encodings, revision
from seminars.cache.store import Store

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_VARY = ("Accept-Encoding", "HX-Request")
# Never cached: probes, pages for people who sign in, and feeds that a key opens.
_UNCACHED_PATHS = ("/accounts/", "/admin/", "/feeds/", "/healthz", "/readyz")
_SETTLING_TIME = timedelta(seconds=3)
_MAX_PADDING = 100


Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """The headers and the body of a response."""

    headers: Headers
    body: bytes


@lru_cache(maxsize=256)
def _interned(headers: Headers) -> Headers:
    """Return one instance of equal headers: they take a kilobyte, and thousands of responses have
    the same.
    """
    return headers


@cache
def release() -> str:
    """Return a hash of the code, templates and settings, equal in every process that runs them."""
    digest = hashlib.sha256()
    for folder in ("accounts", "config", "seminars", "templates", "static"):
        for path in sorted((settings.ROOT / folder).rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                digest.update(path.relative_to(settings.ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    for name in (
        *("SITE_URL", "SITE_NAME", "SITE_ACCENT", "SECURITY_CONTACT"),
        *("TIME_ZONE", "CLOCK", "WEEK_START", "LANGUAGE_CODE"),
    ):
        digest.update(f"{name}={getattr(settings, name)}\n".encode())
    return digest.hexdigest()


class PageCache:
    """The middleware. Responses that are not for everyone are not cached, and marked private."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.release = release()
        self.store: Store[CachedResponse] = Store(settings.PAGE_CACHE_MB * 1024 * 1024)
        # After an edit many visitors request the same page at once, and building a long calendar
        # takes memory. Requests wait for each other only if their keys begin alike.
        self.building = [Lock() for _lock in range(64)]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/static/"):
            return self.get_response(request)
        if _is_personal(request) or request.path_info.startswith(_UNCACHED_PATHS):
            response: HttpResponseBase = _private(self.get_response(request))
        else:
            response = self._for_visitor(request)
        if isinstance(response, HttpResponse) and "private" in response.get("Cache-Control", ""):
            _compress(response, request.headers.get("Accept-Encoding", ""))
        return _without_body(response) if request.method == "HEAD" else response

    def _for_visitor(self, request: HttpRequest) -> HttpResponseBase:
        try:
            state = revision.state(timezone.now())
        except DatabaseError:
            # The view meets the same error, and its page says so.
            return _private(self.get_response(request))
        encoding = encodings.best(request.headers.get("Accept-Encoding", ""))
        key = self._key(request, state)
        headers = _headers(key, encoding, state)
        # The key contains a token that cannot be guessed, so a client that sends this ETag received
        # the complete response.
        if _matches(request.headers.get("If-None-Match", ""), headers["ETag"]):
            return HttpResponse(status=304, headers=headers)
        cached: CachedResponse | HttpResponseBase | None = self._cached(key, encoding)
        if cached is None:
            with self.building[int(key[:4], 16) % len(self.building)]:
                # Another request may have built it in the meantime.
                cached = self._cached(key, encoding) or self._build(request, key, encoding)
        if isinstance(cached, StreamingHttpResponse) and _is_shared(cached):
            # Too long for the cache, but readers who have it already need not receive it again.
            for name, value in headers.items():
                cached[name] = value
        if isinstance(cached, HttpResponseBase):
            return cached if _is_shared(cached) else _private(cached)
        response = HttpResponse(cached.body)
        response.headers = ResponseHeaders({**dict(cached.headers), **headers})
        response["Content-Length"] = str(len(cached.body))
        modified = parse_http_date_safe(headers.get("Last-Modified", ""))
        unchanged = get_conditional_response(
            request, etag=headers["ETag"], last_modified=modified, response=response
        )
        return unchanged or response

    def _build(
        self, request: HttpRequest, key: str, encoding: str
    ) -> CachedResponse | HttpResponseBase:
        """Build the response and cache it, or return it as it is if it is not for everyone."""
        built = self.get_response(request)
        if not isinstance(built, HttpResponse) or not _is_shared(built):
            return built
        plain = CachedResponse(_interned(tuple(built.headers.items())), built.content)
        self.store.put(f"{key}identity", plain, size=len(plain.body))
        return self._cached(key, encoding) or _compressed(plain, encoding)

    def _key(self, request: HttpRequest, state: revision.State) -> str:
        parts = [self.release, state.token, state.slot.isoformat(), request.scheme or ""]
        parts += [request.META.get("HTTP_HOST", ""), request.get_full_path()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]

    def _cached(self, key: str, encoding: str) -> CachedResponse | None:
        cached = self.store.get(key + encoding)
        if cached is None and encoding != "identity":
            plain = self.store.get(f"{key}identity")
            if plain is not None:
                cached = _compressed(plain, encoding)
                self.store.put(key + encoding, cached, size=len(cached.body))
        return cached


def _is_personal(request: HttpRequest) -> bool:
    """Whether the request changes data, or its response may be a part of a page or for one person
    alone.
    """
    return (
        # The second cookie holds one-time messages, also for a visitor who has just signed out.
        not {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}.isdisjoint(request.COOKIES)
        or "Authorization" in request.headers
        or "HX-Request" in request.headers
        or request.method not in ("GET", "HEAD")
    )


def _is_shared(built: HttpResponseBase) -> bool:
    """Whether the view marked the response as the same for everyone (seminars/views/caching.py),
    and it sets no cookie.
    """
    return getattr(built, "shared", False) and not built.cookies


def _compressed(plain: CachedResponse, encoding: str) -> CachedResponse:
    if encoding == "identity" or len(plain.body) < encodings.MIN_SIZE:
        return plain
    headers = _interned((*plain.headers, ("Content-Encoding", encoding)))
    return CachedResponse(headers, encodings.compressed(plain.body, encoding))


def _compress(response: HttpResponse, accepted: str) -> None:
    """Compress a text that is not for everyone, unless its view has done so.

    Its length varies at random, so that nobody who watches can tell a secret in it, such as a
    form's token, from how well it compresses (BREACH). Only gzip has a place for that.
    """
    accepts_gzip = encodings.accepts(accepted, "gzip")
    is_text = response.get("Content-Type", "").startswith(("text/", "application/"))
    if (
        not (accepts_gzip and is_text)
        or response.has_header("Content-Encoding")
        or len(response.content) < encodings.MIN_SIZE
    ):
        return
    response.content = compress_string(response.content, max_random_bytes=_MAX_PADDING)
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    if "ETag" in response:
        response["ETag"] = f"W/{response['ETag'].removeprefix('W/')}"


def _headers(key: str, encoding: str, state: revision.State) -> dict[str, str]:
    headers = {
        "ETag": f'"{key}-{encoding}"',
        "Cache-Control": "public, no-cache",
        "Vary": ", ".join(_VARY),
    }
    # Two changes within one second would have the same date (RFC 9110, section 8.8.2.2), so right
    # after a change there is none.
    if timezone.now() - state.since > _SETTLING_TIME:
        headers["Last-Modified"] = http_date(state.since.timestamp())
    return headers


def _matches(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match header contains the ETag; a proxy that compresses may have weakened
    it, which does not matter here (RFC 9110, section 13.1.2).
    """
    return any(one.removeprefix("W/") == etag for one in parse_etags(if_none_match))


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """Return the response to HEAD: without a body, but with the length of GET's if it is known."""
    if isinstance(response, HttpResponse):
        if response.content:
            response["Content-Length"] = str(len(response.content))
        response.content = b""
    elif isinstance(response, StreamingHttpResponse):
        response.streaming_content = []
    return response


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Let only the reader's own cache store the response, and revalidate it each time.

    Permanent redirects included: they lead to a talk's current URL, and a title may change back.
    """
    control = response.get("Cache-Control", "")
    if "immutable" in control:
        # The content at that URL never changes (seminars/views/pictures.py).
        return response
    if "no-store" not in control:
        patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, _VARY)
    return response

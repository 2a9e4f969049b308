"""Answers to visitors, kept while nothing changes; the outermost middleware.

A public answer is a pure function of the data's state (cache/revision.py), the release, the
address and the encoding. So the state is read first: an If-None-Match that names it is answered 304
and nothing is built; else the kept bytes are sent; else the page is built, and kept under that key.
Nothing is ever invalidated, and no process can serve what another has changed.
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

from seminars.cache import encodings, revision
from seminars.cache.store import Store

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_VARY = ("Accept-Encoding", "HX-Request")
# Never kept: probes, pages for people who sign in, and feeds that a key opens.
_PASSED = ("/accounts/", "/admin/", "/feeds/", "/healthz", "/readyz")
_SETTLED = timedelta(seconds=3)


Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    headers: Headers
    body: bytes


@lru_cache(maxsize=256)
def _once(headers: Headers) -> Headers:
    """The same headers, of which thousands of answers have equal ones: they take a kilobyte."""
    return headers


@cache
def release() -> str:
    """The same for every process that runs the same code, templates and settings."""
    said = hashlib.sha256()
    for folder in ("accounts", "config", "seminars", "templates", "static"):
        for path in sorted((settings.ROOT / folder).rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                said.update(path.relative_to(settings.ROOT).as_posix().encode())
                said.update(path.read_bytes())
    for name in (
        *("SITE_URL", "SITE_NAME", "SITE_ACCENT"),
        *("TIME_ZONE", "CLOCK", "WEEK_START", "LANGUAGE_CODE"),
    ):
        said.update(f"{name}={getattr(settings, name)}\n".encode())
    return said.hexdigest()


class PageCache:
    """The middleware. What is not everybody's passes, and leaves as private."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.release = release()
        self.store: Store[Kept] = Store(settings.PAGE_CACHE_MB * 1024 * 1024)
        # After an edit many ask for the same page at once, and a long calendar takes memory to
        # build. Only those wait for each other whose keys begin alike.
        self.building = [Lock() for _lock in range(64)]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/static/"):
            return self.get_response(request)
        if _is_personal(request) or request.path_info.startswith(_PASSED):
            answer: HttpResponseBase = _private(self.get_response(request))
        else:
            answer = self._visitor(request)
        return _without_body(answer) if request.method == "HEAD" else answer

    def _visitor(self, request: HttpRequest) -> HttpResponseBase:
        try:
            state = revision.state(timezone.now())
        except DatabaseError:
            # The view meets the same fault, and its page says so.
            return _private(self.get_response(request))
        encoding = encodings.best(request.headers.get("Accept-Encoding", ""))
        key = self._key(request, state)
        headers = _headers(key, encoding, state)
        # The token in it cannot be guessed, so this ETag was sent with a whole answer before.
        if _names(request.headers.get("If-None-Match", ""), headers["ETag"]):
            return HttpResponse(status=304, headers=headers)
        kept: Kept | HttpResponseBase | None = self._kept(key, encoding)
        if kept is None:
            with self.building[int(key[:4], 16) % len(self.building)]:
                # Somebody else may have built it in the meantime.
                kept = self._kept(key, encoding) or self._built(request, key, encoding)
        if isinstance(kept, StreamingHttpResponse) and _is_shared(kept):
            # Too long to be kept; but whoever has it already need not be sent it again.
            for name, value in headers.items():
                kept[name] = value
        if isinstance(kept, HttpResponseBase):
            return kept if _is_shared(kept) else _private(kept)
        answer = HttpResponse(kept.body)
        answer.headers = ResponseHeaders({**dict(kept.headers), **headers})
        answer["Content-Length"] = str(len(kept.body))
        modified = parse_http_date_safe(headers.get("Last-Modified", ""))
        unchanged = get_conditional_response(
            request, etag=headers["ETag"], last_modified=modified, response=answer
        )
        return unchanged or answer

    def _built(self, request: HttpRequest, key: str, encoding: str) -> Kept | HttpResponseBase:
        """The answer as it is kept from now on, or as it is, where it is not everybody's."""
        built = self.get_response(request)
        if not isinstance(built, HttpResponse) or not _is_shared(built):
            return built
        plain = Kept(_once(tuple(built.headers.items())), built.content)
        self.store.put(f"{key}identity", plain, size=len(plain.body))
        return self._kept(key, encoding) or _compressed(plain, encoding)

    def _key(self, request: HttpRequest, state: revision.State) -> str:
        said = [self.release, state.token, state.slot.isoformat(), request.scheme or ""]
        said += [request.META.get("HTTP_HOST", ""), request.get_full_path()]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:40]

    def _kept(self, key: str, encoding: str) -> Kept | None:
        found = self.store.get(key + encoding)
        if found is None and encoding != "identity":
            plain = self.store.get(f"{key}identity")
            if plain is not None:
                found = _compressed(plain, encoding)
                self.store.put(key + encoding, found, size=len(found.body))
        return found


def _is_personal(request: HttpRequest) -> bool:
    """Whether the answer may be one person's, or a piece of a page; or the request changes data."""
    return (
        # The second holds what is to be said once, also to a visitor who has just signed out.
        not {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}.isdisjoint(request.COOKIES)
        or "Authorization" in request.headers
        or "HX-Request" in request.headers
        or request.method not in ("GET", "HEAD")
    )


def _is_shared(built: HttpResponseBase) -> bool:
    """Whether a view marked it as everybody's (seminars/views/caching.py), and nothing undid it."""
    return getattr(built, "shared", False) and not built.cookies


def _compressed(plain: Kept, encoding: str) -> Kept:
    if encoding == "identity" or len(plain.body) < encodings.SMALLEST:
        return plain
    headers = _once((*plain.headers, ("Content-Encoding", encoding)))
    return Kept(headers, encodings.compressed(plain.body, encoding))


def _headers(key: str, encoding: str, state: revision.State) -> dict[str, str]:
    headers = {
        "ETag": f'"{key}-{encoding}"',
        "Cache-Control": "public, no-cache",
        "Vary": ", ".join(_VARY),
    }
    # Two changes in one second have one date (RFC 9110, section 8.8.2.2), so none is given yet.
    if timezone.now() - state.since > _SETTLED:
        headers["Last-Modified"] = http_date(state.since.timestamp())
    return headers


def _names(wanted: str, etag: str) -> bool:
    """Whether an If-None-Match header names the ETag; a proxy that compresses may have weakened it,
    which does not count here (RFC 9110, section 13.1.2).
    """
    return any(one.removeprefix("W/") == etag for one in parse_etags(wanted))


def _without_body(answer: HttpResponseBase) -> HttpResponseBase:
    """As HEAD is answered: with the length that GET's body has, where that is known."""
    if isinstance(answer, HttpResponse):
        if answer.content:
            answer["Content-Length"] = str(len(answer.content))
        answer.content = b""
    elif isinstance(answer, StreamingHttpResponse):
        answer.streaming_content = []
    return answer


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    """No cache but the reader's own keeps it, and that one asks again each time.

    A permanent redirect too: it leads to a talk's address as it is today, and titles change back.
    """
    control = answer.get("Cache-Control", "")
    if "immutable" in control:
        # What is at that address never changes; seminars/views/pictures.py says so.
        return answer
    if "no-store" not in control:
        patch_cache_control(answer, private=True, no_cache=True)
    patch_vary_headers(answer, _VARY)
    return answer

"""Headers of every response, for every route and every role: policies, caches, cookies."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.http.response import HttpResponseBase

from tests.factories import NOW
from tests.routes import ROLES, World
from tests.routes import world as create_world

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SHARED = "public, no-cache"
PERSONAL = ({"private", "no-cache"}, {"private", "no-cache", "no-store"})
#: Responses that are never the same for everyone.
PRIVATE = re.compile(
    r"/(accounts|admin|me|feeds|invitations)/|/healthz|/readyz|/groups/(?!rite\.)|/talks/\d+/add/"
)
#: Pages that any site may embed in a frame.
FRAMED = re.compile(r"/feed/html/|/embed/(?!seminars\.js)")
FILE = re.compile(r'inline; filename="[a-z0-9-]+\.[a-z]+"')


@pytest.fixture
def world() -> Iterator[World]:
    with time_machine.travel(NOW, tick=False):
        yield create_world()


def policy(response: HttpResponseBase) -> dict[str, str]:
    """Return the directives of the response's Content-Security-Policy."""
    written = response.headers.get("Content-Security-Policy", "").split(";")
    return {
        name: sources for name, _space, sources in (one.strip().partition(" ") for one in written)
    }


def headers(response: HttpResponseBase) -> dict[str, str | None]:
    return {name: response.headers.get(name) for name in HEADERS}


def control(response: HttpResponseBase) -> set[str]:
    """Return the directives of Cache-Control, without redundant ones."""
    directives = re.split(r",\s*", response.headers.get("Cache-Control", ""))
    return set(directives) - {"max-age=0", "must-revalidate"}


@pytest.mark.once
@pytest.mark.parametrize("role", ROLES)
def test_every_response(world: World, role: str) -> None:
    """In one test, because requesting every URL takes long."""
    seen: set[int] = set()
    for path in world.addresses():
        response = world.clients[role].get(path)
        seen.add(response.status_code)
        assert response.status_code in (200, 301, 302, 400, 403, 404, 405, 409), path
        framed = FRAMED.match(path) and response.status_code == 200
        assert policy(response) == POLICY | ({"frame-ancestors": "*"} if framed else {}), path
        key: dict[str, str | None] = (
            {"Referrer-Policy": "no-referrer"} if path.startswith("/feeds/") else {}
        )
        frame = {"X-Frame-Options": None} if framed else {}
        assert headers(response) == HEADERS | key | frame, path
        assert FILE.fullmatch(response.headers.get("Content-Disposition", 'inline; filename="a.a"'))
        if role == "visitor" and response.status_code == 200 and not PRIVATE.match(path):
            assert response.headers["Cache-Control"] == SHARED, path
            assert not response.cookies, path
        else:
            assert control(response) in PERSONAL, path
        assert set(response.cookies) <= {settings.CSRF_COOKIE_NAME, "messages"}, path
        if role == "visitor" and response.cookies:
            assert "no-store" in control(response), path
    assert seen >= {200, 301, 302, 400, 404, 405}


def test_a_part_of_a_page_is_private(world: World) -> None:
    response = world.clients["visitor"].get("/talks/", headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert control(response) == {"private", "no-cache"}


def test_a_one_time_message_is_on_the_next_page(world: World) -> None:
    """A cached page does not hide it: the message waits in a cookie."""
    visitor, member = world.clients["visitor"], world.clients["member"]
    visitor.get("/")
    after = member.post("/accounts/logout/", follow=True)
    assert "You’re signed out." in after.content.decode()
    assert control(after) == {"private", "no-cache"}
    assert "You’re signed out." not in member.get("/").content.decode()


def test_cookies_are_for_this_site_and_not_for_scripts(world: World) -> None:
    response = world.clients["visitor"].get("/accounts/login/")
    cookie = response.cookies[settings.CSRF_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )

"""Headers of every answer, over every route and every role: policies, caches, cookies."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.http.response import HttpResponseBase

from tests.factories import NOW
from tests.routes import ROLES, World
from tests.routes import world as made

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
EVERYBODYS = "public, no-cache"
ONES_OWN = ({"private", "no-cache"}, {"private", "no-cache", "no-store"})
#: Where nothing is everybody's, whoever asks.
PRIVATE = re.compile(
    r"/(accounts|admin|me|feeds|invitations)/|/healthz|/readyz|/groups/(?!rite\.)|/talks/\d+/add/"
)
#: What any site may show in a frame.
FRAMED = re.compile(r"/feed/html/|/embed/(?!seminars\.js)")
FILE = re.compile(r'inline; filename="[a-z0-9-]+\.[a-z]+"')


@pytest.fixture
def world() -> Iterator[World]:
    with time_machine.travel(NOW, tick=False):
        yield made()


def policy(answer: HttpResponseBase) -> dict[str, str]:
    """The directives of the answer's Content-Security-Policy."""
    written = answer.headers.get("Content-Security-Policy", "").split(";")
    return {
        name: sources for name, _space, sources in (one.strip().partition(" ") for one in written)
    }


def headers(answer: HttpResponseBase) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in HEADERS}


def control(answer: HttpResponseBase) -> set[str]:
    """What Cache-Control says, without the seconds, which only repeat it."""
    said = re.split(r",\s*", answer.headers.get("Cache-Control", ""))
    return set(said) - {"max-age=0", "must-revalidate"}


@pytest.mark.once
@pytest.mark.parametrize("role", ROLES)
def test_every_answer(world: World, role: str) -> None:
    """One walk asks each address once, for it is long."""
    seen: set[int] = set()
    for path in world.addresses():
        answer = world.clients[role].get(path)
        seen.add(answer.status_code)
        assert answer.status_code in (200, 301, 302, 400, 403, 404, 405, 409), path
        framed = FRAMED.match(path) and answer.status_code == 200
        assert policy(answer) == POLICY | ({"frame-ancestors": "*"} if framed else {}), path
        key: dict[str, str | None] = (
            {"Referrer-Policy": "no-referrer"} if path.startswith("/feeds/") else {}
        )
        frame = {"X-Frame-Options": None} if framed else {}
        assert headers(answer) == HEADERS | key | frame, path
        assert FILE.fullmatch(answer.headers.get("Content-Disposition", 'inline; filename="a.a"'))
        if role == "visitor" and answer.status_code == 200 and not PRIVATE.match(path):
            assert answer.headers["Cache-Control"] == EVERYBODYS, path
            assert not answer.cookies, path
        else:
            assert control(answer) in ONES_OWN, path
        assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME, "messages"}, path
        if role == "visitor" and answer.cookies:
            assert "no-store" in control(answer), path
    assert seen >= {200, 301, 302, 400, 404, 405}


def test_a_piece_of_a_page_is_nobody_elses(world: World) -> None:
    answer = world.clients["visitor"].get("/talks/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert control(answer) == {"private", "no-cache"}


def test_what_a_visitor_is_told_once_is_on_the_next_page(world: World) -> None:
    """The kept page does not stand in for it: the message waits in a cookie."""
    visitor, member = world.clients["visitor"], world.clients["member"]
    visitor.get("/")
    after = member.post("/accounts/logout/", follow=True)
    assert "You’re signed out." in after.content.decode()
    assert control(after) == {"private", "no-cache"}
    assert "You’re signed out." not in member.get("/").content.decode()


def test_cookies_are_for_this_site_and_no_script(world: World) -> None:
    answer = world.clients["visitor"].get("/accounts/login/")
    cookie = answer.cookies[settings.CSRF_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )

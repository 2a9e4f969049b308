"""Every error page has the site's layout and says what to do next."""

import io
import logging

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from accounts.services import replace_key
from config import logs
from config.urls import handler400, handler403, handler404  # noqa: F401  (Django reads them here)
from config.urls import urlpatterns as whole_site
from seminars.views.groups.guard import NotAllowedError
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page


def _fault(request: HttpRequest, kind: str) -> HttpResponse:
    """A view that fails in the given way."""
    raise {
        "suspicious": SuspiciousOperation,
        "refused": PermissionDenied,
        "explained": NotAllowedError,
        "broken": RuntimeError,
    }[kind]("secret detail")


urlpatterns = [path("fault/<slug:kind>/", _fault), *whole_site]

HEADINGS = {
    400: "Bad request",
    403: "You don’t have access to this page",
    404: "Page not found",
    410: "This talk has been withdrawn",
    429: "Too many attempts",
    500: "Something went wrong",
}


@pytest.fixture
def client(db: None, settings: Settings) -> Client:
    """A visitor to the site as in production, where errors are not raised."""
    settings.ROOT_URLCONF = __name__
    settings.SITE_NAME = "Talks at Evanston"
    assert not settings.DEBUG
    return Client(raise_request_exception=False)


def shown(answer: object, status: int, *, whole: bool = True) -> Page:
    """Check that the page is the site's own and leaks nothing; return it."""
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"secret detail" not in answer.content
    page = Page(answer.content)
    assert page.words("error-code") == [str(status)]
    assert ("See upcoming talks", "/") in page.links()
    if whole:
        assert page.words("site-name") == ["Talks at Evanston"]
        assert [len(page.of(tag)) for tag in ("header", "main", "footer")] == [1, 1, 1]
    return page


@pytest.mark.parametrize(
    ("address", "status"),
    [("/fault/suspicious/", 400), ("/fault/refused/", 403), ("/nowhere/", 404)],
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_errors_of_a_view(client: Client, address: str, status: int, signed_in: bool) -> None:
    if signed_in:
        client.force_login(factories.user(name="Ada"))
    page = shown(client.get(address), status)
    assert page.words("h1") == [HEADINGS[status]]
    assert page.words("nav-person") == (["My page: Ada"] if signed_in else [])


def test_a_refusal_for_a_reason(client: Client) -> None:
    """Only a NotAllowedError has a text for people to read."""
    response = client.get("/fault/explained/")
    assert response.status_code == 403
    page = Page(response.content)
    assert (page.words("h1"), page.words("lead")) == ([HEADINGS[403]], ["secret detail"])


def test_a_server_error(client: Client) -> None:
    """The page needs neither the database nor the site's name."""
    page = shown(client.get("/fault/broken/"), 500, whole=False)
    assert page.words("h1") == [HEADINGS[500]]


def test_errors_of_visitors_take_one_line_in_the_log(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawler causes thousands; they need no tracebacks and no email."""
    settings.ADMINS = [("Ada", "ada@example.org")]
    (log,) = (one for one in logging.getLogger().handlers if isinstance(one.formatter, logs.Text))
    assert isinstance(log, logging.StreamHandler)
    monkeypatch.setattr(log, "stream", io.StringIO())
    client.get("/", headers={"Host": "evil.example"})
    client.get("/fault/suspicious/")
    client.get("/fault/refused/")
    client.get("/nowhere%0A/")
    client.get(f"/feeds/{'k' * 34}.ics?token={'t' * 26}")
    lines = log.stream.getvalue().splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "WARNING django.security.DisallowedHost",
        "WARNING django.security.SuspiciousOperation",
        "WARNING django.request",
        "WARNING django.request",
        "WARNING django.request",
    ]
    assert lines[-1] == "WARNING django.request: Not Found: /feeds/….ics"
    log.setStream(io.StringIO())
    client.get("/fault/broken/")
    fault = log.stream.getvalue()
    assert fault.startswith(
        "ERROR django.request: Internal Server Error: /fault/broken/\nTraceback"
    )
    assert mail.outbox == []


def test_the_name_of_another_site(client: Client) -> None:
    """DisallowedHost is raised before there are sessions and messages."""
    page = shown(client.get("/", headers={"Host": "evil.example"}), 400)
    assert page.words("h1") == [HEADINGS[400]]


def test_a_forged_form(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = shown(strict.post("/accounts/login/", {"login": "a@example.org"}), 403)
    assert page.words("h1") == ["This form has expired"]
    (lead,) = page.words("lead")
    assert lead == (
        "Nothing was changed. Go back, reload the page, and submit the form again."
        " Make sure that cookies are enabled."
    )


def test_a_withdrawn_talk(client: Client) -> None:
    with time_machine.travel(NOW):
        talk = factories.talk(withdrawn_at=NOW)
        assert shown(client.get(talk.get_absolute_url()), 410).words("h1") == [HEADINGS[410]]


def test_too_many_attempts(client: Client) -> None:
    wrong = {"login": factories.user().email, "password": "wrong"}
    for _try in range(5):
        assert client.post("/accounts/login/", wrong).status_code == 200
    page = shown(client.post("/accounts/login/", wrong), 429)
    assert page.words("h1") == [HEADINGS[429]]


@pytest.mark.parametrize(
    "address", ["/series/none.ics", "/speakers/9.json", "/talks/9.ics", "/groups/none.atom"]
)
def test_an_unknown_feed(client: Client, address: str) -> None:
    """Programs get a sentence instead of a page."""
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (
        404,
        "text/plain; charset=utf-8",
        b"Calendar or feed not found.\n",
    )
    shown(client.get("/talks.none"), 404)


def test_a_feed_with_too_many_parameters(client: Client) -> None:
    many = "&".join(f"a{number}=1" for number in range(1001))
    key = replace_key(user=factories.user(), group=None).key
    factories.series(slug="x")
    for address in ("/talks.ics", "/series/x.json", "/feed/ical/1", f"/feeds/{key}.ics"):
        answer = client.get(f"{address}?{many}")
        assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (
            400,
            "text/plain; charset=utf-8",
            b"Bad request: too many or invalid parameters.\n",
        )
    assert shown(client.get(f"/talks/?{many}"), 400).words("h1") == [HEADINGS[400]]

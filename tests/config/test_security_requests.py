"""Requests that must change nothing or be rejected: forged, too large, redirecting elsewhere."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import User
from seminars.search import index
from seminars.text.markup import MAX_LENGTH
from tests import factories
from tests.accounts.sign_in_pages import ADDRESS, LOGIN, PASSWORD, ada, signed_in_as
from tests.factories import NOW
from tests.routes import ROLES, World, rows
from tests.routes import world as create_world
from tests.seminars.admin_forms import client_of, filled
from tests.seminars.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with time_machine.travel(NOW, tick=False):
        yield create_world()


@pytest.mark.once
@pytest.mark.parametrize("role", ROLES)
def test_no_get_changes_anything(world: World, role: str) -> None:
    """Mail scanners and prefetching browsers follow every link, in the admin too."""
    # As our own commits do; after others, the next search indexes the stale rows.
    index.catch_up()
    before = rows()
    for path in world.addresses():
        world.clients[role].get(path)
        world.clients[role].head(path)
    assert rows() == before


@pytest.mark.parametrize("role", ROLES)
def test_no_form_is_accepted_without_its_token(world: World, role: str) -> None:
    """Every route is tried, so a new one that accepts forged forms fails here.

    Only the unsubscribe URL accepts them: its key is the proof, and mail programs have no token
    (RFC 8058). Read-only routes respond with 405.
    """
    client = world.clients[role]
    client.handler.enforce_csrf_checks = True
    before = rows()
    by_key = {"/nowhere/", f"/mail/stop/{world.key}/"}
    paths = [path for path in world.addresses() if path not in by_key]
    responses = {path: client.post(path, {"_save": "1", "post": "yes"}) for path in paths}
    read_only = [path for path in paths if _needs_no_token(path)]
    assert {path: response.status_code for path, response in responses.items()} == (
        dict.fromkeys(paths, 403) | dict.fromkeys(read_only, 405)
    )
    assert {responses[path]["Allow"] for path in read_only} == {"GET, HEAD"}
    rejected = [response for path, response in responses.items() if path not in read_only]
    titles = {tuple(Page(response.content).words("h1")) for response in rejected}
    assert titles == {("This form has expired",)}
    assert rows() == before


def _needs_no_token(path: str) -> bool:
    return getattr(resolve(path.partition("?")[0]).func, "csrf_exempt", False)


def test_read_only_routes_accept_nothing_else() -> None:
    """Feeds and public pages name the allowed methods (RFC 9110, section 15.5.6)."""
    factories.talk(pk=1)
    client = Client(enforce_csrf_checks=True)
    for path in ("/", "/talks/", "/talks.ics", "/talks/1.json", "/talks/1/", "/feeds/x.ics"):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            response = client.generic(method, path)
            assert (response.status_code, response["Allow"]) == (405, "GET, HEAD"), (method, path)


def test_a_form_from_another_site_is_rejected() -> None:
    """Even with the right token: its origin shows that another site sent it."""
    client = Client(enforce_csrf_checks=True)
    token = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(LOGIN).content.decode()
    )
    assert token is not None
    form = {"login": ADDRESS, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    statuses = {
        origin: client.post(LOGIN, form, headers={"Origin": origin}).status_code
        for origin in ("http://testserver", "https://evil.example.org", "null")
    }
    assert statuses == {
        "http://testserver": 200,
        "https://evil.example.org": 403,
        "null": 403,
    }


def test_signing_in_starts_a_new_session() -> None:
    """A session or a form token that someone planted before is worthless afterwards."""
    ada()
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["begun"] = "by someone else"
    session.save()
    planted, token = session.session_key, client.cookies[settings.CSRF_COOKIE_NAME].value
    assert client.post(LOGIN, {"login": ADDRESS, "password": PASSWORD}).status_code == 302
    assert client.session.session_key != planted
    assert client.cookies[settings.CSRF_COOKIE_NAME].value != token
    assert signed_in_as(client) == ADDRESS
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = planted or ""
    assert signed_in_as(other) == ""


def test_a_new_password_ends_the_sessions_on_other_machines() -> None:
    person = ada()
    here, there = Client(), Client()
    for client in (here, there):
        client.post(LOGIN, {"login": ADDRESS, "password": PASSWORD})
    new = "nepa-lido-suka-remo"
    change = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", change).status_code == 302
    assert User.objects.get(pk=person.pk).check_password(new)
    assert [client.get("/me/").status_code for client in (here, there)] == [200, 302]


def test_nobody_is_signed_out_by_a_link() -> None:
    client = client_of(factories.administrator())
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/admin/logout/").status_code == 405
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/me/").status_code == 302


def test_staff_change_their_password_where_everyone_does() -> None:
    client = client_of(factories.administrator())
    for page in ("password_change", "password_change_done"):
        response = client.get(reverse(f"admin:{page}"))
        assert (response.status_code, response.headers["Location"]) == (
            302,
            "/accounts/password/change/",
        )


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example.org",
        "//evil.example.org/%2e%2e",
        "/%5cevil.example.org",
        "/\\evil.example.org",
        "/https://evil.example.org",
        "/talks/1//evil.example.org",
        "/accounts//evil.example.org",
        "/admin//evil.example.org",
        "/admin/login/?next=//evil.example.org/",
        "/admin/login/?next=https://evil.example.org/",
        "/accounts/login/?next=%5c%5cevil.example.org/",
        "/accounts/reauthenticate/?next=https://evil.example.org/",
        "/talks/1/add/?next=https://evil.example.org/",
    ],
)
def test_no_url_leads_to_another_site(path: str, signed_in: bool) -> None:
    client = client_of(factories.administrator()) if signed_in else Client()
    for _step in range(6):
        response = client.get(path)
        if response.status_code not in (301, 302):
            break
        path = response.headers["Location"]
        assert re.match(r"/(?![/\\])", path), path
    assert response.status_code in (200, 400, 403, 404)
    assert 'value="//evil' not in response.content.decode()


MEGABYTES = 3 * 1024 * 1024


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize(
    "form",
    [
        lambda: {"login": "a" * MEGABYTES},
        lambda: {f"field{number}": "1" for number in range(1001)},
        lambda: {"file": SimpleUploadedFile("large.bin", b"a" * settings.MAX_REQUEST_BYTES)},
        lambda: {f"file{number}": SimpleUploadedFile("one.txt", b"a") for number in range(11)},
    ],
    ids=["text", "fields", "file", "files"],
)
def test_a_form_that_is_too_large(form: Callable[[], dict[str, Any]], signed_in: bool) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(LOGIN)
    if signed_in:
        client.force_login(factories.administrator())
    for path in (LOGIN, "/admin/seminars/talk/add/", "/accounts/signup/", "/groups/new/"):
        response = client.post(path, form())
        assert response.status_code == 400, path
        assert Page(response.content).words("h1") == ["Bad request"]
    # A read-only route does not even read the body.
    assert client.post("/", form()).status_code == 405


def test_the_longest_texts_are_accepted() -> None:
    """Four bytes a character, twelve as a form encodes them."""
    series = factories.series()
    client = client_of(factories.organizer(series))
    add = reverse("admin:seminars_talk_add")
    text = "𝛼" * MAX_LENGTH
    form = filled(client.get(add)) | {"title": "Long", "series": series.pk, "abstract": text}
    sent = client.post(add, form)
    assert sent.status_code == 302
    assert series.talks.get().abstract == text


def test_html_is_sanitized_before_it_is_stored() -> None:
    series = factories.series()
    client = client_of(factories.organizer(series))
    add = reverse("admin:seminars_talk_add")
    text = '<script>alert(1)</script> *so* [x](javascript:alert(1)) <img src=x onerror="alert(1)">'
    form = filled(client.get(add)) | {"title": "<b>T</b>", "series": series.pk, "abstract": text}
    assert client.post(add, form).status_code == 302
    assert series.talks.get().abstract_html == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; <em>so</em> [x](javascript:alert(1))"
        ' &lt;img src=x onerror="alert(1)"&gt;</p>\n'
    )

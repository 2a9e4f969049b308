"""What a visitor began before signing in is finished afterward, whatever happens in between."""

from collections.abc import Iterator

import pytest
from django.core import mail
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from accounts.signals import signed_in
from tests.accounts.sign_in_pages import (
    ADDRESS,
    CODE,
    LOGIN,
    MY_PAGE,
    PASSWORD,
    SIGNUP,
    ada,
    mailed_code,
    page,
    sign_in,
    sign_up,
    signed_in_as,
    type_code,
    unverified,
)

pytestmark = pytest.mark.django_db

TALK = "/talks/1/a-talk/?added=1&x=%C3%A9"
LOGIN_THEN = "/accounts/login/?next=/talks/1/a-talk/%3Fadded%3D1%26x%3D%25C3%25A9"
ELSEWHERE = [
    "https://evil.example.org/",
    "//evil.example.org/",
    "/\\evil.example.org/",
    "\\\\evil.example.org/",
    "http:evil.example.org",
    "javascript:alert(1)",
    "http://testserver@evil.example.org/",
    "http://testserver/",
    "evil",
    " /talks/\n",
]

SignedIn = list[tuple[str, str, str]]


@pytest.fixture
def signals() -> Iterator[SignedIn]:
    """Who signed in and where they go next, as a receiver sees it, and what was begun."""
    received: SignedIn = []

    def listen(
        sender: type[User], request: HttpRequest, user: User, redirect_url: str, **kwargs: object
    ) -> None:
        assert sender is User
        assert request.user == user
        received.append((user.email, redirect_url, request.session.get("begun", "")))

    signed_in.connect(listen)
    yield received
    signed_in.disconnect(listen)


def begin(client: Client) -> None:
    session = client.session
    session["begun"] = "add talk 1"
    session.save()


def test_after_signing_in(client: Client, signals: SignedIn) -> None:
    ada()
    begin(client)
    assert page(client, LOGIN_THEN).hidden["next"] == TALK
    assert sign_in(client, next=TALK) == TALK
    assert signals == [(ADDRESS, TALK, "add talk 1")]


def test_after_a_wrong_password(client: Client, signals: SignedIn) -> None:
    ada()
    begin(client)
    response = client.post(LOGIN, {"login": ADDRESS, "password": "wrong", "next": TALK})
    assert response.status_code == 200
    assert signals == []
    assert sign_in(client, next=TALK) == TALK
    assert signals == [(ADDRESS, TALK, "add talk 1")]


def test_after_making_an_account(client: Client, signals: SignedIn) -> None:
    begin(client)
    to_sign_up = page(client, LOGIN_THEN).links["Create an account"]
    form = page(client, to_sign_up)
    assert (form.h1, form.hidden["next"]) == (["Create an account"], TALK)
    assert page(client, form.links["Sign in"]).hidden["next"] == TALK
    assert sign_up(client, next=form.hidden["next"]) == CODE
    assert signals == []
    assert type_code(client, "BCDF-GHJK") == "Incorrect code."
    assert type_code(client, mailed_code()) == TALK
    assert signals == [(ADDRESS, TALK, "add talk 1")]
    assert signed_in_as(client) == ADDRESS


def test_after_a_first_sign_in_that_needs_a_code(client: Client, signals: SignedIn) -> None:
    unverified()
    begin(client)
    assert sign_in(client, next=TALK) == CODE
    assert client.get(LOGIN_THEN).headers["Location"] == CODE
    assert type_code(client, mailed_code()) == TALK
    assert signals == [(ADDRESS, TALK, "add talk 1")]


def test_without_anything_begun(client: Client, signals: SignedIn) -> None:
    ada()
    assert sign_in(client) == MY_PAGE
    assert signals == [(ADDRESS, MY_PAGE, "")]


def test_a_receiver_may_redirect_elsewhere(client: Client) -> None:
    def silent(**kwargs: object) -> None:
        return None

    def first(**kwargs: object) -> str:
        return "/groups/mine/"

    def second(**kwargs: object) -> str:
        return "/never/"

    for receiver in (silent, first, second):
        signed_in.connect(receiver)
    try:
        ada()
        assert sign_in(client, next=TALK) == "/groups/mine/"
    finally:
        for receiver in (silent, first, second):
            signed_in.disconnect(receiver)


def test_a_signed_in_user_is_redirected_at_once(client: Client, signals: SignedIn) -> None:
    client.force_login(ada())
    for path in (LOGIN_THEN, LOGIN_THEN.replace("login", "signup")):
        assert client.get(path).headers["Location"] == TALK
    assert client.get(LOGIN).headers["Location"] == MY_PAGE
    assert signals == []


@pytest.mark.parametrize("address", ELSEWHERE)
def test_other_sites_are_refused(client: Client, address: str) -> None:
    ada()
    assert sign_in(client, next=address) == MY_PAGE
    assert client.get(LOGIN, {"next": address}).headers["Location"] == MY_PAGE
    assert client.post("/accounts/logout/", {"next": address}).headers["Location"] == "/"
    client.post(SIGNUP, {"email": "new@example.org", "password1": PASSWORD, "next": address})
    assert mail.outbox[-1].to == ["new@example.org"]
    assert type_code(client, mailed_code(), next=address) == MY_PAGE

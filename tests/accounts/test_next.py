"""What somebody began before signing in is finished after it, however long the way."""

from collections.abc import Iterator

import pytest
from django.core import mail
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from accounts.signals import signed_in
from tests.accounts.walking import (
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

Heard = list[tuple[str, str, str]]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Who signed in and where to, as a receiver is told; what was begun is in the session."""
    told: Heard = []

    def listen(
        sender: type[User], request: HttpRequest, user: User, redirect_url: str, **more: object
    ) -> None:
        assert sender is User
        assert request.user == user
        told.append((user.email, redirect_url, request.session.get("begun", "")))

    signed_in.connect(listen)
    yield told
    signed_in.disconnect(listen)


def begin(client: Client) -> None:
    session = client.session
    session["begun"] = "add talk 1"
    session.save()


def test_after_signing_in(client: Client, heard: Heard) -> None:
    ada()
    begin(client)
    assert page(client, LOGIN_THEN).hidden["next"] == TALK
    assert sign_in(client, next=TALK) == TALK
    assert heard == [(ADDRESS, TALK, "add talk 1")]


def test_after_a_wrong_password(client: Client, heard: Heard) -> None:
    ada()
    begin(client)
    answer = client.post(LOGIN, {"login": ADDRESS, "password": "wrong", "next": TALK})
    assert answer.status_code == 200
    assert heard == []
    assert sign_in(client, next=TALK) == TALK
    assert heard == [(ADDRESS, TALK, "add talk 1")]


def test_after_making_an_account(client: Client, heard: Heard) -> None:
    begin(client)
    to_sign_up = page(client, LOGIN_THEN).links["Create an account"]
    form = page(client, to_sign_up)
    assert (form.h1, form.hidden["next"]) == (["Create an account"], TALK)
    assert page(client, form.links["Sign in"]).hidden["next"] == TALK
    assert sign_up(client, next=form.hidden["next"]) == CODE
    assert heard == []
    assert type_code(client, "BCDF-GHJK") == "Incorrect code."
    assert type_code(client, mailed_code()) == TALK
    assert heard == [(ADDRESS, TALK, "add talk 1")]
    assert signed_in_as(client) == ADDRESS


def test_after_a_first_sign_in_that_needs_a_code(client: Client, heard: Heard) -> None:
    unverified()
    begin(client)
    assert sign_in(client, next=TALK) == CODE
    assert client.get(LOGIN_THEN).headers["Location"] == CODE
    assert type_code(client, mailed_code()) == TALK
    assert heard == [(ADDRESS, TALK, "add talk 1")]


def test_without_anything_begun(client: Client, heard: Heard) -> None:
    ada()
    assert sign_in(client) == MY_PAGE
    assert heard == [(ADDRESS, MY_PAGE, "")]


def test_a_receiver_may_lead_elsewhere(client: Client) -> None:
    def silent(**more: object) -> None:
        return None

    def first(**more: object) -> str:
        return "/groups/mine/"

    def second(**more: object) -> str:
        return "/never/"

    for receiver in (silent, first, second):
        signed_in.connect(receiver)
    try:
        ada()
        assert sign_in(client, next=TALK) == "/groups/mine/"
    finally:
        for receiver in (silent, first, second):
            signed_in.disconnect(receiver)


def test_somebody_signed_in_already_goes_straight_on(client: Client, heard: Heard) -> None:
    client.force_login(ada())
    for path in (LOGIN_THEN, LOGIN_THEN.replace("login", "signup")):
        assert client.get(path).headers["Location"] == TALK
    assert client.get(LOGIN).headers["Location"] == MY_PAGE
    assert heard == []


@pytest.mark.parametrize("address", ELSEWHERE)
def test_other_sites_are_refused(client: Client, address: str) -> None:
    ada()
    assert sign_in(client, next=address) == MY_PAGE
    assert client.get(LOGIN, {"next": address}).headers["Location"] == MY_PAGE
    assert client.post("/accounts/logout/", {"next": address}).headers["Location"] == "/"
    client.post(SIGNUP, {"email": "new@example.org", "password1": PASSWORD, "next": address})
    assert mail.outbox[-1].to == ["new@example.org"]
    assert type_code(client, mailed_code(), next=address) == MY_PAGE

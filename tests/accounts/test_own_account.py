"""Password reset, changing the email or password, and active sessions."""

import datetime
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.people import create_verified
from tests import factories
from tests.accounts.sign_in_pages import (
    ADDRESS,
    CODE,
    LOGIN,
    MY_PAGE,
    PASSWORD,
    Page,
    ada,
    mailed_code,
    page,
    sign_in,
    signed_in_as,
    type_code,
)
from tests.factories import NOW

pytestmark = pytest.mark.django_db

RESET = "/accounts/password/reset/"
NEW = "quite-another-one"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def request_link(client: Client, address: str = ADDRESS) -> str:
    """Request a password reset, and return the path of the emailed link."""
    response = client.post(RESET, {"email": address})
    assert response.headers["Location"] == "/accounts/password/reset/done/"
    found = re.search(r"^http://testserver(/accounts/password/reset/key/\S+/)$", _body(), re.M)
    assert found is not None, _body()
    return found[1]


def _body() -> str:
    return str(mail.outbox[-1].body)


def test_a_forgotten_password(client: Client) -> None:
    user = ada()
    link = request_link(client)
    assert page(client, "/accounts/password/reset/done/").h1 == ["Check your email"]
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (
        [ADDRESS],
        "Reset your Seminars password",
    )
    assert _body() == (
        f"Use this link to reset your password:\n\nhttp://testserver{link}\n\n"
        "If you didn’t request this, ignore this email. Your password won’t change.\n\n"
        "-- \nSeminars\nhttp://testserver\n"
    )
    form = client.get(link).headers["Location"]
    assert page(client, form).h1 == ["New password"]
    response = client.post(form, {"password1": NEW})
    assert response.headers["Location"] == "/accounts/password/reset/key/done/"
    assert page(client, "/accounts/password/reset/key/done/").h1 == ["Your password was changed"]
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert mail.outbox[-1].subject == "Your Seminars password was changed"
    assert sign_in(client, NEW) == MY_PAGE


def test_opening_the_link_changes_nothing(client: Client) -> None:
    """Mail scanners follow links; the person's own visit must still work afterward."""
    user = ada()
    link = request_link(client)
    before = User.objects.values().get(pk=user.pk)
    for _visit in range(3):
        scanner = Client()
        assert scanner.get(scanner.get(link).headers["Location"]).status_code == 200
        assert scanner.head(link).status_code == 302
    assert User.objects.values().get(pk=user.pk) == before
    form = client.get(link).headers["Location"]
    assert client.post(form, {"password1": NEW}).status_code == 302
    assert Page(Client().get(link).content.decode()).h1 == ["This link no longer works"]


@pytest.mark.parametrize("key", ["1-abc-def", "zz-d1f2s3-0123456789abcdef", "1-set-password"])
def test_a_link_that_is_not_ours(client: Client, key: str) -> None:
    ada()
    shown = page(client, f"/accounts/password/reset/key/{key}/")
    assert shown.h1 == ["This link no longer works"]


def test_a_weak_new_password(client: Client) -> None:
    ada()
    form = client.get(request_link(client)).headers["Location"]
    shown = Page(client.post(form, {"password1": "short"}).content.decode())
    assert shown.errors == ["This password is too short. It must contain at least 8 characters."]


def test_an_unknown_address_gets_the_same_response(client: Client) -> None:
    response = client.post(RESET, {"email": "nobody@example.org"})
    assert response.headers["Location"] == "/accounts/password/reset/done/"
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (
        ["nobody@example.org"],
        "No Seminars account for this email address",
    )


def test_changing_the_password_requires_the_old_one(client: Client) -> None:
    user = ada()
    sign_in(client)
    path = "/accounts/password/change/"
    wrong = client.post(path, {"oldpassword": "wrong", "password1": NEW})
    assert Page(wrong.content.decode()).errors == ["Incorrect current password."]
    other = Client()
    sign_in(other)
    client.post(path, {"oldpassword": PASSWORD, "password1": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get(path).status_code == 200
    assert other.get(path).headers["Location"] == f"{LOGIN}?next={path}"
    assert mail.outbox[-1].to == [ADDRESS]
    with_time = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "…", _body())
    assert with_time == (
        "Your password was changed.\n\n"
        "If this wasn’t you, reset your password right away:\n\n"
        "http://testserver/accounts/password/reset/\n\n"
        "The change was made from the IP address 127.0.0.1 at … UTC.\n\n"
        "-- \nSeminars\nhttp://testserver\n"
    )


def change_address(client: Client, address: str) -> str:
    """Request another email, confirm the password, and return where that leads."""
    path = "/accounts/email/"
    response = client.post(path, {"email": address, "action_add": "1"})
    confirm = "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
    assert response.headers["Location"] == confirm
    assert page(client, confirm).h1 == ["Confirm it’s you"]
    response = client.post(confirm, {"password": "wrong", "next": path})
    assert Page(response.content.decode()).errors == ["Incorrect password."]
    return str(client.post(confirm, {"password": PASSWORD, "next": path}).headers["Location"])


def test_changing_the_address(client: Client) -> None:
    user = ada()
    sign_in(client)
    assert change_address(client, "Ada@New.example.org") == CODE
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (
        ["ada@new.example.org"],
        "Your Seminars code",
    )
    user.refresh_from_db()
    assert user.email == ADDRESS
    assert type_code(client, mailed_code()) == "/accounts/email/"
    user.refresh_from_db()
    assert user.email == "ada@new.example.org"
    assert page(client, "/accounts/email/").banners[-1] == "Your email is now ada@new.example.org."
    addresses = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert list(addresses) == [(user.pk, "ada@new.example.org", True, True)]
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        [ADDRESS],
        "Your Seminars email address was changed",
    )


def test_an_email_in_use_is_not_revealed(client: Client) -> None:
    """The response is the same as for any other; only the owner of the mailbox learns of it."""
    create_verified("eve@example.org", NEW)
    user = ada()
    sign_in(client)
    assert change_address(client, "eve@example.org") == CODE
    assert type_code(client, mailed_code()) == "Another account already uses this email address."
    user.refresh_from_db()
    assert user.email == ADDRESS


def test_the_same_email_again(client: Client) -> None:
    ada()
    sign_in(client)
    response = client.post("/accounts/email/", {"email": ADDRESS, "action_add": "1"})
    assert Page(response.content.decode()).errors == ["This is already your email address."]


def _sessions(client: Client) -> list[str]:
    html = client.get("/accounts/sessions/").content.decode()
    rows = re.findall(r"<li>\s*<p><strong>(.*?)</p>", html, re.S)
    return [" ".join(re.sub(r"<.*?>", " ", row).split()) for row in rows]


def test_active_sessions() -> None:
    ada()
    here, there = Client(headers={"user-agent": FIREFOX}), Client(headers={"user-agent": "curl/8"})
    with time_machine.travel(NOW) as clock:
        sign_in(there)
        clock.shift(datetime.timedelta(days=1))
        sign_in(here)
        assert _sessions(here) == [
            "Unknown browser Since Mar 3, 2025, from 127.0.0.1",
            "Firefox on Linux This session Since Mar 4, 2025, from 127.0.0.1",
        ]
        response = here.post("/accounts/sessions/")
        assert response.headers["Location"] == "/accounts/sessions/"
        assert _sessions(here) == [
            "Firefox on Linux This session Since Mar 4, 2025, from 127.0.0.1"
        ]
        assert (signed_in_as(here), signed_in_as(there)) == (ADDRESS, "")


def test_signing_out_another_session() -> None:
    ada()
    here, there = Client(), Client()
    sign_in(there)
    sign_in(here)
    session = UserSession.objects.get(session_key=there.session.session_key)
    path = reverse("usersessions_end", args=[session.pk])
    assert here.get(path).status_code == 405
    assert Client().post(path).headers["Location"] == f"{LOGIN}?next={path}"
    stranger = Client()
    stranger.force_login(factories.user())
    assert stranger.post(path).status_code == 404
    assert signed_in_as(there) == ADDRESS
    assert here.post(path).headers["Location"] == "/accounts/sessions/"
    assert (signed_in_as(here), signed_in_as(there)) == (ADDRESS, "")
    assert here.post(path).status_code == 404


def test_account_pages_require_signing_in(client: Client) -> None:
    for name in ("email", "password/change", "password/set", "sessions", "reauthenticate"):
        path = f"/accounts/{name}/"
        assert client.get(path).headers["Location"] == f"{LOGIN}?next={path}"
    assert client.get("/accounts/").headers["Location"] == LOGIN
    client.force_login(ada())
    assert client.get("/accounts/").headers["Location"] == "/accounts/email/"


PUBLIC_PAGES = {
    LOGIN: "Sign in",
    "/accounts/signup/": "Create an account",
    "/accounts/inactive/": "This account is inactive",
    RESET: "Reset your password",
    "/accounts/password/reset/done/": "Check your email",
    "/accounts/password/reset/key/1-x-y/": "This link no longer works",
    "/accounts/password/reset/key/done/": "Your password was changed",
}
OWN_PAGES = {
    "/accounts/logout/": "Sign out",
    "/accounts/email/": "Email",
    "/accounts/password/change/": "Password",
    "/accounts/reauthenticate/": "Confirm it’s you",
    "/accounts/sessions/": "Active sessions",
}


@pytest.mark.parametrize("path", [*PUBLIC_PAGES, *OWN_PAGES])
def test_every_page_is_private_and_plain(client: Client, path: str) -> None:
    if path in OWN_PAGES:
        client.force_login(ada())
    response = client.get(path)
    html = response.content.decode()
    assert Page(html).h1 == [(PUBLIC_PAGES | OWN_PAGES)[path]]
    assert '<meta name="robots" content="noindex">' in html
    assert response.headers["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html) == []

"""Signing in, creating an account with an emailed code, and what can go wrong."""

import datetime

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models import User
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
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_signing_in_and_out(client: Client) -> None:
    ada()
    assert sign_in(client) == MY_PAGE
    assert signed_in_as(client) == ADDRESS
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in_as(client) == ADDRESS
    response = client.post("/accounts/logout/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert signed_in_as(client) == ""


def test_an_address_in_capitals_is_the_same(client: Client) -> None:
    ada()
    response = client.post(LOGIN, {"login": "ADA@Example.org", "password": PASSWORD})
    assert response.headers["Location"] == MY_PAGE
    assert signed_in_as(client) == ADDRESS


def test_staying_signed_in_for_eight_weeks(client: Client) -> None:
    ada()
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == 8 * 7 * 24 * 3600
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_wrong_password_and_an_unknown_address_look_the_same(client: Client) -> None:
    ada()
    error = "Incorrect email or password."
    assert sign_in(client, "wrong") == error
    User.objects.all().delete()
    assert sign_in(client) == error
    assert signed_in_as(client) == ""


def test_errors_are_linked_to_empty_fields(client: Client) -> None:
    body = client.post(LOGIN, {}).content.decode()
    for name in ("id_login", "id_password"):
        assert f'aria-describedby="{name}_error"' in body
        assert (
            f'<ul class="errorlist" id="{name}_error"><li>This field is required.</li></ul>' in body
        )
    assert body.count('aria-invalid="true"') == 2


def test_creating_an_account(client: Client) -> None:
    assert sign_up(client, name="Ada Winters") == CODE
    assert signed_in_as(client) == ""
    assert page(client, CODE).h1 == ["Enter your code"]
    assert type_code(client, mailed_code()) == MY_PAGE
    assert signed_in_as(client) == ADDRESS
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == (ADDRESS, "Ada Winters", False)
    address = EmailAddress.objects.get()
    assert (address.user, address.email, address.verified, address.primary) == (
        user,
        ADDRESS,
        True,
        True,
    )


def test_one_message_after_signing_up_and_one_after_signing_in(client: Client) -> None:
    sign_up(client, name="Ada Winters")
    type_code(client, mailed_code())
    assert page(client, "/").banners == ["Welcome to Seminars."]
    client.post("/accounts/logout/")
    assert page(client, "/").banners == ["You’re signed out."]
    sign_in(client)
    assert page(client, "/").banners == ["You’re signed in as Ada Winters."]


def test_the_email_with_the_code(client: Client) -> None:
    sign_up(client)
    (message,) = mail.outbox
    assert message.to == [ADDRESS]
    assert message.from_email == "seminars@testserver"
    assert message.subject == "Your Seminars code"
    assert message.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert message.message().get_content_type() == "text/plain"
    assert message.body == (
        "Use this code to finish creating your account:\n\n"
        f"    {mailed_code()}\n\n"
        "Enter it within an hour, on the page where you signed up.\n\n"
        "If you didn’t request this, ignore this email.\n\n"
        "-- \nSeminars\nhttp://testserver\n"
    )


def test_a_code_may_be_typed_in_lower_case_with_spaces(client: Client) -> None:
    sign_up(client)
    assert type_code(client, f" {mailed_code().lower().replace('-', ' ')} ") == MY_PAGE


def test_after_wrong_codes_signing_in_sends_a_new_one(client: Client) -> None:
    with time_machine.travel(NOW) as clock:
        sign_up(client)
        assert type_code(client, "BCDF-GHJK") == "Incorrect code."
        assert type_code(client, "") == "This field is required."
        assert type_code(client, "BCDF-GHJK") == LOGIN
        assert type_code(client, mailed_code()) == LOGIN
        clock.shift(datetime.timedelta(minutes=1))
        assert sign_in(client) == CODE
        assert type_code(client, mailed_code()) == MY_PAGE
        assert signed_in_as(client) == ADDRESS


def test_a_code_lasts_an_hour(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        sign_up(client)
        clock.shift(datetime.timedelta(minutes=59))
        assert client.get(CODE).status_code == 200
        clock.shift(datetime.timedelta(minutes=2))
        assert type_code(client, mailed_code()) == LOGIN
        assert signed_in_as(client) == ""


def test_a_code_can_be_resent(client: Client) -> None:
    with time_machine.travel(NOW) as clock:
        sign_up(client)
        first = mailed_code()
        assert client.post(CODE, {"action": "resend"}).status_code == 429
        assert len(mail.outbox) == 1
        clock.shift(datetime.timedelta(seconds=11))
        client.post(CODE, {"action": "resend"})
        assert len(mail.outbox) == 2
        assert first != mailed_code()
        assert type_code(client, mailed_code()) == MY_PAGE


def test_going_back_to_use_another_address(client: Client) -> None:
    sign_up(client)
    response = client.post("/accounts/logout/", {"next": SIGNUP})
    assert response.headers["Location"] == SIGNUP
    assert page(client, SIGNUP).h1 == ["Create an account"]


def test_a_code_works_only_in_the_browser_that_requested_it(client: Client) -> None:
    sign_up(client)
    assert type_code(Client(), mailed_code()) == LOGIN
    assert not EmailAddress.objects.get().verified


def test_an_unverified_user_needs_a_code_to_sign_in(client: Client) -> None:
    unverified()
    assert sign_in(client) == CODE
    assert signed_in_as(client) == ""
    assert type_code(client, mailed_code()) == MY_PAGE
    assert signed_in_as(client) == ADDRESS


def test_only_the_owner_learns_that_an_account_exists(client: Client) -> None:
    user = ada(name="Ada")
    strangers, newcomer = client, Client()
    assert sign_up(strangers, password1="another-fine-one") == CODE
    assert sign_up(newcomer, email="new@example.org") == CODE
    shown = strangers.get(CODE).content.decode().replace(ADDRESS, "new@example.org")
    same = newcomer.get(CODE).content.decode()
    assert _without_token(shown) == _without_token(same)
    assert type_code(strangers, "BCDF-GHJK") == "Incorrect code."
    email = mail.outbox[0]
    assert (email.to, email.subject) == ([ADDRESS], "You already have a Seminars account")
    assert email.body == (
        "Someone tried to create an account with this email address, but you already have one."
        " Sign in here:\n\nhttp://testserver/accounts/login/\n\n"
        "Forgot your password? Reset it here:\n\n"
        "http://testserver/accounts/password/reset/\n\n"
        "If this wasn’t you, ignore this email. Nothing has changed.\n\n"
        "-- \nSeminars\nhttp://testserver\n"
    )
    user.refresh_from_db()
    assert (user.name, user.check_password(PASSWORD)) == ("Ada", True)
    assert User.objects.count() == 2


def _without_token(html: str) -> list[str]:
    return [line for line in html.splitlines() if "csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("short", "This password is too short. It must contain at least 8 characters."),
        ("ada@example.org", "The password is too similar to the email address."),
        ("password", "This password is too common."),
        ("4815162342108", "This password is entirely numeric."),
    ],
)
def test_weak_passwords(client: Client, password: str, error: str) -> None:
    assert sign_up(client, password1=password) == error
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["", "ada", "ada@", "ada@example.org\nBcc: eve@example.org"])
def test_a_bad_address(client: Client, address: str) -> None:
    error = "Enter a valid email address." if address else "This field is required."
    assert sign_up(client, email=address) == error
    assert (User.objects.exists(), mail.outbox) == (False, [])


def test_an_inactive_account(client: Client) -> None:
    ada(is_active=False)
    assert sign_in(client, "wrong") == "Incorrect email or password."
    assert sign_in(client) == "/accounts/inactive/"
    assert page(client, "/accounts/inactive/").h1 == ["This account is inactive"]
    assert signed_in_as(client) == ""


def test_deactivating_an_account_signs_it_out(client: Client) -> None:
    user = ada()
    sign_in(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/accounts/email/").headers["Location"] == f"{LOGIN}?next=/accounts/email/"

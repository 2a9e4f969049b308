"""Limits on tries hold for every worker, per visitor's address, and answer in plain words."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import Settings

from tests.accounts.walking import (
    ADDRESS,
    LOGIN,
    MY_PAGE,
    PASSWORD,
    SIGNUP,
    Page,
    ada,
    sign_in,
    signed_in_as,
)
from tests.factories import NOW

pytestmark = pytest.mark.django_db

WRONG = {"login": ADDRESS, "password": "wrong"}


def statuses(client: Client, path: str, data: dict[str, str], times: int) -> list[int]:
    return [client.post(path, data).status_code for _time in range(times)]


def test_wrong_passwords(client: Client) -> None:
    ada()
    with time_machine.travel(NOW) as clock:
        assert statuses(client, LOGIN, WRONG, 6) == [200] * 5 + [429]
        answer = client.post(LOGIN, {"login": ADDRESS, "password": PASSWORD})
        assert answer.status_code == 429
        assert Page(answer.content.decode()).h1 == ["Too many attempts"]
        assert "no-store" in answer.headers["Cache-Control"]
        assert signed_in_as(client) == ""
        clock.shift(datetime.timedelta(minutes=5))
        assert sign_in(client) == MY_PAGE


def test_the_admins_sign_in_is_the_same_one(client: Client) -> None:
    ada(is_staff=True)
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain == [
        ("/admin/login/?next=/admin/", 302),
        (f"{LOGIN}?next=%2Fadmin%2F", 302),
    ]
    for _try in range(9):
        answer = client.post("/admin/login/?next=/admin/", {"username": ADDRESS, "password": "x"})
        assert answer.headers["Location"] == f"{LOGIN}?next=%2Fadmin%2F"
    assert sign_in(client, next="/admin/") == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_somebody_who_is_not_staff_is_refused_by_the_admin(client: Client) -> None:
    client.force_login(ada())
    assert client.get("/admin/login/?next=/admin/").status_code == 403


def test_links_for_a_forgotten_password(client: Client) -> None:
    """Nobody's mailbox can be filled: five messages an hour, whoever asks."""
    ada()
    path = "/accounts/password/reset/"
    got = [Client().post(path, {"email": ADDRESS}).status_code for _time in range(6)]
    assert got == [302] * 5 + [429]
    assert len(mail.outbox) == 5
    assert client.post(path, {"email": "other@example.org"}).status_code == 302


def test_new_accounts(client: Client) -> None:
    data = [{"email": f"p{number}@example.org", "password1": PASSWORD} for number in range(21)]
    got = [Client().post(SIGNUP, one).status_code for one in data]
    assert got == [302] * 20 + [429]


@pytest.mark.parametrize(("proxies", "expected"), [(0, 429), (1, 200)])
def test_a_visitor_behind_a_proxy(settings: Settings, proxies: int, expected: int) -> None:
    """Without a proxy of ours, X-Forwarded-For is whatever the visitor says."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(12):
        wrong = {"login": f"p{number}@example.org", "password": "wrong"}
        headers = {"x-forwarded-for": f"192.0.2.1, 198.51.100.{number}"}
        answer = Client(headers=headers).post(LOGIN, wrong)
    assert answer.status_code == expected


def test_a_visitor_cannot_choose_an_address_behind_a_proxy(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    got = []
    for number in range(11):
        wrong = {"login": f"p{number}@example.org", "password": "wrong"}
        headers = {"x-forwarded-for": f"198.51.100.{number}, 192.0.2.1"}
        got.append(Client(headers=headers).post(LOGIN, wrong).status_code)
    assert got == [200] * 10 + [429]

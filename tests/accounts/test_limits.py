"""Limits on attempts apply across workers, by IP address, and are explained in plain words."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import Settings

from tests.accounts.sign_in_pages import (
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
        response = client.post(LOGIN, {"login": ADDRESS, "password": PASSWORD})
        assert response.status_code == 429
        assert Page(response.content.decode()).h1 == ["Too many attempts"]
        assert "no-store" in response.headers["Cache-Control"]
        assert signed_in_as(client) == ""
        clock.shift(datetime.timedelta(minutes=5))
        assert sign_in(client) == MY_PAGE


def test_the_admin_uses_the_same_sign_in_page(client: Client) -> None:
    ada(is_staff=True)
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain == [
        ("/admin/login/?next=/admin/", 302),
        (f"{LOGIN}?next=%2Fadmin%2F", 302),
    ]
    for _attempt in range(9):
        response = client.post("/admin/login/?next=/admin/", {"username": ADDRESS, "password": "x"})
        assert response.headers["Location"] == f"{LOGIN}?next=%2Fadmin%2F"
    assert sign_in(client, next="/admin/") == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_admin_rejects_users_who_are_not_staff(client: Client) -> None:
    client.force_login(ada())
    assert client.get("/admin/login/?next=/admin/").status_code == 403


def test_password_reset_links(client: Client) -> None:
    """No mailbox can be flooded: it gets five emails an hour, from all visitors together."""
    ada()
    path = "/accounts/password/reset/"
    statuses_seen = [Client().post(path, {"email": ADDRESS}).status_code for _time in range(6)]
    assert statuses_seen == [302] * 5 + [429]
    assert len(mail.outbox) == 5
    assert client.post(path, {"email": "other@example.org"}).status_code == 302


def test_new_accounts(client: Client) -> None:
    data = [{"email": f"p{number}@example.org", "password1": PASSWORD} for number in range(21)]
    statuses_seen = [Client().post(SIGNUP, one).status_code for one in data]
    assert statuses_seen == [302] * 20 + [429]


@pytest.mark.parametrize(("proxies", "expected"), [(0, 429), (1, 200)])
def test_a_visitor_behind_a_proxy(settings: Settings, proxies: int, expected: int) -> None:
    """Without a proxy of ours, the visitor controls X-Forwarded-For."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(12):
        wrong = {"login": f"p{number}@example.org", "password": "wrong"}
        headers = {"x-forwarded-for": f"192.0.2.1, 198.51.100.{number}"}
        response = Client(headers=headers).post(LOGIN, wrong)
    assert response.status_code == expected


def test_a_visitor_cannot_choose_an_address_behind_a_proxy(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    statuses_seen = []
    for number in range(11):
        wrong = {"login": f"p{number}@example.org", "password": "wrong"}
        headers = {"x-forwarded-for": f"198.51.100.{number}, 192.0.2.1"}
        statuses_seen.append(Client(headers=headers).post(LOGIN, wrong).status_code)
    assert statuses_seen == [200] * 10 + [429]

"""Users in the admin: added, renamed, given a password and deactivated by administrators."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.test import Client

from accounts.models import User
from tests import factories
from tests.accounts.sign_in_pages import ADDRESS, MY_PAGE, PASSWORD, ada, sign_in, signed_in_as

pytestmark = pytest.mark.django_db


def _addresses(user: User) -> list[tuple[str, bool, bool]]:
    rows = EmailAddress.objects.filter(user=user)
    return list(rows.values_list("email", "verified", "primary"))


def test_an_added_user_can_sign_in_at_once(staff: Client) -> None:
    data = {
        "email": "Ada@Example.org",
        "name": "Ada Winters",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    response = staff.post("/admin/accounts/user/add/", data)
    user = User.objects.get(email=ADDRESS)
    assert response.headers["Location"] == f"/admin/accounts/user/{user.pk}/change/"
    assert (user.name, user.is_staff, user.is_superuser) == ("Ada Winters", False, False)
    assert _addresses(user) == [(ADDRESS, True, True)]
    visitor = Client()
    assert sign_in(visitor) == MY_PAGE
    assert signed_in_as(visitor) == ADDRESS


def test_an_address_that_is_taken(staff: Client) -> None:
    ada()
    data = {"email": "ADA@example.org", "usable_password": "false"}
    response = staff.post("/admin/accounts/user/add/", data)
    assert response.context["adminform"].form.errors == {
        "email": ["User with this Email address already exists."]
    }
    assert User.objects.filter(email=ADDRESS).count() == 1


def _change(user: User, **fields: object) -> dict[str, object]:
    return {"email": user.email, "name": user.name, "is_active": "on"} | fields


def test_a_new_address_signs_in_and_the_old_one_does_not(staff: Client) -> None:
    user = ada()
    path = f"/admin/accounts/user/{user.pk}/change/"
    assert staff.get(path).status_code == 200
    response = staff.post(path, _change(user, email="ada@new.example.org", name="Ada"))
    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.email, user.name) == ("ada@new.example.org", "Ada")
    assert _addresses(user) == [("ada@new.example.org", True, True)]
    visitor = Client()
    assert sign_in(visitor) == "Incorrect email or password."
    assert sign_in(visitor, login="ada@new.example.org") == MY_PAGE


def test_other_changes_leave_an_unverified_address_unverified(staff: Client) -> None:
    user = factories.user(email=ADDRESS)
    staff.post(f"/admin/accounts/user/{user.pk}/change/", _change(user, is_staff="on"))
    user.refresh_from_db()
    assert (user.is_staff, _addresses(user)) == (True, [])


def test_a_new_password(staff: Client) -> None:
    user = ada()
    data = {"usable_password": "true", "password1": "one-for-ada-x", "password2": "one-for-ada-x"}
    assert staff.post(f"/admin/accounts/user/{user.pk}/password/", data).status_code == 302
    assert sign_in(Client(), "one-for-ada-x") == MY_PAGE


def test_deactivating_an_account(staff: Client) -> None:
    user = ada()
    data = _change(user)
    del data["is_active"]
    staff.post(f"/admin/accounts/user/{user.pk}/change/", data)
    assert sign_in(Client()) == "/accounts/inactive/"


def test_lists_and_searches(staff: Client) -> None:
    ada(name="Ada Winters")
    for query in ("", "?q=winters", "?is_staff__exact=0"):
        response = staff.get(f"/admin/accounts/user/{query}")
        listed = [user.email for user in response.context["cl"].result_list]
        assert (ADDRESS in listed, response.status_code) == (True, 200)


def test_allauth_models_are_not_in_the_admin() -> None:
    ours = [model.__name__ for model in admin.site._registry if "allauth" in model.__module__]
    assert ours == []

"""Addresses that programs know of every site."""

import datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from tests import factories
from tests.seminars.admin_forms import client_of

pytestmark = pytest.mark.django_db


def test_password_managers_find_the_page() -> None:
    response = client_of(factories.user()).get("/.well-known/change-password")
    assert (response.status_code, response["Location"]) == (302, "/accounts/password/change/")
    # So that they can tell that the site does not respond with 200 to everything.
    missing = Client().get("/.well-known/resource-that-should-not-exist-whose-status-is-404")
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("day", "until"), [("2025-03-03", "2026-03-01"), ("2024-02-29", "2025-02-01")]
)
def test_where_to_report_a_vulnerability(settings: Settings, day: str, until: str) -> None:
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    settings.SITE_URL = "https://talks.example.org"
    with time_machine.travel(datetime.datetime.fromisoformat(f"{day}T12:00:00Z"), tick=False):
        response = Client().get("/.well-known/security.txt")
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert response.content.decode() == (
        "Contact: mailto:security@example.org\n"
        f"Expires: {until}T00:00:00Z\n"
        "Preferred-Languages: en\n"
        "Canonical: https://talks.example.org/.well-known/security.txt\n"
    )

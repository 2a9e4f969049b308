"""Unusual dates, times and texts, as pages show them."""

import datetime

import pytest
from django.test import Client

from seminars import wording
from seminars.text.plain import direction
from tests import factories
from tests.seminars.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

WITHOUT_TIME = {"start_time": None, "end_time": None}


def test_days_without_times() -> None:
    talk = factories.talk(end_date=datetime.date(2025, 3, 12), **WITHOUT_TIME)
    assert wording.when_line(talk) == "Monday, March 10, 2025 to Wednesday, March 12, 2025"


@pytest.mark.parametrize(
    ("year", "text"),
    [(2026, "Monday, March 9, 2026 Time to be announced"), (1903, "Monday, March 9, 1903")],
)
def test_only_upcoming_talks_promise_a_time(client: Client, year: int, text: str) -> None:
    talk = factories.talk(date=datetime.date(year, 3, 9), **WITHOUT_TIME)
    assert Page(client.get(talk.get_absolute_url()).content).words("fact")[0] == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "ltr"),
        ("On engines", "ltr"),
        ("機械学習 и 42", "ltr"),
        ("ياسمين حدّاد (Yasmin Haddad) writes on mathematics in Arabic.", "ltr"),
        ("ياسمين حدّاد تكتب عن الجبر (algebra)", "rtl"),
        ("Noether על חוגים ושדות", "rtl"),
        ("2025 – שלום", "rtl"),
    ],
)
def test_the_direction_of_most_of_a_text(text: str, expected: str) -> None:
    assert direction(text) == expected

"""How odd facts are put into words, on the pages that say them."""

import datetime
from collections.abc import Iterator

import pytest
from django.test import Client
from time_machine import travel

from seminars import wording
from seminars.text.plain import direction
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = pytest.mark.django_db

HOURLESS = {"start_time": None, "end_time": None}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


def test_days_without_hours() -> None:
    talk = factories.talk(end_date=datetime.date(2025, 3, 12), **HOURLESS)
    assert wording.when_line(talk) == "Monday, March 10, 2025 to Wednesday, March 12, 2025"


@pytest.mark.parametrize(
    ("year", "said"),
    [(2026, "Monday, March 9, 2026 Time to be announced"), (1903, "Monday, March 9, 1903")],
)
def test_an_hour_is_promised_only_of_what_is_to_come(client: Client, year: int, said: str) -> None:
    talk = factories.talk(date=datetime.date(year, 3, 9), **HOURLESS)
    assert Page(client.get(talk.get_absolute_url()).content).words("fact")[0] == said


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
def test_the_direction_in_which_most_of_a_text_is_written(text: str, expected: str) -> None:
    assert direction(text) == expected

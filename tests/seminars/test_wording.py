"""Unusual dates, times and texts, as pages show them."""

import datetime
from typing import Any

import pytest
from django.test import Client

from seminars import wording
from seminars.text.plain import direction
from seminars.wording.join_link import closing_time, service_name
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


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://northwestern.zoom.us/j/1?pwd=x", "Zoom"),
        ("https://zoom.us/j/1", "Zoom"),
        ("https://teams.microsoft.com/l/meetup-join/1", "Microsoft Teams"),
        ("https://meet.google.com/abc", "Google Meet"),
        ("https://uni.webex.com/meet/a", "Webex"),
        ("https://www.bbb.example.org/b/1", "bbb.example.org"),
        ("https://notzoom.us/j/1", "notzoom.us"),
    ],
)
def test_the_service_of_a_meeting_is_named(url: str, name: str) -> None:
    assert service_name(url) == name


@pytest.mark.parametrize(
    ("fields", "closes_at"),
    [
        ({}, datetime.datetime(2025, 3, 10, 18, 30, tzinfo=datetime.UTC)),
        ({"end_time": None}, datetime.datetime(2025, 3, 10, 20, tzinfo=datetime.UTC)),
        (WITHOUT_TIME, datetime.datetime(2025, 3, 11, 5, tzinfo=datetime.UTC)),
        (
            {"end_time": None, "end_date": datetime.date(2025, 3, 12)},
            datetime.datetime(2025, 3, 13, 5, tzinfo=datetime.UTC),
        ),
    ],
)
def test_a_join_link_closes_after_the_talk(
    db: None, fields: dict[str, Any], closes_at: datetime.datetime
) -> None:
    assert closing_time(factories.talk(**fields)) == closes_at

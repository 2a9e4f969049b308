"""Links to calendar services, compared as a whole and with their query parsed."""

import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from seminars.formats import calendar_links
from seminars.models import Talk
from tests import factories

pytestmark = pytest.mark.django_db

FEED = "https://talks.example.org/talks.ics?series=cs&q=a+b"


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, strict_parsing=True))


def talk_with(**fields: Any) -> Talk:
    ada = factories.speaker(name="Ada Lovelace", affiliation="London")
    return factories.talk(ada, title="On engines & looms", venue=None, room="B4", **fields)


def test_webcal_subscriptions_include_the_filters() -> None:
    assert calendar_links.webcal(FEED) == "webcal://talks.example.org/talks.ics?series=cs&q=a+b"


def test_subscriptions_in_google_and_outlook() -> None:
    google = calendar_links.google_subscription(FEED)
    assert google.startswith("https://calendar.google.com/calendar/r?")
    assert query(google) == {"cid": calendar_links.webcal(FEED)}
    outlook = calendar_links.outlook_subscription(FEED, "Talks: CS")
    assert outlook.startswith("https://outlook.live.com/calendar/0/addfromweb?")
    assert query(outlook) == {"url": FEED, "name": "Talks: CS"}
    work = calendar_links.outlook_work_subscription(FEED, "Talks: CS")
    assert work == outlook.replace("outlook.live.com", "outlook.office.com")


def test_a_talk_in_google() -> None:
    talk = talk_with()
    address = calendar_links.google_event(talk)
    assert address.startswith("https://calendar.google.com/calendar/render?")
    assert query(address) == {
        "action": "TEMPLATE",
        "text": "Ada Lovelace — On engines & looms",
        "dates": "20250310T170000Z/20250310T180000Z",
        "details": f"http://testserver/talks/{talk.pk}/on-engines-looms/",
        "location": "B4",
    }


def test_a_talk_in_outlook() -> None:
    talk = talk_with()
    address = calendar_links.outlook_event(talk)
    assert address.startswith("https://outlook.live.com/calendar/0/deeplink/compose?")
    assert query(address) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": "Ada Lovelace — On engines & looms",
        "startdt": "2025-03-10T17:00:00+00:00",
        "enddt": "2025-03-10T18:00:00+00:00",
        "body": f"http://testserver/talks/{talk.pk}/on-engines-looms/",
        "location": "B4",
    }
    work = calendar_links.outlook_work_event(talk)
    assert work == address.replace("outlook.live.com", "outlook.office.com")


def test_spaces_arrive_as_spaces() -> None:
    """Outlook shows a plus sign as it is."""
    talk = talk_with()
    for address in (
        calendar_links.google_subscription(FEED),
        calendar_links.outlook_subscription(FEED, "Talks: CS"),
        calendar_links.outlook_work_subscription(FEED, "Talks: CS"),
        calendar_links.google_event(talk),
        calendar_links.outlook_event(talk),
        calendar_links.outlook_work_event(talk),
    ):
        assert "+" not in address
    assert "subject=Ada%20Lovelace%20%E2%80%94%20On%20engines" in calendar_links.outlook_event(talk)


def test_a_talk_without_a_start_time_takes_whole_days() -> None:
    talk = talk_with(start_time=None, end_date=datetime.date(2025, 3, 11))
    assert query(calendar_links.google_event(talk))["dates"] == "20250310/20250312"
    outlook = query(calendar_links.outlook_event(talk))
    assert (outlook["startdt"], outlook["enddt"], outlook["allday"]) == (
        "2025-03-10",
        "2025-03-12",
        "true",
    )


def test_a_talk_without_a_date_has_no_link() -> None:
    talk = talk_with(date=None, status="draft")
    assert (calendar_links.google_event(talk), calendar_links.outlook_event(talk)) == ("", "")
    assert calendar_links.outlook_work_event(talk) == ""

"""A talk of another zone: the site's time stands first, and the weekday wherever days differ.

7:00 on Sunday in Tokyo is 17:00 on Saturday in Chicago, the day that lists show the talk under.
"""

import datetime
import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from seminars import cards, wording
from seminars.listings import agenda
from seminars.listings.rows import rows_at
from seminars.mail import talks as mail
from seminars.models import Talk
from tests import factories
from tests.seminars.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

FIRST = "5:00 – 6:00 PM CDT"
OWN = "Sun 7:00 – 8:00 AM JST"
LINE = f"Saturday, March 15, 2025, {FIRST} ({OWN})"


def tokyo(**fields: Any) -> Talk:
    """Create a talk at 7:00 on a Sunday in Tokyo, which is 17:00 on Saturday in Chicago."""
    times = {"start_time": datetime.time(7), "end_time": datetime.time(8)}
    return factories.talk(
        **{
            "title": "Far",
            "date": datetime.date(2025, 3, 16),
            "timezone": "Asia/Tokyo",
            "attendance": "online",
        }
        | times
        | fields
    )


@pytest.mark.parametrize("address", ["/", "/talks/", "/embed/talks/"])
def test_lists(client: Client, address: str) -> None:
    tokyo()
    page = read(client, address)
    assert page.words("rail") == ["Saturday, March 15, 2025 Sat 15 Mar"]
    assert page.words("row-time") == [f"{FIRST} {OWN}"]
    assert page.words("row-time-more") == [OWN]


def test_the_reader_s_time_is_compared_with_every_time_shown(client: Client) -> None:
    tokyo()
    (own,) = (part for part in read(client, "/").parts if "data-own" in part.attributes)
    assert own.attributes["data-own"] == "2025-03-15T17:00:00-05:00 2025-03-16T07:00:00+09:00"


def test_the_month(client: Client) -> None:
    tokyo()
    page = read(client, "/calendar/2025/03/")
    assert page.words("entry-time") == [f"{FIRST} {OWN}"]
    (box,) = (one.words for one in page.of("box") if "Far" in one.words)
    assert box.startswith("Saturday, March 15, 2025")


def test_the_talk_s_page(client: Client) -> None:
    talk = tokyo()
    page = read(client, talk.get_absolute_url())
    assert page.words("card-part")[0] == (
        f"When Saturday, March 15, 2025 {FIRST} "
        "Tokyo time: Sunday, March 16, 2025, 7:00 – 8:00 AM JST 1 hour"
    )
    assert page.words("fact")[0] == f"Saturday, March 15, 2025 {FIRST}"


def test_neighbors_have_the_days_under_which_they_are_listed(client: Client) -> None:
    series = factories.series()
    tokyo(series=series)
    after = factories.talk(series=series, date=datetime.date(2025, 3, 20))
    (neighbor,) = read(client, after.get_absolute_url()).words("around-link")
    assert neighbor.endswith("Far Sat, Mar 15, 2025")


def test_mail() -> None:
    talk = tokyo()
    assert mail.by_day(rows_at([talk.pk]), {}) == (
        "Saturday, March 15, 2025\n"
        "------------------------\n"
        "\n"
        f"{FIRST} ({OWN}) · Online\n"
        "Far\n"
        f"http://testserver{talk.get_absolute_url()}"
    )


def test_pictures_summaries_and_feeds(client: Client) -> None:
    talk = tokyo()
    assert cards.of_talk(Talk.objects.with_rows().get()).when == LINE
    assert wording.summary(talk) == f"{LINE} · Online"
    (item,) = json.loads(client.get("/talks.json").content)["items"]
    assert item["content_text"].splitlines()[0] == LINE
    # What programs compute with is as it was announced.
    facts = item["_talk"]
    assert (facts["date"], facts["start_time"], facts["timezone"]) == (
        "2025-03-16",
        "07:00:00",
        "Asia/Tokyo",
    )
    # Listings on other sites are drawn with these.
    display = facts["display"]
    assert (display["when"], display["own_when"]) == (
        f"Saturday, March 15, 2025, {FIRST}",
        "Sunday, March 16, 2025, 7:00 – 8:00 AM JST",
    )
    assert LINE in client.get("/talks.atom").content.decode()
    page = Page(client.get(talk.get_absolute_url()).content)
    descriptions = [
        part.attributes["content"]
        for part in page.of("meta")
        if part.attributes.get("name") == "description"
    ]
    assert descriptions == [f"{LINE} · Online"]


def test_staff_see_both_times(client: Client) -> None:
    tokyo()
    client.force_login(factories.administrator())
    page = read(client, "/admin/seminars/talk/?when=upcoming")
    assert page.words("field-when") == [f"Sat, Mar 15, 2025 {FIRST} {OWN}"]


@pytest.mark.parametrize(
    ("fields", "line", "last"),
    [
        # 7:00 on Sunday to 9:00 on Tuesday in Tokyo.
        (
            {"end_date": datetime.date(2025, 3, 18), "end_time": datetime.time(9)},
            (
                "Saturday, March 15, 2025, 5:00 PM CDT to Monday, March 17, 2025, 7:00 PM"
                " (Sun 7:00 AM JST)"
            ),
            datetime.date(2025, 3, 17),
        ),
        # Without an end, until midnight in Tokyo, which is in the morning.
        (
            {"end_date": datetime.date(2025, 3, 18), "end_time": None},
            "Saturday, March 15, 2025, 5:00 PM CDT to Tuesday, March 18, 2025 (Sun 7:00 AM JST)",
            datetime.date(2025, 3, 18),
        ),
        # Over midnight there, and on one day here.
        (
            {
                "start_time": datetime.time(23),
                "end_date": datetime.date(2025, 3, 17),
                "end_time": datetime.time(1),
            },
            "Sunday, March 16, 2025, 9:00 – 11:00 AM CDT (11:00 PM JST)",
            None,
        ),
        # On one day there, and over midnight here.
        (
            {"start_time": datetime.time(13, 30), "end_time": datetime.time(14, 30)},
            "Saturday, March 15, 2025, 11:30 PM – 12:30 AM CDT (Sun 1:30 – 2:30 PM JST)",
            None,
        ),
        # A talk without a time has its own date everywhere.
        (
            {"start_time": None, "end_time": None},
            "Sunday, March 16, 2025, Time to be announced",
            None,
        ),
    ],
)
def test_unusual_times(fields: dict[str, Any], line: str, last: datetime.date | None) -> None:
    talk = tokyo(**fields)
    assert wording.when_line(talk) == line
    assert wording.last_site_day(talk) == last
    (row,) = rows_at([talk.pk])
    assert wording.when_line(row) == line
    assert agenda.day_of(row) == wording.site_day(talk)


def test_a_talk_of_several_days_ends_on_the_site_s_day(client: Client) -> None:
    tokyo(end_date=datetime.date(2025, 3, 18), end_time=datetime.time(9))
    assert read(client, "/").words("row-time") == [
        "5:00 PM CDT Sun 7:00 AM JST until Mon, Mar 17, 2025"
    ]
    continued = read(client, "/calendar/2025/03/").words("entry-time")[1:]
    assert continued == ["continues until Mon, Mar 17, 2025"] * 2


@pytest.mark.parametrize("zone", ["America/Chicago", "America/Winnipeg"])
def test_clocks_that_agree_show_one_time(client: Client, zone: str) -> None:
    factories.talk(title="Near", timezone=zone)
    page = read(client, "/")
    assert page.words("row-time") == ["12:00 – 1:00 PM"]
    assert page.words("row-time-more") == []
    assert wording.own_when(Talk.objects.get()) == ""


def test_a_site_elsewhere(client: Client, settings: Settings) -> None:
    settings.TIME_ZONE, settings.CLOCK = "Asia/Tokyo", "24"
    factories.talk(start_time=datetime.time(17), end_time=datetime.time(18))
    assert wording.when_line(Talk.objects.get()) == (
        "Tuesday 11 March 2025, 07:00 – 08:00 JST (Mon 17:00 – 18:00 CDT)"
    )


def test_moments_around_the_talk_are_the_sites() -> None:
    talk = tokyo(previous_starts_at=datetime.datetime(2025, 3, 8, 22, tzinfo=datetime.UTC))
    assert talk.starts_at is not None
    assert wording.previous_start(talk) == "Saturday, March 8, 2025, 4:00 PM CST"
    quarter = datetime.timedelta(minutes=15)
    assert wording.opening_line(talk, talk.starts_at - quarter) == (
        "at 4:45 PM CDT on the day of the talk"
    )
    assert wording.opening_line(talk, talk.starts_at - 96 * quarter) == (
        "on Friday, March 14, 2025, 5:00 PM CDT"
    )

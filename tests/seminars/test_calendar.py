"""The calendar: months in weeks, with the talks of each day."""

import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seminars.models import Topic
from tests import factories
from tests.seminars.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

SITE = settings.SITE_URL


def day(number: int, month: int = 3) -> datetime.date:
    return datetime.date(2025, month, number)


def boxes(page: Page) -> dict[str, list[str]]:
    """Return the titles of each day that has talks, by date."""
    titles: dict[str, list[str]] = {}
    date = ""
    for part in page.parts:
        if part.tag == "time" and len(part.attributes["datetime"]) == 10:
            date = part.attributes["datetime"]
        elif "entry-title" in part.attributes.get("class", ""):
            titles.setdefault(date, []).append(part.words)
    return titles


def test_this_month(client: Client) -> None:
    for number in (1, 10, 31):
        factories.talk(title=f"On {number}", date=day(number))
    factories.talk(title="The week after", date=day(5, 4))
    factories.talk(title="Much later", date=day(28, 4))
    page = read(client, "/calendar/")
    assert page.words("h1") == ["March 2025"]
    assert page.words("title") == [f"March 2025 · {settings.SITE_NAME}"]
    assert page.words("th") == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    dates = [
        part.attributes["datetime"]
        for part in page.of("time")
        if len(part.attributes["datetime"]) == 10
    ]
    assert (dates[0], dates[-1], len(dates)) == ("2025-02-24", "2025-04-06", 42)
    assert boxes(page) == {
        "2025-03-01": ["On 1"],
        "2025-03-10": ["On 10"],
        "2025-03-31": ["On 31"],
        "2025-04-05": ["The week after"],
    }
    (today,) = page.of("is-today")
    assert today.words.startswith("Monday, March 3, 2025")
    assert today.attributes["aria-current"] == "date"
    # On phones, where the days form a list, today may be far down.
    assert today.attributes["id"] == "today"
    assert dict(page.links())["Today"] == "#today"
    assert {
        part.attributes["rel"]: part.attributes["href"]
        for part in page.of("link")
        if part.attributes["rel"] in ("canonical", "prev", "next")
    } == {
        "canonical": f"{SITE}/calendar/2025/03/",
        "prev": "/calendar/2025/02/",
        "next": "/calendar/2025/04/",
    }
    assert [part.attributes["href"] for part in page.of("a") if "rel" in part.attributes] == [
        "/calendar/2025/02/",
        "/calendar/2025/04/",
    ]
    assert page.of("a")[1].attributes["href"] == "/"


def test_another_month_links_to_this_one(client: Client) -> None:
    page = read(client, "/calendar/2024/12/?attendance=online")
    assert page.words("h1") == ["December 2024"]
    assert page.of("is-today") == []
    links = dict(page.links())
    assert links["Today"] == "/calendar/?attendance=online#today"
    assert links["January 2025 →"] == "/calendar/2025/01/?attendance=online"
    assert links["← December 2023"] == "/calendar/2023/12/?attendance=online"
    assert links["December 2025 →"] == "/calendar/2025/12/?attendance=online"
    assert links["List view"] == "/talks/?attendance=online"
    assert links["See all talks this month"] == "/calendar/2024/12/"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/calendar/1800/01/", 200),
        ("/calendar/2200/12/", 200),
        ("/calendar/1799/12/", 404),
        ("/calendar/2201/01/", 404),
        ("/calendar/2025/13/", 404),
        ("/calendar/2025/00/", 404),
        ("/calendar/2025/0/", 404),
        ("/calendar/2025/003/", 404),
    ],
)
def test_the_ends_of_the_calendar(client: Client, address: str, status: int) -> None:
    page = read(client, address, status)
    links = [part.attributes["rel"] for part in page.of("a") if "rel" in part.attributes]
    expected = {"/calendar/1800/01/": ["next"], "/calendar/2200/12/": ["prev"]}
    assert links == expected.get(address, [])


def test_a_month_of_one_digit_redirects(client: Client) -> None:
    for query in ("", "?topic=logic&attendance=online"):
        answer = client.get(f"/calendar/2025/3/{query}")
        assert (answer.status_code, answer["Location"]) == (301, f"/calendar/2025/03/{query}")


def test_filters(client: Client) -> None:
    series = factories.series(name="CS Seminar", slug="cs")
    factories.talk(title="Ours", series=series)
    factories.talk(title="Theirs")
    page = read(client, "/calendar/?series=cs")
    assert boxes(page) == {"2025-03-10": ["Ours"]}
    assert page.words("title") == [f"March 2025 · CS Seminar · {settings.SITE_NAME}"]
    feeds = [
        part.attributes["href"] for part in page.of("link") if part.attributes["rel"] == "alternate"
    ]
    assert f"{SITE}/talks.ics?series=cs" in feeds
    assert boxes(read(client, "/calendar/?when=past")) == {}
    assert boxes(read(client, "/calendar/?to=2025-03-09")) == {}
    wrong = read(client, "/calendar/?series=physics", 400)
    assert wrong.words("banner-error") == ["There is no series “physics”."]
    assert wrong.words("h1") == ["March 2025"]
    unknown = read(client, "/calendar/2025/04/?color=red", 400)
    assert unknown.words("banner-error")[0].startswith("There is no filter “color”.")


def test_a_month_offers_filters_that_match_its_talks(client: Client) -> None:
    ours = factories.series(name="CS Seminar", slug="cs")
    theirs = factories.series(name="Physics", slug="physics")
    factories.talk(title="Ours", series=ours, date=day(4))
    factories.talk(title="Theirs", series=theirs, date=day(5), attendance="online")
    factories.talk(series=factories.series(name="In April"), date=day(3, 4))
    page = read(client, "/calendar/2025/03/")
    (form,) = page.of("month-filters")
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/calendar/2025/03/")
    assert [part.words for part in page.of("check")] == [
        *("CS Seminar (1)", "Physics (1)", "In person (1)", "Online (1)"),
    ]
    query = "series=cs&attendance=in-person&when=all&from=2025-01-01&to=2025-03-20"
    page = read(client, f"/calendar/2025/03/?{query}")
    assert boxes(page) == {"2025-03-04": ["Ours"]}
    assert [
        (words, link) for words, link in page.links() if words.startswith(("Remove", "Clear"))
    ] == [
        (
            "Remove Series: CS Seminar ×",
            "/calendar/2025/03/?attendance=in-person&when=all&from=2025-01-01&to=2025-03-20",
        ),
        (
            "Remove Attendance: In person ×",
            "/calendar/2025/03/?series=cs&when=all&from=2025-01-01&to=2025-03-20",
        ),
        ("Clear filters", "/calendar/2025/03/"),
    ]
    assert {
        part.attributes["name"]: part.attributes["value"]
        for part in page.of("input")
        if part.attributes.get("type") == "hidden"
    } == {"when": "all", "from": "2025-01-01", "to": "2025-03-20"}
    for beyond in ("from=2025-05-01", "to=2025-02-01", "year=2024"):
        assert boxes(read(client, f"/calendar/2025/03/?{beyond}")) == {}


def test_other_years_drop_the_filter_by_year(client: Client) -> None:
    links = [link for _words, link in read(client, "/calendar/2025/01/?year=2025").links()]
    for link in ("/calendar/2025/02/?year=2025", "/calendar/2024/12/", "/calendar/2026/01/"):
        assert link in links


def test_a_group_has_a_calendar_for_people_who_may_see_it(client: Client) -> None:
    person = factories.user()
    factories.group(factories.talk(title="Saved"), slug="reading", manager=person)
    factories.talk(title="Other")
    assert read(client, "/calendar/?group=reading", 400).words("entry-title") == []
    client.force_login(person)
    page = read(client, "/calendar/?group=reading")
    assert page.words("entry-title") == ["Saved"]
    tabs = [link for words, link in read(client, "/groups/reading/").links() if words == "Calendar"]
    assert tabs == ["/calendar/", "/calendar/?group=reading"]


@pytest.mark.parametrize("kind", ["series", "department", "topic", "venue", "speaker"])
def test_every_page_links_to_its_calendar(client: Client, kind: str) -> None:
    department = factories.department(slug="rite")
    series = factories.series(slug="rite", department=department)
    person = factories.speaker(name="Ada")
    talk = factories.talk(person, title="Here", series=series, venue=factories.venue(slug="rite"))
    talk.topics.add(Topic.objects.create(name="Rite", slug="rite"))
    factories.talk(title="Elsewhere")
    places = {"series": "/series/rite/", "speaker": f"/speakers/{person.pk}/ada/"}
    page = read(client, places.get(kind, f"/{kind}s/rite/"))
    value = str(person.pk) if kind == "speaker" else "rite"
    (address,) = (link for words, link in page.links() if words == "Calendar" and "?" in link)
    assert address == f"/calendar/?{kind}={value}"
    assert read(client, address).words("entry-title") == ["Here"]


def test_talks_of_several_days_are_on_each_day(client: Client) -> None:
    factories.talk(title="School", date=day(9), end_date=day(11), start_time=None)
    factories.talk(
        title="Camp",
        date=day(26, 2),
        end_date=day(1),
        start_time=datetime.time(20),
        end_time=datetime.time(0),
    )
    factories.talk(title="Year", date=day(1, 1), end_date=day(1, 12), start_time=None)
    page = read(client, "/calendar/2025/03/?to=2025-12-31&from=2025-02-01")
    assert boxes(page) == {
        **{f"2025-02-{number}": ["Camp"] for number in (26, 27, 28)},
        **{f"2025-03-{number:02}": ["School"] for number in (9, 10, 11)},
    }
    assert page.words("entry-time") == [
        "8:00 PM until Sat, Mar 1, 2025",
        "continues until Sat, Mar 1, 2025",
        "continues until Sat, Mar 1, 2025",
        "Time to be announced until Tue, Mar 11, 2025",
        "continues until Tue, Mar 11, 2025",
        "continues until Tue, Mar 11, 2025",
    ]
    assert read(client, "/calendar/2025/07/").words("entry-title") == ["Year"] * 35


def test_a_talk_without_a_time_is_under_its_own_date(client: Client) -> None:
    """Midnight in Auckland is still the previous day in the site's time zone."""
    for number, month in ((28, 2), (31, 3)):
        factories.talk(
            title="Far", date=day(number, month), start_time=None, timezone="Pacific/Auckland"
        )
    assert list(boxes(read(client, "/calendar/2025/03/"))) == ["2025-02-28", "2025-03-31"]


def test_states_are_shown(client: Client) -> None:
    factories.talk(title="Off", status="cancelled")
    factories.talk(title="Hidden", status="draft")
    factories.talk(title="", speaker_tba=True)
    page = read(client, "/calendar/")
    assert page.words("entry-title") == ["Off", "Title to be announced"]
    assert page.words("tag") == ["Canceled"]
    assert page.words("entry-who") == ["", "Speaker to be announced"]


def test_forty_talks_on_a_day(client: Client) -> None:
    for number in range(40):
        factories.talk(title=f"Talk {number}", start_time=datetime.time(8, number))
    for number in range(6):
        factories.talk(title=f"Six {number}", date=day(11))
    page = read(client, "/calendar/?attendance=in-person")
    assert boxes(page) == {
        "2025-03-10": [f"Talk {number}" for number in range(5)],
        "2025-03-11": [f"Six {number}" for number in range(6)],
    }
    (more,) = [link for link in page.links() if "more" in link[0]]
    assert more == (
        "35 more on Monday, March 10, 2025",
        "/talks/?attendance=in-person&from=2025-03-10&to=2025-03-10",
    )
    assert len(read(client, more[1]).words("row")) == 40


def test_a_month_with_too_many_talks(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seminars.views.calendar.MAX_TALKS", 2)
    for number in (4, 5, 6):
        factories.talk(date=day(number))
    page = read(client, "/calendar/")
    assert len(page.words("entry")) == 2
    assert page.words("banner")[0].startswith(
        "This month has more talks than the calendar can show."
    )


@pytest.mark.parametrize(
    ("start", "first"), [(0, "2025-02-24"), (6, "2025-02-23"), (5, "2025-03-01")]
)
def test_weeks_begin_on_the_sites_first_day(
    client: Client, settings: Settings, start: int, first: str
) -> None:
    settings.WEEK_START = start
    page = read(client, "/calendar/2025/03/")
    assert page.of("time")[0].attributes["datetime"] == first


@pytest.mark.parametrize("signed_in", [False, True])
def test_more_talks_need_no_more_queries(client: Client, signed_in: bool) -> None:
    if signed_in:
        client.force_login(factories.user())

    def queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            read(client, "/calendar/")
        return len(queries)

    def talk(number: int) -> None:
        person, place = factories.speaker(), factories.venue()
        factories.talk(person, series=factories.series(), venue=place, date=day(number))

    talk(5)
    with_one = queries()
    talk(6)
    talk(28)
    assert queries() == with_one
    assert with_one <= 15 + signed_in

"""The home page, the list of talks, and what all pages have in common."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seminars.listings.filters import BadFilterError, Filters
from seminars.models import Topic
from tests import factories
from tests.factories import NOW
from tests.seminars.page_seed import cs_seminar, full_talk, mudd_hall
from tests.seminars.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

ADD = "Add to group"


# The home page


def test_a_row_on_the_home_page(client: Client) -> None:
    talk = factories.talk(
        factories.speaker(name="Ada Lovelace", affiliation="London"),
        factories.speaker(name="Erdős Pál"),
        title="On engines",
        series=cs_seminar(),
        venue=mudd_hall(),
        room="3514",
        attendance="hybrid",
        notice="Bring paper",
    )
    page = read(client, "/")
    assert page.words("h1") == ["Upcoming talks"]
    assert page.words("row") == [
        (
            "12:00 – 1:00 PM CS Seminar On engines Ada Lovelace, London; Erdős Pál Bring paper "
            f"Mudd 3514 Hybrid {ADD}: On engines"
        )
    ]
    assert page.links("series") == [("CS Seminar", "/series/cs/")]
    assert page.of("time")[1].attributes == {"datetime": "2025-03-10T12:00:00-05:00"}
    assert page.links("action") == [
        (f"{ADD}: On engines", f"/accounts/login/?next=/talks/{talk.pk}/add/")
    ]


def test_home_groups_talks_by_week_and_day(client: Client) -> None:
    for day in (3, 3, 5, 10, 17):
        factories.talk(date=datetime.date(2025, 3, day))
    page = read(client, "/")
    assert page.words("section-title") == ["Today", "This week", "Next week", "Later"]
    assert page.words("rail") == [
        "Monday, March 3, 2025 Mon 3 Mar",
        "Wednesday, March 5, 2025 Wed 5 Mar",
        "Monday, March 10, 2025 Mon 10 Mar",
        "Monday, March 17, 2025 Mon 17 Mar",
    ]
    assert [len(page.words("is-today")), len(page.words("row"))] == [1, 5]


def test_a_day_in_another_year_shows_the_year(client: Client) -> None:
    factories.talk(date=datetime.date(2026, 1, 5))
    assert read(client, "/").words("rail") == ["Monday, January 5, 2026 Mon 5 Jan 2026"]


def test_the_home_page_without_talks(client: Client) -> None:
    assert read(client, "/").words("empty") == [
        (
            "No upcoming talks. Subscribe to get new talks in your calendar automatically. "
            "Browse past talks"
        )
    ]


def test_a_talk_in_another_time_zone_shows_both_times(client: Client) -> None:
    factories.talk(title="Far", timezone="Asia/Kolkata", attendance="online")
    assert read(client, "/").words("row") == [
        f"1:30 – 2:30 AM CDT 12:00 – 1:00 PM IST Far Online {ADD}: Far"
    ]


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"title": ""}, f"12:00 – 1:00 PM Title to be announced Hall {ADD}: Title to be announced"),
        ({"speaker_tba": True}, f"12:00 – 1:00 PM T Speaker to be announced Hall {ADD}: T"),
        ({"venue": None}, f"12:00 – 1:00 PM T Location to be announced {ADD}: T"),
        ({"start_time": None}, f"Time to be announced T Hall {ADD}: T"),
        ({"end_time": None, "start_time": datetime.time(9)}, f"9:00 AM T Hall {ADD}: T"),
        (
            {"end_date": datetime.date(2025, 3, 12)},
            f"12:00 PM until Wed, Mar 12, 2025 T Hall {ADD}: T",
        ),
        ({"title": "m" * 300}, f"12:00 – 1:00 PM {'m' * 300} Hall {ADD}: {'m' * 300}"),
        ({"title": "<b>&"}, f"12:00 – 1:00 PM <b>& Hall {ADD}: <b>&"),
    ],
)
def test_rows_with_missing_or_unusual_values(
    client: Client, fields: dict[str, Any], row: str
) -> None:
    talk = factories.talk(**{"title": "T", "venue": factories.venue(building="Hall")} | fields)
    assert read(client, "/").words("row") == [row]
    read(client, talk.get_absolute_url())


def test_past_talks_promise_no_announcements(client: Client) -> None:
    date = datetime.date(1911, 3, 7)
    factories.talk(title="T", date=date, start_time=None, venue=None)
    assert read(client, "/talks/?when=past").words("row") == [f"T {ADD}: T"]
    month = read(client, "/calendar/1911/03/")
    assert month.words("entry") == ["T"]


@pytest.mark.parametrize(
    ("hour", "status", "tags"),
    [(12, "announced", ["Happening now"]), (13, "announced", []), (12, "cancelled", ["Canceled"])],
)
def test_talks_happening_now_are_tagged(
    client: Client, hour: int, status: str, tags: list[str]
) -> None:
    start = datetime.time(hour)
    factories.talk(date=NOW.date(), start_time=start, status=status)
    assert read(client, "/").words("tag") == tags


# The list of talks


def test_past_talks_show_their_recordings_and_slides(client: Client) -> None:
    talk = full_talk()
    page = read(client, "/talks/?when=past")
    assert page.words("h1") == ["Past talks"]
    assert page.links("action") == [
        (f"Recording: {talk.title}", "https://panopto.example.org/1"),
        (f"Slides: {talk.title}", "https://example.org/slides.pdf"),
        (f"{ADD}: {talk.title}", f"/accounts/login/?next=/talks/{talk.pk}/add/"),
    ]


def test_a_search_without_results_offers_to_search_all_talks(client: Client) -> None:
    factories.talk(series=cs_seminar())
    page = read(client, "/talks/?q=a%26b&series=cs")
    assert page.words("empty-lead") == ["No talks match."]
    assert ("Search all talks", "/talks/?when=all&q=a%26b") in page.links()
    for query in ("q=a%26b", "q=a%26b&when=all", "attendance=online"):
        page = read(client, f"/talks/?{query}")
        assert ("Clear filters", "/talks/") in page.links()
        assert "Search all talks" not in dict(page.links())


def test_pages_link_to_each_other_with_the_filters(client: Client) -> None:
    series = cs_seminar()
    for minute in range(51):
        factories.talk(series=series, start_time=datetime.time(9, minute))
    first = read(client, "/talks/?series=cs&when=upcoming")
    assert len(first.of("row")) == 50
    assert first.links("pages-next") == [("Next page →", "/talks/?series=cs&when=upcoming&page=2")]
    second = read(client, "/talks/?series=cs&when=upcoming&page=2")
    assert len(second.of("row")) == 1
    assert ("← Previous page", "/talks/?series=cs&when=upcoming") in second.links()
    third = read(client, "/talks/?series=cs&page=3")
    assert third.words("empty-lead") == ["No more talks."]
    assert ("More upcoming talks →", "/talks/?page=2") in read(client, "/").links()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("when=soon", "“when” must be upcoming, past, or all, not “soon”."),
        ("series=gone", "There is no series “gone”."),
        ("from=tomorrow", "“from” must be a date such as 2025-02-21, not “tomorrow”."),
        ("to=2025-02-30", "“to” must be a date such as 2025-02-21, not “2025-02-30”."),
        ("page=0", "“page” must be a number from 1 up, not “0”."),
        ("page=1&page=2", "Give “page” only once."),
    ],
)
def test_an_invalid_filter_is_named_above_an_empty_list(
    client: Client, query: str, sentence: str
) -> None:
    factories.talk()
    page = read(client, f"/talks/?{query}", 400)
    assert page.words("banner") == [sentence]
    assert page.of("row") == []


def test_an_unknown_filter_gets_the_same_error_as_in_feeds(client: Client) -> None:
    with pytest.raises(BadFilterError) as wrong:
        Filters.read(QueryDict("color=red"))
    assert read(client, "/talks/?color=red", 400).words("banner") == [wrong.value.sentence]


def test_the_form_keeps_an_invalid_filter(client: Client) -> None:
    cs_seminar()
    page = read(client, "/talks/?q=%3Cdeep%3E&from=tomorrow&to=2025-03-01&series=cs&when=past", 400)
    fields = [part.attributes for part in page.of("input")]
    assert [(field["name"], field["value"]) for field in fields] == [
        ("q", "<deep>"),
        ("from", "tomorrow"),
        ("to", "2025-03-01"),
        ("series", "cs"),
    ]
    assert [field["name"] for field in fields if "checked" in field] == ["series"]
    assert [field["name"] for field in fields if "aria-invalid" in field] == ["from"]
    chosen = [
        part.attributes["value"] for part in page.of("option") if "selected" in part.attributes
    ]
    assert chosen == ["past"]


# All pages


@pytest.mark.parametrize("address", ["/", "/talks/", "/talks/?series=cs&when=all", "one talk"])
def test_the_number_of_queries_does_not_grow(client: Client, address: str) -> None:
    series, venue = cs_seminar(), mudd_hall()

    def queries(people: int) -> int:
        speakers = [factories.speaker() for _one in range(people)]
        talk = factories.talk(*speakers, series=series, venue=venue)
        talk.topics.set(Topic.objects.all())
        where = talk.get_absolute_url() if address == "one talk" else address
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(where).status_code == 200
        return len(captured)

    for name in ("a", "b", "c"):
        Topic.objects.create(name=name, slug=name)
    # One to be related to.
    factories.talk(factories.speaker()).topics.set(Topic.objects.all())
    # The first talk of a series has none before it, which is a query like any other.
    with_one = queries(1)
    factories.talk(factories.speaker(), series=series, venue=factories.venue())
    assert queries(3) == with_one


@pytest.mark.parametrize(
    "address",
    ["/nowhere", "/talks/0/", "/talks/x/", "/talks/999999999999999999/", "/talks/1/a/b/"],
)
def test_unknown_addresses_get_the_sites_404_page(client: Client, address: str) -> None:
    page = read(client, address, 404)
    assert page.words("h1") == ["Page not found"]
    assert page.words("site-name") == ["Seminars"]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("400", "Bad request"),
        ("403", "You don’t have access to this page"),
        ("429", "Too many attempts"),
        ("500", "Something went wrong"),
    ],
)
def test_error_pages_render_without_a_context(name: str, heading: str) -> None:
    page = Page(render_to_string(f"{name}.html").encode())
    assert page.words("h1") == [heading]


@pytest.mark.parametrize("address", ["/", "/talks/", "/nowhere", "one talk"])
def test_pages_have_no_inline_scripts_or_styles(client: Client, address: str) -> None:
    talk = full_talk()
    factories.talk(series=talk.series)
    page = Page(client.get(talk.get_absolute_url() if address == "one talk" else address).content)
    assert page.of("style") == []
    assert [part for part in page.parts if "style" in part.attributes] == []
    # Data is none, which the browser does not run.
    kinds = {part.attributes["type"] for part in page.of("script") if part.words}
    assert kinds <= {"application/ld+json"}
    assert [part for part in page.parts if any(n.startswith("on") for n in part.attributes)] == []
    assert [len(page.of(tag)) for tag in ("h1", "main", "header")][:2] == [1, 1]

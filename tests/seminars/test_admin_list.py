"""The list of talks in the administration, its filters and columns."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.admin.terms import Term
from seminars.models import Series, Talk, Topic
from tests import factories
from tests.factories import NOW
from tests.seminars.admin_forms import client_of

pytestmark = pytest.mark.django_db

LIST = "/admin/seminars/talk/"


@pytest.fixture(autouse=True)
def _now(db: None) -> Any:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def series() -> Series:
    return factories.series(name="CS Seminar", short_code="CS")


@pytest.fixture
def client(series: Series) -> Client:
    return client_of(factories.organizer(series))


def titles(client: Client, **query: str) -> list[str]:
    page = client.get(LIST, query)
    assert page.status_code == 200
    return [talk.title for talk in page.context["cl"].result_list]


def day(month: int, date: int, year: int = 2025) -> datetime.date:
    return datetime.date(year, month, date)


@pytest.fixture
def term(series: Series) -> None:
    factories.talk(series=series, title="Later", date=day(4, 4))
    factories.talk(series=series, title="Next", date=day(3, 7))
    factories.talk(series=series, title="Last week", date=day(2, 21))
    factories.talk(series=series, title="Long ago", date=day(10, 4, 2024))
    factories.talk(series=series, title="Undated", date=None, status="draft")
    factories.talk(series=series, title="Withdrawn", withdrawn_at=NOW)


@pytest.mark.usefixtures("term")
def test_upcoming_talks_come_first(client: Client) -> None:
    assert titles(client) == ["Next", "Later", "Undated"]
    assert titles(client, when="past") == ["Last week", "Long ago"]
    assert titles(client, when="undated") == ["Undated"]
    assert titles(client, when="withdrawn") == ["Withdrawn"]
    assert set(titles(client, when="all")) == {
        "Later",
        "Next",
        "Last week",
        "Long ago",
        "Undated",
    }


@pytest.mark.usefixtures("term")
def test_terms(client: Client) -> None:
    assert titles(client, when="all", term="2025-spring") == ["Later", "Next", "Last week"]
    assert titles(client, when="all", term="2024-autumn") == ["Long ago"]
    assert titles(client, when="all", term="2025-summer") == []


def test_the_terms_of_a_year() -> None:
    found = {month: Term.of(day(month, 1)).value for month in range(1, 13)}
    assert found == (
        dict.fromkeys(range(1, 6), "2025-spring")
        | dict.fromkeys(range(6, 9), "2025-summer")
        | dict.fromkeys(range(9, 13), "2025-autumn")
    )
    assert [Term.of(day(1, 1)).shifted(n).value for n in (-1, 1, 3)] == [
        "2024-autumn",
        "2025-summer",
        "2026-spring",
    ]
    assert [Term.parse(text) for text in ("2025-winter", "x-spring", "", "99999-spring")] == [
        None
    ] * 4


def test_filter_by_missing_details(client: Client, series: Series) -> None:
    whole: dict[str, Any] = {"series": series, "abstract": "A", "room": "1", "speaker_tba": True}
    factories.talk(**whole, title="Whole")
    factories.talk(**whole | {"abstract": ""}, title="No abstract")
    factories.talk(**whole | {"room": ""}, title="No room")
    factories.talk(**whole | {"room": ""}, title="Fixed room", venue=factories.venue(room="2"))
    factories.talk(**whole | {"speaker_tba": False}, title="No speaker")
    factories.talk(factories.speaker(), **whole | {"speaker_tba": False}, title="With speaker")
    factories.talk(**whole, title="No hour", start_time=None)
    factories.talk(**whole, title="No link", attendance="hybrid")
    factories.talk(**whole, title="By mail", attendance="online", join_note="Comes by mail")
    factories.talk(**whole | {"title": ""})
    factories.talk(**whole | {"abstract": ""}, title="Cancelled", status="cancelled")
    factories.talk(**whole | {"room": ""}, title="Held", date=day(2, 1), recording_consent="yes")
    factories.talk(**whole, title="Not recorded", date=day(2, 1), recording_consent="no")
    found = {
        name: titles(client, when="all", missing=name)
        for name in ("title", "speaker", "abstract", "hour", "room", "join-link", "recording")
    }
    assert found == {
        "title": [""],
        "speaker": ["No speaker"],
        "abstract": ["No abstract"],
        "hour": ["No hour"],
        "room": ["No room"],
        "join-link": ["No link"],
        "recording": ["Held"],
    }
    every = [title for one in found.values() for title in one]
    assert sorted(titles(client, when="all", missing="any")) == sorted(every)


def test_the_first_page_counts_what_needs_attention(series: Series) -> None:
    complete: dict[str, Any] = {"abstract": "A", "room": "1", "speaker_tba": True}
    factories.talk(series=series, **complete)
    factories.talk(series=series, **complete | {"room": ""})
    factories.talk(series=series, **complete, status="submitted")
    factories.talk(status="draft", date=None)
    factories.talk(series=series, date=day(2, 1))
    administrator = client_of(factories.administrator())
    for page in ("/admin/", "/admin/seminars/"):
        assert ">Incomplete (2)</a>" in body(administrator, page)
        assert ">To approve (1)</a>" in body(administrator, page)
    organizer = client_of(factories.organizer(series)).get("/admin/").content.decode()
    assert ">Incomplete (1)</a>" in organizer
    assert ">Awaiting approval (1)</a>" in organizer


def test_breadcrumbs_name_no_app(client: Client, series: Series) -> None:
    talk = factories.talk(series=series, title="On engines")
    change = reverse("admin:seminars_talk_change", args=[talk.pk])
    trails = [
        re.sub(r"<[^>]+>|\s+", " ", found[1]).split()
        for page in (LIST, change)
        if (found := re.search(r'<div class="breadcrumbs">(.*?)</div>', body(client, page), re.S))
    ]
    home = ["Home", "&rsaquo;", "Talks"]
    assert trails == [home, [*home, "&rsaquo;", "On", "engines"]]


def test_times_are_written_as_on_the_site(client: Client, series: Series) -> None:
    Series.objects.update(start_time=datetime.time(12))
    assert "12:00 PM" in body(client, "/admin/seminars/series/")
    administrator = client_of(factories.administrator())
    assert "Mar 3, 2025, 12:00 PM CST" in body(administrator, "/admin/accounts/user/")


def body(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_row_lists_missing_details(client: Client, series: Series) -> None:
    factories.talk(series=series, title="", room="", attendance="hybrid")
    page = client.get(LIST)
    (row,) = page.context["cl"].result_list
    marks = page.context["cl"].model_admin.missing_fields(row)
    assert marks == " ".join(
        f'<span class="gap">{gap}</span>'
        for gap in ("title", "speaker", "abstract", "room", "join link")
    )


def test_administrators_see_all_series_or_their_own(series: Series) -> None:
    administrator = factories.administrator()
    administrator.organised_series.add(series)
    factories.talk(series=series, title="Mine")
    joint = factories.talk(title="Joint")
    joint.co_series.add(series)
    factories.talk(title="Other")
    client = client_of(administrator)
    assert set(titles(client)) == {"Mine", "Joint", "Other"}
    assert set(titles(client, whose="mine")) == {"Mine", "Joint"}
    assert set(titles(client, series=str(series.pk))) == {"Mine", "Joint"}
    assert titles(client, series="999999") == titles(client)


def test_search_by_speaker_and_words(client: Client, series: Series) -> None:
    ada = factories.speaker(name="Ada Lovelace", affiliation="London")
    talk = factories.talk(ada, series=series, title="On engines", abstract="They compute.")
    talk.topics.add(Topic.objects.create(name="Machines", slug="machines"))
    factories.talk(series=series, title="Other")
    for words in ("lovelace", "engines compute", "london", "machines"):
        assert titles(client, q=words) == ["On engines"], words
    assert titles(client, q="lovelace nothing") == []


def test_unknown_filters_are_ignored(client: Client, series: Series) -> None:
    factories.talk(series=series, title="There")
    query = {"when": "x", "term": "x", "missing": "x", "series": "x", "whose": "mine"}
    assert titles(client, **query) == ["There"]


@pytest.mark.parametrize("role", ["organizer", "administrator"])
def test_the_number_of_queries_does_not_depend_on_rows(series: Series, role: str) -> None:
    person = factories.organizer(series) if role == "organizer" else factories.administrator()
    client = client_of(person)

    def row() -> None:
        talk = factories.talk(
            factories.speaker(), factories.speaker(), series=series, venue=factories.venue()
        )
        talk.co_series.add(factories.series())

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        return len(queries)

    row()
    count()
    one = count()
    row()
    row()
    assert Talk.objects.count() == 3
    assert count() == one


def test_a_date_hierarchy(client: Client, series: Series) -> None:
    factories.talk(series=series, title="March")
    factories.talk(series=series, title="April", date=day(4, 4))
    assert titles(client, date__year="2025", date__month="4") == ["April"]

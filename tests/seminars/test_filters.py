"""What the filters in an address mean, on pages and feeds alike."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client

from seminars.formats import FORMATS
from seminars.listings.filters import BadFilterError, Days, Filters, When, page_number
from seminars.listings.listing import Listing
from seminars.models import Appearance, Audience, Department, Talk, Topic
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

KNOWN = (
    "q, series, topic, audience, department, venue, group, speaker, attendance, year, recording,"
    " when, from, to, page"
)
EVERY = (
    "q=deep+nets&series=cs&series=maths&topic=ai&audience=students&department=cs"
    "&venue=mudd&group=readers&speaker=7&attendance=hybrid&attendance=online&year=2025&recording=yes"
    "&when=all&from=2025-01-01&to=2025-12-31"
)


def titles(query: str) -> set[str]:
    """The titles of all talks that the query finds, in all time unless it says otherwise."""
    filters = Filters.read(QueryDict(query if "when=" in query else f"{query}&when=all"))
    listing = Listing.find(filters=filters, now=NOW)
    shown = {talk.title for talk in listing.for_page()}
    assert shown == {talk.title for talk in listing.for_feed()}
    return shown


def test_every_filter_is_read() -> None:
    assert Filters.read(QueryDict(EVERY + "&page=3&utm_source=mail")) == Filters(
        words="deep nets",
        series=("cs", "maths"),
        topic=("ai",),
        audience=("students",),
        department=("cs",),
        venue=("mudd",),
        group=("readers",),
        speaker=7,
        attendance=(Talk.Attendance.HYBRID, Talk.Attendance.ONLINE),
        year=2025,
        flags=frozenset({"recording"}),
        when=When.ALL,
        days=Days(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)),
        page=3,
    )


def test_the_same_filters_make_the_same_address_in_whatever_order_they_come() -> None:
    backwards = "&".join(reversed(EVERY.split("&")))
    doubled = f"{EVERY}&series=cs&attendance=online&page=2&venue="
    for query in (EVERY, backwards, doubled):
        assert Filters.read(QueryDict(query)).query() == EVERY


def test_empty_fields_of_the_form_filter_nothing() -> None:
    empty = "q=&series=&topic=&speaker=&attendance=&year=&recording=&when=&from=&to="
    assert Filters.read(QueryDict(empty)) == Filters()
    assert Filters().query() == ""


@pytest.mark.parametrize(
    ("query", "parameter", "sentence"),
    [
        (
            "colour=red",
            "colour",
            f"There is no filter “colour”. The filters are {KNOWN}.",
        ),
        ("topic=a b", "topic", "There is no topic “a b”."),
        ("speaker=ada", "speaker", "There is no speaker “ada”."),
        ("speaker=0", "speaker", "There is no speaker “0”."),
        (f"speaker={'9' * 19}", "speaker", f"There is no speaker “{'9' * 19}”."),
        ("speaker=1&speaker=2", "speaker", "Give “speaker” only once."),
        (
            "attendance=remote",
            "attendance",
            "“attendance” must be in-person, online, or hybrid, not “remote”.",
        ),
        ("year=25", "year", "“year” must be a year such as 2025, not “25”."),
        ("year=0000", "year", "“year” must be a year such as 2025, not “0000”."),
        ("year=٢٠٢٥", "year", "“year” must be a year such as 2025, not “٢٠٢٥”."),
        ("recording=no", "recording", "“recording” can only be yes, not “no”."),
        (
            "&".join(f"venue=v{n}" for n in range(21)),
            "venue",
            "“venue” can have at most 20 values.",
        ),
    ],
)
def test_what_cannot_be_read(client: Client, query: str, parameter: str, sentence: str) -> None:
    with pytest.raises(BadFilterError) as caught:
        Filters.read(QueryDict(query))
    assert (caught.value.parameter, caught.value.sentence) == (parameter, sentence)
    page = client.get(f"/talks/?{query}")
    assert (page.status_code, Page(page.content).words("banner-error")) == (400, [sentence])
    for suffix in FORMATS:
        feed = client.get(f"/talks.{suffix}?{query}")
        assert (feed.status_code, feed.content.decode()) == (400, f"{sentence}\n")
        assert feed.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("name", ["series", "topic", "audience", "department", "venue"])
def test_what_is_not_there(client: Client, name: str) -> None:
    sentence = f"There is no {name} “nothing”."
    page = client.get(f"/talks/?{name}=nothing")
    assert (page.status_code, Page(page.content).words("banner-error")) == (400, [sentence])
    feed = client.get(f"/talks.json?{name}=nothing")
    assert (feed.status_code, feed.content.decode()) == (400, f"{sentence}\n")


def test_an_index_takes_nothing_but_its_page() -> None:
    assert page_number(QueryDict("")) == 1
    assert page_number(QueryDict("page=4&utm_medium=mail")) == 4
    with pytest.raises(BadFilterError) as caught:
        page_number(QueryDict("q=x"))
    assert caught.value.sentence == ("There is no filter “q”. The filters are page.")


def test_a_topic_includes_all_that_is_part_of_it() -> None:
    science = Topic.objects.create(name="Science", slug="science")
    maths = Topic.objects.create(name="Maths", slug="maths", parent=science)
    algebra = Topic.objects.create(name="Algebra", slug="algebra", parent=maths)
    history = Topic.objects.create(name="History", slug="history")
    factories.talk(title="None")
    for title, topics in (
        ("Wide", [science]),
        ("Middle", [maths]),
        ("Deep", [algebra, science]),
        ("Other", [history]),
    ):
        factories.talk(title=title).topics.set(topics)
    assert titles("topic=science") == {"Wide", "Middle", "Deep"}
    assert titles("topic=maths") == {"Middle", "Deep"}
    assert titles("topic=algebra") == {"Deep"}
    assert titles("topic=algebra&topic=history") == {"Deep", "Other"}


def test_a_circle_of_topics_is_refused_and_would_end() -> None:
    wide = Topic.objects.create(name="Wide", slug="wide")
    narrow = Topic.objects.create(name="Narrow", slug="narrow", parent=wide)
    wide.parent = narrow
    with pytest.raises(ValidationError) as caught:
        wide.full_clean()
    assert caught.value.message_dict == {
        "parent": ["Choose a topic other than this one and its subtopics."]
    }
    wide.save()
    assert Topic.with_descendants([wide.pk]) == sorted([wide.pk, narrow.pk])


def test_a_department_has_the_talks_of_its_series_and_of_those_joined_with_them() -> None:
    ours, theirs = (
        factories.series(department=Department.objects.create(name=name, slug=name))
        for name in ("ours", "theirs")
    )
    factories.talk(title="Ours", series=ours)
    factories.talk(title="Theirs", series=theirs)
    factories.talk(title="Joint", series=theirs).co_series.add(ours)
    factories.talk(title="Nobody's")
    assert titles("department=ours") == {"Ours", "Joint"}
    assert titles("department=ours&department=theirs") == {"Ours", "Theirs", "Joint"}
    assert titles(f"department=ours&series={theirs.slug}") == {"Joint"}


def test_venues_and_audiences() -> None:
    mudd, noyes = factories.venue(slug="mudd"), factories.venue(slug="noyes")
    students = Audience.objects.create(name="Students", slug="students")
    factories.talk(title="A", venue=mudd).audiences.add(students)
    factories.talk(title="B", venue=mudd)
    factories.talk(title="C", venue=noyes).audiences.add(students)
    assert titles("venue=mudd") == {"A", "B"}
    assert titles("venue=mudd&venue=noyes") == {"A", "B", "C"}
    assert titles("audience=students") == {"A", "C"}
    assert titles("audience=students&venue=mudd") == {"A"}


def test_a_speaker_is_one_who_speaks_and_not_the_host() -> None:
    ada, host = factories.speaker(), factories.speaker()
    talk = factories.talk(ada, title="A")
    Appearance.objects.create(talk=talk, speaker=host, role="host")
    panel = factories.talk(title="Panel")
    Appearance.objects.create(talk=panel, speaker=ada, role="panellist")
    assert titles(f"speaker={ada.pk}") == {"A", "Panel"}
    with pytest.raises(BadFilterError) as caught:
        titles(f"speaker={host.pk}")
    assert caught.value.sentence == f"There is no speaker “{host.pk}”."


def test_attendance_and_recordings() -> None:
    for way in Talk.Attendance.values:
        factories.talk(title=way, attendance=way)
    factories.talk(
        title="Seen", recording_url="https://video.example.org/1", recording_consent="yes"
    )
    assert titles("attendance=online") == {"online"}
    assert titles("attendance=online&attendance=hybrid") == {"online", "hybrid"}
    assert titles("recording=yes") == {"Seen"}


def test_a_year_is_of_the_sites_clock() -> None:
    night, midnight = datetime.time(23), datetime.time(0)
    for title, day, hour in (
        ("first", datetime.date(2024, 1, 1), midnight),
        ("last", datetime.date(2024, 12, 31), night),
        ("next", datetime.date(2025, 1, 1), midnight),
    ):
        factories.talk(title=title, date=day, start_time=hour)
    # 11 PM in Chicago is 5 AM of the next day in UTC.
    assert titles("year=2024") == {"first", "last"}
    assert titles("year=2024&from=2024-06-01") == {"last"}


@pytest.mark.parametrize(
    ("query", "page", "feed"),
    [
        ("", {"next"}, {"recently", "next"}),
        ("year=2025", {"long ago", "recently", "next"}, {"long ago", "recently", "next"}),
        ("to=2025-12-31", {"long ago", "recently", "next"}, {"long ago", "recently", "next"}),
        ("recording=yes", {"long ago", "recently"}, {"recently", "next"}),
        ("recording=yes&when=upcoming", {"next"}, {"next"}),
    ],
)
def test_how_far_back_it_reaches_unless_it_is_told(
    query: str, page: set[str], feed: set[str]
) -> None:
    with time_machine.travel(datetime.datetime(2025, 6, 16, 12, tzinfo=datetime.UTC)):
        now = datetime.datetime.now(datetime.UTC)
    for title, day in (("long ago", (1, 6)), ("recently", (6, 2)), ("next", (6, 23))):
        factories.talk(
            title=title,
            date=datetime.date(2025, *day),
            recording_url="https://video.example.org/1",
            recording_consent="yes",
        )
    listing = Listing.find(filters=Filters.read(QueryDict(query)), now=now)
    assert {talk.title for talk in listing.for_page()} == page
    assert {talk.title for talk in listing.for_feed()} == feed


def test_the_names_of_the_filters_are_the_title(client: Client) -> None:
    factories.series(name="CS Seminar", slug="cs")
    factories.venue(building="Mudd Hall", room="3514", slug="mudd")
    ada = factories.speaker(name="Ada Lovelace")
    factories.talk(ada)
    answer = Page(client.get(f"/talks/?venue=mudd&series=cs&speaker={ada.pk}").content)
    assert answer.words("h1") == ["CS Seminar · Mudd Hall, 3514 · Ada Lovelace"]


def test_htmx_gets_the_address_that_belongs_in_the_bar(client: Client) -> None:
    factories.series(slug="cs")
    plain = client.get("/talks/?q=&series=cs&when=&page=1")
    assert "HX-Push-Url" not in plain.headers
    in_place = client.get("/talks/?q=&series=cs&when=&page=1", headers={"HX-Request": "true"})
    assert in_place.headers["HX-Push-Url"] == "/talks/?series=cs"
    later = client.get("/talks/?page=2&series=cs", headers={"HX-Request": "true"})
    assert later.headers["HX-Push-Url"] == "/talks/?series=cs&page=2"
    there = {"HX-Request": "true", "HX-Current-URL": "http://testserver/talks/?series=cs"}
    again = client.get("/talks/?q=&series=cs", headers=there)
    assert again.headers["HX-Push-Url"] == "false"
    other = client.get("/talks/?series=cs&when=all", headers=there)
    assert other.headers["HX-Push-Url"] == "/talks/?series=cs&when=all"
    wrong = client.get("/talks/?when=never", headers={"HX-Request": "true"})
    assert (wrong.status_code, "HX-Push-Url" in wrong.headers) == (422, False)


@pytest.mark.parametrize(
    ("query", "heading", "name"),
    [
        ("", "Upcoming talks", "All talks"),
        ("q=two+words", "Search: “two words”", "Talks · “two words”"),
        ("q=a&series=cs", "CS · “a”", "CS · “a”"),
        ("attendance=online", "Upcoming talks · Online", "Talks · Online"),
        (
            "attendance=online&attendance=hybrid&when=past",
            "Past talks · Hybrid, Online",
            "Talks · Hybrid, Online · Past",
        ),
        (
            "series=cs&recording=yes",
            "CS · With a recording",
            "CS · With a recording",
        ),
        ("year=2024", "Talks in 2024", "Talks · 2024"),
        (
            "from=2025-03-04&to=2025-03-04",
            "Talks on Tuesday, March 4, 2025",
            "Talks · Tuesday, March 4, 2025",
        ),
        (
            "from=2025-03-04&to=2025-04-04",
            "Talks",
            "Talks · Tue, Mar 4, 2025 – Fri, Apr 4, 2025",
        ),
        ("from=2025-03-04", "Talks", "Talks · Tue, Mar 4, 2025 –"),
        ("when=upcoming", "Upcoming talks", "Talks · Upcoming"),
    ],
)
def test_each_page_and_calendar_has_a_name_of_its_own(
    client: Client, query: str, heading: str, name: str
) -> None:
    factories.series(name="CS", slug="cs")
    page = Page(client.get(f"/talks/?{query}").content)
    assert page.words("h1") == [heading]
    assert page.words("title") == [f"{heading} · Seminars"]
    assert client.get(f"/talks.json?{query}").json()["title"] == name

"""The pages, indexes and feeds of series, departments, topics, venues and speakers."""

import datetime
import json
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seminars.formats import FORMATS
from seminars.models import Department, Series, Speaker, Talk, Topic, Venue
from tests import factories
from tests.seminars.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

SITE = settings.SITE_URL
PAST, NEXT = datetime.date(2025, 2, 24), datetime.date(2025, 3, 10)


def facts(page: Page) -> dict[str, str]:
    return dict(zip(page.words("dt"), page.words("dd"), strict=True))


def counted(page: Page) -> list[tuple[str, str]]:
    """Return the rows of an index, each name with its count."""
    return list(zip(page.words("index-name"), page.words("index-count"), strict=True))


class World:
    """One subject of each kind, with a recorded past talk and an upcoming one."""

    def __init__(self) -> None:
        self.department = Department.objects.create(
            name="Computer Science", slug="cs", homepage="https://cs.example.org/"
        )
        self.venue = factories.venue(
            building="Mudd Hall",
            short_name="Mudd",
            former_name="Mudd Library",
            room="3514",
            slug="mudd",
            street="2233 Tech Drive",
            city="Evanston",
            access="Take the lift.",
            step_free="Level entrance.",
            hearing_loop=True,
            capacity=80,
        )
        self.series = factories.series(
            name="CS Seminar",
            slug="cs-seminar",
            short_code="CS",
            department=self.department,
            description="Once a *week*.",
            colour="#336699",
            mailing_list="cs-list@example.org",
            weekday=4,
            start_time=datetime.time(12),
            venue=self.venue,
            contact_name="Winona",
        )
        self.science = Topic.objects.create(name="Science", slug="science")
        self.topic = Topic.objects.create(name="Learning", slug="learning", parent=self.science)
        Topic.objects.create(name="Vision", slug="vision", parent=self.topic)
        self.speaker = factories.speaker(
            name="Ada Lovelace",
            affiliation="London",
            homepage="https://ada.example.org/",
            orcid="0000-0002-1825-0097",
            biography="She wrote the *first* program.",
            email="ada@example.org",
        )
        self.past = self.talk(
            "Before", PAST, recording_url="https://video.example.org/1", recording_consent="yes"
        )
        self.next = self.talk("After", NEXT)

    def talk(self, title: str, date: datetime.date = NEXT, **more: str) -> Talk:
        made = factories.talk(
            self.speaker, title=title, date=date, series=self.series, venue=self.venue, **more
        )
        made.topics.add(self.topic)
        return made


PAGES = {
    "series": ("CS Seminar", "/series/cs-seminar/", "/series/cs-seminar"),
    "department": ("Computer Science", "/departments/cs/", "/departments/cs"),
    "topic": ("Learning", "/topics/learning/", "/topics/learning"),
    "venue": ("Mudd Hall, 3514", "/venues/mudd/", "/venues/mudd"),
    "speaker": ("Ada Lovelace", "/speakers/{pk}/ada-lovelace/", "/speakers/{pk}"),
}


def addresses(name: str, world: World) -> tuple[str, str, str]:
    title, page, feed = PAGES[name]
    pk = world.speaker.pk
    return title, page.format(pk=pk), feed.format(pk=pk)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_lists_upcoming_and_past_talks(client: Client, name: str) -> None:
    world = World()
    factories.talk(title="Elsewhere")
    title, path, feed = addresses(name, world)
    page = read(client, path)
    assert page.words("h1") == [title]
    assert page.words("title") == [f"{title} · {settings.SITE_NAME}"]
    assert page.words("row-title") == ["After", "Before"]
    assert page.words("section-title") == ["Past talks"]
    assert page.words("zone") == ["Times are Chicago time unless noted."]
    links = {
        (part.attributes["rel"], part.attributes.get("type", "")): part.attributes["href"]
        for part in page.of("link")
        if part.attributes["rel"] in ("canonical", "alternate")
    }
    expected = {("canonical", ""): SITE + path}
    for suffix, form in FORMATS.items():
        expected["alternate", form.media_type.split(";")[0]] = f"{SITE}{feed}.{suffix}"
    embedded = urlencode({"url": SITE + path, "format": "json"})
    expected["alternate", "application/json+oembed"] = f"{SITE}/oembed?{embedded}"
    assert links == expected

    past = read(client, f"{path}?when=past")
    by_year = dict(past.links())["Browse by year"]
    archive = read(client, by_year)
    assert archive.words("row-title") == ["Before"]
    assert archive.of("years")
    assert past.words("row-title") == ["Before"]
    assert past.links("action")[0] == ("Recording: Before", "https://video.example.org/1")
    assert past.words("section-title") == []


@pytest.mark.parametrize("name", PAGES)
def test_a_feed_has_the_talks_of_the_page(client: Client, name: str) -> None:
    world = World()
    factories.talk(title="Elsewhere")
    title, path, feed = addresses(name, world)
    for suffix, form in FORMATS.items():
        answer = client.get(f"{feed}.{suffix}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, form.media_type)
        text = answer.content.decode()
        assert [one in text for one in ("Before", "After", "Elsewhere")] == [True, True, False]
    feed_data = json.loads(client.get(f"{feed}.json?year=2025&q=after").content)
    assert (feed_data["title"], feed_data["home_page_url"], feed_data["feed_url"]) == (
        title,
        f"{SITE}{path}?q=after&year=2025",
        f"{SITE}{feed}.json?q=after&year=2025",
    )
    assert [item["title"] for item in feed_data["items"]] == ["After"]


@pytest.mark.parametrize("name", PAGES)
def test_page_and_feed_name_an_invalid_filter(client: Client, name: str) -> None:
    _title, path, feed = addresses(name, World())
    sentence = "“when” must be upcoming, past, or all, not “never”."
    page = read(client, f"{path}?when=never", 400)
    assert (page.words("banner-error"), page.words("row-title")) == ([sentence], [])
    for suffix in FORMATS:
        answer = client.get(f"{feed}.{suffix}?when=never")
        assert (answer.status_code, answer.content.decode()) == (400, f"{sentence}\n")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_talks(client: Client, name: str) -> None:
    world = World()
    _title, path, _feed = addresses(name, world)
    world.next.delete()
    page = read(client, path)
    assert page.words("empty-lead") == ["No upcoming talks."]
    assert page.words("row-title") == ["Before"]
    assert read(client, f"{path}?when=past&page=2").words("empty-lead") == ["No more talks."]


def test_past_talks_are_paged_latest_first(client: Client) -> None:
    world = World()
    for number in range(60):
        world.talk(f"Old {number}", datetime.date(2024, 1, 1) + datetime.timedelta(days=number))
    first = read(client, "/series/cs-seminar/?when=past")
    assert first.words("row-title") == ["Before", *(f"Old {n}" for n in range(59, 10, -1))]
    assert first.links("pages-next") == [("Next page →", "/series/cs-seminar/?when=past&page=2")]
    second = read(client, "/series/cs-seminar/?when=past&page=2")
    assert second.words("row-title") == [f"Old {n}" for n in range(10, -1, -1)]


def test_a_series(client: Client) -> None:
    world = World()
    page = read(client, "/series/cs-seminar/")
    assert page.words("page-facts") == ["Computer Science"]
    assert ("Computer Science", "/departments/cs/") in page.links()
    assert page.of("mark")[0].attributes["class"] == f"mark series-{world.series.pk}"
    assert "Fridays, 12:00 – 1:00 PM" in page.words("p")
    assert page.words("prose") == ["Once a week."]
    assert facts(page) == {
        "Usual venue": "Mudd Hall, 3514",
        "Mailing list": "cs-list@example.org",
        "Contact": "Winona",
    }
    world.series.timezone = "Europe/London"
    world.series.save()
    assert "Fridays, 12:00 – 1:00 PM, London time" in read(client, "/series/cs-seminar/").words("p")


def test_a_joint_talk_is_on_the_pages_of_both_series(client: Client) -> None:
    world = World()
    other = factories.series(slug="other")
    world.next.co_series.add(other, world.series)
    assert read(client, "/series/other/").words("row-title") == ["After"]
    assert read(client, "/series/cs-seminar/").words("row-title") == ["After", "Before"]
    assert counted(read(client, "/series/")) == [
        ("CS Seminar", "1 upcoming talk"),
        (other.name, "1 upcoming talk"),
    ]


def test_a_department(client: Client) -> None:
    World()
    page = read(client, "/departments/cs/")
    assert ("cs.example.org", "https://cs.example.org/") in page.links()
    assert counted(page) == [("CS Seminar", "1 upcoming talk")]


def test_a_topic_has_the_talks_of_its_subtopics(client: Client) -> None:
    World()
    assert facts(read(client, "/topics/learning/")) == {
        "Part of": "Science",
        "Subtopics": "Vision",
    }
    science = Topic.objects.get(slug="science")
    beside = Topic.objects.create(name="Logic", slug="logic", parent=science)
    assert facts(read(client, "/topics/learning/"))["Related topics"] == "Logic"
    beside.delete()
    assert read(client, "/topics/science/").words("row-title") == ["After", "Before"]
    assert read(client, "/topics/vision/").words("row-title") == []
    Topic.objects.create(name="Arts", slug="arts", kind="category")
    index = read(client, "/topics/")
    assert counted(index) == [
        ("Science", "1 upcoming talk"),
        ("Learning", "1 upcoming talk"),
        ("Vision", "No upcoming talks"),
        ("Arts", "No upcoming talks"),
    ]
    assert index.words("section-title") == ["Research areas", "Categories"]


def test_a_venue(client: Client) -> None:
    World()
    page = read(client, "/venues/mudd/")
    assert facts(page) == {
        "Address": "2233 Tech Drive, Evanston View map",
        "Getting there": "Take the lift.",
        "Step-free access": "Level entrance.",
        "Hearing loop": "Available",
        "Capacity": "80",
    }
    assert "(formerly Mudd Library)" in page.words("p")
    address = "https://www.openstreetmap.org/search?query=2233+Tech+Drive%2C+Evanston"
    assert ("View map", address) in page.links()


def test_a_venue_with_few_details(client: Client) -> None:
    factories.venue(slug="yard")
    assert read(client, "/venues/yard/").of("facts") == []
    factories.venue(slug="field", latitude="42.05", longitude="-87.67")
    page = read(client, "/venues/field/")
    assert facts(page) == {"Map": "View map"}


@pytest.mark.parametrize("name", PAGES)
def test_recordings_have_a_tab_if_there_are_any(client: Client, name: str) -> None:
    world = World()
    _title, path, _feed = addresses(name, world)
    links = dict(read(client, path).links())
    assert links["Recordings"] == f"{path}?recording=yes"
    assert read(client, links["Recordings"]).words("row-title") == ["Before"]
    world.past.recording_url = ""
    world.past.save()
    assert "Recordings" not in dict(read(client, path).links())


def test_a_speaker(client: Client) -> None:
    world = World()
    address = f"/speakers/{world.speaker.pk}/ada-lovelace/"
    answer = client.get(address)
    assert b"ada@example.org" not in answer.content
    page = Page(answer.content)
    assert page.words("prose") == ["She wrote the first program."]
    assert {
        ("ada.example.org", "https://ada.example.org/"),
        ("ORCID 0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
    } <= set(page.links())
    assert "London" in page.words("p")
    for wrong in (f"/speakers/{world.speaker.pk}/", f"/speakers/{world.speaker.pk}/bob/"):
        moved = client.get(wrong)
        assert (moved.status_code, moved.headers["Location"]) == (301, address)


def test_someone_who_only_hosts_has_no_page(client: Client) -> None:
    world = World()
    world.next.appearances.update(role="host")
    world.past.delete()
    for address in ("/ada-lovelace/", ".ics", ".json"):
        assert client.get(f"/speakers/{world.speaker.pk}{address}").status_code == 404
    assert counted(read(client, "/speakers/")) == []


def test_the_pages_link_to_each_other(client: Client) -> None:
    world = World()
    pages = {
        ("CS Seminar", "/series/cs-seminar/"),
        ("Ada Lovelace", f"/speakers/{world.speaker.pk}/ada-lovelace/"),
    }
    row = set(read(client, "/talks/").links())
    assert pages | {("Mudd 3514", "/venues/mudd/")} <= row
    talk = set(read(client, world.next.get_absolute_url()).links())
    whole = {
        ("Mudd Hall, 3514", "/venues/mudd/"),
        ("Learning", "/topics/learning/"),
        ("Computer Science", "/departments/cs/"),
    }
    assert pages | whole <= talk


def test_speakers_are_grouped_by_initial(client: Client) -> None:
    people = [
        factories.speaker(name=name, affiliation=name[:1])
        for name in ("Paul Éluard", "Ada Lovelace", "Paul Erdős", "Grace Hopper")
    ]
    factories.talk(*people[:3])
    page = read(client, "/speakers/")
    assert sorted(set(page.words("letter-name"))) == ["E", "L"]
    assert sorted(counted(page)) == [
        (name, "1 upcoming talk") for name in ("Ada Lovelace", "Paul Erdős", "Paul Éluard")
    ]


@pytest.mark.parametrize("place", ["series", "departments", "topics", "venues", "speakers"])
def test_an_index_shows_a_hundred_rows_per_page(client: Client, place: str) -> None:
    world = World()
    numbers = range(130)
    if place == "speakers":
        names = Speaker.objects.bulk_create(
            Speaker(name=f"S {n:03}", sort_name=f"S {n:03}") for n in numbers
        )
        factories.talk(*names)
        world.past.delete()
        world.next.delete()
    elif place == "venues":
        Venue.objects.bulk_create(Venue(building=f"S {n:03}", slug=f"s{n}") for n in numbers)
        Talk.objects.all().delete()
        world.series.delete()
        world.venue.delete()
    else:
        tables: dict[str, type[Series | Department | Topic]] = {
            "series": Series,
            "departments": Department,
            "topics": Topic,
        }
        Talk.objects.all().delete()
        Series.objects.all().delete()
        tables[place].objects.all().delete()
        for n in numbers:
            tables[place].objects.create(name=f"S {n:03}", slug=f"s{n}")
    first, second = read(client, f"/{place}/"), read(client, f"/{place}/?page=2")
    assert first.words("index-name") == [f"S {n:03}" for n in range(100)]
    assert first.links("pages-next") == [("Next page →", f"/{place}/?page=2")]
    assert second.words("index-name") == [f"S {n:03}" for n in range(100, 130)]
    assert read(client, f"/{place}/?page=3").words("empty-lead") == ["Nothing on this page."]
    wrong = read(client, f"/{place}/?page=0", 400)
    assert wrong.words("banner-error") == ["“page” must be a number from 1 up, not “0”."]


@pytest.mark.parametrize("place", ["series", "departments", "topics", "venues", "speakers"])
def test_an_empty_index(client: Client, place: str) -> None:
    assert read(client, f"/{place}/").words("empty-lead") == ["Nothing here yet."]


def more_of_everything(world: World) -> None:
    number = Series.objects.count()
    department = Department.objects.create(name=f"D {number}", slug=f"d{number}")
    series = factories.series(department=department, venue=factories.venue())
    Topic.objects.create(name=f"T {number}", slug=f"t{number}", parent=world.topic)
    for date in (PAST, NEXT):
        talk = factories.talk(
            factories.speaker(), world.speaker, date=date, series=series, venue=world.venue
        )
        talk.topics.add(world.topic)
        talk.co_series.add(world.series)
        factories.talk(factories.speaker(), series=world.series, venue=series.venue, date=date)


@pytest.mark.parametrize(
    "place", ["/series/", "/departments/", "/topics/", "/venues/", "/speakers/", "/talks/", *PAGES]
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_more_rows_need_no_more_queries(client: Client, place: str, signed_in: bool) -> None:
    world = World()
    # One row of each kind that talks link to: without any, there would be fewer queries.
    world.next.co_series.add(factories.series(name="Joint", slug="joint"))
    if signed_in:
        client.force_login(factories.organizer(world.series))
    pages = [place]
    if place in PAGES:
        _title, path, feed = addresses(place, world)
        pages = [path, f"{path}?when=past", *(f"{feed}.{suffix}" for suffix in FORMATS)]
    with_one = _queries(client, pages)
    more_of_everything(world)
    more_of_everything(world)
    assert _queries(client, pages) == with_one


def _queries(client: Client, pages: list[str]) -> list[int]:
    counts = []
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    return counts

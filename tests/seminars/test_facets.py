"""Facets: what can be chosen, how many talks each value matches, and how it is removed."""

import datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seminars.facets import options
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.models import Audience, Talk, Topic
from seminars.querysets import Viewer
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def offered(query: str, viewer: Viewer | None = None) -> options.Choices:
    asked = QueryDict(query)
    listing = Listing.find(filters=Filters.read(asked), now=NOW, viewer=viewer)
    return options.choices(listing, asked)


def counts(query: str, viewer: Viewer | None = None) -> dict[str, dict[str, int | None]]:
    """How many talks each value finds, by facet; those without values are left out."""
    return {
        facet.name: {one.value: one.talks for one in (*facet.first, *facet.more)}
        for facet in offered(query, viewer).facets
        if facet.first
    }


def found(query: str) -> int:
    filters = Filters.read(QueryDict(query))
    return Listing.find(filters=filters, now=NOW).for_page().count()


def world() -> None:
    science, arts = (factories.department(slug=slug, name=slug) for slug in ("science", "arts"))
    cs, maths = (
        factories.series(slug=slug, name=slug, department=science) for slug in ("cs", "maths")
    )
    music = factories.series(slug="music", name="music", department=arts)
    wide = Topic.objects.create(slug="wide", name="Wide")
    deep = Topic.objects.create(slug="deep", name="Deep", parent=wide)
    lone = Topic.objects.create(slug="lone", name="Lone")
    everyone = Audience.objects.create(slug="everyone", name="Everyone")
    mudd = factories.venue(slug="mudd")
    one = factories.talk(series=cs, venue=mudd, attendance="hybrid", title="Engines")
    one.topics.set([wide, deep])
    one.audiences.add(everyone)
    # Joint with another series of its department, and with one of another.
    one.co_series.set([maths, music])
    two = factories.talk(series=maths, attendance="online", title="Engines again")
    two.topics.set([deep, lone])
    past = factories.talk(
        series=cs,
        date=day("2019-05-01"),
        recording_url="https://example.org/v",
        recording_consent="yes",
        title="Engines",
    )
    past.topics.add(deep)
    factories.talk(series=cs, status=Talk.Status.DRAFT)
    factories.talk(title="Alone", date=day("2025-03-11"))


def test_each_value_has_the_number_of_its_talks() -> None:
    world()
    assert counts("") == {
        "series": {"cs": 1, "maths": 2, "music": 1},
        "topic": {"wide": 2, "deep": 2, "lone": 1},
        "audience": {"everyone": 1},
        "attendance": {"in-person": 1, "online": 1, "hybrid": 1},
        "department": {"science": 2, "arts": 1},
        "year": {"": None, "2025": 3, "2019": 1},
        "recording": {"yes": 1},
        "venue": {"mudd": 1},
    }


def test_a_facet_counts_under_the_others_and_not_under_its_own_choice() -> None:
    world()
    narrowed = counts("series=music&attendance=hybrid&when=all")
    assert narrowed["series"] == {"cs": 1, "maths": 1, "music": 1}
    assert narrowed["attendance"] == {"hybrid": 1}
    assert narrowed["department"] == {"science": 1, "arts": 1}
    assert narrowed["year"] == {"": None, "2025": 1}
    assert "recording" not in narrowed
    assert counts("q=again")["series"] == {"maths": 1}


@pytest.mark.parametrize(
    "query",
    ["", "when=all", "when=past", "series=cs", "topic=wide&when=all", "year=2019", "recording=yes"],
)
def test_a_number_is_what_choosing_its_value_finds(query: str) -> None:
    world()
    for name, values in counts(query).items():
        if name in query:
            continue
        for value, count in values.items():
            if value:
                assert found(f"{query}&{name}={value}") == count, (name, value)
    assert offered(query).total == found(query)


def test_a_year_is_the_sites(settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    for at in (datetime.time(11, 59), datetime.time(12, 31)):
        # New Year in Kolkata is half past twelve in Chicago.
        factories.talk(date=day("2019-12-31"), start_time=at, end_time=None)
    assert counts("")["year"] == {"": None, "2020": 1, "2019": 1}
    assert (found("year=2019"), found("year=2020")) == (1, 1)


def test_drafts_count_for_those_who_see_them() -> None:
    world()
    assert counts("", factories.administrator())["series"] == {"cs": 2, "maths": 2, "music": 1}
    assert counts("", factories.user())["series"] == {"cs": 1, "maths": 2, "music": 1}


def test_topics_stand_under_those_that_they_are_part_of() -> None:
    world()
    topics = next(facet for facet in offered("").facets if facet.name == "topic")
    assert [(one.label, one.depth) for one in topics.first] == [
        ("Wide", 0),
        ("Deep", 1),
        ("Lone", 0),
    ]


def test_a_talk_counts_once_for_each_topic_that_its_own_are_part_of() -> None:
    top = Topic.objects.create(slug="top", name="Top")
    middle = Topic.objects.create(slug="middle", name="Middle", parent=top)
    for slugs in (("a", "b"), ("a", "b"), ("b", "c")):
        talk = factories.talk()
        for slug in slugs:
            parent = top if slug == "c" else middle
            talk.topics.add(Topic.objects.get_or_create(slug=slug, name=slug, parent=parent)[0])
    assert counts("")["topic"] == {"top": 3, "middle": 3, "a": 2, "b": 3, "c": 1}


def test_of_many_values_those_with_the_most_talks_come_first() -> None:
    for number in range(40):
        series = factories.series(name=f"S{number:02}", slug=f"s{number}")
        for _talk in range(1 + (number == 39)):
            factories.talk(series=series)
    series_facet = offered("series=s5").facets[0]
    assert [one.label for one in series_facet.first][:2] == ["S39", "S00"]
    assert "S05" in [one.label for one in series_facet.first if one.chosen]
    assert len(series_facet.first) == options.FIRST
    assert len(series_facet.more) == options.MORE
    assert series_facet.rest == 40 - options.FIRST - options.MORE


def test_where_nothing_is_found_nothing_is_offered() -> None:
    factories.group(factories.talk(title="Kernels"), slug="reading", visibility="public")
    assert counts("q=kernels")["group"] == {"reading": None}
    assert counts("q=zebras") == {}


def test_chosen_values_are_removed_one_by_one(client: Client) -> None:
    world()
    speaker = factories.speaker(name="Ada")
    factories.talk(speaker, series=factories.series(slug="x", name="X"))
    asked = f"series=cs&series=x&attendance=hybrid&year=2025&q=engines&speaker={speaker.pk}"
    page = Page(client.get(f"/talks/?{asked}").content)
    rest = f"speaker={speaker.pk}&attendance=hybrid&year=2025"
    assert page.links("chip") == [
        ("Remove Series: X ×", f"/talks/?q=engines&series=cs&{rest}"),
        ("Remove Series: cs ×", f"/talks/?q=engines&series=x&{rest}"),
        (
            "Remove Attendance: Hybrid ×",
            f"/talks/?q=engines&series=cs&series=x&speaker={speaker.pk}&year=2025",
        ),
        (
            "Remove Year: 2025 ×",
            f"/talks/?q=engines&series=cs&series=x&speaker={speaker.pk}&attendance=hybrid",
        ),
        (
            "Remove Speaker: Ada ×",
            "/talks/?q=engines&series=cs&series=x&attendance=hybrid&year=2025",
        ),
    ]


def test_the_archive_is_browsed_by_year(client: Client) -> None:
    for year in (2017, 2019, 2019, 2024):
        factories.talk(date=day(f"{year}-04-01"))
    factories.talk()
    years = Page(client.get("/talks/?when=past").content)
    assert ("2019", "/talks/?year=2019&when=past") in years.links()
    assert [part.words for part in years.of("years")] == ["2024 1 2019 2 2017 1"]
    page = Page(client.get("/talks/?year=2019").content)
    assert page.words("result-count") == ["2 talks"]
    steps = {
        part.attributes["rel"]: (part.words, part.attributes["href"])
        for part in page.of("a")
        if part.attributes.get("rel") in ("prev", "next")
    }
    assert steps == {
        "prev": ("← 2017", "/talks/?year=2017"),
        "next": ("2024 →", "/talks/?year=2024"),
    }


def test_how_many_there_are_in_all_is_said_on_each_page(client: Client) -> None:
    for _talk in range(51):
        factories.talk()
    assert Page(client.get("/talks/").content).words("result-count") == ["Talks 1 to 50 of 51"]
    second = Page(client.get("/talks/?page=2").content)
    assert second.words("result-count") == ["Talks 51 to 51 of 51"]
    beyond = Page(client.get("/talks/?page=9").content)
    assert beyond.words("result-count") == ["No talks on this page, 51 in total"]
    assert ("Back to the first page", "/talks/") in beyond.links()
    nothing = Page(client.get("/talks/?page=9&when=past").content)
    assert nothing.words("result-count") == ["No talks"]


def test_a_fixed_number_of_queries(client: Client) -> None:
    asked = []
    for _more in (1, 2):
        for _talk in range(_more):
            department = factories.department()
            talk = factories.talk(
                factories.speaker(),
                series=factories.series(department=department),
                venue=factories.venue(),
            )
            talk.topics.add(Topic.objects.create(name="T", slug=f"t{talk.pk}"))
            talk.audiences.add(Audience.objects.create(name="A", slug=f"a{talk.pk}"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/talks/")
        asked.append(len(queries))
    assert asked[0] == asked[1]

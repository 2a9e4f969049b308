"""Pages of searches: the order of talks, marked matches, snippets and corrections."""

import datetime
import html
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from seminars.models import Appearance, Talk, Topic
from seminars.search import lookup, spelling
from seminars.search.highlight import excerpt
from seminars.search.query import parse
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = pytest.mark.django_db

PAST, SOON, LATER = (datetime.date(2025, *day) for day in ((2, 3), (3, 10), (3, 20)))


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


def page(client: Client, **query: str) -> Page:
    answer = client.get("/talks/", query)
    assert answer.status_code == 200
    return Page(answer.content)


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("from=2025-03-10&to=2025-03-10", "Talks on Monday, March 10, 2025"),
        ("from=2025-03-10&to=2025-03-11", "Talks"),
        ("year=2024", "Talks in 2024"),
        ("year=2024&when=past", "Past talks in 2024"),
        ("year=2024&series=cs", "CS Seminar"),
    ],
)
def test_headings_name_the_day_or_the_year(client: Client, query: str, heading: str) -> None:
    """They distinguish the years of the archive, also for search engines."""
    factories.series(name="CS Seminar", slug="cs")
    page = Page(client.get(f"/talks/?{query}").content)
    assert page.words("h1") == [heading]
    assert page.words("title")[0].startswith(f"{heading} · ")


def test_best_matches_come_first_and_upcoming_talks_before_past_ones(client: Client) -> None:
    ada = factories.speaker(name="Ada Graphs")
    factories.talk(title="In the abstract", abstract="Of graphs and much else.", date=SOON)
    factories.talk(ada, title="By name", date=LATER)
    factories.talk(title="Affine", date=LATER, room="Graphs room")
    factories.talk(title="Graphs of graphs", date=PAST)
    every, upcoming = page(client, q="graphs", when="all"), page(client, q="graphs")
    found = every.words("row-title")
    assert found == ["By name", "Affine", "In the abstract", "Graphs of graphs"]
    assert every.words("result-count") == ["4 talks, upcoming first, then best match"]
    assert upcoming.words("row-title") == found[:3]
    assert upcoming.words("result-count") == ["3 talks, best match first"]
    assert page(client, q="graphs", when="past").words("row-title") == found[3:]


def test_too_many_matches_are_ordered_by_date(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "MAX_RANKED", 2)
    for title, date in (("Past", PAST), ("Later graphs", LATER), ("Soon", SOON)):
        factories.talk(title=title, abstract="Graphs", date=date)
    every = page(client, q="graphs", when="all")
    assert every.words("row-title") == ["Later graphs", "Soon", "Past"]
    assert every.words("result-count") == ["3 talks"]
    assert page(client, q="graphs").words("row-title") == ["Later graphs", "Soon"]


def test_matches_are_marked(client: Client) -> None:
    abstract = "Long before. " * 30 + "With *Erdős* & <graphs>, at last. " + "Long after. " * 30
    factories.talk(title="Graphs & <b>Erdős</b>", abstract=abstract, date=SOON, language="de")
    factories.talk(title="Graph erdos", date=LATER)
    body = client.get("/talks/", {"q": "erdos graph"}).content.decode()
    assert "<mark>Graphs</mark> &amp; &lt;b&gt;<mark>Erdős</mark>&lt;/b&gt;</a>" in body
    assert '<p class="row-snippet" lang="de">… ' in body
    assert "With <mark>Erdős</mark> &amp; &lt;<mark>graphs</mark>&gt;, at last." in body
    assert body.count("row-snippet") == 1


def test_matches_in_the_row_are_marked_there(client: Client) -> None:
    ada = factories.speaker(name="Ada Lovelace")
    hall = factories.venue(building="Mudd Hall", short_name="Mudd")
    series = factories.series(name="Logic <Seminar>")
    talk = factories.talk(ada, title="", series=series, venue=hall, room="12", date=SOON)
    talk.appearances.update(affiliation="Nürnberg")
    body = client.get("/talks/", {"q": "ada logic nurnberg mudd seminar"}).content.decode()
    for part in (
        "<bdi><mark>Ada</mark> Lovelace</bdi>",
        '<bdi class="soft"><mark>Nürnberg</mark></bdi>',
        "<span><mark>Logic</mark> &lt;<mark>Seminar</mark>&gt;</span></a>",
        ">Title to be announced</a>",
        "<mark>Mudd</mark> 12</a>",
    ):
        assert part in body
    assert "row-snippet" not in body


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("graph theory", ["Topic: [Graph] [Theory] & <b>"]),
        (
            "theory rome",
            ["Topic: Graph [Theory] & <b>", "Location: Mudd Hall, Old Hall, 3514, [Rome]"],
        ),
        ("old hall", ["Location: Mudd [Hall], [Old] [Hall], 3514, Rome"]),
        ("guests", ["Series: [Guests]"]),
        ("cs101", ["Series: [CS101]"]),
        ("grace", ["Host: [Grace] Hopper, Navy"]),
        ("navy sets", ["In two parts: A talk of [sets].", "Host: Grace Hopper, [Navy]"]),
        ("affine", []),
    ],
)
def test_matches_outside_the_row_have_snippets(
    client: Client, typed: str, expected: list[str]
) -> None:
    hall = factories.venue(
        building="Mudd Hall",
        short_name="Mudd",
        former_name="Old Hall",
        room="3514",
        campus="Rome",
        city="Rome",
    )
    talk = factories.talk(
        title="Affine",
        abstract="In two parts:\n\n- A talk of sets.",
        venue=hall,
        series=factories.series(short_code="CS101"),
        date=SOON,
    )
    grace = factories.speaker(name="Grace Hopper")
    Appearance.objects.create(talk=talk, speaker=grace, role="host", affiliation="Navy")
    talk.topics.add(Topic.objects.create(name="Graph Theory & <b>", slug="graphs"))
    talk.co_series.add(factories.series(name="Guests"))
    body = client.get("/talks/", {"q": typed}).content.decode()
    found = re.findall(r'<p class="row-snippet"[^>]*>(.*?)</p>', body)
    plain = [re.sub("</?bdi>", "", one).replace("<mark>", "[") for one in found]
    assert [html.unescape(one.replace("</mark>", "]")) for one in plain] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("graphs", "[graphs]"),
        ("no", ""),
        ("a graph " + "b " * 200, "a [graph] " + "b " * 96 + "…"),
        ("b " * 200 + "graph", "… " + "b " * 24 + "[graph]"),
        ("x" * 300 + "-graph", "… [graph]"),
        ("学" * 300 + "graph", "… [graph]"),
    ],
)
def test_excerpts(text: str, expected: str) -> None:
    parts = excerpt(text, parse("graph").required)
    assert "".join(f"[{one}]" if is_match else one for one, is_match in parts) == expected


def test_a_misspelled_word_is_corrected(client: Client) -> None:
    factories.talk(title="Deep learning", date=SOON)
    found = page(client, q="lerning")
    assert found.words("row-title") == ["Deep learning"]
    assert found.words("corrected") == [
        "Showing results for learning. Search instead for “lerning”"
    ]
    assert found.words("result-count") == ["Showing results for learning. 1 talk"]
    body = client.get("/talks/", {"q": "deep lerning"}).content.decode()
    assert 'href="/talks/?q=%22deep%22+%22lerning%22"' in body
    for alone in ('"lerning"', "learn", "zzzzzz", "xylophone"):
        assert page(client, q=alone).words("corrected") == [], alone
    assert page(client, q='"lerning"').words("row-title") == []


def test_drafts_are_neither_matched_nor_suggested(client: Client) -> None:
    factories.talk(title="Public", date=SOON)
    factories.talk(title="Confidential", status=Talk.Status.DRAFT, date=SOON)
    factories.talk(title="Withdrawn", withdrawn_at=NOW, date=SOON)
    for typed in ("confidential", "confidental", "conf", "withdrawn", "withdrwan"):
        found = page(client, q=typed, when="all")
        assert (found.words("row-title"), found.words("corrected")) == ([], []), typed
    administrator = Client()
    administrator.force_login(factories.administrator())
    assert page(administrator, q="confidential").words("row-title") == ["Confidential"]


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        *(("learning", word, 0) for word in ["learning"]),
        *(("learning", word, 1) for word in ["lerning", "laerning", "learnings", "learnimg"]),
        *(("learning", word, 2) for word in ["lernings", "elarnign"]),
        ("abc", "abcdef", 3),
    ],
)
def test_distances(one: str, other: str, away: int) -> None:
    assert spelling.distance(one, other) == spelling.distance(other, one) == away


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kolmogrov", ["kolmogorov"]),
        ("Kolmogorof complexty", ["kolmogorov complexity"]),
        ('complexty "exact words" -not', ['complexity "exact words" -"not"']),
        ("kolmo", []),
        ("chern-simens", ["chern-simons"]),
        ("K-theory komplexity", ["k-theory complexity"]),
        ("kolmogorov c", ["kolmogorov"]),
        ("C. Kolmogorof", ["c kolmogorov", "kolmogorov"]),
        ("these words are all known but komplexity", ["these words are all known but complexity"]),
        ("navier-stoks", ["navier-stocks", "navier-stokes"]),
        ("zzz", []),
        ("zzzzz c", []),
    ],
)
def test_corrections(typed: str, meant: list[str]) -> None:
    factories.talk(title="Kolmogorov complexity", abstract="Chern–Simons and K-theory.")
    factories.talk(title="These words are all known but", abstract="Stocks")
    factories.talk(title="Navier–Stokes equations", abstract="No stocks.")
    lookup.find("anything")
    assert spelling.corrections(parse(typed)) == meant


def test_the_next_correction_is_tried_if_the_first_has_no_matches(client: Client) -> None:
    for title in ("Stocks and bonds", "Stocks", "Navier–Stokes equations"):
        factories.talk(title=title, date=SOON)
    found = page(client, q="navier-stoks")
    assert found.words("row-title") == ["Navier–Stokes equations"]
    found = page(client, q="navier-stoks x")
    assert found.words("row-title") == []
    found = page(client, q="naver x")
    assert found.words("row-title") == ["Navier–Stokes equations"]
    assert found.words("corrected") == ["Showing results for navier. Search instead for “naver x”"]


def test_past_matches_are_counted_below_upcoming_ones(client: Client) -> None:
    for date in (SOON, datetime.date(2024, 3, 3), datetime.date(1999, 3, 3)):
        factories.talk(title="Deep learning", date=date)
        factories.talk(title="Deep learning", date=date, status="draft")
    factories.talk(title="Graphs", date=datetime.date(2024, 3, 3))
    found = page(client, q="learning", attendance="in-person")
    assert found.words("more") == ["See 2 matching past talks"]
    address = "/talks/?q=learning&attendance=in-person&when=past"
    assert ("See 2 matching past talks", address) in found.links()
    for other in ({"when": "past"}, {"when": "all"}, {"year": "2025"}):
        assert page(client, q="learning", **other).words("more") == [], other
    assert page(client, attendance="in-person").words("more") == []
    assert page(client, q="graphs").words("more") == []


@pytest.mark.parametrize(
    ("query", "expected", "link"),
    [
        (
            {"q": "learning"},
            "No upcoming talks match. See 1 past talk",
            ("See 1 past talk", "/talks/?q=learning&when=past"),
        ),
        (
            {"q": "lerning", "attendance": "in-person"},
            "No upcoming talks match. Did you mean learning? See 1 past talk",
            ("See 1 past talk", "/talks/?q=learning&attendance=in-person&when=past"),
        ),
        (
            {"q": "graphs", "when": "past"},
            "No past talks match. See 2 upcoming talks",
            ("See 2 upcoming talks", "/talks/?q=graphs&when=upcoming"),
        ),
    ],
)
def test_an_empty_page_links_to_other_matches(
    client: Client, query: dict[str, str], expected: str, link: tuple[str, str]
) -> None:
    factories.talk(title="Deep learning", date=datetime.date(2024, 3, 3))
    factories.talk(title="Deep learning", date=datetime.date(2024, 3, 3), status="draft")
    for _talk in range(2):
        factories.talk(title="Graphs", date=SOON)
    found = page(client, **query)
    assert found.words("empty") == [expected]
    assert link in found.links()


def test_more_talks_need_no_more_queries(client: Client) -> None:
    topic = Topic.objects.create(name="Affinity", slug="affinity")

    def add() -> None:
        person = factories.speaker()
        factories.talk(person, title="Graphs", abstract="Graphs", date=SOON).topics.add(topic)

    def count(typed: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page(client, q=typed).words("row-title")
        return len(captured)

    add()
    page(client, q="graphs")
    one = count("graphs"), count("grahps"), count("affinity")
    add()
    add()
    page(client, q="graphs")
    assert (count("graphs"), count("grahps"), count("affinity")) == one

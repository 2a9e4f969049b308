"""Searches match the same talks on both databases, and every text is a valid query."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from seminars.models import Appearance, Talk, TalkWords, Topic, Unindexed, Word
from seminars.search import index, lookup
from seminars.services.changes import changing, changing_shared
from seminars.services.snapshots import Shared
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = pytest.mark.django_db


def titles_for(typed: str) -> set[str]:
    talks = Talk.objects.filter(lookup.find(typed).condition())
    return set(talks.values_list("title", flat=True))


@pytest.fixture
def talks() -> None:
    erdos = factories.speaker(name="Paul Erdős", affiliation="Eötvös Loránd")
    lukasz = factories.speaker(name="Łukasz Kaiser")
    cs = factories.series(name="Computer Science Seminar", short_code="CS")
    mudd = factories.venue(building="Mudd Hall", former_name="Seeley Library", room="3514")
    numbers = factories.talk(erdos, title="Prime numbers", abstract="On *gaps* between primes.")
    numbers.topics.add(Topic.objects.create(name="Number theory", slug="nt"))
    factories.talk(lukasz, title="Attention", abstract="A transformer learns.", series=cs)
    factories.talk(title="Learning deep nets", venue=mudd, room="Annex 7")
    factories.talk(title="Deep learning in C++", abstract="\N{LATIN SMALL LIGATURE FI}nite nets")
    factories.talk(title="機械学習の理論", abstract="深層学習とカーネル法")
    factories.talk(title="量子计算导论")


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("erdos", {"Prime numbers"}),
        ("ERDŐS eotvos", {"Prime numbers"}),
        ("Lukasz", {"Attention"}),
        ("łukasz", {"Attention"}),
        ("finite", {"Deep learning in C++"}),
        ("prim gap", {"Prime numbers"}),
        ("number theory", {"Prime numbers"}),
        ("computer science", {"Attention"}),
        ("cs transf", {"Attention"}),
        ("mudd", {"Learning deep nets"}),
        ("seeley 3514 annex", {"Learning deep nets"}),
        ("deep learning", {"Learning deep nets", "Deep learning in C++"}),
        ('"deep learning"', {"Deep learning in C++"}),
        ('"numbers paul"', set()),
        ("learn -c++", {"Attention", "Learning deep nets"}),
        ("learning -attention -mudd", {"Deep learning in C++"}),
        ('nets -"deep nets"', {"Deep learning in C++"}),
        ("c++", {"Deep learning in C++"}),
        ("学習", {"機械学習の理論"}),
        ("機械学習 カーネル", {"機械学習の理論"}),
        ("学機", set()),
        ("计算", {"量子计算导论"}),
        ("论", {"量子计算导论"}),
        ("-learning -primes -attention -量子", {"機械学習の理論"}),
        ("nothing of the kind", set()),
        ("?!", set()),
        ("primes ?!", {"Prime numbers"}),
    ],
)
def test_matches(talks: None, typed: str, titles: set[str]) -> None:
    assert titles_for(typed) == titles


@pytest.fixture
def spellings() -> None:
    for name in ("Seán O’Neil", "Pat ONeill", "Jane van Doe", "Mary Doe", "Jean-Pierre Serre"):
        factories.talk(factories.speaker(name=name), title=f"By {name}")
    factories.talk(factories.speaker(name="مُحَمَّد علی"), title="By Ali")
    for title in ("Non-linear waves", "Nonlinear optics", "C++ today", "C# today", "C today"):
        factories.talk(title=title)
    for title in ("A manifold", "Many manifolds", "김철수의 세미나", r"On $\mathbb{R}$"):
        factories.talk(title=title)


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        *((typed, {"By Seán O’Neil", "By Pat ONeill"}) for typed in ("O'Neil", "ONeil", "o’neil")),
        ("O'Neill", {"By Pat ONeill"}),
        ("o neil", {"By Seán O’Neil"}),
        *((typed, {"By Jane van Doe"}) for typed in ("J. Doe", "doe j", "J.V. Doe", "Doe, J.")),
        *((typed, {"By Jean-Pierre Serre"}) for typed in ("J.-P. Serre", "jeanpierre", "J. Serre")),
        ("محمد علي", {"By Ali"}),
        *(
            (typed, {"Non-linear waves", "Nonlinear optics"})
            for typed in ("nonlinear", "non-linear")
        ),
        ('"non-linear"', {"Non-linear waves"}),
        ("c++", {"C++ today"}),
        ("C#", {"C# today"}),
        ("c today", {"C++ today", "C# today", "C today"}),
        ("today -c++ -c#", {"C today"}),
        ("manifolds", {"A manifold", "Many manifolds"}),
        ('"manifolds"', {"Many manifolds"}),
        ("김", {"김철수의 세미나"}),
        ("mathbb", set()),
        ("j", set()),
    ],
)
def test_other_spellings(spellings: None, typed: str, titles: set[str]) -> None:
    assert titles_for(typed) == titles


@pytest.mark.parametrize("typed", ["", " ", "-", '"', '""'])
def test_an_empty_query_matches_all_talks(talks: None, typed: str) -> None:
    assert len(titles_for(typed)) == 6


def test_more_matches_than_can_be_ranked(talks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "MAX_RANKED", 1)
    assert titles_for("deep learning") == {"Learning deep nets", "Deep learning in C++"}
    assert titles_for("learning -c++") == {"Learning deep nets"}
    assert lookup.find("deep").keys is None
    keys = list(Talk.objects.order_by("pk").values_list("pk", flat=True))
    assert lookup.find("deep").scores(keys[2:4]).keys() == set(keys[2:4])


def test_the_index_follows_changes_past_the_services() -> None:
    talk = factories.talk(title="Before")
    assert titles_for("before") == {"Before"}
    Talk.objects.filter(pk=talk.pk).update(title="After")
    assert (titles_for("before"), titles_for("after")) == (set(), {"After"})
    speaker = factories.speaker(name="Ada")
    Appearance.objects.bulk_create([Appearance(talk=talk, speaker=speaker, affiliation="Acme")])
    assert titles_for("ada acme") == {"After"}
    Appearance.objects.all().delete()
    assert titles_for("ada") == set()
    talk.delete()
    assert titles_for("after") == set()
    assert (TalkWords.objects.count(), Unindexed.objects.count()) == (0, 0)


def _speaker(talk: Talk) -> Shared:
    speaker = factories.speaker(name="Former")
    Appearance.objects.create(talk=talk, speaker=speaker)
    return speaker


def _topic(talk: Talk) -> Shared:
    topic = Topic.objects.create(name="Former", slug="former")
    talk.topics.add(topic)
    return topic


def _venue(talk: Talk) -> Shared:
    venue = factories.venue(building="Former")
    Talk.objects.update(venue=venue)
    return venue


def _series(talk: Talk) -> Shared:
    series = factories.series(name="Former")
    Talk.objects.update(series=series)
    return series


def _co_series(talk: Talk) -> Shared:
    series = factories.series(name="Former")
    talk.co_series.add(series)
    return series


SUBJECTS = {"speaker": _speaker, "topic": _topic, "venue": _venue, "series": _series}
SUBJECTS["co-series"] = _co_series


@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_renamed_subject_matches_its_new_name(kind: str) -> None:
    talk = factories.talk(title="It")
    subject = SUBJECTS[kind](talk)
    assert titles_for("former") == {"It"}
    with changing_shared(subject=subject, by=None, now=NOW):
        setattr(subject, "building" if kind == "venue" else "name", "Present")
        subject.save()
    assert (titles_for("former"), titles_for("present")) == (set(), {"It"})


@pytest.mark.django_db(transaction=True)
def test_a_change_is_indexed_when_it_is_committed() -> None:
    talk = factories.talk(title="Before")
    with transaction.atomic(), changing(talk=talk, by=None, now=NOW):
        talk.title = "After"
        talk.save()
    assert not Unindexed.objects.exists()
    assert TalkWords.objects.get().names == "after"


def test_words_of_public_talks_are_counted() -> None:
    def counted() -> dict[str, int]:
        index.catch_up()
        return dict(Word.objects.order_by("text").values_list("text", "talks"))

    one = factories.talk(title="Sparse graphs", abstract="Graphs of 2025, with Erdős")
    two = factories.talk(title="Dense graphs")
    factories.talk(title="Secret graphs", status="draft")
    before = {"dense": 1, "erdos": 1, "graphs": 2, "sparse": 1, "with": 1}
    assert counted() == before
    Talk.objects.filter(pk=one.pk).update(status="draft")
    assert counted() == {"dense": 1, "graphs": 1}
    Talk.objects.filter(pk=one.pk).update(status="announced")
    assert counted() == before
    Talk.objects.filter(pk=two.pk).update(withdrawn_at=NOW)
    assert counted() == {"erdos": 1, "graphs": 1, "sparse": 1, "with": 1}


def test_the_command_rebuilds_the_index(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        factories.talk(title=f"Graphs {number}")
    index.catch_up()
    rows = list(TalkWords.objects.order_by("pk").values())
    TalkWords.objects.filter(names="graphs 1").update(names="wrong")
    Word.objects.update(talks=7)
    call_command("index_words")
    assert capsys.readouterr().out == "Indexed 3 talks.\n"
    assert list(TalkWords.objects.order_by("pk").values()) == rows
    assert list(Word.objects.values_list("text", "talks")) == [("graphs", 3)]
    assert titles_for("1") == {"Graphs 1"}


@pytest.mark.parametrize("number", [1, 3])
def test_more_talks_need_no_more_queries(
    number: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(number):
        factories.talk(factories.speaker(name="Ada"), title="Graphs", date=NOW.date())
    titles_for("graphs")
    client.get("/talks/")
    with django_assert_num_queries(2):
        assert len(lookup.find("graph ada").keys or ()) == number


STRANGE = [
    *('"', '"""', "-", "--", "*", "a*", "c++", "(", ")", "a AND", "NOT b", "a NEAR b", "names:a"),
    *("'; DROP TABLE seminars_talk; --", "a | b", "!a", "a:*", "a <-> b", "^a", "{a b}:c", "\\'"),
    *(
        "\x00",
        "a\x00b",
        "😀",
        "%",
        "_",
        "\ud800",
        "\u202e",
        "¶",
        "a ¶ b",
        "ﷺ",
        "x" * 10_000,
        "' " * 99,
    ),
    *(
        "c++ c# f#",
        "''''-.'-",
        "a-b-c.d'e",
        "J. J.-J. Doe",
        "·",
        "j· doe",
        "\\frac \\",
        "김",
        "\u200c-\u00ad",
    ),
    *("- " * 99, "(((" * 50, '"a" ' * 60, "a b " * 60, "a" * 199 + '"', "क्‍ष", "\u0301", "İ", "ß"),
]


@pytest.mark.parametrize("typed", STRANGE)
def test_any_query_gives_a_page(client: Client, typed: str) -> None:
    factories.talk(title="A talk")
    for path in ("/talks/", "/talks.json"):
        query: dict[str, str | bytes] = {"q": typed.encode("utf-8", "surrogatepass"), "when": "all"}
        answer = client.get(path, query)
        assert answer.status_code == 200
    assert Page(client.get("/talks/", {"q": "a talk", "when": "all"}).content).words(
        "row-title"
    ) == ["A talk"]


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    typed=st.text()
    | st.lists(
        st.sampled_from(
            [*STRANGE[:30], "o'neil-c++", "J.", "graphs", "学", "-graphs", '"graphs', " ", "é"]
        ),
        max_size=9,
    ).map(" ".join)
)
def test_no_query_is_an_error(talks: None, typed: str) -> None:
    result = lookup.find(typed)
    assert Talk.objects.filter(result.condition()).count() <= 6


@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(title=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_a_talk_matches_its_title(db: None, title: str) -> None:
    talk = factories.talk(title=title)
    result = lookup.find(f'"{title.replace(chr(34), " ")}"')
    if result.query.required:
        assert talk.pk in (result.keys or ())
    else:
        index.catch_up()

"""What is counted in memory is what the database counts, whatever was changed and by whom."""

import datetime
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seminars.cache import revision, triggers
from seminars.facets import facets, memory_counts, memory_table
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.models import Audience, Department, Series, Talk, Topic, Venue
from seminars.search import lookup
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

# Committed, for nothing is counted in memory of what nobody else can see.
pytestmark = pytest.mark.django_db(transaction=True)

Counted = dict[str, dict[int | str, int]]

WORDS = ("graphs", "sparse graphs", "codes -graphs", "-codes", '"sparse graphs"', "xyz", "?!")


@pytest.fixture(autouse=True)
def _kept(settings: Settings) -> Iterator[None]:
    settings.PAGE_CACHE_MB = 8
    triggers.install()
    with time_machine.travel(NOW, tick=False):
        yield


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - nothing secret


def world() -> None:
    departments = [factories.department(slug=f"d{n}") for n in range(3)]
    for number in range(6):
        factories.series(slug=f"s{number}", department=[*departments, None][number % 4])
        factories.venue(slug=f"v{number}")
    for number in range(8):
        above = Topic.objects.filter(slug=f"t{number // 3}").first() if number > 2 else None
        Topic.objects.create(slug=f"t{number}", name=f"T{number}", parent=above)
    for number in range(3):
        Audience.objects.create(slug=f"a{number}", name=f"A{number}")


def some_talk(one: random.Random) -> Talk:
    new_year = datetime.date(2024, 12, 31)
    talk = factories.talk(
        title=" ".join(one.choices(("sparse", "graphs", "codes", "curves"), k=3)),
        series=one.choice([None, *Series.objects.all()]),
        venue=one.choice([None, *Venue.objects.all()]),
        attendance=one.choice(Talk.Attendance.values),
        recording_url=one.choice(["", "https://example.org/v"]),
        recording_consent=one.choice(["unknown", "yes", "yes", "no"]),
        status=one.choice(["announced", "announced", "cancelled", "draft"]),
        date=one.choice([new_year, NOW.date() + datetime.timedelta(one.randrange(-900, 90))]),
        start_time=datetime.time(one.choice([9, 17, 18, 23])),
        end_time=None,
    )
    change_sets(talk, one)
    return talk


def change_sets(talk: Talk, one: random.Random) -> None:
    for field, model in (("topics", Topic), ("audiences", Audience), ("co_series", Series)):
        rows = list(model._default_manager.all())
        getattr(talk, field).set(one.sample(rows, one.randrange(min(3, len(rows) + 1))))


def some_filters(one: random.Random) -> str:
    offered = [
        *(f"series=s{n}" for n in range(6)),
        *(f"department=d{n}" for n in range(3)),
        *(f"topic=t{n}" for n in range(8)),
        *(f"audience=a{n}" for n in range(3)),
        *(f"venue=v{n}" for n in range(6)),
        *(f"attendance={kind}" for kind in Talk.Attendance.values),
    ]
    single = [
        *(f"year={year}" for year in (2022, 2024, 2025)),
        *("recording=yes", "from=2024-06-01", "to=2025-03-05"),
        *(f"q={words}".replace(" ", "+") for words in WORDS),
        *(f"when={when}" for when in ("past", "all", "upcoming")),
    ]
    chosen = one.sample(offered, one.choice([0, 0, 1, 2, 3]))
    by_name = {text.partition("=")[0]: text for text in one.sample(single, one.randrange(4))}
    return "&".join([*chosen, *by_name.values()])


def listing(query: str) -> Listing:
    return Listing.find(filters=Filters.read(QueryDict(query)), now=NOW)


def counted(query: str) -> Counted:
    """Return by facet the values with talks, and their numbers."""
    asked = listing(query)
    return {
        name: {value: number for value, number in tally.items() if number}
        for name, tally in facets.count_facets(asked, facets.cacheable_state(asked)).items()
    }


def counted_by_database(query: str, settings: Settings) -> Counted:
    settings.PAGE_CACHE_MB = 0
    try:
        return counted(query)
    finally:
        settings.PAGE_CACHE_MB = 8


def known() -> memory_table.TalkTable | None:
    return memory_table.at(revision.state(NOW))


def filled() -> memory_table.TalkTable:
    """Return the table; the first request gets none and starts filling it."""
    assert known() is None
    memory_table.wait()
    found = known()
    assert found is not None
    return found


def elsewhere(does: Callable[[], object]) -> None:
    """Does it in another thread, which has a connection of its own."""

    def run() -> None:
        try:
            does()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        other.submit(run).result()


@pytest.mark.parametrize("seed", range(4))
def test_memory_counts_as_the_database_does(seed: int, settings: Settings) -> None:
    one = chance(seed)
    world()
    for _talk in range(60):
        some_talk(one)
    filled()
    for query in (
        "",
        "when=past",
        "when=all",
        "q=graphs",
        *(some_filters(one) for _n in range(60)),
    ):
        assert counted(query) == counted_by_database(query, settings), query


def first(one: random.Random) -> Talk:
    return one.choice(list(Talk.objects.public().order_by("pk")))


def save(talk: Talk, **fields: object) -> None:
    for name, value in fields.items():
        setattr(talk, name, value)
    talk.save()


EDITS: dict[str, Callable[[random.Random], object]] = {
    "announce": some_talk,
    "move": lambda one: save(first(one), date=datetime.date(2019, 5, 1)),
    "postpone to come": lambda one: save(first(one), date=datetime.date(2025, 4, 1)),
    "another series": lambda one: save(first(one), series=one.choice(Series.objects.all())),
    "no series": lambda one: save(first(one), series=None),
    "another venue": lambda one: save(first(one), venue=one.choice(Venue.objects.all())),
    "online": lambda one: save(first(one), attendance="online"),
    "record": lambda one: save(
        first(one), recording_url="https://example.org/r", recording_consent="yes"
    ),
    "no consent": lambda one: save(first(one), recording_consent="no"),
    "back to draft": lambda one: save(first(one), status="draft"),
    "withdraw": lambda one: save(first(one), withdrawn_at=NOW),
    "other topics": lambda one: change_sets(first(one), one),
    "delete": lambda one: first(one).delete(),
    "many at once": lambda one: Talk.objects.filter(attendance="hybrid").update(
        attendance="online"
    ),
    "drafts at once": lambda one: Talk.objects.filter(status="draft").update(status="announced"),
    "another department": lambda one: Series.objects.filter(slug="s0").update(
        department=Department.objects.get(slug="d2")
    ),
    "no topic": lambda one: Topic.objects.get(slug="t4").delete(),
    "topic moves": lambda one: Topic.objects.filter(slug="t5").update(
        parent=Topic.objects.get(slug="t0")
    ),
    "no audience": lambda one: Audience.objects.get(slug="a1").delete(),
    "audience is new": lambda one: Audience.objects.create(slug="a9").talks.set(Talk.objects.all()),
    "a far number": lambda one: factories.talk(pk=50_000),
}


@pytest.mark.parametrize("edit", EDITS)
def test_counts_agree_after_an_edit_by_another_process(edit: str, settings: Settings) -> None:
    one = chance(7)
    world()
    for _talk in range(30):
        some_talk(one)
    there = filled()
    for does in (lambda: EDITS[edit](one), lambda: some_talk(one)):
        elsewhere(does)
        for query in ("", "when=past", "topic=t0&when=all", "department=d2&when=all", "q=graphs"):
            assert counted(query) == counted_by_database(query, settings), query
        assert known() is there


def test_what_a_transaction_has_not_committed_is_in_no_count(settings: Settings) -> None:
    world()
    factories.talk()
    there = filled()
    before = counted("when=all")
    with transaction.atomic():
        factories.talk()
        assert counted("when=all")["total"] == {0: 2}
        transaction.set_rollback(True)
    assert known() is there
    assert counted("when=all") == before


def test_of_two_concurrent_writers_the_later_one_is_seen_too(settings: Settings) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("There is one writer at a time.")
    one, other = factories.talk(), factories.talk()
    filled()
    with transaction.atomic():
        # Its transaction has the lower number, and ends later.
        Talk.objects.filter(pk=one.pk).update(attendance="online")
        elsewhere(lambda: Talk.objects.filter(pk=other.pk).update(attendance="hybrid"))
        elsewhere(lambda: counted(""))
    assert counted("")["attendance"] == {"online": 1, "hybrid": 1}


def test_after_too_many_changes_the_table_is_filled_again(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    for _talk in range(5):
        factories.talk()
    there = filled()
    monkeypatch.setattr(memory_table, "_MAX_CHANGED", 2)
    Talk.objects.update(attendance="online")
    again = filled()
    assert again is not there
    assert counted("") == counted_by_database("", settings)


def test_a_migration_fills_the_table_again() -> None:
    factories.talk()
    there = filled()
    triggers.uninstall()
    Talk.objects.update(attendance="online")
    triggers.install()
    factories.talk()
    assert filled() is not there
    assert counted("")["attendance"] == {"online": 1, "in-person": 1}


def test_catching_up_takes_as_many_queries_for_three_changes_as_for_one() -> None:
    world()
    for _talk in range(3):
        some_talk(chance(3))
    filled()
    counted("")
    asked = []
    for more in (1, 3):
        Talk.objects.filter(pk__in=Talk.objects.values("pk")[:more]).update(notice=f"{more}")
        state = revision.state(NOW)
        with CaptureQueriesContext(connection) as queries:
            memory_table.at(state)
        asked.append(len(queries))
    assert asked == [6, 6]


def titles(query: str, client: Client) -> list[str]:
    """Those on the page, in order."""
    return [part.words for part in Page(client.get(f"/talks/?{query}").content).of("row-title")]


@pytest.mark.parametrize("query", ["q=graphs&when=all", "q=codes", "when=past&topic=t0", ""])
def test_pages_are_the_same_without_the_table(
    query: str, client: Client, settings: Settings
) -> None:
    one = chance(11)
    world()
    for _talk in range(40):
        some_talk(one)
    filled()
    for _edit in range(3):
        quick = titles(query, client)
        settings.PAGE_CACHE_MB = 0
        assert titles(query, client) == quick
        settings.PAGE_CACHE_MB = 8
        elsewhere(lambda: save(first(one), title=f"Graphs codes {one.random()}"))


@pytest.mark.parametrize("query", ["q=graphs&when=all", "q=graphs&when=past", "q=graphs"])
def test_many_matches_are_sorted_by_date(
    query: str, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = chance(12)
    world()
    for _talk in range(40):
        some_talk(one)
    filled()
    monkeypatch.setattr(lookup, "MAX_RANKED", 2)
    settings.PAGE_CACHE_MB = 0
    slow = titles(query, client)
    settings.PAGE_CACHE_MB = 8
    assert titles(query, client) == slow
    monkeypatch.setattr(memory_counts, "_MAX_SORTED", 2)
    monkeypatch.setattr(memory_counts, "_FIRST_READ", 3)
    assert titles(query, client) == slow


def test_a_column_grows_with_its_combinations() -> None:
    column = memory_table.Column(70_001)
    for number in range(1, 70_001):
        column.codes[number] = column.code((number,))
    assert column.count([1, 70_000, 70_000]) == {(1,): 1, (70_000,): 2}

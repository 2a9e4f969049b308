"""Rows of lists that are kept: always what a reading of everything would give, at less cost."""

import datetime
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seminars import kept_rows
from seminars.cache import triggers
from seminars.kept_rows import first_rows, rows_at, rows_with
from seminars.listings import rows
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.listings.rows import Row
from seminars.models import Appearance, Series, Speaker, Talk, TalkQuerySet, TalkRevision, Venue
from seminars.querysets import Viewer
from tests import factories
from tests.factories import NOW

# Committed, because tokens are drawn anew when a transaction ends.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _kept(settings: Settings) -> Iterator[None]:
    settings.PAGE_CACHE_MB = 8
    triggers.install()
    with time_machine.travel(NOW, tick=False):
        yield


def term() -> None:
    """Three talks with all that a row says of one."""
    series = factories.series(name="Logic", slug="logic")
    venue = factories.venue(building="Mudd Library", room="3514")
    for number in range(3):
        factories.talk(
            factories.speaker(name=f"Speaker {number}", affiliation="Kyiv"),
            title=f"Number {number}",
            series=series,
            venue=venue,
            date=datetime.date(2025, 3, 10 + number),
        )


def listing(viewer: Viewer | None = None) -> Listing:
    return Listing.find(filters=Filters(), now=NOW, viewer=viewer or AnonymousUser())


def read() -> list[list[Row]]:
    """The next talks, and all talks in the order in which they were entered."""
    keys = list(Talk.objects.order_by("pk").values_list("pk", flat=True))
    return [first_rows(listing(), 50), rows_with(listing(), keys), rows_at(keys[::-1], NOW)]


def _first() -> Talk:
    return Talk.objects.earliest("pk")


CHANGES: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "title": lambda: Talk.objects.filter(pk=_first().pk).update(title="New"),
    "cancelled": lambda: Talk.objects.filter(pk=_first().pk).update(status="cancelled"),
    "another speaker": lambda: Appearance.objects.filter(talk=_first()).update(
        speaker=factories.speaker(name="Emmy Noether")
    ),
    "affiliation": lambda: Appearance.objects.update(affiliation="Göttingen"),
    "no speaker": lambda: Appearance.objects.filter(talk=_first()).delete(),
    "speaker's name": lambda: Speaker.objects.filter(name="Speaker 1").update(name="Speaker One"),
    "building": lambda: Venue.objects.update(building="Mudd Hall"),
    "series' name": lambda: Series.objects.filter(slug="logic").update(name="Logic Seminar"),
    "withdrawn": lambda: Talk.objects.filter(pk=_first().pk).update(withdrawn_at=NOW),
    "deleted": lambda: _first().delete(),
    "one more": lambda: factories.talk(title="One more", date=datetime.date(2025, 3, 9)),
}


def test_a_change_is_in_the_next_list(settings: Settings) -> None:
    # In one test, for each that commits has every table emptied after it.
    for name, change in CHANGES.items():
        for model in (Talk, Series, Venue, Speaker):
            model._default_manager.all().delete()
        term()
        read()
        change()
        kept = read()
        settings.PAGE_CACHE_MB = 0
        assert kept == read(), name
        settings.PAGE_CACHE_MB = 8


def test_one_talk_that_has_changed_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    term()
    asked: list[list[int]] = []

    def rows_of(talks: TalkQuerySet) -> list[Row]:
        found = rows.rows_of(talks)
        asked.append([row.id for row in found])
        return found

    monkeypatch.setattr(kept_rows, "rows_of", rows_of)
    keys = [row.id for row in first_rows(listing(), 50)]
    Talk.objects.filter(pk=keys[1]).update(title="New")
    read()
    read()
    assert asked == [keys, [keys[1]]]


def test_as_many_queries_for_three_talks_as_for_one() -> None:
    term()
    keys = list(Talk.objects.values_list("pk", flat=True))
    counts = []
    for some in (keys[:1], keys):
        Talk.objects.filter(pk__in=some).update(notice=f"{len(some)}")
        rows_at([], NOW)
        with CaptureQueriesContext(connection) as queries:
            rows_at(some, NOW)
        counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            rows_at(some, NOW)
        counts.append(len(queries))
    # Their tokens and the state; then the rows and those who speak.
    assert counts == [4, 2, 4, 2]


def elsewhere(does: Callable[[], object]) -> None:
    """Does it in another thread, which has a connection of its own."""

    def run() -> None:
        does()
        connection.close()

    with ThreadPoolExecutor(1) as one:
        one.submit(run).result()


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_edit_while_rows_are_read_is_in_the_next_list(
    when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    term()
    talk = _first()

    def edit() -> None:
        elsewhere(lambda: Talk.objects.filter(pk=talk.pk).update(title="After"))

    def rows_of(talks: TalkQuerySet) -> list[Row]:
        monkeypatch.setattr(kept_rows, "rows_of", rows.rows_of)
        if when == "before":
            edit()
        found = rows.rows_of(talks)
        if when == "after":
            edit()
        return found

    monkeypatch.setattr(kept_rows, "rows_of", rows_of)
    [first] = rows_at([talk.pk], NOW)
    assert first.title == ("After" if when == "before" else "Number 0")
    assert [row.title for row in rows_at([talk.pk], NOW)] == ["After"]


def test_nothing_is_kept_of_what_is_not_committed() -> None:
    term()
    talk = _first()
    with transaction.atomic():
        Speaker.objects.filter(name="Speaker 0").update(name="Nobody")
        assert [row.people[0].speaker__name for row in rows_at([talk.pk], NOW)] == ["Nobody"]
        transaction.set_rollback(True)
    assert [row.people[0].speaker__name for row in rows_at([talk.pk], NOW)] == ["Speaker 0"]


def test_a_talk_from_before_the_triggers_is_kept_until_it_changes() -> None:
    term()
    TalkRevision.objects.all().delete()
    talk = _first()
    assert [row.title for row in rows_at([talk.pk], NOW)] == ["Number 0"]
    Talk.objects.filter(pk=talk.pk).update(title="New")
    assert [row.title for row in rows_at([talk.pk], NOW)] == ["New"]


def test_the_marks_are_the_viewers_own() -> None:
    term()
    ada, bob = factories.user(), factories.user()
    factories.group(_first(), manager=ada)
    factories.group(_first(), member=bob)
    keys = list(Talk.objects.order_by("pk").values_list("pk", flat=True))
    marks = [
        [row.is_kept for row in rows_with(listing(viewer), keys)]
        for viewer in (ada, None, bob, ada)
    ]
    assert marks == [[True, False, False], [False] * 3, [False] * 3, [True, False, False]]

"""The cached upcoming talks of the home page, which must equal freshly read ones."""

import datetime
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import Group, Membership, User
from seminars.cache import triggers
from seminars.models import GroupTalk, Talk
from seminars.views import upcoming
from tests import factories
from tests.factories import NOW

# Committed, because tokens are redrawn when a transaction ends.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_caches(settings: Settings) -> Iterator[None]:
    settings.PAGE_CACHE_MB = 8
    for cached in (upcoming._marked, upcoming._public, upcoming._saved):
        cached.cache_clear()
    triggers.install()
    with time_machine.travel(NOW, tick=False):
        yield


def titles(person: User | None, now: datetime.datetime = NOW) -> list[tuple[str, bool]]:
    """Return the titles this person sees, each with whether it is marked as saved."""
    shown = upcoming.upcoming(person or AnonymousUser(), now)
    return [
        (row.title, row.is_saved)
        for section in shown.sections
        for day in section.days
        for row in day.rows
    ]


def test_everyone_sees_their_own_marks_and_drafts() -> None:
    series = factories.series()
    one = factories.talk(title="One", series=series)
    factories.talk(title="Two", series=series, status="draft")
    ada, bob = factories.user(), factories.user()
    factories.group(one, manager=ada)
    factories.group(one, member=bob)
    organizer = factories.organizer(series)
    for _again in range(2):
        assert titles(None) == [("One", False)]
        assert titles(ada) == [("One", True)]
        assert titles(bob) == [("One", False)]
        assert titles(organizer) == [("One", False), ("Two", False)]


CHANGES: dict[str, tuple[Callable[[], object], list[tuple[str, bool]]]] = {
    "title": (lambda: Talk.objects.filter(title="One").update(title="I"), [("I", True)]),
    "withdrawn": (lambda: Talk.objects.update(withdrawn_at=NOW), []),
    "removed": (lambda: GroupTalk.objects.all().delete(), [("One", False)]),
    "no contributor": (lambda: Membership.objects.update(role="member"), [("One", False)]),
    "left": (lambda: Membership.objects.all().delete(), [("One", False)]),
    "no group": (lambda: Group.objects.all().delete(), [("One", False)]),
}


def test_a_change_is_visible_at_once() -> None:
    # In one test, because all tables are emptied after each test that commits.
    ada = factories.user()
    for name, (change, expected) in CHANGES.items():
        Talk.objects.all().delete()
        factories.group(factories.talk(title="One"), contributor=ada)
        assert titles(ada) == [("One", True)], name
        change()
        assert titles(ada) == expected, name


def test_a_talk_disappears_when_it_is_over() -> None:
    talk = factories.talk(title="One")
    assert talk.over_at
    assert titles(None, talk.over_at - datetime.timedelta(seconds=1)) == [("One", False)]
    assert titles(None, talk.over_at) == []


def test_a_cached_page_reads_session_person_and_state(client: Client) -> None:
    factories.talk()
    client.force_login(factories.user())
    first = client.get("/")
    with CaptureQueriesContext(connection) as queries:
        again = client.get("/")
    assert len(queries) == 3
    assert again.content == first.content
    assert "private" in again["Cache-Control"]


def test_the_page_header_names_the_reader(client: Client) -> None:
    for address in ("ada@example.org", "bob@example.org"):
        person = factories.user(email=address)
        client.force_login(person)
        page = client.get("/").content.decode()
        assert [name in page for name in ("ada@", "bob@")] == [
            address.startswith("ada"),
            address.startswith("bob"),
        ]

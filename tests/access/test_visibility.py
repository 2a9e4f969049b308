"""Who sees which talk, on every route of the site; a route that is not listed here fails.

Groups are tested in tests/access/test_group_visibility.py, the administration in tests/seminars/.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from seminars.formats import FORMATS
from seminars.models import Department, Series, Talk, Topic, Venue
from seminars.querysets import Viewer
from tests import factories
from tests.factories import NOW

ROLES = ("visitor", "member", "organizer", "other organizer", "administrator")
STATES = ("tentative", "draft", "submitted", "announced", "postponed", "cancelled", "withdrawn")
PUBLIC = {"announced", "postponed", "cancelled"}
UNANNOUNCED = {"tentative", "draft", "submitted"}
INSIDERS = {"organizer", "administrator"}

#: In the title of each talk here, in no other text, and short enough never to be wrapped.
MARK = "Zyzzyva"
SECRETS = ("organisers-only-note", "speaker-secret@example.org", "https://join.example.org/secret")

#: Pages that list talks or speakers.
PAGES = {
    "home": "/",
    "talks": "/talks/?when=all&q=zyzzyva",
    "calendar": "/calendar/?topic=rite",
    "calendar-month": "/calendar/2025/03/?series=rite&q=zyzzyva",
    "series": "/series/rite/",
    "department": "/departments/rite/?when=all",
    "topic": "/topics/rite/?from=2025-03-10",
    "venue": "/venues/rite/?year=2025",
    "speaker-index": "/speakers/",
}
#: Feeds: the same for everyone.
FEEDS = {
    f"{name}.{suffix}": f"/{place}.{suffix}{query}"
    for suffix in FORMATS
    for name, place, query in (
        ("talks", "talks", "?when=all"),
        ("series", "series/rite", ""),
        ("department", "departments/rite", "?when=upcoming"),
        ("topic", "topics/rite", "?q=zyzzyva"),
        ("venue", "venues/rite", "?department=rite&topic=rite"),
    )
}
#: Listings embedded in other sites: the same for everyone, too.
EMBEDDED = {
    "embed.talks": "/embed/talks/?when=all",
    "embed.series": "/embed/series/rite/",
    "embed.department": "/embed/departments/rite/?when=all",
    "embed.topic": "/embed/topics/rite/?from=2025-03-10",
    "embed.venue": "/embed/venues/rite/?year=2025",
}
FEEDS |= EMBEDDED
SPEAKER_PAGES = ("speaker-by-id", "speaker")
SPEAKER_FILES = tuple(f"speaker.{suffix}" for suffix in FORMATS)
TALK_PAGES = ("talk-by-id", "talk")
TALK_FILES = tuple(f"talk.{suffix}" for suffix in FORMATS)
#: Routes that show no talk.
EMPTY = {
    "theme": "/theme.css",
    "healthz": "/healthz",
    "readyz": "/readyz",
    "series-index": "/series/",
    "department-index": "/departments/",
    "topic-index": "/topics/",
    "venue-index": "/venues/",
    "robots": "/robots.txt",
    "sitemap": "/sitemap.xml",
}
#: Prefixes of routes that are tested elsewhere.
TESTED_ELSEWHERE = (
    *("admin:", "account_", "usersessions_", "group", "me", "feed-key", "talk-add"),
    *("old-", "oembed", "embed", "talk-card", "site-card", "favicon", "icon", "touch-icon"),
    *("sitemap-part", "well-known"),
)


def sees(role: str, state: str) -> bool:
    return state in PUBLIC or (state in UNANNOUNCED and role in INSIDERS)


@dataclass
class World:
    clients: dict[str, Client]
    people: dict[str, Viewer]
    talks: dict[str, Talk]
    neighbor: Talk


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with time_machine.travel(NOW, tick=False):
        yield _world()


def _world() -> World:
    department = Department.objects.create(name="Rite", slug="rite")
    series, other = factories.series(slug="rite", department=department), factories.series()
    people: dict[str, Viewer] = {
        "visitor": AnonymousUser(),
        "member": factories.user(),
        "organizer": factories.organizer(series),
        "other organizer": factories.organizer(other),
        "administrator": factories.administrator(),
    }
    clients = {role: Client() for role in ROLES}
    for role, person in people.items():
        if isinstance(person, User):
            clients[role].force_login(person)
    venue = factories.venue(slug="rite")
    topic = Topic.objects.create(name="Rite", slug="rite")
    talks = {state: _talk(state, series, venue, topic) for state in STATES}
    neighbor = factories.talk(series=series, title="Neighbor")
    return World(clients, people, talks, neighbor)


def _talk(state: str, series: Series, venue: Venue, topic: Topic) -> Talk:
    talk = factories.talk(
        factories.speaker(name=f"{MARK} {state} Speaker", email=SECRETS[1]),
        title=f"{MARK} {state}",
        status="announced" if state == "withdrawn" else state,
        withdrawn_at=NOW if state == "withdrawn" else None,
        published_at=None if state in UNANNOUNCED else NOW - datetime.timedelta(days=9),
        series=series,
        venue=venue,
        notes=SECRETS[0],
        join_url=SECRETS[2],
        join_access="never",
    )
    talk.topics.add(topic)
    return talk


def names(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Yield the name of every route, with its namespace."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from names(entry, space)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def test_every_route_is_listed() -> None:
    listed = {*PAGES, *FEEDS, *TALK_PAGES, *TALK_FILES, *SPEAKER_PAGES, *SPEAKER_FILES, *EMPTY}
    unknown = {
        name for name in names() if name not in listed and not name.startswith(TESTED_ELSEWHERE)
    }
    assert unknown == set()


@pytest.mark.parametrize("role", ROLES)
def test_querysets(world: World, role: str) -> None:
    person = world.people[role]
    seen = {talk.title for talk in Talk.objects.visible_to(person)} - {"Neighbor"}
    assert seen == {f"{MARK} {state}" for state in STATES if sees(role, state)}
    editable = {talk.title for talk in Talk.objects.editable_by(person)} - {"Neighbor"}
    assert editable == {f"{MARK} {state}" for state in STATES if role in INSIDERS}


def _expect(body: str, shown: set[str]) -> None:
    assert {state for state in STATES if f"{MARK} {state}" in body} == shown
    assert [secret for secret in SECRETS if secret in body] == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", PAGES)
def test_pages_list_what_the_viewer_may_see(world: World, role: str, name: str) -> None:
    response = world.clients[role].get(PAGES[name])
    assert response.status_code == 200
    _expect(response.content.decode(), {state for state in STATES if sees(role, state)})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", FEEDS)
def test_feeds_contain_what_everyone_may_see(world: World, role: str, name: str) -> None:
    response = world.clients[role].get(FEEDS[name])
    assert response.status_code == 200
    _expect(response.content.decode(), PUBLIC)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_a_talks_page_and_files(world: World, role: str, state: str) -> None:
    talk, client = world.talks[state], world.clients[role]
    Talk.objects.exclude(pk=talk.pk).delete()
    hidden = 410 if state == "withdrawn" else 404
    page = client.get(f"/talks/{talk.pk}/{talk.slug}/")
    assert page.status_code == (200 if sees(role, state) else hidden)
    _expect(page.content.decode(), {state} & ({state} if sees(role, state) else set()))
    by_id = client.get(f"/talks/{talk.pk}/")
    assert by_id.status_code == (301 if sees(role, state) else hidden)
    for name in TALK_FILES:
        suffix = name.rpartition(".")[2]
        file = client.get(f"/talks/{talk.pk}.{suffix}")
        # A calendar that has a withdrawn talk gets a canceled entry without its words.
        is_told = state == "withdrawn" and FORMATS[suffix].takes_departed
        assert file.status_code == (200 if state in PUBLIC or is_told else hidden)
        _expect(file.content.decode(), {state} & PUBLIC)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_a_speakers_page_and_files(world: World, role: str, state: str) -> None:
    """A speaker exists, also as a filter, only for those who may see one of their talks."""
    client, person = world.clients[role], world.talks[state].appearances.get().speaker
    page = client.get(f"/speakers/{person.pk}/{person.slug}/")
    assert page.status_code == (200 if sees(role, state) else 404)
    _expect(page.content.decode(), {state} if sees(role, state) else set())
    by_id = client.get(f"/speakers/{person.pk}/")
    assert by_id.status_code == (301 if sees(role, state) else 404)
    filtered = client.get(f"/talks/?speaker={person.pk}")
    assert filtered.status_code == (200 if sees(role, state) else 400)
    _expect(filtered.content.decode(), {state} if sees(role, state) else set())
    for name in SPEAKER_FILES:
        suffix = name.rpartition(".")[2]
        file = client.get(f"/speakers/{person.pk}.{suffix}")
        # A calendar that had a withdrawn talk gets a cancelled entry without any name.
        exists = state in PUBLIC or (state == "withdrawn" and FORMATS[suffix].takes_departed)
        assert file.status_code == (200 if exists else 404)
        _expect(file.content.decode(), {state} & PUBLIC)
        filtered = client.get(f"/talks.{suffix}?speaker={person.pk}")
        assert filtered.status_code == (200 if state in PUBLIC else 400)
        _expect(filtered.content.decode(), {state} & PUBLIC)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "index", ["/series/", "/departments/", "/topics/", "/venues/", "/departments/rite/"]
)
def test_counts_include_what_the_viewer_may_see(world: World, role: str, index: str) -> None:
    world.neighbor.delete()
    expected = sum(sees(role, state) for state in STATES)
    assert f">{expected} upcoming talks<" in world.clients[role].get(index).content.decode()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_neighbors_in_the_series(world: World, role: str, state: str) -> None:
    """Previous and next talks on a talk's page follow the same rule."""
    Talk.objects.exclude(pk__in=[world.talks[state].pk, world.neighbor.pk]).delete()
    response = world.clients[role].get(world.neighbor.get_absolute_url())
    assert response.status_code == 200
    _expect(response.content.decode(), {state} if sees(role, state) else set())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", EMPTY)
def test_empty_routes(world: World, role: str, name: str) -> None:
    response = world.clients[role].get(EMPTY[name])
    assert response.status_code == 200
    _expect(response.content.decode(), set())


def test_an_organizer_of_one_of_two_series(world: World) -> None:
    """A joint talk belongs to the organizers of both series, and appears once."""
    joint, first, second = world.talks["draft"], factories.series(), factories.series()
    joint.co_series.add(first, second)
    for person in (factories.organizer(second), factories.organizer(first, second)):
        assert Talk.objects.visible_to(person).filter(pk=joint.pk).count() == 1
        assert Talk.objects.editable_by(person).filter(pk=joint.pk).count() == 1


@pytest.mark.parametrize("lost", ["is_staff", "is_active"])
def test_an_organizer_who_left(world: World, lost: str) -> None:
    person = world.people["organizer"]
    assert isinstance(person, User)
    setattr(person, lost, False)
    person.save()
    assert not Talk.objects.editable_by(person).exists()
    assert set(Talk.objects.visible_to(person)) == {*Talk.objects.public()}


def test_a_talk_withdrawn_long_ago_or_never_public_is_not_found(world: World) -> None:
    talk, client = world.talks["withdrawn"], world.clients["visitor"]
    Talk.objects.filter(pk=talk.pk).update(withdrawn_at=NOW - datetime.timedelta(days=60))
    assert client.get(talk.get_absolute_url()).status_code == 404
    Talk.objects.filter(pk=talk.pk).update(withdrawn_at=NOW, published_at=None)
    assert client.get(talk.get_absolute_url()).status_code == 404

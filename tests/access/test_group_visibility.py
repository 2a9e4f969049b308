"""Who sees which group, by its visibility and the reader's session or key; and that no GET writes.

A private group's name and talks are in nothing that anyone else can read.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import FeedKey, Group, Membership, User
from accounts.people import vouch_for
from accounts.services import invitations, leave_group, replace_key
from seminars.formats import FORMATS
from seminars.models import Department, Series, Talk, Topic, Venue
from seminars.planitpurple import FORMATS as OLD_FORMATS
from seminars.services.groups import write_note
from tests import factories
from tests.factories import NOW
from tests.routes import rows

pytestmark = pytest.mark.django_db

VISIBILITIES = ("public", "unlisted", "private")
#: Administrators and organizers have the same rights in groups as any stranger.
PEOPLE = ("visitor", "stranger", "administrator", "member", "former member")
NAME, TALK = "Quokka Circle", "Zyzzyva"


@dataclass
class World:
    group: Group
    talk: Talk
    clients: dict[str, Client]
    keys: dict[str, str]
    replaced: dict[str, str]


def _world(visibility: str) -> World:
    talk = factories.talk(title=TALK)
    # With the talk's id and the group's slug, so that a path of each kind exists.
    factories.speaker(pk=talk.pk)
    for model in (Series, Venue, Topic, Department):
        model._default_manager.create(slug="circle")
    group = factories.group(
        talk, name=NAME, slug="circle", visibility=visibility, manager=factories.user()
    )
    people: dict[str, User | None] = {
        "visitor": None,
        "stranger": factories.user(),
        "administrator": factories.administrator(),
        "member": factories.user(),
        "former member": factories.user(),
    }
    clients = {who: Client() for who in PEOPLE}
    keys, replaced = {}, {}
    for who, person in people.items():
        if person is None:
            continue
        clients[who].force_login(person)
        if "member" in who:
            Membership.objects.create(group=group, user=person)
            replaced[who] = replace_key(user=person, group=group).key
            keys[who] = replace_key(user=person, group=group).key
    for person in User.objects.all():
        vouch_for(person)
    former = people["former member"]
    assert former is not None
    leave_group(group=group, user=former)
    return World(group, talk, clients, keys, replaced)


@pytest.fixture(params=VISIBILITIES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with time_machine.travel(NOW, tick=False):
        yield _world(request.param)


def may_see(world: World, who: str) -> bool:
    return world.group.visibility != "private" or who == "member"


@pytest.mark.parametrize("who", PEOPLE)
def test_the_page_by_session(world: World, who: str) -> None:
    client, there = world.clients[who], f"/groups/{world.group.slug}/"
    response = client.get(there)
    if may_see(world, who):
        assert response.status_code == 200
        assert f"<bdi>{NAME}</bdi>" in response.content.decode()
        assert f">{TALK}</a>" in response.content.decode()
        assert "no-store" in response.headers["Cache-Control"]
    else:
        nowhere = client.get("/groups/nowhere/")
        assert response.status_code == nowhere.status_code == 404
        seen = response.content.decode().replace(world.group.slug, "nowhere")
        assert seen == nowhere.content.decode()


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_the_feeds_by_session(world: World, who: str, suffix: str) -> None:
    response = world.clients[who].get(f"/groups/{world.group.slug}.{suffix}")
    if not may_see(world, who):
        nowhere = world.clients[who].get(f"/groups/nowhere.{suffix}")
        assert response.status_code == nowhere.status_code == 404
        seen = response.content.decode().replace(world.group.slug, "nowhere")
        assert seen == nowhere.content.decode()
        return
    assert response.status_code == 200
    assert TALK in response.content.decode()
    private = "private" in response.headers.get("Cache-Control", "")
    assert private == (world.group.visibility != "public" or who != "visitor")
    assert ("X-Robots-Tag" in response.headers) == (world.group.visibility != "public")


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_the_feeds_by_key(world: World, suffix: str) -> None:
    """A member's key opens a group of any visibility; a replaced key or a former member's, none."""
    status = {
        (who, kind): Client().get(f"/feeds/{key}.{suffix}").status_code
        for kind, keys in (("key", world.keys), ("replaced", world.replaced))
        for who, key in keys.items()
    }
    assert status == {
        ("member", "key"): 200,
        ("member", "replaced"): 404,
        ("former member", "key"): 404,
        ("former member", "replaced"): 404,
    }
    assert TALK in Client().get(f"/feeds/{world.keys['member']}.{suffix}").content.decode()


def test_the_feed_of_all_my_groups_ends_with_the_membership(world: World) -> None:
    titles = {}
    for who in ("stranger", "member", "former member"):
        person = User.objects.get(pk=world.clients[who].session["_auth_user_id"])
        key = FeedKey.objects.get(user=person, membership=None).key
        feed = json.loads(Client().get(f"/feeds/{key}.json").content)
        titles[who] = [item["title"] for item in feed["items"]]
    assert titles == {"stranger": [], "member": [TALK], "former member": []}


def _routes(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace != "admin":
            yield from _routes(entry)
        elif isinstance(entry, URLPattern):
            yield entry


def _pages(world: World) -> list[str]:
    """Return a path of every route except the administration's, with the world's rows in it."""
    known = {
        "pk": world.talk.pk,
        "slug": world.group.slug,
        "key": world.keys["member"],
        "uidb36": "1",
        "calendar": world.group.calendar_id,
        "feed": world.group.feed_id,
        "code": "cs",
        "event": world.talk.event_id,
        "year": 2025,
        "month": 3,
        "version": "0",
        "kind": "talks",
        "part": 1,
    }
    paths = []
    for route in _routes():
        wanted = {name: known[name] for name in route.pattern.regex.groupindex}
        paths.append(reverse(str(route.name), kwargs=wanted))
    return [world.talk.get_absolute_url(), *paths]


@pytest.mark.once
def test_a_group_is_named_only_where_it_may_be_seen(world: World) -> None:
    named = {}
    for who in PEOPLE:
        client = world.clients[who]
        pages = [path for path in _pages(world) if not path.startswith("/feeds/")]
        named[who] = {path for path in pages if NAME.encode() in client.get(path).content}
    at = f"/groups/{world.group.slug}"
    # CSV has no title.
    own = {f"{at}/", *(f"{at}.{suffix}" for suffix in FORMATS if suffix != "csv")}
    for who in PEOPLE:
        expected = set(own) if may_see(world, who) else set()
        if world.group.visibility != "private":
            expected.add(f"/embed{at}/")
        if world.group.visibility == "public":
            # The last three among the filters.
            expected |= {"/groups/", "/talks/", "/calendar/", "/calendar/2025/03/"}
            expected |= {f"/feed/{form}/{world.group.feed_id}" for form in OLD_FORMATS}
        if who == "member":
            expected |= {"/groups/", "/me/", f"{at}/people/", f"{at}/mail/", f"{at}/leave/"}
        assert named[who] == expected, who


def test_members_invitations_and_history_are_only_for_members(world: World) -> None:
    """No page shows to others what only members know, for groups of any visibility."""
    manager = User.objects.get(memberships__group=world.group, memberships__role="manager")
    invitations.invite(
        group=world.group, by=manager, addresses=["guest@example.org"], role="member", now=NOW
    )
    link = invitations.create_link(group=world.group, by=manager, role="member", days=7, now=NOW)
    write_note(group=world.group, talk=world.talk, by=manager, note="Numbat")
    addresses = User.objects.filter(memberships__group=world.group).values_list("email", flat=True)
    mailed = world.group.invitations.get(email="guest@example.org")
    world.group.refresh_from_db()
    secrets = {"guest@example.org", link.key, mailed.key, world.group.token, "Numbat", *addresses}
    assert all(secrets)
    shown = {
        who: {
            secret
            for path in _pages(world)
            for page in [world.clients[who].get(path).content.decode(errors="replace")]
            for secret in secrets
            if secret in page
        }
        for who in PEOPLE
    }
    own = User.objects.get(pk=world.clients["member"].session["_auth_user_id"]).email
    outside = {who: set[str]() for who in PEOPLE}
    assert shown == outside | {"member": {"Numbat", own}}


@pytest.mark.once
def test_no_get_changes_anything(world: World) -> None:
    manager = Client()
    manager.force_login(
        User.objects.get(memberships__group=world.group, memberships__role="manager")
    )
    before = rows()
    for path in _pages(world):
        manager.get(path, headers={"HX-Request": "true"})
        for client in (manager, *world.clients.values()):
            client.get(path)
    assert rows() == before

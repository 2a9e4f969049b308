"""Groups that follow groups: circles, also concurrent ones, and what strangers never see."""

import datetime
from itertools import pairwise

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import Group, Membership, User
from seminars.formats import FORMATS
from seminars.listings import group_reasons
from seminars.models import Follow, Talk
from seminars.services.errors import RefusedError
from seminars.services.following import follow, unfollow
from seminars.services.groups import add_talk, remove_talk
from tests import factories
from tests.clients import signed_in
from tests.concurrency import at_once
from tests.factories import NOW
from tests.interop.readers import by_icalendar
from tests.seminars.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

LATER = NOW + datetime.timedelta(hours=1)
CIRCLE = (
    "“{}” already follows “{}”, directly or through other groups."
    " Two groups can’t follow each other."
)


def create(name: str, *managers: User, visibility: str = "public") -> Group:
    group = factories.group(name=name, slug=name.lower(), visibility=visibility)
    for person in managers:
        Membership.objects.create(group=group, user=person, role="manager")
    return group


def page(client: Client, group: Group) -> list[str]:
    return Page(client.get(group.get_absolute_url()).content).words("row-title")


def test_circles_are_refused(ada: User) -> None:
    groups = [create(f"G{number}", ada) for number in range(5)]
    for group, target in pairwise(groups):
        follow(group=group, target=target, by=ada, now=NOW)
    for last, first in ((1, 0), (4, 0), (4, 1)):
        with pytest.raises(RefusedError) as refused:
            follow(group=groups[last], target=groups[first], by=ada, now=NOW)
        assert str(refused.value) == CIRCLE.format(f"G{first}", f"G{last}")
    with pytest.raises(RefusedError, match=r"^A group can’t follow itself\.$"):
        follow(group=groups[0], target=groups[0], by=ada, now=NOW)
    # Two paths to one group are not a circle.
    follow(group=groups[0], target=groups[4], by=ada, now=NOW)
    assert Follow.objects.count() == 5


def test_a_circle_in_the_database_does_no_harm(ada: User) -> None:
    """Pages and calendars work although someone created it in the database."""
    one, two = create("One", ada), create("Two", ada)
    Follow.objects.create(group=one, followed=two)
    Follow.objects.create(group=two, followed=one)
    add_talk(group=one, talk=factories.talk(title="Engines"), added_by=ada, now=NOW)
    for group in (one, two):
        assert page(Client(), group) == ["Engines"]
        assert Client().get(f"/groups/{group.slug}.ics").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("length", [2, 4])
def test_concurrent_rules_that_would_close_a_circle(length: int) -> None:
    """Neither transaction sees the other's rule, and neither rule closes a circle by itself."""
    people = [factories.user(), factories.user()]
    groups = [create(f"G{number}", *people) for number in range(length)]
    half = length // 2
    for number in range(length):
        if number not in (0, half):
            group, target = groups[number], groups[(number + 1) % length]
            follow(group=group, target=target, by=people[0], now=NOW)

    def close(side: int) -> str:
        try:
            group, target = groups[side * half], groups[(side * half + 1) % length]
            follow(group=group, target=target, by=people[side], now=NOW)
        except RefusedError as refused:
            return str(refused)
        return ""

    first, second = sorted(at_once(lambda: close(0), lambda: close(1)))
    assert first == ""
    assert second.endswith("Two groups can’t follow each other.")
    assert Follow.objects.count() == length - 1


@pytest.fixture
def secret(ada: User) -> Group:
    """Ada's private group with one talk."""
    group = create("Secret", ada, visibility="private")
    add_talk(group=group, talk=factories.talk(title="Engines"), added_by=ada, now=NOW)
    return group


def test_only_members_can_follow_a_private_group(secret: Group) -> None:
    bob = factories.user()
    us = create("Us", bob, visibility="private")
    with pytest.raises(RefusedError, match=r"^There is no such group\.$"):
        follow(group=us, target=secret, by=bob, now=NOW)
    answers = [
        signed_in(bob).post("/groups/us/follows/", {"what": f"/groups/{slug}/"}).content.decode()
        for slug in ("secret", "nowhere")
    ]
    assert answers[0].replace("secret", "nowhere").count("That link doesn’t lead to a page") == 1
    assert "Secret" not in answers[0]


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_an_open_group_cannot_follow_a_private_one(
    ada: User, secret: Group, visibility: str
) -> None:
    create("Us", ada, visibility=visibility)
    answer = signed_in(ada).post("/groups/us/follows/", {"what": "/groups/secret/"})
    assert answer.status_code == 400
    wrong = (
        "“Secret” is private and “Us” isn’t, so it can’t be followed: people who aren’t"
        " its members would see its talks."
    )
    assert Page(answer.content).words("errorlist") == [wrong]


def strangers_see_nothing(group: Group, *people: User | None) -> None:
    """Assert that these people see neither the private group that this one follows"
    " nor its talks."""
    for person in people:
        client = signed_in(person) if person else Client()
        for path in (f"/groups/{group.slug}/", *(f"/groups/{group.slug}.{one}" for one in FORMATS)):
            text = client.get(path).content.decode()
            assert [word for word in ("Secret", "secret", "Engines") if word in text] == [], path
        viewer = person or AnonymousUser()
        talks = Talk.objects.values_list("pk", flat=True)
        assert group_reasons.of_talks([group.pk], talks, viewer) == {}


def test_a_private_group_shows_followed_talks_to_members_of_both(ada: User, secret: Group) -> None:
    bob = factories.user()
    us = create("Us", ada, bob, visibility="private")
    rule = follow(group=us, target=secret, by=ada, now=NOW)
    assert page(signed_in(ada), us) == ["Engines"]
    assert Page(signed_in(ada).get("/groups/us/").content).words("row-why") == ["From Secret"]
    strangers_see_nothing(us, bob)
    assert "Secret" not in signed_in(bob).get("/groups/us/follows/").content.decode()
    answer = signed_in(bob).post(f"/groups/us/follows/{rule.pk}/remove/")
    assert (answer.status_code, Follow.objects.count()) == (302, 1)
    # Departures do not reveal it either.
    talk = Talk.objects.get()
    remove_talk(group=us, talk=talk, removed_by=ada, now=LATER)
    strangers_see_nothing(us, bob)
    for path in ("follows", "history"):
        seen = [signed_in(one).get(f"/groups/us/{path}/").content.decode() for one in (ada, bob)]
        assert ("Engines" in seen[0], "Engines" in seen[1]) == (path == "follows", False)
    unfollow(group=us, rule=rule.pk, by=ada, now=LATER)
    strangers_see_nothing(us, bob)


@pytest.mark.parametrize("which", ["followed", "follower"])
def test_visibility_changes_of_a_follower_or_a_followed_group(
    ada: User, secret: Group, which: str
) -> None:
    """The followed group turns private, or the private follower public."""
    us = create("Us", ada, visibility="private")
    Group.objects.filter(pk=secret.pk).update(visibility="public")
    if which == "followed":
        Group.objects.filter(pk=us.pk).update(visibility="public")
        follow(group=us, target=secret, by=ada, now=NOW)
        assert page(Client(), us) == ["Engines"]
    else:
        follow(group=us, target=secret, by=ada, now=NOW)
        Group.objects.filter(pk=us.pk).update(visibility="public")
    Group.objects.filter(pk=secret.pk).update(visibility="private")
    strangers_see_nothing(us, None, factories.user())
    assert page(signed_in(ada), us) == ["Engines"]
    narrowed = Client().get("/talks/?group=us").content.decode()
    assert "Engines" not in narrowed


def test_an_unlisted_group_is_not_named_to_strangers(ada: User) -> None:
    us, them = create("Us", ada), create("Them", ada, visibility="unlisted")
    follow(group=us, target=them, by=ada, now=NOW)
    add_talk(group=them, talk=factories.talk(title="Engines"), added_by=ada, now=NOW)
    why = [
        Page(client.get("/groups/us/").content).words("row-why")
        for client in (Client(), signed_in(factories.user()), signed_in(ada))
    ]
    assert why == [[], ["From another group"], ["From Them"]]
    assert "them" not in Page(Client().get("/groups/us/").content).words("main")[0]


def test_drafts_have_the_usual_visibility(ada: User) -> None:
    series, us = factories.series(), create("Us", ada)
    factories.talk(title="Draft", series=series, status="draft")
    follow(group=us, target=series, by=ada, now=NOW)
    assert page(signed_in(ada), us) == page(Client(), us) == []
    assert page(signed_in(factories.organizer(series)), us) == ["Draft"]
    assert "Draft" not in Client().get("/groups/us.ics").content.decode()


def calendar(group: Group, at: datetime.datetime = LATER) -> list[tuple[str, int]]:
    with time_machine.travel(at, tick=False):
        feed = Client().get(f"/groups/{group.slug}.ics").content
    return [(one.status, one.sequence) for one in by_icalendar(feed)]


@pytest.mark.parametrize("how", ["private", "deleted"])
def test_followers_announce_that_a_group_is_gone(ada: User, how: str) -> None:
    """Also followers of followers; and when its talks return."""
    us, them, far = create("Us", ada), create("Them", ada), create("Far", ada)
    follow(group=us, target=them, by=ada, now=NOW)
    follow(group=far, target=us, by=ada, now=NOW)
    add_talk(group=them, talk=factories.talk(), added_by=ada, now=NOW)
    stays = factories.talk(date=datetime.date(2025, 3, 11))
    for group in (us, them):
        add_talk(group=group, talk=stays, added_by=ada, now=NOW)
    browser, form = signed_in(ada), {"name": "Them", "visibility": "private"}
    if how == "deleted":
        browser.post("/groups/them/delete/")
    else:
        browser.post("/groups/them/edit/", form)
    for group in (us, far):
        assert calendar(group) == [("CONFIRMED", 0), ("CANCELLED", 1)]
    if how == "private":
        them.refresh_from_db()
        browser.post(f"/groups/{them.slug}/edit/", form | {"visibility": "public"})
        for group in (us, far):
            assert [status for status, _sequence in calendar(group)] == ["CONFIRMED"] * 2
            assert max(sequence for _status, sequence in calendar(group)) == 2


def test_more_searches_than_one_query_can_combine(ada: User) -> None:
    us = create("Us", ada)
    for number in range(12):
        them = create(f"Them{number}", ada)
        follow(group=us, target=them, by=ada, now=NOW)
        Follow.objects.bulk_create(
            Follow(group=them, filters=f"q=engines{number}a{each}", title="x") for each in range(50)
        )
    talk = factories.talk(title="Engines")
    add_talk(group=us, talk=talk, added_by=ada, now=NOW)
    assert page(signed_in(ada), us) == ["Engines"]
    assert calendar(us) == [("CONFIRMED", 0)]

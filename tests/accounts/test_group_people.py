"""Roles, leaving, removing, handing over and asking to join, also by two people at once."""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from pytest_django import Settings

from accounts.models import FeedKey, Group, JoinRequest, Membership, User
from accounts.rights import Right, granted
from accounts.services import RefusedError, members, personal_group, replace_key
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

ONLY_MANAGERS = "Only a manager of the group may do this."
NEEDS_ONE = "A group needs a manager. Make someone else a manager first."


def roles(group: Group) -> dict[str, str]:
    return dict(group.memberships.values_list("user__name", "role"))


def kinds(group: Group) -> list[str]:
    return list(group.events.order_by("pk").values_list("kind", flat=True))


def people(*names: str) -> list[User]:
    return [factories.user(name=name) for name in names]


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        do()
    return str(error.value)


def test_what_each_role_may_do() -> None:
    table = {role: {right.value for right in granted(role, personal=False)} for role in ROLES}
    assert table == {
        "": set(),
        "member": {"belong", "see_members"},
        "contributor": {"belong", "see_members", "contribute"},
        "manager": {"belong", "see_members", "contribute", "follow", "review", "manage", "email"},
    }
    own = {Right.BELONG, Right.CONTRIBUTE, Right.FOLLOW, Right.REVIEW}
    assert granted("manager", personal=True) == own


ROLES = ("", "member", "contributor", "manager")


@pytest.mark.parametrize("who", ["stranger", "administrator", "member", "contributor", "other"])
def test_only_managers_change_who_belongs(who: str) -> None:
    ada, bob = people("Ada", "Bob")
    actor = factories.administrator() if who == "administrator" else factories.user(name="Eve")
    group = factories.group(manager=ada, visibility="public")
    Membership.objects.create(group=group, user=bob)
    if who in ("member", "contributor"):
        Membership.objects.create(group=group, user=actor, role=who)
    if who == "other":
        factories.group(manager=actor)
    wish = JoinRequest.objects.create(group=group, user=factories.user())
    before = roles(group)
    for do in (
        lambda: members.change_role(group=group, user=bob, role="manager", by=actor),
        lambda: members.remove_member(group=group, user=bob, by=actor),
        lambda: members.transfer_ownership(group=group, to=bob, by=actor),
        lambda: members.accept_request(request=wish, by=actor),
        lambda: members.decline_request(request=wish, by=actor),
    ):
        assert refused(do) == ONLY_MANAGERS
    assert (roles(group), group.join_requests.count(), kinds(group)) == (before, 1, [])


def test_roles_are_given_and_the_last_manager_stays_one() -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada, member=bob)

    def own(user: User, role: str) -> bool:
        return members.change_role(group=group, by=ada, user=user, role=role)

    assert refused(lambda: own(user=ada, role="member")) == NEEDS_ONE
    assert refused(lambda: members.remove_member(group=group, user=ada, by=ada)) == NEEDS_ONE
    assert refused(lambda: own(user=bob, role="owner")) == "There is no such role."
    assert own(user=bob, role="manager")
    assert not own(user=bob, role="manager")
    assert own(user=ada, role="member")
    assert roles(group) == {"Ada": "member", "Bob": "manager"}
    assert kinds(group) == ["role", "role"]
    gone = "This person is no longer a member of the group."
    members.leave_group(group=group, user=ada)
    assert refused(lambda: members.change_role(group=group, user=ada, role="member", by=bob)) == (
        gone
    )


def test_handing_over() -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada, member=bob)
    assert refused(lambda: members.transfer_ownership(group=group, to=ada, by=ada)) == (
        "You already manage this group. Choose another member."
    )
    members.transfer_ownership(group=group, to=bob, by=ada)
    assert roles(group) == {"Ada": "contributor", "Bob": "manager"}
    members.leave_group(group=group, user=ada)
    assert roles(group) == {"Bob": "manager"}


def test_whoever_is_removed_loses_the_calendar_and_links_end() -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada, member=bob)
    key = replace_key(user=bob, group=group).key
    group.invitations.create(finding="a" * 8, proving="b" * 26)
    group.invitations.create(email="eve@example.org", finding="c" * 8, proving="d" * 26)
    own = {"email": "bob@example.net", "invited_by": bob, "role": "manager"}
    group.invitations.create(finding="e" * 8, proving="f" * 26, **own)
    assert members.remove_member(group=group, user=bob, by=ada) == 2
    assert FeedKey.objects.find_by_key(key) is None
    assert roles(group) == {"Ada": "manager"}
    assert sorted(group.invitations.values_list("email", "outcome")) == [
        ("", "withdrawn"),
        ("bob@example.net", "withdrawn"),
        ("eve@example.org", ""),
    ]


def test_asking_to_join() -> None:
    ada, bob, eve = people("Ada", "Bob", "Eve")
    group = factories.group(name="Reading", manager=ada, contributor=bob, visibility="public")

    def ask(user: User, words: str) -> bool:
        return members.ask_to_join(group=group, now=NOW, user=user, words=words)

    assert ask(user=eve, words="I read a lot")
    assert not ask(user=eve, words="Please")
    assert [message.to for message in mail.outbox] == [[ada.email]]
    assert mail.outbox[0].subject == "Eve would like to join Reading"
    body = str(mail.outbox[0].body)
    assert eve.email in body
    assert "I read a lot" in body
    assert f"http://testserver/groups/{group.slug}/people/" in body
    assert refused(lambda: ask(user=bob, words="")) == "You’re already a member of this group."
    wish = group.join_requests.get()
    members.accept_request(request=wish, by=ada)
    assert roles(group) == {"Ada": "manager", "Bob": "contributor", "Eve": "member"}
    assert FeedKey.objects.get(user=eve).group == group
    assert (mail.outbox[1].to, mail.outbox[1].subject) == (
        [eve.email],
        "You’re now a member of Reading",
    )
    assert refused(lambda: members.accept_request(request=wish, by=ada)) == (
        "This request has already been answered or canceled."
    )
    assert kinds(group) == ["asked", "admitted"]


def test_saying_no_and_taking_back() -> None:
    ada, eve = people("Ada", "Eve")
    group = factories.group(manager=ada, visibility="public")
    members.ask_to_join(group=group, user=eve, words="", now=NOW)
    members.decline_request(request=group.join_requests.get(), by=ada)
    assert mail.outbox[-1].to == [eve.email]
    assert "has been declined" in str(mail.outbox[-1].body)
    members.ask_to_join(group=group, user=eve, words="", now=NOW)
    members.cancel_request(group=group, user=eve)
    members.cancel_request(group=group, user=eve)
    assert not group.join_requests.exists()


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
def test_only_public_groups_are_asked(visibility: str) -> None:
    group = factories.group(manager=factories.user(), visibility=visibility)
    eve = factories.user()
    assert refused(lambda: members.ask_to_join(group=group, user=eve, words="", now=NOW)) == (
        "You can only join this group by invitation."
    )
    assert mail.outbox == []


def test_the_limits(settings: Settings) -> None:
    settings.EMAILS_PER_HOUR = 2
    ada, eve = people("Ada", "Eve")
    groups = [factories.group(manager=ada, visibility="public") for _number in range(3)]
    for group in groups[:2]:
        members.ask_to_join(group=group, user=eve, words="", now=NOW)

    def late(now: datetime.datetime) -> bool:
        return members.ask_to_join(group=groups[2], user=eve, words="", now=now)

    assert refused(lambda: late(NOW)) == (
        "Too many emails: the limit is 2 an hour. Try again later."
    )
    assert not groups[2].join_requests.exists()
    assert late(NOW + datetime.timedelta(hours=1))
    settings.MAX_GROUPS_PER_USER = 1
    personal_group(eve)
    wish = groups[2].join_requests.get()
    assert refused(lambda: members.accept_request(request=wish, by=ada)) == (
        "Too many groups: the limit is 1. Leave one first."
    )


@pytest.mark.django_db(transaction=True)
def test_two_managers_cannot_both_leave_at_once() -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada)
    Membership.objects.create(group=group, user=bob, role="manager")
    together = Barrier(2)

    def leave(person: User) -> bool:
        try:
            together.wait()
            members.leave_group(group=group, user=person)
        except RefusedError:
            return False
        finally:
            connection.close()
        return True

    def step_down(person: User) -> bool:
        try:
            together.wait()
            members.change_role(group=group, user=person, role="member", by=person)
        except RefusedError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(leave, ada), pool.submit(step_down, bob)]
        assert sorted(one.result() for one in done) == [False, True]
    assert group.memberships.filter(role="manager").count() == 1

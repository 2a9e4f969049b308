"""Roles, leaving, removing, transferring ownership and join requests, also by two at once."""

import datetime

import pytest
from django.core import mail
from pytest_django import Settings

from accounts.models import FeedKey, Group, JoinRequest, Membership, User
from accounts.rights import Right, granted
from accounts.services import members, personal_group, replace_key
from tests import factories
from tests.accounts.refusals import (
    MANAGERS_ONLY,
    NOT_MANAGERS,
    not_manager,
    refusal,
    succeeds,
)
from tests.concurrency import at_once
from tests.factories import NOW

pytestmark = pytest.mark.django_db

NEEDS_MANAGER = "A group needs a manager. Make someone else a manager first."


def roles_by_name(group: Group) -> dict[str, str]:
    return dict(group.memberships.values_list("user__name", "role"))


def history(group: Group) -> list[str]:
    return list(group.events.order_by("pk").values_list("kind", flat=True))


def people(*names: str) -> list[User]:
    return [factories.user(name=name) for name in names]


def test_rights_of_each_role() -> None:
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


@pytest.mark.parametrize("who", NOT_MANAGERS)
def test_only_managers_manage_members(who: str) -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada, visibility="public")
    Membership.objects.create(group=group, user=bob)
    actor = not_manager(group, who)
    request = JoinRequest.objects.create(group=group, user=factories.user())
    before = roles_by_name(group)
    for do in (
        lambda: members.change_role(group=group, user=bob, role="manager", by=actor),
        lambda: members.remove_member(group=group, user=bob, by=actor),
        lambda: members.transfer_ownership(group=group, to=bob, by=actor),
        lambda: members.accept_request(request=request, by=actor),
        lambda: members.decline_request(request=request, by=actor),
    ):
        assert refusal(do) == MANAGERS_ONLY
    assert (roles_by_name(group), group.join_requests.count(), history(group)) == (before, 1, [])


def test_roles_change_but_the_last_manager_keeps_theirs() -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada, member=bob)

    def change(user: User, role: str) -> bool:
        return members.change_role(group=group, by=ada, user=user, role=role)

    assert refusal(lambda: change(user=ada, role="member")) == NEEDS_MANAGER
    assert refusal(lambda: members.remove_member(group=group, user=ada, by=ada)) == NEEDS_MANAGER
    assert refusal(lambda: change(user=bob, role="owner")) == "There is no such role."
    assert change(user=bob, role="manager")
    assert not change(user=bob, role="manager")
    assert change(user=ada, role="member")
    assert roles_by_name(group) == {"Ada": "member", "Bob": "manager"}
    assert history(group) == ["role", "role"]
    no_member = "This person is no longer a member of the group."
    members.leave_group(group=group, user=ada)
    assert refusal(lambda: members.change_role(group=group, user=ada, role="member", by=bob)) == (
        no_member
    )


def test_transferring_ownership() -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada, member=bob)
    assert refusal(lambda: members.transfer_ownership(group=group, to=ada, by=ada)) == (
        "You already manage this group. Choose another member."
    )
    members.transfer_ownership(group=group, to=bob, by=ada)
    assert roles_by_name(group) == {"Ada": "contributor", "Bob": "manager"}
    members.leave_group(group=group, user=ada)
    assert roles_by_name(group) == {"Bob": "manager"}


def test_removing_a_member_ends_their_feed_key_and_all_links() -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada, member=bob)
    key = replace_key(user=bob, group=group).key
    group.invitations.create(finding="a" * 8, proving="b" * 26)
    group.invitations.create(email="eve@example.org", finding="c" * 8, proving="d" * 26)
    own = {"email": "bob@example.net", "invited_by": bob, "role": "manager"}
    group.invitations.create(finding="e" * 8, proving="f" * 26, **own)
    assert members.remove_member(group=group, user=bob, by=ada) == 2
    assert FeedKey.objects.find_by_key(key) is None
    assert roles_by_name(group) == {"Ada": "manager"}
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
    assert refusal(lambda: ask(user=bob, words="")) == "You’re already a member of this group."
    request = group.join_requests.get()
    members.accept_request(request=request, by=ada)
    assert roles_by_name(group) == {"Ada": "manager", "Bob": "contributor", "Eve": "member"}
    assert FeedKey.objects.get(user=eve).group == group
    assert (mail.outbox[1].to, mail.outbox[1].subject) == (
        [eve.email],
        "You’re now a member of Reading",
    )
    assert refusal(lambda: members.accept_request(request=request, by=ada)) == (
        "This request has already been answered or canceled."
    )
    assert history(group) == ["asked", "admitted"]


def test_declining_and_canceling_a_request() -> None:
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
def test_only_public_groups_accept_requests(visibility: str) -> None:
    group = factories.group(manager=factories.user(), visibility=visibility)
    eve = factories.user()
    assert refusal(lambda: members.ask_to_join(group=group, user=eve, words="", now=NOW)) == (
        "You can only join this group by invitation."
    )
    assert mail.outbox == []


def test_the_limits(settings: Settings) -> None:
    settings.EMAILS_PER_HOUR = 2
    ada, eve = people("Ada", "Eve")
    groups = [factories.group(manager=ada, visibility="public") for _number in range(3)]
    for group in groups[:2]:
        members.ask_to_join(group=group, user=eve, words="", now=NOW)

    def ask_again(now: datetime.datetime) -> bool:
        return members.ask_to_join(group=groups[2], user=eve, words="", now=now)

    assert refusal(lambda: ask_again(NOW)) == (
        "Too many emails: the limit is 2 an hour. Try again later."
    )
    assert not groups[2].join_requests.exists()
    assert ask_again(NOW + datetime.timedelta(hours=1))
    settings.MAX_GROUPS_PER_USER = 1
    personal_group(eve)
    request = groups[2].join_requests.get()
    assert refusal(lambda: members.accept_request(request=request, by=ada)) == (
        "Too many groups: the limit is 1. Leave one first."
    )


@pytest.mark.django_db(transaction=True)
def test_two_managers_cannot_both_leave_at_once() -> None:
    ada, bob = people("Ada", "Bob")
    group = factories.group(manager=ada)
    Membership.objects.create(group=group, user=bob, role="manager")

    def leave() -> None:
        members.leave_group(group=group, user=ada)

    def step_down() -> None:
        members.change_role(group=group, user=bob, role="member", by=bob)

    done = at_once(lambda: succeeds(leave), lambda: succeeds(step_down))
    assert sorted(done) == [False, True]
    assert group.memberships.filter(role="manager").count() == 1

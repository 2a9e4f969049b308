"""Invitations by email and by link: rights, expiry and limits, and that they reveal nothing."""

import datetime

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from pytest_django import Settings

from accounts.models import Group, Invitation, User
from accounts.people import create_verified, vouch_for
from accounts.services import invitations
from accounts.services.invitations import InviteResult
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
from tests.serving import free_port

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def group(ada: User) -> Group:
    return factories.group(name="Reading", manager=ada)


def invite(group: Group, by: User, *addresses: str, role: str = "member") -> InviteResult:
    return invitations.invite(group=group, by=by, addresses=addresses, role=role, now=NOW)


def link(group: Group, by: User, role: str = "member", days: int = 7) -> Invitation:
    return invitations.create_link(group=group, by=by, role=role, days=days, now=NOW)


def accept(invitation: Invitation, user: User, now: datetime.datetime = NOW) -> bool:
    return invitations.accept(invitation=invitation, user=user, now=now)


def roles_by_email(group: Group) -> dict[str, str]:
    return dict(group.memberships.values_list("user__email", "role"))


def test_an_email_is_sent_whether_or_not_there_is_an_account(ada: User, group: Group) -> None:
    create_verified("bob@example.org", None)
    result = invite(group, ada, "Bob@example.org", "new@example.org", "new@example.org")
    assert result == InviteResult(new=["bob@example.org", "new@example.org"])
    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["bob@example.org"], "Ada invited you to join Reading"),
        (["new@example.org"], "Ada invited you to join Reading"),
    ]
    first, second = group.invitations.order_by("pk")
    bodies = [
        str(message.body).replace(invitation.key, "…")
        for message, invitation in zip(mail.outbox, (first, second), strict=True)
    ]
    assert bodies[0] == bodies[1]
    assert "http://testserver/invitations/…/" in bodies[0]
    assert "expires on April 2, 2025" in bodies[0]


def test_inviting_someone_again_and_inviting_a_member(ada: User, group: Group) -> None:
    bob = create_verified("bob@example.org", None)
    invite(group, ada, "bob@example.org")
    key = group.invitations.get().key
    result = invite(group, ada, "bob@example.org", ada.email, role="contributor")
    assert result == InviteResult(again=["bob@example.org"], members=[ada.email])
    invitation = group.invitations.get()
    assert (invitation.key, invitation.role) == (key, "contributor")
    assert accept(invitation, bob)
    assert invite(group, ada, "bob@example.org") == InviteResult(members=["bob@example.org"])
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("who", NOT_MANAGERS)
def test_only_managers_invite(ada: User, group: Group, who: str) -> None:
    actor = not_manager(group, who)
    made = link(group, ada)
    for do in (
        lambda: invite(group, actor, "bob@example.org"),
        lambda: link(group, actor),
        lambda: invitations.withdraw(invitation=made, by=actor),
    ):
        assert refusal(do) == MANAGERS_ONLY
    assert (group.invitations.get().outcome, mail.outbox) == ("", [])


def test_an_emailed_invitation_works_once(ada: User, group: Group) -> None:
    bob, eve = create_verified("bob@example.org", None), factories.user()
    invite(group, ada, bob.email, role="contributor")
    invitation = group.invitations.get()
    assert list(Invitation.objects.waiting_for(bob, NOW)) == [invitation]
    assert accept(invitation, bob)
    assert roles_by_email(group) == {ada.email: "manager", bob.email: "contributor"}
    assert bob.feed_keys.get().group == group
    assert not accept(invitation, bob)
    assert refusal(lambda: accept(invitation, eve)) == "This invitation has already been used."
    assert not Invitation.objects.waiting_for(bob, NOW).exists()
    kinds = group.events.order_by("pk").values_list("kind", "by", "role")
    assert list(kinds) == [
        ("invited", ada.pk, "contributor"),
        ("joined", bob.pk, "contributor"),
    ]


def test_only_a_verified_address_has_pending_invitations(ada: User, group: Group) -> None:
    invite(group, ada, "bob@example.org")
    assert not Invitation.objects.waiting_for(factories.user(email="bob@example.org"), NOW).exists()


def test_a_link_works_for_several_people_until_it_is_closed(ada: User, group: Group) -> None:
    people = [factories.user() for _number in range(4)]
    made = link(group, ada, "contributor")
    assert accept(made, people[0])
    assert accept(made, people[1], NOW + 6 * DAY)
    assert not accept(made, ada), "a link changes no member's role"
    expired = lambda: accept(made, people[2], NOW + 7 * DAY)  # noqa: E731
    assert refusal(expired) == "This invitation has expired."
    assert invitations.withdraw(invitation=made, by=ada)
    assert not invitations.withdraw(invitation=made, by=ada)
    assert refusal(lambda: accept(made, people[2])) == "This invitation has been withdrawn."
    unlimited = link(group, ada, days=0)
    assert accept(unlimited, people[3], NOW + 9999 * DAY)
    assert sorted(roles_by_email(group).values()) == [
        "contributor",
        "contributor",
        "manager",
        "member",
    ]


def test_a_link_makes_no_manager(ada: User, group: Group) -> None:
    assert (
        refusal(lambda: link(group, ada, "manager"))
        == "A link can only add members or contributors."
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        group.invitations.create(role="manager", finding="a" * 8, proving="b" * 26)


FOR_BOB = "This invitation is for b…@example.org. Sign in with that address to respond."


def test_an_invitation_to_manage_is_for_the_invited_address(ada: User, group: Group) -> None:
    eve = create_verified("eve@example.org", None)
    unconfirmed = factories.user(email="bob@example.org")
    invite(group, ada, "bob@example.org")
    member = group.invitations.get()
    invite(group, ada, "bob@example.org", role="manager")
    made = group.invitations.get()

    def answers(user: User) -> set[str]:
        """Return what the user is told; `member` is the invitation before its role changed."""
        return {
            refusal(lambda: accept(made, user)),
            refusal(lambda: accept(member, user)),
            refusal(lambda: invitations.decline(invitation=made, by=user, now=NOW)),
        }

    assert answers(eve) == answers(unconfirmed) == {FOR_BOB}
    vouch_for(unconfirmed)
    assert accept(made, unconfirmed)
    assert roles_by_email(group) == {ada.email: "manager", "bob@example.org": "manager"}


def test_declining(ada: User, group: Group) -> None:
    bob = create_verified("bob@example.org", None)
    invite(group, ada, bob.email)
    invitation = group.invitations.get()
    invitations.decline(invitation=invitation, by=bob, now=NOW)
    assert refusal(lambda: accept(invitation, bob)) == "This invitation has been declined."
    made = link(group, ada)
    invitations.decline(invitation=made, by=bob, now=NOW)
    assert accept(made, bob), "declining does not close a link"


def test_closed_invitations_are_deleted_after_90_days(ada: User, group: Group) -> None:
    withdrawn, expiring, endless = (link(group, ada, days=days).pk for days in (0, 7, 0))
    invitations.withdraw(invitation=group.invitations.get(pk=withdrawn), by=ada)

    def delete_old(now: datetime.datetime) -> tuple[int, set[int]]:
        count = invitations.delete_old(now=now)
        return count, set(group.invitations.values_list("pk", flat=True))

    assert delete_old(NOW + 90 * DAY) == (0, {withdrawn, expiring, endless})
    assert delete_old(NOW + 91 * DAY) == (1, {expiring, endless})
    assert delete_old(NOW + 98 * DAY) == (1, {endless})
    assert delete_old(NOW + 999 * DAY) == (0, {endless})


def test_both_parts_of_a_key_matter(ada: User, group: Group) -> None:
    first, second = link(group, ada), link(group, ada)
    assert Invitation.objects.find_by_key(first.key) == first
    for wrong in (first.key[:8] + second.key[8:], first.key.upper(), f"{first.key}\n", ""):
        assert Invitation.objects.find_by_key(wrong) is None
    assert str(first) == "Reading · Member"


def test_the_limits(ada: User, group: Group, settings: Settings) -> None:
    settings.INVITATIONS_PER_HOUR, settings.EMAILS_PER_HOUR = 3, 2
    invite(group, ada, "a@example.org", "b@example.org")
    assert refusal(lambda: invite(group, ada, "c@example.org")) == (
        "Too many emails: the limit is 2 an hour. Try again later."
    )
    link(group, ada)
    assert refusal(lambda: link(group, ada)) == (
        "Too many invitations: the limit is 3 an hour. Try again later."
    )
    assert (group.invitations.count(), len(mail.outbox)) == (3, 2)
    later = NOW + datetime.timedelta(hours=1)
    again = invitations.invite(
        group=group, by=ada, addresses=["c@example.org"], role="member", now=later
    )
    assert again.new == ["c@example.org"]


def test_no_mailbox_can_be_flooded() -> None:
    for _number in range(10):
        person = factories.user()
        invite(factories.group(manager=person), person, "victim@example.org")
    last = factories.user()
    assert refusal(lambda: invite(factories.group(manager=last), last, "victim@example.org")) == (
        "victim@example.org has received too many emails in the last hour. Try again later."
    )


def test_nothing_is_lost_if_the_server_does_not_respond(
    ada: User, group: Group, settings: Settings
) -> None:
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    result = invite(group, ada, "bob@example.org")
    assert result == InviteResult(new=["bob@example.org"], unsent=["bob@example.org"])
    settings.EMAIL_BACKEND = before
    assert invite(group, ada, "bob@example.org") == InviteResult(again=["bob@example.org"])
    assert group.invitations.get().key in str(mail.outbox[0].body)


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_use_one_invitation_at_once(ada: User, group: Group) -> None:
    invite(group, ada, "bob@example.org")
    invitation = group.invitations.get()
    first, second = factories.user(), factories.user()
    done = at_once(
        lambda: succeeds(lambda: accept(invitation, first)),
        lambda: succeeds(lambda: accept(invitation, second)),
    )
    assert sorted(done) == [False, True]
    assert group.memberships.count() == 2

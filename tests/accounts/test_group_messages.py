"""Messages to all members of a group: each gets one copy, whatever the mail server does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.messages import Outbox
from accounts.models import Group, GroupMessage, GroupMessageCopy, MailChoice, Membership, User
from accounts.services import group_messages, leave_group, mail_choices, members
from accounts.services.group_messages import DeliveryReport
from tests import factories
from tests.accounts.refusals import MANAGERS_ONLY, NOT_MANAGERS, not_manager, refusal
from tests.concurrency import at_once
from tests.factories import NOW
from tests.mailbox import Mailbox, receiving, stop_of, subject_of, text_of
from tests.serving import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(ada: User, bob: User) -> Group:
    return factories.group(name="Lesen & mehr", slug="g", manager=ada, member=bob)


def write(
    group: Group, by: User, *, text: str = "Come all.", replies: bool = False, once: str = "1"
) -> GroupMessage | None:
    return group_messages.create(
        group=group, by=by, subject="Ça va", text=text, replies=replies, once=once, now=NOW
    )


def deliver(message: GroupMessage | None = None, now: object = NOW) -> DeliveryReport:
    with Outbox(patience=1) as outbox:
        return group_messages.deliver(now=now, outbox=outbox, message=message)  # type: ignore[arg-type]


def test_each_person_gets_a_message_of_their_own(group: Group, ada: User, mailbox: Mailbox) -> None:
    written = write(group, ada)
    assert written is not None
    assert deliver(written) == DeliveryReport(sent=2)
    assert mailbox.to() == ["ada@example.org", "bob@example.org"]
    first, second = mailbox.received
    assert (first["Cc"], first["Bcc"], first["Reply-To"]) == (None, None, None)
    assert subject_of(second) == "[Lesen & mehr] Ça va"
    assert second["List-Id"] == f"<{group.pk}.groups.testserver>"
    assert second["Auto-Submitted"] == "auto-generated"
    assert text_of(second) == (
        "Come all.\n"
        "\n"
        "-- \n"
        "Ada sent this to the members of the group “Lesen & mehr”:\n"
        "http://testserver/groups/g/\n"
        "Replies to this email aren’t read.\n"
        "\n"
        "You received this because you’re a member of the group."
        " To unsubscribe from messages by its managers:\n"
        f"http://testserver{stop_of(second)}\n"
    )
    assert stop_of(first) != stop_of(second)
    assert "ada@example.org" not in str(second)
    assert (GroupMessage.objects.count(), GroupMessageCopy.objects.count()) == (0, 0)
    assert deliver() == DeliveryReport()


def test_replies_reach_the_author_only_if_allowed(
    group: Group, ada: User, mailbox: Mailbox
) -> None:
    deliver(write(group, ada, replies=True))
    assert mailbox.received[1]["Reply-To"] == "ada@example.org"
    response = "Replies go to ada@example.org only."
    assert response in text_of(mailbox.received[1])


def test_the_address_of_an_author_without_a_name_is_not_shown(mailbox: Mailbox) -> None:
    nameless = factories.user(email="nameless@example.org")
    group = factories.group(name="Quiet", manager=nameless, member=factories.user())
    deliver(write(group, nameless))
    assert "A manager of the group “Quiet” sent this to its members:" in text_of(
        mailbox.received[1]
    )
    assert "nameless@example.org" not in str(mailbox.received[1])


@pytest.mark.parametrize("who", NOT_MANAGERS)
def test_only_managers_send_messages(group: Group, who: str) -> None:
    actor = not_manager(group, who)
    assert refusal(lambda: write(group, actor)) == MANAGERS_ONLY
    assert (GroupMessage.objects.count(), group.events.count()) == (0, 0)


def test_who_is_no_recipient(group: Group, ada: User, bob: User, mailbox: Mailbox) -> None:
    """Members who unsubscribed, are inactive, or leave before their copy is sent."""
    leaving, removed, inactive = (factories.user() for _number in range(3))
    for person in (leaving, removed, inactive):
        Membership.objects.create(group=group, user=person)
    inactive.is_active = False
    inactive.save()
    mail_choices.update(membership=group.memberships.get(user=bob), now=NOW, letters=False)
    assert [one.user for one in group_messages.recipients(group)] == [ada, leaving, removed]
    written = write(group, ada)
    leave_group(group=group, user=leaving)
    members.remove_member(group=group, user=removed, by=ada)
    assert deliver(written) == DeliveryReport(sent=1)
    assert mailbox.to() == ["ada@example.org"]


def test_unsubscribing_drops_copies_still_to_be_sent(
    group: Group, ada: User, bob: User, mailbox: Mailbox
) -> None:
    written = write(group, ada)
    mail_choices.update(membership=group.memberships.get(user=bob), now=NOW, letters=False)
    assert deliver(written) == DeliveryReport(sent=1)
    assert mailbox.to() == ["ada@example.org"]


def test_a_group_whose_members_have_all_unsubscribed(ada: User) -> None:
    group = factories.group(manager=ada)
    mail_choices.update(membership=group.memberships.get(), now=NOW, letters=False)
    assert refusal(lambda: write(group, ada)) == "All members have turned off messages."
    assert not group.events.exists()


def test_the_history_records_each_message_and_a_double_click_sends_one(
    group: Group, ada: User, bob: User
) -> None:
    assert write(group, ada, once="a") is not None
    assert write(group, ada, once="a") is None
    assert write(group, ada, once="b") is not None
    events = list(group.events.order_by("pk").values_list("kind", "by", "changes"))
    assert events == [
        ("wrote", ada.pk, {"subject": "Ça va", "once": "a"}),
        ("wrote", ada.pk, {"subject": "Ça va", "once": "b"}),
    ]


def test_the_limit(group: Group, ada: User, settings: Settings) -> None:
    settings.GROUP_MESSAGES_PER_HOUR = 2
    for once in "ab":
        write(group, ada, once=once)
    assert write(group, ada, once="b") is None, "a double click does not count"
    elsewhere = factories.group(manager=ada)
    assert refusal(lambda: write(elsewhere, ada, once="c")) == (
        "Too many messages to groups: the limit is 2 an hour. Try again later."
    )
    later = NOW + timedelta(hours=1)
    assert group_messages.create(
        group=group, by=ada, subject="x", text="y", replies=False, once="c", now=later
    )


def test_copies_that_the_server_rejects(group: Group, ada: User, mailbox: Mailbox) -> None:
    """Those rejected temporarily are tried again, and the others are sent."""
    third = factories.user(email="third@example.org")
    Membership.objects.create(group=group, user=third)
    mailbox.refusing = {"ada@example.org": "450 Later", "bob@example.org": "550 No such user"}
    assert deliver(write(group, ada)) == DeliveryReport(sent=1, refused=1, waiting=1)
    mailbox.refusing = {}
    assert deliver() == DeliveryReport(sent=1)
    assert mailbox.to() == ["third@example.org", "ada@example.org"]
    assert not GroupMessage.objects.exists()


def test_a_server_that_does_not_respond(group: Group, ada: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert deliver(write(group, ada)) == DeliveryReport(waiting=2)
    with receiving(settings) as mailbox:
        assert deliver(now=NOW + timedelta(days=3)) == DeliveryReport(sent=2)
    assert len(mailbox.received) == 2
    settings.EMAIL_PORT = free_port()
    deliver(write(group, ada, once="2"))
    assert deliver(now=NOW + timedelta(days=3, seconds=1)) == DeliveryReport(), "given up"
    assert not GroupMessage.objects.exists()


@pytest.mark.parametrize("more", [0, 2])
def test_queries(group: Group, ada: User, mailbox: Mailbox, more: int) -> None:
    """Two for each person, to claim a copy and to delete it; the others are a fixed number."""
    for _number in range(more):
        Membership.objects.create(group=group, user=factories.user())
    written = write(group, ada)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        deliver(written)
    statements = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    # Before deleting a message, Django looks for rows that refer to it.
    assert len(statements) - 2 * (2 + more) == 6


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_send_each_copy_once(settings: Settings) -> None:
    ada = factories.user()
    group = factories.group(manager=ada)
    for _number in range(5):
        Membership.objects.create(group=group, user=factories.user())
    write(group, ada)
    with receiving(settings) as mailbox:
        counts = at_once(lambda: deliver().sent, lambda: deliver().sent)
    assert (sum(counts), len(mailbox.received), len(set(mailbox.to()))) == (6, 6, 6)


def test_by_default_members_get_messages_but_no_weekly_talks(group: Group, bob: User) -> None:
    choice = mail_choices.get(group.memberships.get(user=bob))
    assert (choice.letters, choice.weekly) == (True, False)
    assert not MailChoice.objects.exists()

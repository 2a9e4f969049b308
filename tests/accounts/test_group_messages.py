"""Messages to everybody in a group: who gets them, once each, whatever the mail server does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.messages import Outbox
from accounts.models import Group, Letter, LetterCopy, MailChoice, Membership, User
from accounts.services import RefusedError, group_messages, leave_group, mail_choices, members
from accounts.services.group_messages import DeliveryReport
from tests import factories
from tests.factories import NOW
from tests.mailbox import Mailbox, receiving, stop_of, subject_of, text_of
from tests.serving import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(ada: User, bob: User) -> Group:
    return factories.group(name="Lesen & mehr", slug="g", manager=ada, member=bob)


def write(
    group: Group, by: User, *, text: str = "Come all.", replies: bool = False, once: str = "1"
) -> Letter | None:
    return group_messages.create(
        group=group, by=by, subject="Ça va", text=text, replies=replies, once=once, now=NOW
    )


def deliver(letter: Letter | None = None, now: object = NOW) -> DeliveryReport:
    with Outbox(patience=1) as outbox:
        return group_messages.deliver(now=now, outbox=outbox, letter=letter)  # type: ignore[arg-type]


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        do()
    return str(error.value)


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
    assert (Letter.objects.count(), LetterCopy.objects.count()) == (0, 0)
    assert deliver() == DeliveryReport()


def test_answers_reach_the_writer_only_if_they_want_it(
    group: Group, ada: User, mailbox: Mailbox
) -> None:
    deliver(write(group, ada, replies=True))
    assert mailbox.received[1]["Reply-To"] == "ada@example.org"
    answer = "Replies go to ada@example.org only."
    assert answer in text_of(mailbox.received[1])


def test_somebody_without_a_name_is_not_named_by_their_address(mailbox: Mailbox) -> None:
    nameless = factories.user(email="nameless@example.org")
    group = factories.group(name="Quiet", manager=nameless, member=factories.user())
    deliver(write(group, nameless))
    assert "A manager of the group “Quiet” sent this to its members:" in text_of(
        mailbox.received[1]
    )
    assert "nameless@example.org" not in str(mailbox.received[1])


@pytest.mark.parametrize("who", ["stranger", "administrator", "member", "contributor", "other"])
def test_only_managers_write(group: Group, who: str) -> None:
    actor = factories.administrator() if who == "administrator" else factories.user()
    if who in ("member", "contributor"):
        Membership.objects.create(group=group, user=actor, role=who)
    if who == "other":
        factories.group(manager=actor)
    assert refused(lambda: write(group, actor)) == "Only a manager of the group may do this."
    assert (Letter.objects.count(), group.events.count()) == (0, 0)


def test_who_gets_none(group: Group, ada: User, bob: User, mailbox: Mailbox) -> None:
    """Who said no, who may not sign in any more, and who leaves while it is on its way."""
    gone, removed, inactive = (factories.user() for _number in range(3))
    for person in (gone, removed, inactive):
        Membership.objects.create(group=group, user=person)
    inactive.is_active = False
    inactive.save()
    mail_choices.update(membership=group.memberships.get(user=bob), now=NOW, letters=False)
    assert [one.user for one in group_messages.recipients(group)] == [ada, gone, removed]
    written = write(group, ada)
    leave_group(group=group, user=gone)
    members.remove_member(group=group, user=removed, by=ada)
    assert deliver(written) == DeliveryReport(sent=1)
    assert mailbox.to() == ["ada@example.org"]


def test_saying_no_stops_what_is_on_its_way(
    group: Group, ada: User, bob: User, mailbox: Mailbox
) -> None:
    written = write(group, ada)
    mail_choices.update(membership=group.memberships.get(user=bob), now=NOW, letters=False)
    assert deliver(written) == DeliveryReport(sent=1)
    assert mailbox.to() == ["ada@example.org"]


def test_a_group_in_which_nobody_wants_messages(ada: User) -> None:
    group = factories.group(manager=ada)
    mail_choices.update(membership=group.memberships.get(), now=NOW, letters=False)
    assert refused(lambda: write(group, ada)) == "All members have turned off messages."
    assert not group.events.exists()


def test_the_history_has_who_and_what_and_a_second_click_writes_nothing(
    group: Group, ada: User, bob: User
) -> None:
    assert write(group, ada, once="a") is not None
    assert write(group, ada, once="a") is None
    assert write(group, ada, once="b") is not None
    said = list(group.events.order_by("pk").values_list("kind", "by", "changes"))
    assert said == [
        ("wrote", ada.pk, {"subject": "Ça va", "once": "a"}),
        ("wrote", ada.pk, {"subject": "Ça va", "once": "b"}),
    ]


def test_the_limit(group: Group, ada: User, settings: Settings) -> None:
    settings.GROUP_MESSAGES_PER_HOUR = 2
    for once in "ab":
        write(group, ada, once=once)
    assert write(group, ada, once="b") is None, "a second click is no third message"
    elsewhere = factories.group(manager=ada)
    assert refused(lambda: write(elsewhere, ada, once="c")) == (
        "Too many messages to groups: the limit is 2 an hour. Try again later."
    )
    later = NOW + timedelta(hours=1)
    assert group_messages.create(
        group=group, by=ada, subject="x", text="y", replies=False, once="c", now=later
    )


def test_what_the_server_refuses(group: Group, ada: User, mailbox: Mailbox) -> None:
    """For now: tried again; for good: not. The others get theirs."""
    third = factories.user(email="third@example.org")
    Membership.objects.create(group=group, user=third)
    mailbox.refusing = {"ada@example.org": "450 Later", "bob@example.org": "550 No such user"}
    assert deliver(write(group, ada)) == DeliveryReport(sent=1, refused=1, waiting=1)
    mailbox.refusing = {}
    assert deliver() == DeliveryReport(sent=1)
    assert mailbox.to() == ["third@example.org", "ada@example.org"]
    assert not Letter.objects.exists()


def test_a_server_that_does_not_answer(group: Group, ada: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert deliver(write(group, ada)) == DeliveryReport(waiting=2)
    with receiving(settings) as mailbox:
        assert deliver(now=NOW + timedelta(days=3)) == DeliveryReport(sent=2)
    assert len(mailbox.received) == 2
    settings.EMAIL_PORT = free_port()
    deliver(write(group, ada, once="2"))
    assert deliver(now=NOW + timedelta(days=3, seconds=1)) == DeliveryReport(), "given up"
    assert not Letter.objects.exists()


@pytest.mark.parametrize("more", [0, 2])
def test_queries(group: Group, ada: User, mailbox: Mailbox, more: int) -> None:
    """Taking a copy and deleting it are two for each person; all else is fixed."""
    for _number in range(more):
        Membership.objects.create(group=group, user=factories.user())
    written = write(group, ada)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        deliver(written)
    statements = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    # Django asks, before it deletes a letter, what hangs on it.
    assert len(statements) - 2 * (2 + more) == 6


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_send_each_copy_once(settings: Settings) -> None:
    ada = factories.user()
    group = factories.group(manager=ada)
    for _number in range(5):
        Membership.objects.create(group=group, user=factories.user())
    write(group, ada)
    together = Barrier(2)

    def run() -> int:
        try:
            together.wait()
            return deliver().sent
        finally:
            connection.close()

    with receiving(settings) as mailbox, ThreadPoolExecutor(2) as pool:
        counts = [one.result() for one in [pool.submit(run), pool.submit(run)]]
    assert (sum(counts), len(mailbox.received), len(set(mailbox.to()))) == (6, 6, 6)


def test_choices_begin_as_messages_and_no_weekly_talks(group: Group, bob: User) -> None:
    choice = mail_choices.get(group.memberships.get(user=bob))
    assert (choice.letters, choice.weekly) == (True, False)
    assert not MailChoice.objects.exists()

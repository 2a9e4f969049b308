"""The weekly email: its text, who gets it and when, and never twice."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.messages import Outbox
from accounts.models import Group, MailChoice, Membership, User
from accounts.services import leave_group, mail_choices
from seminars.mail import weekly_talks
from seminars.mail.weekly_talks import Tally
from seminars.models import Follow, GroupTalk, LeftOut, Talk
from tests import factories
from tests.concurrency import at_once
from tests.factories import NOW
from tests.mailbox import Mailbox, receiving, stop_of, subject_of, text_of
from tests.serving import free_port

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
#: Friday noon, so that everyone signed up in the week before.
BEFORE = NOW - 3 * DAY


def on(day: int, **fields: object) -> Talk:
    """A talk on this day of March 2025."""
    return factories.talk(date=datetime.date(2025, 3, day), **fields)


def wanting(group: Group, *people: User) -> None:
    for person in people:
        membership, _made = Membership.objects.get_or_create(group=group, user=person)
        mail_choices.update(membership=membership, now=BEFORE, weekly=True)


def send(now: datetime.datetime = NOW, patience: int = 3) -> Tally:
    with time_machine.travel(now, tick=False), Outbox(patience=patience) as outbox:
        return weekly_talks.send(now=now, outbox=outbox)


def body(mailbox: Mailbox) -> str:
    return text_of(mailbox.received[-1]).partition("\n\n-- \n")[0]


def test_the_message(mailbox: Mailbox) -> None:
    ada = factories.user(email="ada@example.org")
    venue = factories.venue(building="Mudd Hall", short_name="Mudd", room="3514")
    series = factories.series(name="CS Seminar")
    first = factories.talk(
        factories.speaker(name="Ada Lovelace", affiliation="London"),
        title="On engines",
        date=datetime.date(2025, 3, 5),
        series=series,
        venue=venue,
        attendance="hybrid",
    )
    cancelled = on(5, title="On nothing", status="cancelled", start_time=datetime.time(15))
    far = on(
        7,
        title="From afar",
        timezone="Europe/London",
        attendance="online",
        notice="Bring a lamp",
    )
    moved = on(
        9, title="Moved", previous_starts_at=datetime.datetime(2025, 3, 4, 18, tzinfo=datetime.UTC)
    )
    away = on(
        20, title="Away", previous_starts_at=datetime.datetime(2025, 3, 6, 18, tzinfo=datetime.UTC)
    )
    group = factories.group(
        first, cancelled, far, moved, away, on(10), on(2), name="Lesen", slug="g"
    )
    GroupTalk.objects.filter(talk=first).update(note="Read it before")
    wanting(group, ada)
    assert send() == Tally(sent=1)
    (message,) = mailbox.received
    assert (message["To"], subject_of(message)) == (
        "ada@example.org",
        "[Lesen] Talks for the week of Mon, Mar 3, 2025",
    )
    there = {talk: f"http://testserver{talk.get_absolute_url()}" for talk in Talk.objects.all()}
    assert text_of(message) == (
        "Talks in the group “Lesen” from Monday, March 3, 2025 to Sunday, March 9, 2025:\n"
        "\n"
        "Wednesday, March 5, 2025\n"
        "------------------------\n"
        "\n"
        "12:00 – 1:00 PM CST · Mudd 3514 · Hybrid\n"
        "On engines\n"
        "Ada Lovelace (London)\n"
        "CS Seminar\n"
        "Note: Read it before\n"
        f"{there[first]}\n"
        "\n"
        "3:00 PM CST · Location to be announced\n"
        "This talk has been canceled.\n"
        "On nothing\n"
        f"{there[cancelled]}\n"
        "\n"
        "Friday, March 7, 2025\n"
        "---------------------\n"
        "\n"
        "6:00 – 7:00 AM CST (12:00 – 1:00 PM GMT) · Online\n"
        "From afar\n"
        "Bring a lamp\n"
        f"{there[far]}\n"
        "\n"
        "Sunday, March 9, 2025\n"
        "---------------------\n"
        "\n"
        "12:00 – 1:00 PM CDT · Location to be announced\n"
        "This talk has moved. It was originally scheduled for "
        "Tuesday, March 4, 2025, 12:00 PM CST.\n"
        "Moved\n"
        f"{there[moved]}\n"
        "\n"
        "Moved or canceled:\n"
        "------------------\n"
        "\n"
        "Thursday, March 20, 2025\n"
        "------------------------\n"
        "\n"
        "12:00 – 1:00 PM CDT · Location to be announced\n"
        "This talk has moved. It was originally scheduled for "
        "Thursday, March 6, 2025, 12:00 PM CST.\n"
        "Away\n"
        f"{there[away]}\n"
        "\n"
        "-- \n"
        "All of the group’s talks on Seminars:\n"
        "http://testserver/groups/g/\n"
        "\n"
        "You receive this email once a week. To unsubscribe:\n"
        f"http://testserver{stop_of(message)}\n"
    )


@pytest.mark.parametrize("status", ["tentative", "draft", "submitted", "withdrawn"])
def test_only_announced_talks_are_included(mailbox: Mailbox, status: str) -> None:
    """Also for administrators and organizers, who may forward it."""
    series = factories.series()
    hidden = on(5, title="Zyzzyva", series=series, status="announced")
    Talk.objects.filter(pk=hidden.pk).update(
        **({"withdrawn_at": NOW} if status == "withdrawn" else {"status": status})
    )
    group = factories.group(hidden, name="Lesen")
    wanting(group, factories.administrator(), factories.organizer(series))
    assert send() == Tally()
    GroupTalk.objects.create(group=group, talk=on(6, title="Open"))
    MailChoice.objects.update(week=None)
    assert send() == Tally(sent=2)
    assert [("Zyzzyva" in str(one), "Open" in text_of(one)) for one in mailbox.received] == [
        (False, True),
        (False, True),
    ]


def test_followed_and_excluded_talks(mailbox: Mailbox) -> None:
    series = factories.series()
    on(4, title="Followed", series=series)
    out = on(4, title="Excluded talks", series=series)
    private = factories.group(on(4, title="Elsewhere"), name="Other private")
    group = factories.group(name="Lesen")
    Follow.objects.create(group=group, series=series)
    Follow.objects.create(group=group, followed=private)
    LeftOut.objects.create(group=group, talk=out)
    wanting(group, factories.user())
    assert send() == Tally(sent=1)
    assert [title in body(mailbox) for title in ("Followed", "Excluded talks", "Elsewhere")] == [
        True,
        False,
        False,
    ]


def test_at_most_a_hundred_talks(mailbox: Mailbox) -> None:
    wanting(factories.group(*(on(4) for _number in range(101))), factories.user())
    assert send() == Tally(sent=1)
    assert body(mailbox).count("http://testserver/talks/") == 100
    assert body(mailbox).endswith("\n\nSee the group’s page for more.")


def test_who_gets_it(mailbox: Mailbox) -> None:
    """Only active members who signed up for it, in any role."""
    people = {
        who: factories.user(email=f"{who}@example.org")
        for who in ("manager", "contributor", "member", "silent", "left", "inactive", "stopped")
    }
    group = factories.group(
        on(4), **{role: people[role] for role in ("manager", "contributor", "member")}
    )
    wanting(group, *(person for who, person in people.items() if who != "silent"))
    Membership.objects.create(group=group, user=people["silent"])
    leave_group(group=group, user=people["left"])
    User.objects.filter(pk=people["inactive"].pk).update(is_active=False)
    stopped = group.memberships.get(user=people["stopped"])
    mail_choices.update(membership=stopped, now=BEFORE, weekly=False)
    assert send() == Tally(sent=3)
    assert sorted(mailbox.to()) == [
        "contributor@example.org",
        "manager@example.org",
        "member@example.org",
    ]


def test_a_group_without_talks_gets_none_that_week(mailbox: Mailbox) -> None:
    group = factories.group(on(11))
    wanting(group, factories.user())
    assert send() == Tally()
    GroupTalk.objects.create(group=group, talk=on(6))
    assert send(NOW + DAY) == Tally()
    assert send(NOW + 7 * DAY) == Tally(sent=1)
    assert "from Monday, March 10, 2025 to Sunday, March 16, 2025" in body(mailbox)


def test_when_it_is_due(settings: Settings) -> None:
    """From 6 AM in the site's zone on the first day of the week."""

    def week_of(day: int, hour: int) -> str:
        local = datetime.datetime(2025, 3, day, hour, 59, tzinfo=datetime.UTC)
        return mail_choices.current_week(local + datetime.timedelta(hours=6)).isoformat()

    assert [week_of(3, 5), week_of(3, 6), week_of(8, 23)] == [
        "2025-02-24",
        "2025-03-03",
        "2025-03-03",
    ]
    settings.WEEK_START = 6
    assert [week_of(2, 5), week_of(2, 6), week_of(3, 5)] == [
        "2025-02-23",
        "2025-03-02",
        "2025-03-02",
    ]


def test_once_a_week_and_from_the_next_week_on(mailbox: Mailbox) -> None:
    group = factories.group(*(on(day) for day in range(4, 20)))
    early, late = factories.user(), factories.user(email="late@example.org")
    wanting(group, early)
    assert [send(NOW), send(NOW), send(NOW + 3 * DAY)] == [Tally(sent=1), Tally(), Tally()]
    membership = Membership.objects.create(group=group, user=late)
    mail_choices.update(membership=membership, now=NOW, weekly=True)
    assert send(NOW + 3 * DAY) == Tally()
    for wanted in (False, True):
        mail_choices.update(membership=membership, now=NOW + DAY, weekly=wanted)
    assert send(NOW + 3 * DAY) == Tally(), "asking again brings no second one"
    assert send(NOW + 7 * DAY) == Tally(sent=2)


def test_temporary_failures_are_retried(mailbox: Mailbox, settings: Settings) -> None:
    people = [factories.user(email=f"p{number}@example.org") for number in range(3)]
    wanting(factories.group(on(4), on(12)), *people)
    mailbox.refusing = {"p0@example.org": "451 Later", "p1@example.org": "550 Never"}
    assert send() == Tally(sent=1, later=1)
    mailbox.refusing = {}
    assert send(NOW + DAY / 24) == Tally(sent=1)
    assert mailbox.to() == ["p2@example.org", "p0@example.org"]
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    assert send(NOW + 7 * DAY, patience=2) == Tally(later=3)
    settings.EMAIL_PORT = port
    assert send(NOW + 8 * DAY) == Tally(sent=3)


def test_a_killed_process_sends_nothing_twice(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The member it was being sent to gets none this week; nobody gets two."""
    people = [factories.user(email=f"p{number}@example.org") for number in range(3)]
    wanting(factories.group(on(4), on(12)), *people)
    sending = Outbox.send

    def dying(self: Outbox, message: object) -> object:
        if len(mailbox.received) == 1:
            raise KeyboardInterrupt
        return sending(self, message)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Outbox, "send", dying)
        send()
    assert send() == Tally(sent=1)
    assert mailbox.to() == ["p0@example.org", "p2@example.org"]
    assert send(NOW + 7 * DAY) == Tally(sent=3)


@pytest.mark.django_db(transaction=True)
def test_two_processes_send_each_email_once(settings: Settings) -> None:
    wanting(factories.group(on(4)), *(factories.user() for _number in range(6)))

    def run() -> int:
        with Outbox(patience=1) as outbox:
            return weekly_talks.send(now=NOW, outbox=outbox).sent

    with receiving(settings) as mailbox:
        counts = at_once(run, run)
    assert (sum(counts), len(mailbox.received), len(set(mailbox.to()))) == (6, 6, 6)


def test_queries(mailbox: Mailbox) -> None:
    """One per member, which claims their email; the talks are read once per group."""
    counts = []
    for people in (1, 3):
        group = factories.group(*(on(day, title=f"T{day}") for day in range(4, 4 + people)))
        wanting(group, *(factories.user() for _number in range(people)))
        with CaptureQueriesContext(connection) as asked:
            assert send() == Tally(sent=people)
        counts.append(len(asked))
    assert counts[1] == counts[0] + 2


def test_the_command(mailbox: Mailbox, capsys: pytest.CaptureFixture[str]) -> None:
    wanting(factories.group(on(4)), factories.user())
    for sent in (1, 0):
        with time_machine.travel(NOW, tick=False):
            call_command("send_group_mail")
        said = f"Emails sent: {sent}; to be retried: 0.\n"
        assert capsys.readouterr().out == said

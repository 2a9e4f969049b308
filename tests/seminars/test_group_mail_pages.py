"""The pages of a group's emails: messages to all members, email settings, and unsubscribing."""

import datetime
import re
from html import unescape

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts import unsubscribe_links
from accounts.models import Group, GroupMessage, MailChoice, Membership, User
from accounts.services import mail_choices
from seminars.models import GroupTalk, Talk
from tests import factories
from tests.clients import signed_in
from tests.factories import NOW
from tests.mailbox import Mailbox, stop_of, subject_of, text_of
from tests.routes import rows
from tests.seminars.reading import Page, messages
from tests.serving import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

THERE = "/groups/g/letter/"
TYPED = {"subject": "Reading on Friday", "text": "Dear all,\r\n\r\nbring <cake> & tea.\r\n"}


@pytest.fixture
def group(ada: User, bob: User) -> Group:
    return factories.group(name="Lesen", slug="g", manager=ada, member=bob)


def hidden(answer: bytes) -> dict[str, list[str]]:
    """Return the hidden fields of the preview, as a browser would post them."""
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", answer.decode()):
        names = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if names.get("type") == "hidden" and names["name"] != "csrfmiddlewaretoken":
            fields.setdefault(names["name"], []).append(unescape(names.get("value", "")))
    return fields


def test_a_message_is_previewed_edited_and_sent(
    browser: Client, group: Group, mailbox: Mailbox
) -> None:
    page = Page(browser.get(THERE).content)
    assert page.words("h1") == ["Email the members of “Lesen”"]
    (lead,) = page.words("lead")
    assert lead == (
        "Your message goes to 2 people as separate emails, so no one sees who else is in the group."
        " You can check it before it’s sent."
    )
    once = hidden(browser.get(THERE).content)["once"]
    preview = browser.post(THERE, TYPED | {"once": once})
    assert (preview.status_code, mailbox.received, GroupMessage.objects.count()) == (200, [], 0)
    page = Page(preview.content)
    (lead,) = page.words("lead")
    assert lead == (
        "This goes to 2 people in “Lesen” as separate emails. Members can’t reply by email."
    )
    assert page.words("message-subject") == ["[Lesen] Reading on Friday"]
    assert page.words("message-text")[0].startswith(
        "Dear all, bring <cake> & tea. -- Ada sent this"
    )
    draft = hidden(preview.content)
    assert draft["once"] == once
    changed = Page(browser.post(THERE, draft | {"edit": "1"}).content)
    assert changed.words("h1") == ["Email the members of “Lesen”"]
    assert "".join(changed.of("textarea")[0].data).strip().splitlines() == [
        "Dear all,",
        "",
        "bring <cake> & tea.",
    ]
    answer = browser.post(THERE, draft | {"send": "1"})
    assert (answer.headers["Location"], messages(answer)) == ("/groups/g/", ["Sent to 2 people."])
    again = browser.post(THERE, draft | {"send": "1"})
    assert messages(again)[-1:] == ["This message was already sent."]
    assert mailbox.to() == ["ada@example.org", "bob@example.org"]
    assert subject_of(mailbox.received[1]) == "[Lesen] Reading on Friday"
    body = text_of(mailbox.received[1]).partition("\n\n-- \n")[0]
    assert body == "Dear all,\n\nbring <cake> & tea."
    line = Page(browser.get("/groups/g/history/").content).words("entries")[0]
    assert line.startswith("Ada emailed all members: “Reading on Friday”. Mar 3")


def talks_on(*days: int) -> list[Talk]:
    return [factories.talk(title=f"T{day}", date=datetime.date(2025, 3, day)) for day in days]


@pytest.mark.parametrize(
    ("choice", "chosen", "listed"),
    [("none", [0, 1], []), ("next", [0], ["T5", "T6", "T7"]), ("chosen", [0, 2], ["T5", "T7"])],
)
def test_included_talks(
    browser: Client,
    group: Group,
    mailbox: Mailbox,
    choice: str,
    chosen: list[int],
    listed: list[str],
) -> None:
    talks = talks_on(5, 6, 7)
    hide = factories.talk(title="Hidden", status="draft", date=datetime.date(2025, 3, 5))
    for talk in (*talks, hide, *talks_on(1)):
        GroupTalk.objects.create(group=group, talk=talk)
    offered = Page(browser.get(THERE).content).words("form")[-1]
    assert "Wed, Mar 5, 2025 · T5 Thu, Mar 6, 2025 · T6 Fri, Mar 7, 2025 · T7 Let" in offered
    data = TYPED | {"talks": choice, "chosen": [str(talks[one].pk) for one in chosen]}
    preview = browser.post(THERE, data)
    shown = Page(preview.content).words("message-text")[0]
    assert [title for title in ("T1", "T5", "T6", "T7", "Hidden") if title in shown] == listed
    browser.post(THERE, hidden(preview.content) | {"send": "1"})
    body = text_of(mailbox.received[1])
    assert re.findall(r"^(?:T\d|Hidden)$", body, re.MULTILINE) == listed


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject": ""}, "This field is required."),
        ({"text": " "}, "This field is required."),
        ({"subject": "a\0b"}, "Null characters are not allowed."),
        (
            {"subject": "x" * 101},
            "Ensure this value has at most 100 characters (it has 101).",
        ),
        ({"talks": "chosen"}, "Choose at least one talk, or another option above."),
        (
            {"talks": "chosen", "chosen": ["999"]},
            "One of these talks is no longer upcoming. Check your choice.",
        ),
        ({"talks": "what"}, "Select a valid choice. what is not one of the available choices."),
    ],
)
def test_a_form_with_errors_keeps_what_was_typed(
    browser: Client, group: Group, wrong: dict[str, str], sentence: str
) -> None:
    for talk in talks_on(5):
        GroupTalk.objects.create(group=group, talk=talk)
    data = {**TYPED, "talks": "none", "replies": "on", **wrong, "send": "1"}
    answer = browser.post(THERE, data)
    assert answer.status_code == 400
    page = Page(answer.content)
    assert page.words("errorlist") == [sentence]
    assert "".join(page.of("textarea")[0].data).strip() == str(data["text"]).strip()
    subject = next(one for one in page.of("input") if one.attributes.get("name") == "subject")
    assert subject.attributes.get("value", "") == data["subject"]
    ticked = next(one for one in page.of("input") if one.attributes.get("name") == "replies")
    assert "checked" in ticked.attributes
    assert (GroupMessage.objects.count(), mail.outbox) == (0, [])


def test_the_hourly_limit_keeps_what_was_typed(
    browser: Client, group: Group, settings: Settings, mailbox: Mailbox
) -> None:
    settings.GROUP_MESSAGES_PER_HOUR = 0
    answer = browser.post(THERE, TYPED | {"send": "1"})
    assert answer.status_code == 400
    page = Page(answer.content)
    assert page.words("banner-error") == [
        "Too many messages to groups: the limit is 0 an hour. Try again later."
    ]
    assert "bring <cake> & tea." in page.words("textarea")[0]
    assert (mailbox.received, group.events.count()) == ([], 0)


def test_pasted_control_characters_and_line_ends(
    browser: Client, group: Group, mailbox: Mailbox
) -> None:
    """Nothing typed becomes a header, and joiners of scripts are kept."""
    nasty = {"subject": "Hi\r\nBcc: eve@example.org\x07", "text": "a\x1bb\tनी\u200dक\r\n.\r\nend"}
    browser.post(THERE, nasty | {"send": "1"})
    assert len(mailbox.received) == 2
    assert mailbox.received[0]["Bcc"] is None
    assert subject_of(mailbox.received[0]) == "[Lesen] Hi Bcc: eve@example.org"
    body = text_of(mailbox.received[0]).partition("\n\n-- \n")[0]
    assert body == "ab    नी\u200dक\n.\nend"


def test_rejected_and_queued_emails_are_reported(
    browser: Client, group: Group, settings: Settings, mailbox: Mailbox
) -> None:
    mailbox.refusing = {"bob@example.org": "550 No such user"}
    answer = browser.post(THERE, TYPED | {"send": "1"})
    assert messages(answer) == ["Sent to 1 person.", "1 address rejected the email."]
    settings.EMAIL_PORT = free_port()
    answer = browser.post(THERE, TYPED | {"send": "1"})
    assert messages(answer)[-1:] == ["2 emails are queued and will be sent automatically."]


def test_email_settings(bob: User, group: Group) -> None:
    browser = signed_in(bob)
    assert ("Email settings", "/groups/g/mail/") in Page(browser.get("/groups/g/").content).links()

    def boxes() -> dict[str, bool]:
        page = Page(browser.get("/groups/g/mail/").content)
        ticked = {one.attributes.get("name", ""): one.attributes for one in page.of("input")}
        return {name: "checked" in ticked[name] for name in ("letters", "weekly")}

    def mine() -> str:
        links = Page(browser.get("/me/").content).links()
        return next(words for words, path in links if path == "/groups/g/mail/")

    assert (boxes(), mine()) == (
        {"letters": True, "weekly": False},
        "Email: messages: Lesen",
    )
    answer = browser.post("/groups/g/mail/", {"letters": "on", "weekly": "on"})
    assert (answer.headers["Location"], messages(answer)) == ("/groups/g/", ["Saved."])
    assert (boxes(), mine()) == (
        {"letters": True, "weekly": True},
        "Email: messages and weekly talks: Lesen",
    )
    browser.post("/groups/g/mail/", {"weekly": "on"})
    assert mine() == "Email: weekly talks: Lesen"
    browser.post("/groups/g/mail/", {})
    assert (boxes(), mine()) == ({"letters": False, "weekly": False}, "Email: off: Lesen")


def test_a_personal_group_has_only_the_weekly_email(ada: User) -> None:
    group = factories.group(personal_of=ada, slug="own", manager=ada)
    browser = signed_in(ada)
    assert browser.get("/groups/own/letter/").status_code == 403
    assert browser.post("/groups/own/letter/", TYPED | {"send": "1"}).status_code == 403
    assert 'name="letters"' not in browser.get("/groups/own/mail/").content.decode()
    browser.post("/groups/own/mail/", {"weekly": "on", "letters": "on"})
    assert MailChoice.objects.get(membership__group=group).weekly


@pytest.fixture
def unsubscribe(browser: Client, group: Group, mailbox: Mailbox) -> str:
    """The path of the unsubscribe link in Bob's message."""
    browser.post(THERE, TYPED | {"send": "1"})
    return stop_of(mailbox.received[1])


def test_one_click_unsubscribes_without_signing_in(
    bob: User, group: Group, unsubscribe: str
) -> None:
    before = rows()
    stranger = Client(enforce_csrf_checks=True)
    for method in (stranger.get, stranger.head, stranger.options):
        method(unsubscribe)
    assert rows() == before
    page = Page(stranger.get(unsubscribe).content)
    assert page.words("h1") == ["Messages from “Lesen”"]
    assert page.words("button")[-1:] == ["Unsubscribe"]
    clicked = stranger.post(unsubscribe, {"List-Unsubscribe": "One-Click"})
    assert (clicked.status_code, Page(clicked.content).words("h1")) == (200, ["Unsubscribed"])
    assert "no-store" in clicked.headers["Cache-Control"]
    choice = MailChoice.objects.get()
    assert (choice.membership.user, choice.letters, choice.weekly) == (bob, False, False)
    assert stranger.post(unsubscribe, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Page(stranger.get(unsubscribe).content).words("h1") == ["Unsubscribed"]
    back = Page(stranger.post(unsubscribe, {"resubscribe": "1"}).content)
    assert back.words("lead") == ["You get the messages that managers send to all members."]
    assert MailChoice.objects.get().letters


def test_each_kind_is_unsubscribed_separately(bob: User, group: Group) -> None:
    membership = group.memberships.get(user=bob)
    mail_choices.update(membership=membership, now=NOW, weekly=True)
    weekly = unsubscribe_links.path(membership, MailChoice.Kind.WEEKLY)
    assert Page(Client().get(weekly).content).words("h1") == ["Weekly email from “Lesen”"]
    Client().post(weekly)
    choice = MailChoice.objects.get()
    assert (choice.letters, choice.weekly) == (True, False)


def test_invalid_unsubscribe_links(bob: User, group: Group, unsubscribe: str) -> None:
    """Of another person, another kind, changed, or of a former user; and none tells of a
    group.
    """
    number, kind, proof = unsubscribe.strip("/").rpartition("/")[2].split("-")
    other = group.memberships.exclude(user=bob).get()
    keys = (
        f"{other.pk}-{kind}-{proof}",
        f"{number}-weekly-{proof}",
        f"{number}-role-{proof}",
        f"{number}-{kind}-{'0' * 32}",
        f"{number}-{kind}-{proof.upper()}0",
        f"{'9' * 18}-{kind}-{proof}",
        "x",
    )
    for key in keys:
        answer = Client().post(f"/mail/stop/{key}/")
        assert (answer.status_code, "Lesen" in answer.content.decode()) == (404, False), key
    assert not MailChoice.objects.exists()
    Membership.objects.filter(user=bob).delete()
    answer = Client().post(unsubscribe)
    assert (answer.status_code, Page(answer.content).words("h1")) == (
        404,
        ["This link isn’t valid"],
    )


def test_queries(browser: Client, ada: User) -> None:
    """The number does not depend on how many talks, members and groups there are."""
    counts = []
    for number in (1, 3):
        for _group in range(number - 1):
            group = factories.group(manager=ada)
            mail_choices.update(membership=group.memberships.get(), now=NOW, weekly=True)
        there = factories.group(*talks_on(*range(5, 5 + number)), slug=f"g{number}", manager=ada)
        for _person in range(number):
            Membership.objects.create(group=there, user=factories.user())
        pages = ((f"/groups/g{number}/letter/", None), ("/me/", None))
        for path, data in (*pages, (f"/groups/g{number}/letter/", TYPED | {"talks": "next"})):
            with CaptureQueriesContext(connection) as queries:
                answer = browser.post(path, data) if data else browser.get(path)
            assert answer.status_code == 200
            counts.append((path.replace(f"g{number}", "g"), len(queries)))
    assert counts[:3] == counts[3:]

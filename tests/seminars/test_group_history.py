"""A group's history: every kind of entry, in order, its pages, and undo."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Group, GroupEvent, User
from accounts.services import change_group, create_group, invitations, members
from seminars.listings.filters import Filters
from seminars.models import Departure, GroupTalk
from seminars.services.following import follow, unfollow
from seminars.services.groups import add_talk, remove_talk, write_note
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page, messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def group(ada: User) -> Group:
    return create_group(owner=ada, name="Reading", slug="g", visibility="public")


def entry_texts(browser: Client, query: str = "") -> list[str]:
    """Return the text of each entry, without its time."""
    answer = browser.get(f"/groups/g/history/{query}", follow=True)
    assert answer.status_code == 200
    page = Page(answer.content)
    (entries,) = [part.words for part in page.of("entries")] or [""]
    return [line.strip() for line in entries.split("Mar 3, 2025, 12:00 PM CST")]


def test_every_kind_of_entry(browser: Client, ada: User, group: Group) -> None:
    bob = factories.user(name="Bob")
    link = invitations.create_link(group=group, by=ada, role="member", days=7, now=NOW)
    invitations.accept(invitation=link, user=bob, now=NOW)
    invitations.withdraw(invitation=link, by=ada)
    members.change_role(group=group, user=bob, role="contributor", by=ada)
    talk = factories.talk(title="On engines")
    add_talk(group=group, talk=talk, added_by=bob, now=NOW)
    write_note(group=group, talk=talk, by=bob, note="abc")
    remove_talk(group=group, talk=talk, removed_by=ada, now=NOW)
    said_of_it: dict[str, Any] = {
        "description": "",
        "homepage": "",
        "contact": "",
        "visibility": "unlisted",
    }
    change_group(group=group, by=ada, name="Circle", slug="g", **said_of_it)
    members.remove_member(group=group, user=bob, by=ada)
    assert entry_texts(browser) == [
        "Ada removed Bob.",
        "Ada changed the group: name: Reading → Circle, address, visibility: Public → Unlisted.",
        "Ada removed “On engines”.",
        "Undo Bob added “On engines”.",
        "Ada made Bob a contributor.",
        "Ada revoked an invitation (Member).",
        "Bob joined with an invitation (Member).",
        "Ada created an invitation link (Member).",
        "Ada created the group.",
        "",
    ]
    bob.delete()
    after = entry_texts(browser)
    assert after[0] == "Ada removed a former user."
    assert after[3] == "Undo A former user added “On engines”."


def test_undoing(browser: Client, ada: User, group: Group) -> None:
    talk = factories.talk()
    add_talk(group=group, talk=talk, added_by=ada, now=NOW, note="First")
    added = group.events.order_by("-pk")[0]
    undo = f"/groups/g/history/{added.pk}/undo/"
    assert browser.get(undo).status_code == 405
    assert messages(browser.post(undo)) == ["The talk was removed from the group."]
    assert not GroupTalk.objects.exists()
    assert Departure.objects.filter(talk=talk, dimension="group").exists()
    assert messages(browser.post(undo))[-1:] == ["That was already undone."]
    removed = group.events.order_by("-pk")[0]
    assert messages(browser.post(f"/groups/g/history/{removed.pk}/undo/"))[-1:] == [
        "The talk is back in the group."
    ]
    assert GroupTalk.objects.get().note == "First"
    assert not Departure.objects.exists()
    created = group.events.order_by("pk")[0]
    answer = browser.post(f"/groups/g/history/{created.pk}/undo/")
    assert messages(answer)[-1:] == ["This can’t be undone."]


def test_undoing_an_exclusion(browser: Client, ada: User, group: Group) -> None:
    """The restored talk depends on the rule again."""
    series = factories.series()
    talk = factories.talk(series=series)
    follow(group=group, target=series, by=ada, now=NOW)
    remove_talk(group=group, talk=talk, removed_by=ada, now=NOW)
    assert not group.group_talks.exists()
    removed = group.events.order_by("-pk")[0]
    assert messages(browser.post(f"/groups/g/history/{removed.pk}/undo/")) == [
        "The talk is back in the group."
    ]
    assert (group.group_talks.count(), group.left_out.count()) == (0, 0)


def test_a_draft_is_named_to_those_who_see_it(browser: Client, ada: User, group: Group) -> None:
    draft = factories.talk(title="Secret", status="draft")
    GroupEvent.objects.create(group=group, kind="talk added", by=ada, talk_id=draft.pk)
    assert entry_texts(browser)[0] == "Ada added a talk that is no longer available."


def test_pages(browser: Client, ada: User, group: Group) -> None:
    GroupEvent.objects.bulk_create(
        GroupEvent(group=group, kind="left", by=ada) for _number in range(50)
    )
    first = browser.get("/groups/g/history/").content
    assert [link for link in Page(first).links() if "Older" in link[0]] == [("Older →", "?page=2")]
    assert entry_texts(browser, "?page=2") == ["Ada created the group.", ""]
    assert entry_texts(browser, "?page=3") == [""]
    answer = browser.get("/groups/g/history/?page=x")
    assert answer.status_code == 400
    assert "page" in Page(answer.content).words("banner-error")[0]


def test_followed_searches_are_quoted_once(browser: Client, ada: User, group: Group) -> None:
    rule = follow(group=group, target=Filters(words="lattices"), by=ada, now=NOW)
    unfollow(group=group, rule=rule.pk, by=ada, now=NOW)
    assert entry_texts(browser)[:2] == [
        "Ada stopped following the search “lattices”.",
        "Ada started following the search “lattices”.",
    ]

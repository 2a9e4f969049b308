"""Find and add talks on a group's page, notes, and former addresses of groups."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import FormerAddress, Group, User
from accounts.services import AddressTakenError, change_group, create_group
from seminars.formats import FORMATS
from seminars.models import GroupTalk
from tests import factories
from tests.clients import signed_in
from tests.seminars.reading import Page, messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

HTMX = {"HX-Request": "true"}
FIND = "/groups/g/talks/"


def results(browser: Client, words: str) -> list[str]:
    return Page(browser.get(FIND, {"q": words}).content).words("result-talk")


def test_searching_and_adding(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", contributor=ada)
    talk = factories.talk(title="On engines")
    factories.talk(title="Engines of a draft", status="draft")
    assert results(browser, "ENGINES") == ["On engines Monday, March 10, 2025, 12:00 – 1:00 PM CDT"]
    answer = browser.post(FIND, {"talk": talk.pk, "q": "engines"})
    assert (answer.headers["Location"], messages(answer)) == ("/groups/g/", ["Added “On engines”."])
    answer = browser.post(FIND, {"talk": talk.pk, "q": "engines"}, headers=HTMX)
    page = Page(answer.content)
    assert page.words("banner") == ["“On engines” is already in the group."]
    assert "✓ In the group" in page.words("entries")[0]
    assert group.group_talks.get().added_by == ada


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("http://testserver/talks/{pk}/on-engines/", ["On engines"]),
        ("http://testserver/talks/{pk}/", ["On engines"]),
        ("http://testserver/talks/{pk}.ics", ["On engines"]),
        ("/talks/{pk}/", ["On engines"]),
        ("http://testserver/event/{event}", ["On engines"]),
        ("http://testserver/talks/{draft}/", "This link doesn’t lead to a talk."),
        (
            "https://elsewhere.example.org/talks/{pk}/",
            "This isn’t the link of a talk on this site.",
        ),
        ("http://testserver/series/x/", "This isn’t the link of a talk on this site."),
        ("http://[", "This isn’t the link of a talk on this site."),
        ("zyzzyva", []),
    ],
)
def test_finding_by_link(browser: Client, ada: User, typed: str, expected: list[str] | str) -> None:
    factories.group(slug="g", manager=ada)
    talk = factories.talk(title="On engines")
    talk.refresh_from_db()
    draft = factories.talk(status="draft")
    words = typed.format(pk=talk.pk, draft=draft.pk, event=talk.event_id)
    answer = browser.get(FIND, {"q": words})
    assert answer.status_code == 200
    page = Page(answer.content)
    if isinstance(expected, str):
        assert page.words("banner-error") == [expected]
    else:
        assert [line.split(" Monday")[0] for line in page.words("result-talk")] == expected


@pytest.mark.parametrize("talk", ["", "x", "0", "99999999", "9" * 30, "-1"])
def test_adding_a_talk_that_does_not_exist(browser: Client, ada: User, talk: str) -> None:
    factories.group(slug="g", manager=ada)
    assert browser.post(FIND, {"talk": talk}).status_code == 404
    draft = factories.talk(status="draft")
    assert browser.post(FIND, {"talk": draft.pk}).status_code == 404


def test_notes_are_for_members(browser: Client, ada: User) -> None:
    talk = factories.talk(title="On engines")
    group = factories.group(talk, slug="g", contributor=ada, visibility="public")
    path = f"/groups/g/talks/{talk.pk}/"
    wrong = browser.post(path, {"note": "x" * 301})
    assert wrong.status_code == 400
    assert f'value="{"x" * 301}"' in wrong.content.decode()
    assert messages(browser.post(path, {"note": "Read <b>it</b>"})) == ["Saved."]
    assert Page(browser.get("/groups/g/").content).words("row-note") == ["Note: Read <b>it</b>"]
    member, stranger = Client(), Client()
    person = factories.user()
    group.memberships.create(user=person)
    member.force_login(person)
    stranger.force_login(factories.user())
    page = Page(member.get("/groups/g/").content)
    assert page.words("row-aside") == ["Note: Read <b>it</b>"]
    for outside in (Client(), stranger):
        assert b"Read" not in outside.get("/groups/g/").content
    answer = browser.post(path, {"remove": "1"})
    assert messages(answer)[-1:] == ["Removed “On engines”."]
    answer = browser.post(path, {"remove": "1"})
    assert messages(answer)[-1:] == ["“On engines” was already removed."]
    assert browser.get(path).status_code == 404
    assert not GroupTalk.objects.exists()


def test_former_addresses_redirect(browser: Client, ada: User) -> None:
    group = create_group(owner=ada, name="Reading", slug="reading", visibility="public")
    same = {"name": "Reading", "visibility": "public"}
    for address in ("papers", "classics"):
        answer = browser.post(f"/groups/{group.slug}/edit/", same | {"address": address})
        assert answer.headers["Location"] == f"/groups/{address}/"
        group.refresh_from_db()
    for old in ("reading", "papers"):
        answer = Client().get(f"/groups/{old}/?when=past")
        assert (answer.status_code, answer.headers["Location"]) == (
            301,
            "/groups/classics/?when=past",
        )
        assert "no-store" in answer.headers["Cache-Control"]
        for suffix in FORMATS:
            answer = Client().get(f"/groups/{old}.{suffix}")
            assert answer.headers["Location"] == f"/groups/classics.{suffix}"
    assert browser.post("/groups/papers/leave/").headers["Location"] == "/groups/classics/"
    answer = browser.post("/groups/classics/edit/", same | {"address": "reading"})
    assert answer.headers["Location"] == "/groups/reading/"
    former = FormerAddress.objects.values_list("slug", flat=True)
    assert sorted(former) == ["classics", "papers"]


@pytest.mark.parametrize("address", ["taken", "once-taken", "new", "NEW"])
def test_a_taken_address(browser: Client, ada: User, address: str) -> None:
    other = factories.group(slug="taken", visibility="public")
    FormerAddress.objects.create(slug="once-taken", group=other)
    factories.group(slug="g", manager=ada, visibility="public", name="Old")
    sent = {"name": "New name", "visibility": "public", "address": address}
    answer = browser.post("/groups/g/edit/", sent)
    assert answer.status_code == 400
    assert Page(answer.content).words("errorlist") == ["This address is taken. Choose another one."]
    assert 'value="New name"' in answer.content.decode()
    assert Group.objects.get(slug="g").name == "Old"


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
def test_a_former_address_reveals_no_group_that_is_not_public(
    browser: Client, ada: User, visibility: str
) -> None:
    group = create_group(owner=ada, name="Reading", slug="reading", visibility="public")
    browser.post("/groups/reading/edit/", {"name": "Reading", "visibility": visibility})
    group.refresh_from_db()
    assert browser.get("/groups/reading/").headers["Location"] == f"/groups/{group.slug}/"
    stranger = signed_in(factories.user())
    for outside in (Client(), stranger):
        there = outside.get(f"/groups/{group.slug}/").status_code
        assert there == (200 if visibility == "unlisted" else 404)
        gone, nowhere = outside.get("/groups/reading/"), outside.get("/groups/nowhere/")
        assert gone.status_code == nowhere.status_code == 404
        assert gone.content.replace(b"reading", b"nowhere") == nowhere.content
    made = create_group(owner=factories.user(), name="R", slug="reading", visibility="public")
    assert made.slug == "reading"
    assert browser.get("/groups/reading/").status_code == 200
    said_of_it: dict[str, Any] = {
        "description": "",
        "homepage": "",
        "contact": "",
        "visibility": "public",
    }
    with pytest.raises(AddressTakenError):
        change_group(group=group, by=ada, name="R", slug="r", address="reading", **said_of_it)

"""The filter for a group's talks, for those who may see the group."""

import pytest
from django.test import Client

from accounts.models import FormerAddress, Group, User
from seminars.formats import FORMATS
from tests import factories
from tests.clients import signed_in
from tests.seminars.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

UNKNOWN = "There is no group “{}”."


@pytest.fixture
def member() -> User:
    """A member of three groups, each with one talk that has the group's name."""
    person = factories.user()
    for name in ("public", "unlisted", "private"):
        factories.group(
            factories.talk(title=name.title()), name=name, slug=name, visibility=name, member=person
        )
    factories.talk(title="In none")
    return person


@pytest.fixture
def member_client(member: User) -> Client:
    return signed_in(member)


def offered(page: Page) -> list[str]:
    boxes = (part.attributes for part in page.of("input"))
    return [box["value"] + " ✓" * ("checked" in box) for box in boxes if box.get("name") == "group"]


def test_pages(client: Client, member_client: Client) -> None:
    for reader, slug, groups in (
        (client, "public", ["public ✓"]),
        (client, "unlisted", ["public", "unlisted ✓"]),
        (member_client, "private", ["private ✓", "public"]),
    ):
        answer = reader.get(f"/talks/?group={slug}")
        page = Page(answer.content)
        assert (answer.status_code, page.words("row-title")) == (200, [slug.title()])
        assert (page.words("h1"), offered(page)) == ([slug], groups)


def test_of_many_groups_some_are_offered(client: Client) -> None:
    for number in range(40):
        factories.group(name=f"G{number:02}", slug=f"g{number:02}", visibility="public")
    page = Page(client.get("/talks/?group=g39&group=g00").content)
    first = ["g00 ✓", *(f"g{number:02}" for number in range(1, 7)), "g39 ✓"]
    assert offered(page) == [*first, *(f"g{number:02}" for number in range(7, 31))]
    assert ("Group: 8 more", "/groups/") in page.links()


def test_a_private_group_is_unknown_to_others(client: Client, member: User) -> None:
    stranger = signed_in(factories.user())
    for reader in (client, stranger):
        for slug in ("private", "nowhere"):
            answer = reader.get(f"/talks/?group=public&group={slug}")
            page = Page(answer.content)
            assert (answer.status_code, page.words("row-title")) == (400, [])
            assert page.words("banner-error") == [UNKNOWN.format(slug)]
            assert offered(page) == ["public ✓"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_feeds_are_the_same_for_everyone(
    client: Client, member_client: Client, suffix: str
) -> None:
    for reader in (client, member_client):
        for slug in ("public", "unlisted"):
            text = reader.get(f"/talks.{suffix}?group={slug}").content.decode()
            titles = ("Public", "Unlisted", "Private", "In none")
            assert [title for title in titles if title in text] == [slug.title()]
        answer = reader.get(f"/talks.{suffix}?group=private")
        assert (answer.status_code, answer.content.decode()) == (
            400,
            UNKNOWN.format("private") + "\n",
        )


def test_a_former_address_stands_for_the_current_one(client: Client, member: User) -> None:
    """After a group was renamed; for a group that is not public, only if the viewer is a member."""
    for name in ("public", "unlisted", "private"):
        group = Group.objects.get(slug=name)
        FormerAddress.objects.create(slug=f"once-{name}", group=group)
    page = Page(client.get("/talks/?group=once-public").content)
    assert (page.words("row-title"), page.words("h1")) == (["Public"], ["public"])
    assert offered(page) == ["public ✓"]
    feeds = [part.attributes["href"] for part in page.of("link") if "ics" in str(part.attributes)]
    assert feeds == ["http://testserver/talks.ics?group=public"]
    of_both = client.get("/talks.ics?group=once-public&group=public").content
    assert of_both == client.get("/talks.ics?group=public").content
    assert client.get("/calendar/?group=once-public").status_code == 200
    for slug in ("once-unlisted", "once-private", "once-nowhere"):
        answer = client.get(f"/talks.ics?group={slug}")
        assert (answer.status_code, answer.content.decode()) == (400, f"{UNKNOWN.format(slug)}\n")
    client.force_login(member)
    page = Page(client.get("/talks/?group=once-private").content)
    assert (page.words("row-title"), page.words("h1")) == (["Private"], ["private"])


def test_no_feed_is_offered_that_would_not_open(member_client: Client) -> None:
    for slug, offers in (("public", ["Subscribe"]), ("private", [])):
        page = Page(member_client.get(f"/talks/?group={slug}").content)
        summaries = page.words("summary")
        assert [one for one in summaries if one == "Subscribe"] == offers
        alternates = [part for part in page.of("link") if part.attributes["rel"] == "alternate"]
        # The feeds, and the code to embed the list.
        assert len(alternates) == (len(FORMATS) + 1) * len(offers)

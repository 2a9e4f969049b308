"""Groups' pages and the own page: what they show, and creating, editing, leaving"
" and deleting a group."""

import datetime
import re

import pytest
from django.test import Client

from accounts.models import Group, Membership, User
from accounts.services import create_group
from seminars.models import GroupTalk
from tests import factories
from tests.seminars.reading import Page, messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

NEW = {"name": "Reading group", "visibility": "public", "description": "One paper a week"}
RANDOM = re.compile(r"[a-z2-7]{26}")
ALL = NEW | {"homepage": "https://example.org/", "contact": "Ada"}


def facts(group: Group) -> dict[str, str]:
    return {name: getattr(group, name) for name in ALL}


def test_the_index(browser: Client, ada: User) -> None:
    factories.group(name="Mine", manager=ada, visibility="unlisted")
    factories.group(name="Open", visibility="public", description="Come in")
    factories.group(name="Unlisted", visibility="unlisted")
    factories.group(name="Secret")
    lists = Page(browser.get("/groups/").content).words("group-list")
    assert lists == ["My talks Private Mine Unlisted", "Open Come in"]
    assert Page(Client().get("/groups/").content).words("group-list") == ["Open Come in"]


def test_creating_a_group(browser: Client, ada: User) -> None:
    assert browser.get("/groups/new/").status_code == 200
    answer = browser.post("/groups/new/", NEW)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/groups/reading-group/")
    assert messages(answer) == ["Your group is ready. You can add talks from any list."]
    group = Group.objects.get(slug="reading-group")
    assert facts(group) == NEW | {"homepage": "", "contact": ""}
    assert [(one.user, one.role) for one in group.memberships.all()] == [(ada, "manager")]
    answer = browser.post("/groups/new/", NEW)
    assert answer.headers["Location"] == "/groups/reading-group-2/"
    answer = browser.post("/groups/new/", NEW | {"name": "新しい"})
    assert answer.headers["Location"] == "/groups/group/"


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (NEW | {"name": " "}, ["This field is required."]),
        (NEW | {"name": "x" * 101}, ["Ensure this value has at most 100 characters (it has 101)."]),
        (NEW | {"name": "a\0b"}, ["Null characters are not allowed."]),
        (NEW | {"visibility": "hidden"}, ["hidden is not one of the available choices."]),
    ],
)
def test_invalid_new_groups(browser: Client, data: dict[str, str], wrong: list[str]) -> None:
    answer = browser.post("/groups/new/", data)
    assert answer.status_code == 400
    errors = Page(answer.content).words("errorlist")
    assert errors == wrong or errors[0].endswith(wrong[0])
    assert "One paper a week" in answer.content.decode()
    assert not Group.objects.filter(personal_of=None).exists()


def test_a_visitor_must_sign_in_to_create_a_group() -> None:
    for method in (Client().get, Client().post):
        answer = method("/groups/new/")
        assert answer.headers["Location"] == "/accounts/login/?next=/groups/new/"


def test_a_groups_page(browser: Client, ada: User) -> None:
    coming = factories.talk(title="Coming")
    past = factories.talk(title="Past", date=datetime.date(2025, 2, 3))
    factories.talk(title="Elsewhere")
    group = factories.group(coming, past, slug="g", contributor=ada, **ALL)
    page = Page(browser.get("/groups/g/").content)
    assert page.words("h1") == ["Reading group"]
    assert page.words("group-line") == ["Public You’re a contributor"]
    assert page.words("group-about") == ["One paper a week", "example.org · Ada"]
    assert page.words("row-title") == ["Coming"]
    assert page.words("zone") == ["Times are Chicago time unless noted."]
    assert Page(browser.get("/groups/g/?when=past").content).words("row-title") == ["Past"]
    offered = {part.attributes["id"]: part.attributes["value"] for part in page.of("address")}
    assert offered["feed-ics"] == "http://testserver/groups/g.ics"
    assert "http://testserver/groups/g.json" in offered["embed-code"]
    assert page.words("group-actions") == ["Members Email settings Leave group"]
    Membership.objects.filter(group=group).update(role="manager")
    page = Page(browser.get("/groups/g/").content)
    assert page.words("group-actions") == [
        "Members Following Email members Email settings History Edit group Leave group"
    ]
    visitor = Page(Client().get("/groups/g/").content)
    assert (visitor.words("group-line"), visitor.words("group-actions")) == (
        ["Public"],
        ["Sign in to ask to join"],
    )


def test_a_private_groups_page_shows_members_their_own_calendar_link(
    browser: Client, ada: User
) -> None:
    group = create_group(owner=ada, name="Lunch", slug="")
    page = Page(browser.get(group.get_absolute_url()).content)
    key = ada.feed_keys.get(membership__group=group).key
    assert [part.attributes["value"] for part in page.of("address")] == [
        f"http://testserver/feeds/{key}.ics"
    ]
    joined = factories.group(member=ada)
    page = Page(browser.get(joined.get_absolute_url()).content)
    assert "Create calendar link" in page.words("button")


def test_a_bad_filter_is_named(browser: Client) -> None:
    factories.group(slug="g", visibility="public")
    for path in ("/groups/g/?when=never", "/me/?when=never"):
        answer = browser.get(path)
        assert answer.status_code == 400
        assert Page(answer.content).words("banner-error") == [
            "“when” must be upcoming, past, or all, not “never”."
        ]
    assert Client().get("/groups/g.ics?when=never").content.decode() == (
        "“when” must be upcoming, past, or all, not “never”.\n"
    )


def test_a_manager_edits(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", manager=ada, visibility="unlisted", name="Old")
    page = Page(browser.get("/groups/g/edit/").content)
    assert page.words("h1") == ["Edit “Old”"]
    answer = browser.post("/groups/g/edit/", ALL)
    assert (answer.headers["Location"], messages(answer)) == ("/groups/g/", ["Saved."])
    group.refresh_from_db()
    assert facts(group) == ALL
    answer = browser.post("/groups/g/edit/", ALL | {"visibility": "private"})
    group.refresh_from_db()
    assert answer.headers["Location"] == f"/groups/{group.slug}/"
    assert (len(group.slug), group.visibility) == (26, "private")
    assert Client().get("/groups/g/").status_code == 404


def test_the_link_of_an_unlisted_group(browser: Client, ada: User) -> None:
    browser.post("/groups/new/", NEW | {"visibility": "unlisted"})
    group = Group.objects.get(name="Reading group")
    assert RANDOM.fullmatch(group.slug)
    assert Client().get(f"/groups/{group.slug}/").status_code == 200
    assert Client().get("/groups/reading-group/").status_code == 404
    assert "address" not in browser.get(f"/groups/{group.slug}/edit/").context["form"].fields

    def section() -> str:
        return " ".join(Page(browser.get(f"/groups/{group.slug}/edit/").content).words("section"))

    assert "Anyone with this link can see the group. If it has leaked, reset it." in section()
    Group.objects.filter(pk=group.pk).update(slug="reading-group")
    group.refresh_from_db()
    assert "People can guess this link, because it contains a name." in section()
    path = "/groups/reading-group/address/"
    assert Page(browser.get(path).content).words("h1") == ["Reset the link of “Reading group”?"]
    answer = browser.post(path)
    group.refresh_from_db()
    assert RANDOM.fullmatch(group.slug)
    assert answer.headers["Location"] == f"/groups/{group.slug}/edit/"
    assert messages(answer)[-1:] == ["The link was reset. Share the new one."]
    outside, inside = Client().get("/groups/reading-group/"), browser.get("/groups/reading-group/")
    assert (outside.status_code, inside.status_code) == (404, 301)
    Group.objects.filter(pk=group.pk).update(visibility="public")
    assert browser.post(f"/groups/{group.slug}/address/").status_code == 403


@pytest.mark.parametrize("homepage", ["javascript:alert(1)", "ftp://example.org/", "no address"])
def test_an_invalid_homepage(browser: Client, ada: User, homepage: str) -> None:
    group = factories.group(slug="g", manager=ada, name="Old")
    answer = browser.post("/groups/g/edit/", ALL | {"homepage": homepage, "name": "New"})
    assert answer.status_code == 400
    page = Page(answer.content)
    assert page.words("errorlist")[0] != ""
    assert page.words("h1") == ["Edit “Old”"]
    assert 'value="New"' in answer.content.decode()
    group.refresh_from_db()
    assert group.name == "Old"


def test_an_invalid_address(browser: Client, ada: User) -> None:
    factories.group(slug="g", manager=ada, visibility="public")
    answer = browser.post("/groups/g/edit/", ALL | {"visibility": "public", "address": "Our club!"})
    page = Page(answer.content)
    assert answer.status_code == 400 and 'value="Our club!"' in answer.content.decode()
    assert page.words("errorlist") == ["Use only letters a to z, digits and hyphens."]
    assert ("Delete group", "/groups/g/delete/") in page.links()


def test_only_managers_edit_and_delete(browser: Client, ada: User) -> None:
    for role in ("member", "contributor", "nothing"):
        people = {} if role == "nothing" else {role: ada}
        group = factories.group(visibility="public", **people)
        for page in ("edit", "delete"):
            path = f"/groups/{group.slug}/{page}/"
            assert browser.get(path).status_code == 403
            assert browser.post(path, ALL).status_code == 403
        assert Group.objects.filter(pk=group.pk, name=group.name).exists()
    own = Group.objects.get(personal_of=ada)
    private = factories.group()
    for page in ("edit", "delete"):
        assert browser.post(f"/groups/{own.slug}/{page}/", ALL).status_code == 403
        assert browser.post(f"/groups/{private.slug}/{page}/", ALL).status_code == 404
        assert browser.post(f"/groups/gone/{page}/", ALL).status_code == 404
    assert Group.objects.filter(pk__in=[own.pk, private.pk]).count() == 2


def test_deleting_leaves_the_talks(browser: Client, ada: User) -> None:
    talk = factories.talk()
    factories.group(talk, slug="g", manager=ada, name="Lunch")
    page = Page(browser.get("/groups/g/delete/").content)
    assert page.words("h1") == ["Delete “Lunch”?"]
    assert Group.objects.filter(slug="g").exists()
    answer = browser.post("/groups/g/delete/")
    assert (answer.headers["Location"], messages(answer)) == (
        "/me/",
        ["The group “Lunch” was deleted."],
    )
    assert not Group.objects.filter(slug="g").exists()
    assert (GroupTalk.objects.count(), browser.get(talk.get_absolute_url()).status_code) == (0, 200)


def test_leaving(browser: Client, ada: User) -> None:
    group = factories.group(slug="g", member=ada, name="Lunch")
    page = Page(browser.get("/groups/g/leave/").content)
    assert page.words("h1") == ["Leave “Lunch”?"]
    assert ("Cancel", "/groups/g/") in page.links()
    assert group.memberships.filter(user=ada).exists()
    answer = browser.post("/groups/g/leave/")
    assert (answer.headers["Location"], messages(answer)) == ("/me/", ["You left “Lunch”."])
    assert browser.post("/groups/g/leave/").status_code == 404
    factories.group(slug="last", manager=ada)
    answer = browser.post("/groups/last/leave/")
    assert (answer.headers["Location"], messages(answer)[-1:]) == (
        "/groups/last/",
        ["You are the only manager. Transfer ownership or delete the group instead."],
    )


def test_my_page(browser: Client, ada: User) -> None:
    both = factories.talk(title="In both")
    factories.group(both, name="First", manager=ada)
    factories.group(both, factories.talk(title="In one"), name="Second", member=ada)
    factories.group(factories.talk(title="Foreign"), name="Third", visibility="public")
    page = Page(browser.get("/me/").content)
    assert page.words("row-title") == ["In both", "In one"]
    assert " ".join(page.words("group-list")) == (
        "My talks Private Email: off: My talks"
        " First Private Manager Email: messages: First"
        " Second Private Member Email: messages: Second"
    )
    assert Client().get("/me/").headers["Location"] == "/accounts/login/?next=/me/"


@pytest.mark.parametrize(
    ("query", "heading", "titles", "other"),
    [
        ("", "My upcoming talks", ["Next"], ("My past talks →", "/me/?when=past")),
        ("?when=past", "My past talks", ["Past"], ("My upcoming talks →", "/me/")),
        ("?when=all", "My talks", ["Past", "Next"], ("My upcoming talks →", "/me/")),
    ],
)
def test_my_past_talks(
    browser: Client,
    ada: User,
    query: str,
    heading: str,
    titles: list[str],
    other: tuple[str, str],
) -> None:
    past = factories.talk(title="Past", date=datetime.date(2025, 2, 3))
    factories.group(past, factories.talk(title="Next"), member=ada)
    page = Page(browser.get(f"/me/{query}").content)
    assert (page.words("section-title")[0], page.words("row-title")) == (heading, titles)
    assert [link for link in page.links() if "→" in link[0]] == [other]


def test_empty_pages_say_what_to_do(browser: Client, ada: User) -> None:
    own = Group.objects.get(personal_of=ada)
    for path, lead in (
        ("/me/", "No upcoming talks in your groups."),
        ("/me/?when=past", "No more talks."),
        (own.get_absolute_url(), "No upcoming talks in this group."),
        (f"{own.get_absolute_url()}?when=past", "No past talks."),
        (f"{own.get_absolute_url()}?page=7", "No more talks."),
        ("/groups/", "There are no public groups yet."),
    ):
        assert Page(browser.get(path).content).words("empty-lead") == [lead], path

"""Add a talk to groups: the page, the menu, after signing in, and errors."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import Group, Membership, User
from accounts.services import personal_group
from seminars.models import GroupTalk, Talk
from seminars.services.errors import RefusedError
from seminars.services.groups import add_talk, change_groups, remove_talk
from tests import factories
from tests.accounts import sign_in_pages
from tests.clients import signed_in
from tests.concurrency import at_once
from tests.factories import NOW
from tests.seminars.reading import Page, messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

HTMX = {"HX-Request": "true"}
REFUSED = "There is no such group, or you can’t change its talks. Nothing was changed."


def path(talk: Talk) -> str:
    return f"/talks/{talk.pk}/add/"


def groups_with(talk: Talk) -> set[str]:
    return {row.group.name for row in GroupTalk.objects.filter(talk=talk)}


def checkboxes(content: bytes) -> dict[str, bool]:
    """Map the labels of the groups to whether they are checked."""
    page = Page(content)
    ticks = [
        "checked" in part.attributes
        for part in page.of("input")
        if part.attributes.get("type") == "checkbox"
    ]
    return dict(zip(page.words("check"), ticks, strict=True))


def test_the_page_checks_groups_with_the_talk(browser: Client, ada: User) -> None:
    talk = factories.talk()
    factories.group(talk, name="Mine", manager=ada)
    factories.group(name="Ours", contributor=ada)
    factories.group(talk, name="Only read", member=ada)
    factories.group(talk, name="Foreign", visibility="public")
    answer = browser.get(path(talk))
    assert answer.status_code == 200
    assert checkboxes(answer.content) == {"My talks": False, "Mine": True, "Ours": False}
    assert b"Foreign" not in answer.content
    assert "no-store" in answer.headers["Cache-Control"]


def test_several_groups_are_changed_at_once(browser: Client, ada: User) -> None:
    talk = factories.talk()
    first = factories.group(name="First", manager=ada)
    second = factories.group(name="Second", contributor=ada)
    third = factories.group(talk, name="Third", manager=ada)
    answer = browser.post(path(talk), {"was": [third.slug], "groups": [first.slug, second.slug]})
    assert (answer.status_code, answer.headers["Location"]) == (302, talk.get_absolute_url())
    assert messages(answer) == ["Added to First and Second. Removed from Third."]
    assert groups_with(talk) == {"First", "Second"}
    row = GroupTalk.objects.get(group=first)
    assert (row.added_by, row.note) == (ada, "")


def test_a_new_group_is_created(browser: Client) -> None:
    talk = factories.talk()
    answer = browser.post(path(talk), {"new_group": "  Lunch <b>  "})
    assert messages(answer) == ["Added to Lunch <b>."]
    group = Group.objects.get(personal_of=None)
    assert (group.name, group.visibility, len(group.slug)) == ("Lunch <b>", "private", 26)
    assert groups_with(talk) == {"Lunch <b>"}


def test_an_old_form_keeps_the_changes_of_others(browser: Client, ada: User) -> None:
    """Both browsers loaded the form while the talk was in no group."""
    talk = factories.talk()
    first = factories.group(name="First", manager=ada)
    second = factories.group(name="Second", manager=ada)
    browser.post(path(talk), {"groups": [first.slug]})
    answer = browser.post(path(talk), {"groups": [second.slug]})
    assert messages(answer)[-1:] == ["Added to Second."]
    assert groups_with(talk) == {"First", "Second"}
    answer = browser.post(path(talk), {"groups": [second.slug]})
    assert messages(answer)[-1:] == ["Already in Second."]
    answer = browser.post(path(talk), {"was": [second.slug], "groups": [second.slug]})
    assert messages(answer)[-1:] == ["No changes."]
    assert groups_with(talk) == {"First", "Second"}


def test_within_a_page(browser: Client, ada: User) -> None:
    talk = factories.talk()
    group = factories.group(name="Lunch", manager=ada)
    answer = browser.get(path(talk), headers=HTMX)
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert checkboxes(answer.content) == {"My talks": False, "Lunch": False}
    answer = browser.post(path(talk), {"groups": [group.slug]}, headers=HTMX)
    assert answer.status_code == 200
    assert checkboxes(answer.content) == {"My talks": False, "Lunch": True}
    page = Page(answer.content)
    assert [part.words for part in page.parts if "hx-swap-oob" in part.attributes] == [
        "Added to Lunch.",
        "✓ In my groups",
    ]
    assert messages(answer) == []


@pytest.mark.parametrize("which", ["foreign", "public", "read only", "gone", "mistyped"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "in place"])
def test_a_group_that_the_user_may_not_change(
    browser: Client, ada: User, which: str, headers: dict[str, str]
) -> None:
    """The error does not tell whether it exists, and the other choices are kept."""
    talk = factories.talk()
    mine = factories.group(name="Mine", manager=ada)
    slug = {
        "foreign": factories.group(manager=factories.user()).slug,
        "public": factories.group(visibility="public").slug,
        "read only": factories.group(member=ada).slug,
        "gone": "gone",
        "mistyped": "Ünï\0<",
    }[which]
    data = {"groups": [mine.slug, slug], "new_group": "Lunch"}
    answer = browser.post(path(talk), data, headers=headers)
    assert answer.status_code == (422 if headers else 403)
    page = Page(answer.content)
    assert page.words("add-error" if headers else "banner-error") == [REFUSED]
    assert checkboxes(answer.content) == {"My talks": False, "Mine": True}
    assert 'value="Lunch"' in answer.content.decode()
    assert groups_with(talk) == set()
    assert not Group.objects.filter(name="Lunch").exists()
    answer = browser.post(path(talk), {"was": [slug]}, headers=headers)
    assert answer.status_code == (422 if headers else 403)


def test_too_many_groups(browser: Client, ada: User, settings: Settings) -> None:
    settings.MAX_GROUPS_PER_USER = 1
    talk = factories.talk()
    mine = Group.objects.get(personal_of=ada)
    answer = browser.post(path(talk), {"groups": [mine.slug], "new_group": "Lunch"})
    assert answer.status_code == 400
    assert Page(answer.content).words("banner-error") == [
        "Too many groups: the limit is 1. Leave one first."
    ]
    assert checkboxes(answer.content) == {"My talks": True}
    assert groups_with(talk) == set()


@pytest.mark.parametrize("name", ["x" * 101, "a\0b"])
def test_an_invalid_name(browser: Client, name: str) -> None:
    talk = factories.talk()
    answer = browser.post(path(talk), {"new_group": name})
    assert answer.status_code == 400
    assert Page(answer.content).words("banner-error") == [
        "A group’s name can have at most 100 characters."
    ]
    assert Group.objects.filter(personal_of=None).count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_talks_that_do_not_exist(browser: Client, method: str) -> None:
    draft = factories.talk(status="draft")
    withdrawn = factories.talk(withdrawn_at=NOW - datetime.timedelta(days=1))
    ask = getattr(browser, method)
    assert ask(path(draft)).status_code == 404
    assert ask(f"/talks/{draft.pk + 99}/add/").status_code == 404
    gone = ask(path(withdrawn))
    assert gone.status_code == 410
    assert Page(gone.content).words("h1") == ["This talk has been withdrawn"]
    assert GroupTalk.objects.count() == 0


def test_an_organizer_may_add_a_draft_that_others_do_not_see() -> None:
    series = factories.series()
    organizer, member = factories.organizer(series), factories.user()
    draft = factories.talk(series=series, status="draft", title="Not yet")
    group = factories.group(manager=organizer, member=member, visibility="public")
    seen = {}
    for who in (organizer, member):
        client = signed_in(who)
        client.post(path(draft), {"groups": [group.slug]})
        seen[who] = Page(client.get(group.get_absolute_url()).content).words("row-title")
    assert seen == {organizer: ["Not yet"], member: []}
    assert "Not yet" not in client.get(f"/groups/{group.slug}.ics").content.decode()


def test_a_talk_titled_add_has_its_page() -> None:
    talk = factories.talk(title="Add!")
    assert talk.get_absolute_url() == f"/talks/{talk.pk}/talk/"
    assert Client().get(talk.get_absolute_url()).status_code == 200


def test_a_visitor_must_sign_in_and_nothing_is_added() -> None:
    talk = factories.talk()
    to_sign_in = f"/accounts/login/?next=/talks/{talk.pk}/add/"
    for answer in (Client().get(path(talk)), Client().post(path(talk), {"new_group": "x"})):
        assert (answer.status_code, answer.headers["Location"]) == (302, to_sign_in)
    answer = Client().post(path(talk), headers=HTMX)
    assert answer.headers["HX-Redirect"] == to_sign_in
    link = Page(Client().get(talk.get_absolute_url()).content).of("card-keep")
    assert link, "the talk page has the control"
    page = Page(Client().get("/").content)
    assert ("Add to group: " + talk.title, to_sign_in) in page.links()
    assert GroupTalk.objects.count() == 0


def test_the_sign_in_pages_name_the_talk() -> None:
    talk = factories.talk(title="Lattices <b>")
    hidden = factories.talk(title="A draft", status="draft")

    def lead(page: str, next_page: str) -> list[str]:
        response = Client().get(f"/accounts/{page}/", {"next": next_page})
        return Page(response.content).words("lead")

    assert lead("login", path(talk)) == ["Sign in to add “Lattices <b>” to your talks."]
    assert lead("signup", path(talk)) == ["Create an account to add “Lattices <b>” to your talks."]
    for other in (path(hidden), talk.get_absolute_url(), "/talks/999/add/", "//[", "", "/nowhere/"):
        assert lead("login", other) == []


def messages_shown(client: Client, talk: Talk) -> list[str]:
    """Return the texts of the messages on the talk's page."""
    page = Page(client.get(talk.get_absolute_url()).content)
    assert ("Choose other groups", path(talk)) in page.links()
    return page.words("banner")


def test_signing_in_adds_the_talk(client: Client) -> None:
    sign_in_pages.ada()
    talk = factories.talk()
    for sentence in ("Added to My talks.", "Already in My talks."):
        assert sign_in_pages.sign_in(client, next=path(talk)) == talk.get_absolute_url()
        assert f"{sentence} Choose other groups" in messages_shown(client, talk)
        assert groups_with(talk) == {"My talks"}
        client.logout()


def test_creating_an_account_adds_the_talk(client: Client) -> None:
    talk = factories.talk()
    assert sign_in_pages.sign_up(client, next=path(talk)) == sign_in_pages.CODE
    assert groups_with(talk) == set()
    assert sign_in_pages.type_code(client, sign_in_pages.mailed_code()) == talk.get_absolute_url()
    assert messages_shown(client, talk) == [
        "Welcome. The talk is in My talks. Choose other groups"
    ], "a single message"
    row = GroupTalk.objects.get()
    assert row.group.personal_of == row.added_by == User.objects.get(email=sign_in_pages.ADDRESS)


@pytest.mark.parametrize("state", ["draft", "withdrawn", "gone", "elsewhere"])
def test_signing_in_adds_no_invisible_talk(client: Client, state: str) -> None:
    sign_in_pages.ada()
    talk = factories.talk(
        status="draft" if state == "draft" else "announced",
        withdrawn_at=NOW if state == "withdrawn" else None,
    )
    to = {"gone": "/talks/999999/add/", "elsewhere": talk.get_absolute_url()}.get(state, path(talk))
    assert sign_in_pages.sign_in(client, next=to) == to
    assert GroupTalk.objects.count() == 0


def test_a_link_adds_nothing_for_a_signed_in_user(browser: Client) -> None:
    talk = factories.talk()
    answer = browser.get(f"/accounts/login/?next={path(talk)}", follow=True)
    assert answer.redirect_chain == [(path(talk), 302)]
    assert GroupTalk.objects.count() == 0


@pytest.mark.parametrize("url", ["/", "/talks/", "/me/", "/groups/all/"])
def test_three_rows_need_no_more_queries_than_one(browser: Client, ada: User, url: str) -> None:
    talks = [factories.talk(factories.speaker(), series=factories.series())]
    group = factories.group(*talks, slug="all", manager=ada)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = browser.get(url)
        assert len(Page(answer.content).of("row-title")) == len(talks)
        assert answer.content.decode().count("✓") == len(talks)
        counts.append(len(queries))
        for _more in range(2):
            talk = factories.talk(factories.speaker(), series=factories.series())
            talks.append(talk)
            add_talk(group=group, talk=talk, added_by=ada, now=NOW)
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_add_a_talk_once() -> None:
    ada, talk = factories.user(), factories.talk()
    group = personal_group(ada)

    def add() -> bool:
        changes = change_groups(talk=talk, user=ada, add={group.slug}, remove=set(), now=NOW)
        return bool(changes.added)

    assert sorted(at_once(add, add)) == [False, True]
    assert GroupTalk.objects.count() == 1


def test_services_check_the_user() -> None:
    talk, member, manager = factories.talk(), factories.user(), factories.user()
    group = factories.group(member=member, manager=manager)
    with pytest.raises(RefusedError, match=f"^{REFUSED}$"):
        add_talk(group=group, talk=talk, added_by=member, now=NOW)
    assert add_talk(group=group, talk=talk, added_by=manager, now=NOW, note="For Ada") is True
    assert add_talk(group=group, talk=talk, added_by=manager, now=NOW, note="Again") is False
    assert GroupTalk.objects.get().note == "For Ada"
    with pytest.raises(RefusedError, match=f"^{REFUSED}$"):
        remove_talk(group=group, talk=talk, removed_by=member, now=NOW)
    Membership.objects.filter(user=manager).update(role="contributor")
    assert remove_talk(group=group, talk=talk, removed_by=manager, now=NOW) is True
    assert remove_talk(group=group, talk=talk, removed_by=manager, now=NOW) is False

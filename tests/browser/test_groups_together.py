"""Two people share a group in two browsers, and a third person sees nothing of it.

After every step the group's calendar is read by two parsers.
"""

import email
import email.policy
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import icalendar
import pytest
import vobject
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.accounts.sign_in_pages import code_in
from tests.serving import SignIn, Site

PASSWORD = "kavo-timu-reda-nopi"


@dataclass
class Person:
    page: Page
    email: str

    def sign_in(self, who: SignIn) -> None:
        self.page.goto("/accounts/login/?next=/me/")
        self.page.get_by_label("Email").fill(who.email)
        self.page.get_by_label("Password").fill(who.password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("My page")


@pytest.fixture
def people(browser: Browser, site: Site) -> Iterator[list[Person]]:
    """Three browsers."""
    contexts = [browser.new_context(base_url=site.url) for _number in range(3)]
    address = f"new-{uuid.uuid4().hex[:8]}@example.org"
    yield [
        Person(context.new_page(), address if number == 1 else "")
        for number, context in enumerate(contexts)
    ]
    for context in contexts:
        context.close()


def _letter(site: Site, to: str) -> str:
    """Return the text of the latest email to this address, from the files that the site writes."""
    found = ""
    for file in sorted(Path(site.var, "mail").glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if message["To"] == to:
            found = str(message.get_content())
    return found


def _states(person: Person, feed: str) -> dict[str, str]:
    """Return each entry's title and status, on which both parsers must agree."""
    text = person.page.request.get(feed).text()
    by_icalendar = {
        str(entry["SUMMARY"]): str(entry.get("STATUS", ""))
        for entry in icalendar.Calendar.from_ical(text).walk("VEVENT")
    }
    read = vobject.readOne(text)
    by_vobject = {
        entry.summary.value: entry.status.value for entry in read.contents.get("vevent", [])
    }
    assert by_icalendar == by_vobject
    return by_icalendar


def _shown(states: dict[str, str], title: str) -> str:
    """Return the status of the talk with this title, or an empty string if there is none."""
    return next((state for name, state in states.items() if title in name), "")


def _add(person: Person, words: str) -> str:
    """Find a talk on the group's page, add it, and return its title."""
    page = person.page
    page.get_by_label("Add a talk: search by title or speaker, or paste its link").fill(words)
    first = page.locator("#talk-results li").filter(has=page.get_by_role("button", name="Add"))
    title = first.first.locator("a").inner_text()
    first.first.get_by_role("button", name="Add").click()
    expect(page.locator("#talk-results [role=status]")).to_have_text(f"Added “{title}”.")
    return title


def _change(person: Person, title: str) -> None:
    person.page.locator(".row-aside a").filter(has_text=f"Add note or remove: {title}").click()


def _follow_for_a_while(person: Person, group: str, feed: str, *, kept: set[str]) -> None:
    """Make the group follow a series and unfollow it: only talks that members added stay."""
    page = person.page
    page.goto("/series/")
    series = page.locator(".index-name a").first
    name, there = series.inner_text(), str(series.get_attribute("href"))
    page.goto(group)
    page.get_by_label("Name or link").fill(there)
    page.get_by_role("button", name="Follow", exact=True).click()
    remove = page.get_by_role("button").filter(has_text=f"Remove: {name}")
    expect(remove).to_be_visible()
    of_series = _states(person, there.removesuffix("/") + ".ics")
    assert of_series.keys() <= _states(person, feed).keys()
    remove.click()
    expect(remove).to_have_count(0)
    after = _states(person, feed)
    gone = {one for one in of_series if not any(title in one for title in kept)}
    assert {_shown(after, one) for one in gone} == {"CANCELLED"}


def test_a_private_group_of_two(people: list[Person], site: Site) -> None:
    ada, bob, eve = people
    ada.sign_in(site.who("organiser"))
    name = f"Circle {uuid.uuid4().hex[:6]}"
    ada.page.goto("/groups/new/")
    ada.page.get_by_label("Name").fill(name)
    ada.page.get_by_label("Private").check()
    ada.page.get_by_role("button", name="Create group").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(name)
    group = ada.page.url
    ada.page.get_by_text("Subscribe").first.click()
    feed = ada.page.locator("input.address").first.input_value()
    assert _states(ada, feed) == {}

    ada.page.get_by_role("link", name="Members", exact=True).click()
    ada.page.get_by_label("Email addresses").fill(bob.email)
    ada.page.locator("#id_role").select_option("contributor")
    ada.page.get_by_role("button", name="Invite").click()
    expect(ada.page.get_by_text(f"Invited: {bob.email}.")).to_be_visible()

    found = re.search(r"https?://\S+/invitations/\S+", _letter(site, bob.email))
    assert found is not None
    bob.page.goto(found[0])
    expect(bob.page.get_by_role("heading", level=1)).to_have_text(f"You’re invited to “{name}”")
    assert Axe().run(bob.page).response["violations"] == []
    bob.page.get_by_role("link", name="Create an account").click()
    bob.page.get_by_label("Email").fill(bob.email)
    bob.page.get_by_label("Name").fill("Bob")
    bob.page.get_by_label("Password").fill(PASSWORD)
    bob.page.get_by_role("button", name="Create").click()
    bob.page.get_by_label("Code").fill(code_in(_letter(site, bob.email)))
    bob.page.locator("main form button").first.click()
    bob.page.get_by_role("button", name="Join the group").click()
    expect(bob.page.get_by_role("heading", level=1)).to_have_text(name)

    first = _add(bob, "the")
    assert _shown(_states(ada, feed), first) == "CONFIRMED"
    ada.page.goto(group)
    second = _add(ada, "seminar")
    assert first != second
    states = _states(ada, feed)
    assert (_shown(states, first), _shown(states, second)) == ("CONFIRMED", "CONFIRMED")

    ada.page.goto(group)
    assert Axe().run(ada.page).response["violations"] == []
    _change(ada, first)
    ada.page.get_by_role("button", name="Remove from group").click()
    expect(ada.page.get_by_text(f"Removed “{first}”.")).to_be_visible()
    states = _states(ada, feed)
    assert (_shown(states, first), _shown(states, second)) == ("CANCELLED", "CONFIRMED")

    bob.page.goto(group)
    _change(bob, second)
    bob.page.get_by_label("Note").fill("Read it before")
    bob.page.get_by_role("button", name="Save").click()
    expect(bob.page.locator(".row-note")).to_have_text("Note: Read it before")

    ada.page.goto(f"{group}history/")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(f"History of “{name}”")
    assert Axe().run(ada.page).response["violations"] == []
    ada.page.get_by_role("listitem").filter(has_text=f"removed “{first}”").get_by_role(
        "button", name="Undo"
    ).click()
    expect(ada.page.get_by_text("The talk is back in the group.")).to_be_visible()
    assert _shown(_states(ada, feed), first) == "CONFIRMED"

    _follow_for_a_while(ada, group, feed, kept={first, second})

    for signed_in in (False, True):
        if signed_in:
            eve.sign_in(site.who("member"))
        for path in (group, f"{group}people/", f"{group}history/", "/groups/", "/me/", "/talks/"):
            seen = eve.page.goto(path)
            assert seen is not None
            assert name not in eve.page.content()
            assert bob.email not in eve.page.content()
        for suffix in ("", ".ics"):
            there = group.removesuffix("/") + (suffix or "/")
            assert eve.page.request.get(there).status == 404

    bob.page.goto("/me/")
    own = bob.page.get_by_label(name).input_value()
    assert bob.page.request.get(own).status == 200
    ada.page.goto(f"{group}people/")
    ada.page.locator("details.person summary").filter(has_text="Contributor").click()
    ada.page.get_by_role("button", name="Remove from group").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Remove Bob from the group?")
    ada.page.get_by_role("button", name="Remove").click()
    expect(ada.page.get_by_text("Bob was removed.")).to_be_visible()
    assert bob.page.request.get(own).status == 404
    assert bob.page.request.get(group).status == 404

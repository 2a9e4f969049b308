"""Add talks to groups in a browser: with scripts, without, by keyboard, and on a phone."""

import re
import uuid
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.looks import each_look
from tests.serving import SignIn, Site

READING = "/groups/northern-reading-group/"


def _context(browser: Browser, site: Site, *, scripts: bool) -> BrowserContext:
    return browser.new_context(
        base_url=site.url, viewport={"width": 390, "height": 800}, java_script_enabled=scripts
    )


@pytest.fixture(params=["with scripts", "without"])
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    context = _context(browser, site, scripts=request.param == "with scripts")
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(browser: Browser, site: Site) -> Iterator[Page]:
    """A page with scripts, on which the Content-Security-Policy must not block anything."""
    context = _context(browser, site, scripts=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def _sign_in(page: Page, who: SignIn) -> None:
    page.get_by_label("Email").fill(who.email)
    page.get_by_label("Password").fill(who.password)
    page.get_by_role("button", name="Sign in").click()


def _start(page: Page, site: Site) -> None:
    page.goto("/accounts/login/?next=/")
    _sign_in(page, site.who("organiser"))
    expect(page).to_have_url(f"{site.url}/")


def _talk(page: Page, number: int) -> tuple[str, str]:
    """Return the title and the address of a talk on the home page."""
    link = page.locator(".row-title a").nth(number)
    return link.inner_text(), str(link.get_attribute("href"))


def test_signing_in_adds_the_talk(page: Page, site: Site) -> None:
    page.goto("/talks/?when=past")
    title = page.locator(".row-title").nth(3).inner_text()
    control = page.get_by_role("link").filter(has_text=f"Add to group: {title}")
    control.click()
    _sign_in(page, site.who("organiser"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_text(re.compile("(Added to|Already in) My talks"))).to_be_visible()
    page.get_by_role("link", name="Choose other groups").click()
    expect(page.get_by_label("My talks")).to_be_checked()
    page.get_by_label("My talks").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Removed from My talks.")).to_be_visible()


def test_without_scripts(browser: Browser, site: Site) -> None:
    context = _context(browser, site, scripts=False)
    page = context.new_page()
    _start(page, site)
    title, _address = _talk(page, 0)
    name = f"Club {uuid.uuid4().hex[:6]}"  # of this run's own: the site is kept
    control = page.locator(".row").first.locator(".add")
    control.locator("summary").click()
    control.get_by_role("link", name="Choose groups").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add to group")
    page.get_by_label("New group…").fill(name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Added to {name}.")).to_be_visible()
    page.goto("/me/")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator(".row-title")).to_have_text([title])
    page.get_by_role("link", name="Edit group").click()
    page.get_by_role("link", name="Delete group").click()
    page.get_by_role("button", name="Delete group").click()
    expect(page.get_by_text(f"The group “{name}” was deleted.")).to_be_visible()
    context.close()


def test_in_place_by_keyboard(scripted: Page, site: Site) -> None:
    page = scripted
    _start(page, site)
    title, address = _talk(page, 5)
    row = page.locator(".row").nth(5)
    name = f"Club {uuid.uuid4().hex[:6]}"
    row.locator(".add > summary").focus()
    page.keyboard.press("Enter")
    expect(row.get_by_label("My talks")).to_be_visible()
    row.get_by_label("New group…").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(row.get_by_role("status")).to_have_text(f"Added to {name}.")
    expect(row.get_by_label(name)).to_be_checked()
    expect(row.locator(".add > summary")).to_have_text(f"✓ In my groups: {title}")
    expect(page).to_have_url(f"{site.url}/")
    expect(row.get_by_label("New group…")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    row.get_by_label(name).focus()
    page.keyboard.press("Space")
    row.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(row.get_by_role("status")).to_have_text(f"Removed from {name}.")
    expect(row.get_by_role("button", name="Save")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row.get_by_label(name)).to_be_hidden()
    expect(row.locator(".add > summary")).to_be_focused()
    page.goto(f"{address}")
    page.locator(".card .add > summary").click()
    expect(page.locator(".card").get_by_label(name)).not_to_be_checked()


def test_refusals_and_lost_connections_are_shown_within_the_page(
    browser: Browser, site: Site
) -> None:
    context = _context(browser, site, scripts=True)
    page = context.new_page()
    _start(page, site)
    row = page.locator(".row").nth(6)
    row.locator(".add > summary").click()
    row.get_by_label("My talks").evaluate("box => { box.value = 'gone' }")
    row.get_by_label("My talks").check()
    row.get_by_label("New group…").fill("Kept")
    row.get_by_role("button", name="Save").click()
    expect(row.get_by_role("status")).to_have_text(
        "There is no such group, or you can’t change its talks. Nothing was changed."
    )
    expect(row.get_by_label("New group…")).to_have_value("Kept")
    context.set_offline(True)
    row.get_by_role("button", name="Save").click()
    expect(row.get_by_role("status")).to_have_text(
        "Something went wrong. Reload the page and try again."
    )
    context.close()


@pytest.mark.once
@each_look
def test_every_page_is_accessible_and_fits(
    browser: Browser, site: Site, width: int, scheme: str
) -> None:
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto("/accounts/login/?next=/")
    _sign_in(page, site.who("member"))
    expect(page).to_have_url(f"{site.url}/")
    _title, talk = _talk(page, 0)
    add = re.sub(r"[^/]+/$", "add/", talk)
    pages = ("edit/", "delete/", "people/", "history/", "talks/?q=the")
    own = [f"{READING}{page}" for page in pages]
    for path in (
        "/groups/",
        "/groups/new/",
        READING,
        *own,
        "/me/",
        "/me/addresses/",
        add,
        "/",
        talk,
    ):
        page.goto(path)
        for summary in page.locator(".add > summary").all()[:1]:
            summary.click()
            expect(page.locator(".add-form").first).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [(path, one["id"], one["nodes"][0]["html"]) for one in found] == []
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert (path, wide) == (path, width)
    context.close()


def test_copying_and_resetting_a_link(scripted: Page, site: Site) -> None:
    page = scripted
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _start(page, site)
    page.goto("/me/")
    address = page.get_by_label("All my groups")
    old = address.input_value()
    part = page.locator(".calendar-link").filter(has=address)
    part.get_by_role("button", name="Copy link").click()
    expect(part.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == old
    assert page.request.get(old).status == 200
    part.get_by_role("link", name="Reset link").click()
    page.get_by_role("link", name="Cancel").click()
    assert page.request.get(old).status == 200
    part.get_by_role("link", name="Reset link").click()
    page.get_by_role("button", name="Reset link").click()
    expect(page.get_by_text("Your calendar link was reset.")).to_be_visible()
    assert page.request.get(old).status == 404
    assert page.request.get(address.input_value()).status == 200

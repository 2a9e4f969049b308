"""Creating and managing an account in a browser: with JavaScript, without, and by keyboard."""

import re
import uuid
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import each_look
from tests.serving import Site

pytestmark = pytest.mark.once

PASSWORD = "kavo-timu-reda-nopi"


@pytest.fixture(params=["with JavaScript", "without"])
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": 390, "height": 800},
        java_script_enabled=request.param == "with JavaScript",
    )
    yield context.new_page()
    context.close()


def _code(site: Site, address: str) -> str:
    """Return the code in the latest email to this address, from the folder that the page shows."""
    for file in sorted((site.var / "mail").iterdir(), reverse=True):
        text = file.read_text()
        if f"To: {address}" in text:
            match = re.search(r"^ {4}(\S+)$", text, re.MULTILINE)
            assert match is not None
            return match[1]
    raise AssertionError(f"no email to {address}")


def _create_account(page: Page, site: Site, address: str) -> None:
    page.get_by_label("Email").fill(address)
    page.get_by_label("Name").fill("Ada Winters")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
    expect(page.get_by_text(f"{site.var.name}/mail")).to_be_visible()
    page.get_by_label("Code").fill(_code(site, address))
    page.get_by_role("button", name="Continue").click()


def test_an_account_created_on_the_way_to_a_page(page: Page, site: Site) -> None:
    address = f"new-{uuid.uuid4()}@example.org"  # unique, because the site is kept
    page.goto("/accounts/login/?next=/talks/")
    page.get_by_role("link", name="Create an account").click()
    _create_account(page, site, address)
    expect(page).to_have_url(f"{site.url}/talks/")
    expect(page.get_by_text("Welcome to Seminars.")).to_be_visible()

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You’re signed out.")).to_be_visible()

    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Incorrect email or password.")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/me/")


def test_signing_in_as_a_demonstration_user(page: Page, site: Site) -> None:
    member = site.who("administrator")
    page.goto("/admin/")
    expect(page).to_have_url(f"{site.url}/accounts/login/?next=%2Fadmin%2F")
    page.get_by_label("Email").fill(member.email)
    page.get_by_label("Password").fill(member.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site.url}/admin/")


def test_from_a_search_and_back_to_it(browser: Browser, site: Site) -> None:
    """Including what was typed since the page was loaded."""
    member = site.who("member")
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/talks/?when=all&topic=probability")
    link = page.get_by_role("link", name="Sign in", exact=True)
    there = "/accounts/login/?next=/talks/%3Fwhen%3Dall%26topic%3Dprobability"
    expect(link).to_have_attribute("href", there)
    page.get_by_role("searchbox").fill("theory")
    narrowed = f"{site.url}/talks/?q=theory&topic=probability&when=all"
    expect(page).to_have_url(narrowed)
    link.click()
    page.get_by_label("Email").fill(member.email)
    page.get_by_label("Password").fill(member.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(narrowed)
    context.close()


def test_by_keyboard(browser: Browser, site: Site) -> None:
    member = site.who("member")
    page = browser.new_page(base_url=site.url)
    page.goto("/accounts/login/")
    page.get_by_label("Email").focus()
    page.keyboard.type(member.email)
    page.keyboard.press("Tab")
    page.keyboard.type(member.password)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/me/")
    page.close()


PAGES = ["login", "signup", "password/reset", "password/reset/done", "password/reset/key/1-x-y"]
OWN_PAGES = ["email", "password/change", "sessions", "logout", "reauthenticate"]


@each_look
def test_every_page_with_axe(browser: Browser, site: Site, width: int, scheme: str) -> None:
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 800},
        color_scheme="light" if scheme == "light" else "dark",
    )
    page = context.new_page()
    blocked: list[str] = []
    page.on("console", lambda one: blocked.append(one.text) if "Policy" in one.text else None)
    for name in PAGES:
        page.goto(f"/accounts/{name}/")
        _check_accessibility(page, name)
    page.goto("/accounts/signup/")
    address = f"axe-{width}-{scheme}@example.org"
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Create an account").click()
    _check_accessibility(page, "signup with an error")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    _check_accessibility(page, "code")
    page.get_by_label("Code").fill(_code(site, address))
    page.get_by_role("button", name="Continue").click()
    for name in OWN_PAGES:
        page.goto(f"/accounts/{name}/")
        _check_accessibility(page, name)
    assert blocked == []
    context.close()


def _check_accessibility(page: Page, name: str) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{name}: {results.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

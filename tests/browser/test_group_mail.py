"""A manager writes to everybody in a group, and one of them ends it, in two browsers."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import each_look
from tests.serving import Site

GROUP = "/groups/northern-reading-group/"

pytestmark = pytest.mark.once


def _latest(site: Site, to: str) -> EmailMessage:
    messages = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in sorted(Path(site.var, "mail").glob("*.eml"))
    ]
    latest = [message for message in messages if message["To"] == to][-1]
    assert isinstance(latest, EmailMessage)
    return latest


def _check_page(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert Axe().run(page).response["violations"] == []
    narrow = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(narrow)


@each_look
def test_emailing_members_and_unsubscribing(
    browser: Browser, site: Site, width: int, scheme: str
) -> None:
    mina = next(one for one in site.sign_ins if one.email == "mina@example.org")
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(f"/accounts/login/?next={GROUP}")
    page.get_by_label("Email").fill(mina.email)
    page.get_by_label("Password").fill(mina.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Email settings").click()
    _check_page(page, "Emails from “Northern Reading Group”")
    page.get_by_label("Weekly email with the week’s talks").check()
    page.get_by_role("button", name="Save").click()
    page.goto("/me/")
    expect(page.locator(f'a[href="{GROUP}mail/"]')).to_contain_text(
        "Email: messages and weekly talks"
    )

    page.goto(GROUP)
    page.get_by_role("link", name="Email members").click()
    subject = f"Reading on Friday, {width} {scheme}"
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Message", exact=True).fill("Dear all,\n\nbring cake.\n\n  Mina")
    expect(page.get_by_text("Talks to include")).to_be_hidden()
    page.get_by_label("Some of them").check()
    _check_page(page, "Email the members of “Northern Reading Group”")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Choose at least one talk, or another option above.")).to_be_visible()
    page.locator("input[name=chosen]").first.check()
    page.get_by_role("button", name="Preview").click()
    _check_page(page, "Check before sending")
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Message", exact=True)).to_have_value(
        "Dear all,\n\nbring cake.\n\n  Mina"
    )
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Send to 2 people").click()
    expect(page.get_by_text("Sent to 2 people.")).to_be_visible()
    context.close()

    message = _latest(site, "tomas@example.org")
    assert message["Subject"] == f"[Northern Reading Group] {subject}"
    text = str(message.get_content())
    assert text.startswith("Dear all,\n\nbring cake.\n\n  Mina\n\n\n")
    assert text.count(f"{site.url}/talks/") == 1
    link = re.search(r"http\S+/mail/stop/\S+", text)
    assert link is not None
    stranger = browser.new_context(base_url=site.url, viewport={"width": width, "height": 900})
    other = stranger.new_page()
    other.goto(link[0])
    _check_page(other, "Messages from “Northern Reading Group”")
    other.get_by_role("button", name="Unsubscribe").click()
    _check_page(other, "Unsubscribed")
    other.get_by_role("button", name="Resubscribe").click()
    expect(other.get_by_role("heading", level=1)).to_have_text(
        "Messages from “Northern Reading Group”"
    )
    stranger.close()

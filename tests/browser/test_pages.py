"""The pages of talks in a browser: updated in place or without scripts, and checked with axe."""

import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.looks import each_look
from tests.serving import ROOT, Site

pytestmark = pytest.mark.once

PAGES = [
    "/",
    "/talks/",
    "/talks/?when=past&recording=yes&topic=machine-learning",
    "/talks/?q=evanston+learning&when=all",
    "/talks/?q=lerning&when=all",
    "/talks/?q=nothing-at-all",
    "/talks/?when=never",
    "/calendar/",
    "/calendar/?series=cs-seminar",
    "/calendar/?series=nothing-at-all",
    "/series/",
    "/series/cs-seminar/",
    "/series/cs-seminar/?when=past",
    "/series/cs-seminar/?when=never",
    "/departments/",
    "/departments/computer-science/",
    "/topics/",
    "/topics/machine-learning/",
    "/venues/",
    "/venues/mudd-hall-3514/",
    "/speakers/",
    "/speakers/1/",
    "/speakers/?page=9",
    "/nowhere/",
]


@pytest.fixture
def scripted(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda one: faults.append(one.text) if "Policy" in one.text else None)
    yield page
    context.close()
    assert faults == []


@each_look
def test_every_page_with_axe(browser: Browser, site: Site, width: int, scheme: str) -> None:
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 800},
        color_scheme="light" if scheme == "light" else "dark",
    )
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda one: refused.append(one.text) if "Policy" in one.text else None)
    for address in PAGES:
        page.goto(address)
        report = Axe().run(page)
        assert report.violations_count == 0, f"{address}: {report.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert refused == []
    context.close()


def _marked(page: Page) -> None:
    """Mark the document, to tell a page that was loaded again from one that was not."""
    page.evaluate("window.sameDocument = true")


def _is_same(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def test_filters_work_in_place(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/")
    _marked(page)
    page.get_by_role("searchbox").press_sequentially("learning")
    expect(page).to_have_url(f"{site.url}/talks/?q=learning")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_label("When").select_option("past")
    expect(page).to_have_url(f"{site.url}/talks/?q=learning&when=past")
    expect(page.get_by_role("heading", level=1)).to_have_text("Past talks · “learning”")
    recorded = page.get_by_label("Has a recording")
    recorded.check()
    expect(page).to_have_url(f"{site.url}/talks/?q=learning&recording=yes&when=past")
    expect(recorded).to_be_focused()
    count = page.locator("#results .row").count()
    expect(page.get_by_role("status")).to_have_text(f"{count} talks, best match first")
    assert page.title().startswith("Past talks · “learning” · With a recording")
    assert _is_same(page)

    page.get_by_text("Subscribe", exact=True).click()
    address = f"{site.url}/talks.ics?q=learning&recording=yes&when=past"
    expect(page.get_by_label("Calendar link (iCal)")).to_have_value(address)

    page.go_back()
    expect(page).to_have_url(f"{site.url}/talks/?q=learning&when=past")
    expect(page.get_by_role("searchbox")).to_have_value("learning")
    expect(page.get_by_label("Has a recording")).not_to_be_checked()


def test_typing_searches_at_once(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/?when=all")
    _marked(page)
    every = page.get_by_role("status").inner_text()
    words = page.get_by_role("searchbox")
    words.focus()
    # At once, so that it is a single search even on a slow machine.
    page.keyboard.insert_text("deep lea")
    expect(page).to_have_url(f"{site.url}/talks/?q=deep+lea&when=all")
    expect(page.locator("#results mark").first).to_have_text("Deep")
    count = page.locator("#results .row").count()
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^{count} talks?\b"))
    expect(words).to_be_focused()
    assert words.evaluate("one => one.selectionStart") == len("deep lea")
    page.keyboard.insert_text("rning zzzz")
    expect(page.locator(".empty")).to_contain_text("No talks match.")
    expect(page.get_by_role("status")).to_have_text("No talks")
    assert _is_same(page)
    page.go_back()
    expect(page.locator("#results .row")).to_have_count(count)
    expect(words).to_have_value("deep lea")
    page.go_back()
    expect(page).to_have_url(f"{site.url}/talks/?when=all")
    expect(page.get_by_role("status")).to_have_text(every)
    expect(words).to_have_value("")


def test_a_filter_is_removed_in_place(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/?when=all&series=cs-seminar")
    _marked(page)
    page.get_by_role("group", name="Attendance").get_by_label("Hybrid").check()
    both = f"{site.url}/talks/?series=cs-seminar&attendance=hybrid&when=all"
    expect(page).to_have_url(both)
    removing = page.get_by_role("list", name="Active filters").get_by_role("link", name="Remove S")
    removing.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/talks/?attendance=hybrid&when=all")
    expect(page.get_by_role("heading", level=1)).to_have_text("Talks · Hybrid")
    expect(page.get_by_label("CS Seminar")).not_to_be_checked()
    expect(page.get_by_label("Hybrid")).to_be_checked()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(".chip")).to_be_focused()
    assert _is_same(page)
    page.go_back()
    expect(page).to_have_url(both)
    expect(page.get_by_label("CS Seminar")).to_be_checked()
    expect(page.locator(".chip")).to_have_count(2)


def test_filters_on_a_phone_return_to_the_list(scripted: Page, site: Site) -> None:
    page = scripted
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/talks/?when=all")
    _marked(page)
    page.get_by_text("Filters", exact=True).click()
    show = page.get_by_role("button", name=re.compile(r"Show \d+ talks"))
    expect(show).to_be_in_viewport()
    page.get_by_role("group", name="Attendance").get_by_label("Online").check()
    expect(page).to_have_url(f"{site.url}/talks/?attendance=online&when=all")
    expect(page.locator(".chip")).to_have_count(1)
    expect(show).to_have_text(f"Show {page.locator('#results .row').count()} talks")
    show.click()
    expect(show).to_be_hidden()
    expect(page.get_by_role("status")).to_be_in_viewport()
    expect(page.locator("#results")).to_be_focused()
    expect(page).to_have_url(f"{site.url}/talks/?attendance=online&when=all")
    page.get_by_role("link", name="Remove Attendance: Online").press("Enter")
    expect(page).to_have_url(f"{site.url}/talks/?when=all")
    expect(page.get_by_role("status")).to_be_focused()
    assert _is_same(page)


def test_enter_searches_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/talks/")
    page.get_by_role("searchbox").fill("learning")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(re.compile(r"/talks/\?q=learning&"))
    expect(page.locator("#results mark").first).to_have_text(re.compile("learning", re.IGNORECASE))
    expect(page.get_by_role("searchbox")).to_have_value("learning")
    context.close()


def test_filters_of_a_month(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/calendar/2025/02/")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("CS Seminar").check()
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".chip")).to_have_text("Remove Series: CS Seminar ×")
    assert {one.strip() for one in page.locator(".entry-series").all_inner_texts()} == {
        "CS Seminar"
    }
    page.get_by_role("link", name="List view").click()
    expect(page).to_have_url(f"{site.url}/talks/?series=cs-seminar")
    page.get_by_role("link", name="Calendar view").click()
    expect(page).to_have_url(f"{site.url}/calendar/?series=cs-seminar")


def test_recordings_change_the_default_period(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/")
    page.get_by_label("Has a recording").check()
    expect(page).to_have_url(f"{site.url}/talks/?recording=yes")
    expect(page.get_by_label("When")).to_have_value("past")


def test_an_invalid_filter_is_named_in_place(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/")
    _marked(page)
    page.get_by_label("From").fill("2026-05-02")
    expect(page).to_have_url(f"{site.url}/talks/?from=2026-05-02")
    page.get_by_label("To", exact=True).fill("2026-05-01")
    sentence = "The end date (to) is before the start date (from)."
    expect(page.locator("#wrong")).to_have_text(sentence)
    expect(page.get_by_role("status")).to_have_text(sentence)
    expect(page).to_have_url(f"{site.url}/talks/?from=2026-05-02")
    assert _is_same(page)


def test_the_next_page_opens_in_place(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/?when=all")
    _marked(page)
    expect(page.get_by_role("status")).to_have_text(re.compile(r"Talks 1 to 50 of \d+"))
    page.get_by_role("link", name="Next page").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/talks/?when=all&page=2")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"Talks 51 to \d+ of \d+"))
    expect(page.locator("#results")).to_be_focused()
    assert _is_same(page)


def test_a_result_opens_at_a_click_right_after_typing(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/?when=all")
    page.get_by_role("searchbox").press_sequentially("learning")
    expect(page).to_have_url(f"{site.url}/talks/?q=learning&when=all")
    link = page.locator("#results .row-title a").first
    address = link.get_attribute("href")
    link.hover()
    page.mouse.down()
    # As slow as a finger: the request that leaving the field could send is answered by then.
    page.wait_for_timeout(400)
    page.mouse.up()
    expect(page).to_have_url(f"{site.url}{address}")


def test_repeating_a_search_adds_no_history(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/?when=all")
    page.get_by_role("searchbox").press_sequentially("learning")
    expect(page).to_have_url(f"{site.url}/talks/?q=learning&when=all")
    with page.expect_response("**/talks/?q=learning&**"):
        page.keyboard.press("Enter")
    page.go_back()
    expect(page).to_have_url(f"{site.url}/talks/?when=all")


def test_a_late_page_does_not_replace_a_newer_search(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/talks/?when=all")
    held: list[Route] = []
    page.route("**/talks/?*page=2", lambda route: held.append(route))
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("searchbox").fill("learning")
    expect(page).to_have_url(f"{site.url}/talks/?q=learning&when=all")
    (late,) = held
    late.continue_()
    page.wait_for_timeout(500)
    expect(page).to_have_url(f"{site.url}/talks/?q=learning&when=all")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ talks, upcoming"))


def test_filters_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/talks/")
    page.get_by_role("searchbox").fill("learning")
    page.get_by_label("When").select_option("past")
    page.get_by_label("CS Seminar").check()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Remove Series: CS Seminar")).to_be_visible()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("CS Seminar · “learning”")
    expect(page.get_by_role("searchbox")).to_have_value("learning")
    expect(page.get_by_label("CS Seminar")).to_be_checked()
    assert set(page.locator(".row .series").all_inner_texts()) == {"CS Seminar"}
    page.goto("/talks/?when=all")
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(f"{site.url}/talks/?when=all&page=2")
    context.close()


def test_a_talk_links_to_its_speaker_and_venue(scripted: Page, site: Site) -> None:
    page = scripted
    page.goto("/series/cs-seminar/?when=past")
    page.get_by_role("link", name="Deep Learning Theory").first.click()
    page.get_by_role("link", name="Sadhika Malladi", exact=True).click()
    expect(page).to_have_url(re.compile(r"/speakers/\d+/sadhika-malladi/$"))
    page.locator(".row-place a").first.click()
    expect(page).to_have_url(f"{site.url}/venues/mudd-hall-3514/")


def _answer(site: Site, method: str, path: str, **headers: str) -> tuple[int, str]:
    place = urlsplit(site.url)
    server = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    server.request(method, path, headers=headers)
    answer = server.getresponse()
    result = answer.status, answer.read().decode()
    server.close()
    return result


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "heading"),
    [
        ("GET", "/", {"Host": "evil.example"}, 400, "Bad request"),
        ("POST", "/accounts/login/", {}, 403, "This form has expired"),
        ("GET", "/nowhere/", {}, 404, "Page not found"),
    ],
)
def test_errors_in_production(
    site: Site, method: str, path: str, headers: dict[str, str], status: int, heading: str
) -> None:
    answered, body = _answer(site, method, path, **headers)
    assert answered == status
    assert f"<h1>{heading}</h1>" in body
    assert '<header class="masthead">' in body


def test_the_page_of_a_server_error_finds_its_styles(site: Site) -> None:
    code = (
        "from django.template.loader import render_to_string; print(render_to_string('500.html'))"
    )
    body = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env=site.environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "<h1>Something went wrong</h1>" in body
    styles = re.findall(r'href="(/static/[^"]+\.css)"', body)
    assert len(styles) == 4
    assert [_answer(site, "GET", style)[0] for style in styles] == [200] * 4

"""Accessibility beyond axe: narrow windows, large text, forced colors, large targets."""

import pytest
from playwright.sync_api import Browser

from tests.serving import Site

pytestmark = pytest.mark.once

PAGES = [
    *("/", "/talks/?series=cs-seminar&attendance=hybrid&when=all", "/talks/?q=nothing-at-all"),
    *("/calendar/", "/talks/1/", "/series/", "/series/cs-seminar/", "/topics/machine-learning/"),
    *("/venues/mudd-hall-3514/", "/departments/computer-science/", "/speakers/1/", "/groups/"),
    *("/accounts/login/", "/nowhere/"),
]
# WCAG 2.5.8: a label is a target like its box, and links within a text are exempt.
SMALL = """() => [...document.querySelectorAll("a, button, summary, select, input")]
  .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, .prose, label, .skip"))
  .map((one) => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 23.5 && box.width > 1)
  .map(([name, box]) => `${name}: ${box.height}`)"""


def test_the_narrowest_window(browser: Browser, site: Site) -> None:
    """At 1280 px and 400 % zoom (WCAG 1.4.10), nothing overflows and targets are large enough."""
    context = browser.new_context(base_url=site.url, viewport={"width": 320, "height": 640})
    page = context.new_page()
    for address in PAGES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
        assert page.evaluate(SMALL) == [], address
    context.close()


def test_no_line_begins_or_ends_with_a_separator(browser: Browser, site: Site) -> None:
    """The dot before the reader's own time is hidden if the time is on a line of its own."""
    context = browser.new_context(
        base_url=site.url, viewport={"width": 320, "height": 640}, timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    page.goto("/calendar/")
    time = page.locator(".entry-time:has(> .own-time:not(:empty)):visible").first
    assert time.evaluate("one => getComputedStyle(one).overflowX") == "clip"
    left = time.evaluate("one => one.getBoundingClientRect().left")
    own = time.locator(".own-time")
    assert own.evaluate("one => one.getBoundingClientRect().left") == left
    assert own.evaluate("one => parseFloat(getComputedStyle(one, '::before').left)") < 0
    # In a talk of another zone, it is below the time in that zone.
    page.goto("/talks/?q=London&when=all")
    own = page.locator(".row-time-more > .own-time:not(:empty)").first
    line = own.locator("..")
    left = line.evaluate("one => one.getBoundingClientRect().left")
    own.evaluate("one => { one.parentElement.style.width = one.offsetWidth + 'px' }")
    assert own.evaluate("one => one.getBoundingClientRect().left") == left
    assert own.evaluate("one => parseFloat(getComputedStyle(one, '::before').left)") < 0
    context.close()


def test_forced_colors(browser: Browser, site: Site) -> None:
    """With forced colors, shadows are not drawn."""
    context = browser.new_context(base_url=site.url, forced_colors="active")
    page = context.new_page()
    for address, name in (("/series/", ".nav"), ("/series/cs-seminar/", ".tabs")):
        page.goto(address)
        line = page.locator(f"{name} a[aria-current]").evaluate(
            "one => getComputedStyle(one).textDecorationLine"
        )
        assert line == "underline"
    context.close()

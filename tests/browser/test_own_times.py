"""Times in the reader's own time zone, and the calendar by keyboard."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import Site

pytestmark = pytest.mark.once

WATCH = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
#: Layout shifts below 0.1 are good, according to web.dev.
UNSEEN = 0.005
OWN = re.compile(r"^((Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\d{1,2}:\d\d [AP]M your time$")


@contextmanager
def reading(browser: Browser, site: Site, zone: str, width: int = 1280) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site.url, timezone_id=zone, viewport={"width": width, "height": 900}
    )
    context.add_init_script(WATCH)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda one: faults.append(one.text) if "Policy" in one.text else None)
    yield page
    context.close()
    assert faults == []


@pytest.mark.parametrize("width", [390, 1280])
def test_elsewhere_both_times_are_shown_without_layout_shifts(
    browser: Browser, site: Site, width: int
) -> None:
    with reading(browser, site, "Asia/Tokyo", width) as page:
        for address, place in (
            ("/calendar/", "entry"),
            ("/talks/?series=cs-seminar", "row"),
            ("/series/cs-seminar/?when=past", "row"),
        ):
            page.goto(address)
            times = page.locator(f".{place}-time:has([data-own]):visible")
            expect(times.locator(".own-time").first).to_have_text(OWN)
            texts = times.locator(".own-time").all_inner_texts()
            assert [one for one in texts if not OWN.match(one)] == []
            assert page.evaluate("window.shifted") < UNSEEN
        page.locator(".row-title a").first.click()
        expect(page.locator(".card .own-time")).to_have_text(OWN)
        assert page.evaluate("window.shifted") < UNSEEN


def test_the_time_has_its_day_if_that_differs(browser: Browser, site: Site) -> None:
    """Noon in Chicago on Friday, February 21, 2025, is 3 AM on Saturday in Tokyo."""
    address = "/talks/?from=2025-02-21&to=2025-02-21&series=cs-seminar"
    for zone, text in (
        ("Asia/Tokyo", "Sat 3:00 AM your time"),
        ("Europe/London", "6:00 PM your time"),
        ("America/Chicago", ""),
        # Another zone in which clocks show the same time.
        ("America/Winnipeg", ""),
    ):
        with reading(browser, site, zone) as page:
            page.goto(address)
            expect(page.locator("time[datetime='2025-02-21T12:00:00-06:00']")).to_have_count(1)
            expect(page.locator(".row .own-time")).to_have_text(text)


def test_the_day_is_named_if_it_differs_from_any_time_beside_it(
    browser: Browser, site: Site
) -> None:
    """8:00 on Sunday in Tokyo is 17:00 on Saturday in Chicago, the site's zone."""
    starts = "2026-12-19T17:00:00-06:00 2026-12-20T08:00:00+09:00"
    for zone, text in (
        ("Europe/London", "Sat 11:00 PM your time"),
        ("Asia/Kolkata", "Sun 4:30 AM your time"),
        ("Asia/Tokyo", ""),
        ("America/Chicago", ""),
    ):
        with reading(browser, site, zone) as page:
            page.goto("/talks/?series=cs-seminar&when=all")
            page.evaluate(
                """starts => {
                    const place = document.querySelector(".row [data-own]");
                    place.dataset.own = starts;
                    place.textContent = "";
                    document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
                }""",
                starts,
            )
            expect(page.locator(".row .own-time").first).to_have_text(text)


def test_pages_loaded_later_have_own_times(browser: Browser, site: Site) -> None:
    with reading(browser, site, "Asia/Tokyo") as page:
        page.goto("/talks/")
        page.get_by_label("When").select_option("past")
        expect(page).to_have_url(f"{site.url}/talks/?when=past")
        expect(page.locator(".row .own-time").first).to_have_text(OWN)


def test_the_calendar_by_keyboard(browser: Browser, site: Site) -> None:
    with reading(browser, site, "America/Chicago") as page:
        page.goto("/calendar/2025/02/")
        expect(page.get_by_role("columnheader")).to_have_text(
            ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        )
        page.get_by_role("link", name="March 2025").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("March 2025")
        page.get_by_role("link", name="February 2025").focus()
        page.keyboard.press("Enter")
        page.locator(".entry-title a").first.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/talks/\d+/"))

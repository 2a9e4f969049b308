"""Printed pages as Chromium lays them out: one-page notices and term cards."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.serving import Site

pytestmark = pytest.mark.once

PAPERS = ["A4", "Letter"]
#: An abstract of 1,500 characters; few are longer.
LONG = "One sentence of an abstract that is as long as abstracts are at last. " * 21


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url)
    yield context.new_page()
    context.close()


def sheets(page: Page, paper: str) -> int:
    """Return how many sheets the page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


@pytest.mark.parametrize("paper", PAPERS)
def test_a_talk_is_a_notice_of_one_page(page: Page, paper: str) -> None:
    page.goto("/talks/?q=deep+learning+theory&when=all")
    page.locator(".row-title a").first.click()
    page.wait_for_selector(".talk")
    assert sheets(page, paper) == 1
    page.evaluate("text => (document.querySelector('.prose').textContent = text)", LONG)
    assert sheets(page, paper) == 1


def test_a_notice_has_the_address_of_the_talks_page(page: Page, site: Site) -> None:
    page.goto("/talks/1/")
    address = page.get_by_text(f"{site.url}/talks/1/", exact=True)
    assert not address.is_visible()
    page.emulate_media(media="print")
    assert address.is_visible()
    for only_seen in (".nav", ".foot", ".around", ".related", ".card-keep"):
        assert not page.locator(only_seen).first.is_visible(), only_seen


def test_a_long_text_is_not_shrunk(page: Page) -> None:
    """Chromium shrinks a page if anything on it is wider than the paper."""
    page.goto("/talks/1/")
    page.evaluate("text => (document.querySelector('.prose').textContent = text)", LONG * 4)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 672, "height": 1028})
    assert page.evaluate("document.documentElement.scrollWidth") == 672
    assert page.locator(".facts").evaluate("one => getComputedStyle(one).columnCount") == "auto"
    assert sheets(page, "A4") == 2


@pytest.mark.parametrize("address", ["/", "/calendar/", "/series/cs-seminar/", "/talks/?when=all"])
def test_canceled_talks_are_struck_through_on_paper(page: Page, address: str) -> None:
    page.goto(address)
    page.emulate_media(media="print")
    off = page.locator(":is(.row-cancelled .row-title, .entry-cancelled .entry-title) a")
    lines = off.evaluate_all("all => all.map((one) => getComputedStyle(one).textDecorationLine)")
    assert set(lines) <= {"line-through"}

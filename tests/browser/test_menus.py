"""The Subscribe menu in a browser: all of it is visible, wherever its button is."""

import pytest
from playwright.sync_api import Browser, Page

from tests.serving import Site

pytestmark = pytest.mark.once

WIDTHS = [320, 390, 640, 768, 1280]
LONG = "A name of many words that no line can hold beside anything else"


#: A head whose title fills its line, and others where the button comes after little or much.
@pytest.mark.parametrize(
    "address",
    ["/", "/calendar/", "/series/cs-seminar/", "/speakers/1/", "/talks/?topic=machine-learning"],
)
def test_the_whole_menu_is_within_the_page(browser: Browser, site: Site, address: str) -> None:
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto(address)
    page.get_by_text("Subscribe", exact=True).click()
    for name in ("", LONG):
        if name:
            page.locator("h1").evaluate("(one, name) => (one.textContent = name)", name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert _is_within(page, width), (name, width)
    context.close()


def _is_within(page: Page, width: int) -> bool:
    sheet = page.locator(".page-head .menu-sheet").bounding_box()
    button = page.locator(".page-head summary").bounding_box()
    assert sheet
    assert button
    below = sheet["y"] - button["y"] - button["height"]
    return sheet["x"] >= 0 and sheet["x"] + sheet["width"] <= width and 0 <= below < 40

"""The Subscribe menu in a browser: all of it can be read and used, wherever its button stands."""

import pytest
from playwright.sync_api import Browser

from tests.serving import Site

pytestmark = pytest.mark.once

#: A head whose title fills its line, and others where the button comes after little or much.
PAGES = ["/", "/calendar/", "/series/cs-seminar/", "/speakers/1/", "/talks/?topic=machine-learning"]


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1280])
def test_the_whole_menu_is_within_the_page(browser: Browser, site: Site, width: int) -> None:
    context = browser.new_context(base_url=site.url, viewport={"width": width, "height": 900})
    page = context.new_page()
    for address in PAGES:
        for name in ("", "A name of many words that no line can hold beside anything else"):
            page.goto(address)
            if name:
                page.locator("h1").evaluate("(one, name) => (one.textContent = name)", name)
            page.get_by_text("Subscribe", exact=True).click()
            sheet = page.locator(".page-head .menu-sheet").bounding_box()
            button = page.locator(".page-head summary").bounding_box()
            assert sheet
            assert button
            assert sheet["x"] >= 0, (address, name)
            assert sheet["x"] + sheet["width"] <= width, (address, name)
            assert 0 <= sheet["y"] - button["y"] - button["height"] < 40, (address, name)
    context.close()

"""Take the pictures in the documentation from the demonstration site: `make pictures`.

The site is served from a scratch folder, which is deleted at the end. Needs Chromium.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving import Site, served

FOLDER = Path(__file__).resolve().parent
#: The largest size of a picture, in bytes.
MAX_BYTES = 150_000
ABSTRACT = """\
Sorting $n$ numbers takes $\\Omega(n \\log n)$ comparisons. We ask what *else* it takes:

$$T(n) = 2\\,T\\!\\left(\\frac{n}{2}\\right) + O(n)$$
"""


@contextmanager
def _page(browser: Browser, site: Site, width: int, height: int, scheme: str) -> Iterator[Page]:
    dark = scheme == "dark"
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        # The site's own, so that pages show each time once.
        timezone_id="America/Chicago",
    )
    yield context.new_page()
    context.close()


def _sign_in(page: Page, site: Site, role: str) -> None:
    who = site.who(role)
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_label("Email").fill(who.email)
    page.get_by_label("Password").fill(who.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")


def _save(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    if path.stat().st_size > MAX_BYTES:
        raise SystemExit(
            f"{path.name} has {path.stat().st_size:,} bytes: photograph less of the page."
        )


def visitors(browser: Browser, site: Site) -> None:
    """Take the README's pictures: home page, search, talk and month, and two on a phone."""
    with _page(browser, site, 1280, 860, "light") as page:
        page.goto("/")
        _save(page, "home")
        page.goto("/talks/?q=learning&when=all")
        _save(page, "search")
        page.goto("/calendar/")
        _save(page, "month")
    with _page(browser, site, 1280, 640, "dark") as page:
        page.goto("/talks/?from=2025-02-21&to=2025-02-21&series=cs-seminar")
        page.locator(".row-title a").first.click()
        _save(page, "talk")
    with _page(browser, site, 390, 844, "dark") as page:
        page.goto("/")
        _save(page, "home-phone")
    with _page(browser, site, 390, 844, "light") as page:
        page.goto("/calendar/")
        _save(page, "month-phone")


def subscribers(browser: Browser, site: Site) -> None:
    """Take the pictures of docs/calendars.md: the Subscribe menu, and a talk's Add to calendar."""
    with _page(browser, site, 1160, 620, "light") as page:
        page.goto("/series/cs-seminar/")
        page.get_by_text("Subscribe", exact=True).click()
        _save(page, "subscribe")
        page.locator(".row-title a").first.click()
        page.locator(".card-keep").screenshot(path=FOLDER / "add-to-calendar.png")


def organizers(browser: Browser, site: Site) -> None:
    """Take the pictures of docs/staff.md, in its order."""
    with _page(browser, site, 1280, 760, "light") as page:
        _sign_in(page, site, "organiser")
        page.goto("/admin/seminars/talk/add/")
        page.get_by_label("Title:", exact=True).fill("What sorting needs besides comparisons")
        page.get_by_label("Abstract:").fill(ABSTRACT)
        page.locator(".field-abstract .markup math[display=block]").wait_for()
        page.get_by_label("Title:", exact=True).scroll_into_view_if_needed()
        _save(page, "form")
        page.get_by_role("button", name="Save as draft").click()
        page.get_by_text("The talk has been saved.").wait_for()
        _save(page, "states")
        page.get_by_role("link", name="Preview").click()
        _save(page, "preview")
        page.goto("/admin/seminars/talk/")
        _save(page, "list")
        _changed_twice(browser, site, page)


def _changed_twice(browser: Browser, site: Site, page: Page) -> None:
    """Let an administrator save the talk while its organizer has it open."""
    page.locator("#result_list .field-headline a", has_text="What sorting needs").click()
    page.get_by_label("Title:", exact=True).wait_for()
    with _page(browser, site, 1280, 760, "light") as other:
        _sign_in(other, site, "administrator")
        other.goto(page.url)
        other.get_by_label("Title:", exact=True).fill("What sorting really needs")
        other.get_by_label("Room:", exact=True).fill("3501")
        other.get_by_role("button", name="Save", exact=True).click()
        other.get_by_text("Your changes have been saved.").wait_for()
    page.get_by_label("Title:", exact=True).fill("What sorting needs")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Edit conflict").wait_for()
    _save(page, "two-people")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="History").click()
    _save(page, "history")


def main() -> None:
    chromium = shutil.which("chromium")
    with (
        tempfile.TemporaryDirectory() as scratch,
        served(Path(scratch, "site"), Path(scratch)) as site,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        visitors(browser, site)
        subscribers(browser, site)
        organizers(browser, site)
        browser.close()


if __name__ == "__main__":
    main()

"""Take pictures of every public page of the demonstration, to look at before a release.

`make pictures` puts them into pictures/, which Git ignores: each page at 390, 768 and 1280 px, in
light and dark mode, with no talks, one talk, forty talks a day and long titles. Needs Chromium.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving import ROOT, Site, served

FOLDER = ROOT / "pictures"
WIDTHS = (390, 768, 1280)
SCHEMES = ("light", "dark")

PAGES = {
    "home": "/",
    "talks": "/talks/",
    "talks-past": "/talks/?when=past",
    "talks-year": "/talks/?when=past&year=2025",
    "talks-filtered": "/talks/?series=cs-seminar&attendance=hybrid&when=all",
    "talks-search": "/talks/?q=evanston+learning&when=all",
    "talks-misspelled": "/talks/?q=lerning&when=all",
    "talks-none": "/talks/?q=nothingofthekind",
    "talks-wrong": "/talks/?when=never",
    "month": "/calendar/",
    "month-filtered": "/calendar/?series=cs-seminar",
    "embed": "/embed/series/cs-seminar/",
    "series-index": "/series/",
    "series-one-talk": "/series/one-talk/",
    "series-no-talks": "/series/no-talks/",
    "departments": "/departments/",
    "topics": "/topics/",
    "venues": "/venues/",
    "speakers": "/speakers/",
    "groups": "/groups/",
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "forgotten": "/accounts/password/reset/",
    "not-there": "/nowhere/",
}
#: Pages reached by the first link that matches a selector on another page.
FIRST = {
    "talk": ("/", ".row-title a"),
    "talk-past": ("/talks/?when=past", ".row-title a"),
    "talk-cancelled": ("/talks/", ".row-cancelled .row-title a"),
    "talk-postponed": ("/talks/?q=counting+cannot", ".row-postponed .row-title a"),
    "talk-moved": ("/talks/", ".row:has(.tag-moved) .row-title a"),
    "talk-seed": ("/talks/?q=%22theory+in+the+age%22&when=all", ".row-title a"),
    "talk-open": ("/talks/", ".row-title.is-open a"),
    "talk-other-script": ("/talks/?q=Arabic+algebra&when=all", ".row-title a"),
    "talk-days": ("/talks/?q=lattices", ".row-title a"),
    "talk-old": ("/talks/?to=1911-12-31", ".row-title a"),
    "talk-long": ("/talks/?q=Donaudampf", ".row-title a"),
    "series": ("/series/", "main li a"),
    "department": ("/departments/", "main li a"),
    "topic": ("/topics/", "main li a"),
    "venue": ("/venues/", "main li a"),
    "speaker": ("/speakers/", "main li a"),
    "group": ("/groups/", "main li a"),
}


def addresses(page: Page) -> dict[str, str]:
    """Return the path of every page by name, including the day and month of the forty talks."""
    paths = dict(PAGES)
    for name, (where, link) in FIRST.items():
        page.goto(where)
        # This fails if no link matches, so that no page is left out unnoticed.
        paths[name] = page.locator(link).first.get_attribute("href") or where
    page.goto("/talks/?q=forty")
    day = page.locator("time[datetime]").first.get_attribute("datetime")
    paths["day-of-forty"] = f"/talks/?from={day}&to={day}"
    paths["month-of-forty"] = f"/calendar/{(day or '')[:4]}/{(day or '')[5:7]}/"
    return paths


def take(browser: Browser, site: Site) -> int:
    """Take all pictures; return how many pages are wider than the window, as none should be."""
    with_pages = browser.new_page(base_url=site.url)
    every = addresses(with_pages)
    wide = 0
    for width in WIDTHS:
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=site.url,
                viewport={"width": width, "height": 900},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            for name, address in every.items():
                page.goto(address, wait_until="networkidle")
                page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", full_page=True)
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    sys.stdout.write(f"{address} is wider than {width} px\n")
                    wide += 1
            page.goto("/")
            page.locator(".page-head summary").click()
            page.screenshot(path=FOLDER / f"subscribe-{width}-{scheme}.png")
            context.close()
    return wide


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        served(Path(scratch, "site"), Path(scratch)) as site,
        sync_playwright() as play,
    ):
        crowd = [sys.executable, "-m", "docs.pictures.crowd"]
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run(crowd, cwd=ROOT, env=site.environment | settings, check=True)  # noqa: S603
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        wide = take(browser, site)
        browser.close()
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures are in {FOLDER.name}/\n")
    sys.exit(wide > 0)


if __name__ == "__main__":
    main()

"""Listings on the page of another site: drawn by the script, in a frame, or as a link."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.serving import Site

pytestmark = pytest.mark.once

#: A host page allows our site and nothing else; its own style sheet is its own.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src {site}; connect-src {site}; frame-src {site}"
)
STYLE = b"body { font: 20px/1.5 serif; color: rgb(0, 64, 0); width: 400px } h1 { font-size: 1em }"


@dataclass
class Host:
    """Another site, with `body` as its only page; requests to ours are in `site`'s log."""

    url: str
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    policy: str = ""


@pytest.fixture
def host(site: Site) -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = there.pages.get(self.path, ("text/plain", b""))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", there.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # Another host name, so that the sites do not share cookies.
    there = Host(f"http://localhost:{server.server_port}", policy=POLICY.format(site=site.url))
    there.pages["/style.css"] = ("text/css", STYLE)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()


def show(host: Host, body: str) -> None:
    page = f"""<!doctype html><html lang="en"><head><title>Department</title>
        <link rel="stylesheet" href="/style.css"></head>
        <body><main><h1>Department</h1>{body}</main></body></html>"""
    host.pages["/"] = ("text/html; charset=utf-8", page.encode())


def code(page: Page, site: Site, path: str) -> str:
    """Return the code that the Subscribe menu offers."""
    page.goto(site.url + path)
    return page.locator("#embed-code").input_value()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 800, "height": 900})
    problems: list[str] = []
    made.on("weberror", lambda one: problems.append(str(one.error)))
    made.on(
        "console",
        lambda one: problems.append(one.text) if one.type in ("error", "warning") else None,
    )
    yield made
    cookies = made.cookies()
    made.close()
    assert (problems, cookies) == ([], [])


def test_a_listing_is_drawn(context: BrowserContext, site: Site, host: Host) -> None:
    page = context.new_page()
    show(host, code(page, site, "/series/cs-seminar/"))
    requested: list[str] = []
    page.on("request", lambda one: requested.append(one.url))
    page.goto(host.url)
    rows = page.locator("seminars-listing li")
    expect(rows.first).to_be_visible()
    link = rows.first.locator("a").get_attribute("href") or ""
    assert link.startswith(f"{site.url}/talks/")
    # The original link is now the last line.
    expect(page.get_by_role("link", name="CS Seminar", exact=True)).to_be_visible()
    styles = rows.first.locator("a").evaluate(
        "one => { const s = getComputedStyle(one); return [s.fontFamily, s.fontSize, s.color] }"
    )
    assert styles == ["serif", "20px", "rgb(0, 64, 0)"]
    tall, lower = page.locator("seminars-listing").evaluate(
        "one => [one.offsetHeight, one.shadowRoot.lastElementChild.getBoundingClientRect().bottom"
        " - one.getBoundingClientRect().top]"
    )
    assert tall == pytest.approx(lower, abs=1)
    assert tall > 60 * rows.count()
    assert {one for one in requested if not one.startswith((host.url, site.url))} == set()
    assert [one for one in requested if one.startswith(site.url)] == [
        f"{site.url}/embed/seminars.js",
        f"{site.url}/series/cs-seminar.json?when=upcoming",
    ]
    report = Axe().run(page)
    assert [one["id"] for one in report.response["violations"]] == []


def test_a_listing_says_what_the_pages_of_its_talks_say(
    context: BrowserContext, site: Site, host: Host
) -> None:
    page = context.new_page()
    show(host, code(page, site, "/talks/").replace(".json", ".json?when=all"))
    page.goto(host.url)
    rows = page.locator("seminars-listing li")
    expect(rows.first).to_be_visible()
    items = page.request.get(f"{site.url}/talks.json?when=all").json()["items"]
    long = [one["url"] for one in items if one["_talk"]["end_date"]]
    assert rows.count() == min(len(items), 20)
    for row, item in zip(rows.all(), items, strict=False):
        display = item["_talk"]["display"]
        assert row.locator("time").text_content() == display["when"]
        own = [display["own_when"]] if display["own_when"] else []
        assert row.locator(".own").all_text_contents() == own
        assert (display["who"] or "") in (row.text_content() or "")
        assert display["where"] in (row.text_content() or "")
    for item in [items[0], *(one for one in items if one["url"] in long[:1])]:
        page.goto(item["url"])
        shown = " ".join(page.locator("main").inner_text().split())
        day = item["_talk"]["display"]["when"].split(", 1")[0]
        assert day.split(" to ")[0] in shown


def test_a_link_remains_without_a_listing(context: BrowserContext, site: Site, host: Host) -> None:
    script = f'<script type="module" src="{site.url}/embed/seminars.js"></script>'
    foreign = '<seminars-listing src="/talks.json"><a href="/x">Ours</a></seminars-listing>'
    show(host, script + foreign)
    page = context.new_page()
    page.goto(host.url)
    page.wait_for_function("!!customElements.get('seminars-listing')")
    expect(page.get_by_role("link", name="Ours")).to_be_visible()
    assert page.locator("seminars-listing li").count() == 0


def test_without_scripts_the_link_remains(browser: Browser, site: Site, host: Host) -> None:
    with_script = browser.new_page()
    show(host, code(with_script, site, "/talks/"))
    with_script.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(host.url)
    expect(page.get_by_role("link", name="All talks")).to_have_attribute(
        "href", f"{site.url}/talks/"
    )
    context.close()


@pytest.mark.parametrize("path", ["/embed/talks/", "/embed/series/cs-seminar/", "/embed/talks/1/"])
def test_a_frame(context: BrowserContext, site: Site, host: Host, path: str) -> None:
    show(host, f'<iframe src="{site.url}{path}" title="Talks" width="380" height="600"></iframe>')
    page = context.new_page()
    page.goto(host.url)
    link = page.frame_locator("iframe").locator(".row-title a").first
    expect(link).to_be_visible()
    expect(page.frame_locator("iframe").locator("nav, script, form")).to_have_count(0)
    link.click()
    page.wait_for_url(f"{site.url}/talks/**")


def test_other_pages_refuse_frames(browser: Browser, site: Site, host: Host) -> None:
    context = browser.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda one: refused.append(one.text))
    paths = ["/", "/series/cs-seminar/", "/talks/1/", "/accounts/login/"]
    show(
        host, "".join(f'<iframe src="{site.url}{path}" title="{path}"></iframe>' for path in paths)
    )
    page.goto(host.url)
    page.wait_for_load_state("networkidle")
    for number in range(len(paths)):
        expect(page.frame_locator("iframe").nth(number).locator("main")).to_have_count(0)
    assert len([one for one in refused if "frame-ancestors" in one]) == len(paths)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_frames_with_axe(browser: Browser, site: Site, scheme: str) -> None:
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": 390, "height": 800},
        color_scheme="light" if scheme == "light" else "dark",
    )
    page = context.new_page()
    for path in ("/embed/talks/", "/embed/talks/1/", "/embed/talks/?q=nothing-at-all"):
        page.goto(path)
        report = Axe().run(page)
        assert [one["id"] for one in report.response["violations"]] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()

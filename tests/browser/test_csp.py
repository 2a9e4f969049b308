"""The Content-Security-Policy blocks nothing on any kind of page, for any role."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.config.test_security import POLICY
from tests.serving import Site

pytestmark = pytest.mark.once

ROLES = ("visitor", "member", "organiser", "administrator")

PAGES = [
    *("/", "/talks/", "/talks/?q=nothing-at-all", "/talks/?when=never", "/talks/1/", "/nowhere/"),
    *("/series/", "/series/cs-seminar/", "/departments/", "/departments/computer-science/"),
    *("/topics/", "/topics/machine-learning/", "/venues/", "/venues/mudd-hall-3514/"),
    *("/speakers/", "/speakers/1/", "/groups/", "/theme.css", "/talks.json", "/talks.atom"),
    "/healthz",
    *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"),
    *("/accounts/password/reset/done/", "/accounts/password/reset/key/1-abc/", "/accounts/logout/"),
]
MEMBERS = [
    *("/me/", "/groups/new/", "/talks/1/add/", "/accounts/email/", "/accounts/password/change/"),
    *("/accounts/sessions/", "/accounts/reauthenticate/"),
]
_SHARED = ("talk", "speaker", "venue", "topic")
_OWN = ("series", "department", "audience")
STAFF = [
    *("/admin/", "/admin/seminars/", "/admin/seminars/talk/?when=all", "/admin/password_change/"),
    *(f"/admin/seminars/{kind}/{page}" for kind in _SHARED for page in ("", "add/", "1/history/")),
    *(f"/admin/seminars/{kind}/1/change/" for kind in _SHARED),
    "/admin/seminars/talk/1/preview/",
    "/admin/autocomplete/?app_label=seminars&model_name=talk&field_name=venue&term=m",
]
ADMINISTRATORS = [
    *(f"/admin/seminars/{kind}/{page}" for kind in _OWN for page in ("", "add/", "1/change/")),
    *("/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/accounts/user/1/change/"),
    *("/admin/accounts/user/1/password/", "/admin/accounts/user/1/history/"),
    *("/admin/accounts/user/1/delete/", "/admin/seminars/topic/1/delete/"),
]
OPENED = {
    "visitor": PAGES,
    "member": [*PAGES, *MEMBERS],
    "organiser": [*PAGES, *MEMBERS, *STAFF],
    "administrator": [*PAGES, *MEMBERS, *STAFF, *ADMINISTRATORS],
}
#: The browser's console messages for errors such as 404, which are no violations.
ANSWERS = re.compile(r"Failed to load resource: the server responded with a status of (40[034])")
LISTEN = """
addEventListener("securitypolicyviolation", (event) =>
  report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def _listen(context: BrowserContext) -> list[str]:
    """Return a list that collects what the browser blocks or reports from now on."""
    problems: list[str] = []
    context.expose_function("report", lambda refused: problems.append(refused))
    context.add_init_script(LISTEN)
    context.on("weberror", lambda one: problems.append(f"{one.page and one.page.url}: {one.error}"))
    context.on(
        "console",
        lambda one: (
            problems.append(f"{one.page and one.page.url}: {one.text}")
            if one.type in ("error", "warning") and not ANSWERS.match(one.text)
            else None
        ),
    )
    return problems


@contextmanager
def _watched(browser: Browser, site: Site, role: str) -> Iterator[BrowserContext]:
    """Yield a browser signed in as the role; fail at the end if it reported any problem."""
    context = browser.new_context(base_url=site.url)
    problems = _listen(context)
    if role != "visitor":
        page, who = context.new_page(), site.who(role)
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(who.email)
        page.get_by_label("Password").fill(who.password)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{site.url}/me/")
        page.close()
    yield context
    context.close()
    assert problems == []


def _opens(page: Page, address: str) -> Response:
    answer = page.goto(address)
    assert answer is not None, address
    directives = answer.headers["content-security-policy"].split("; ")
    assert dict(one.split(" ", 1) for one in directives) == POLICY, address
    return answer


@pytest.mark.parametrize("role", ROLES)
def test_pages(browser: Browser, site: Site, role: str) -> None:
    with _watched(browser, site, role) as context:
        page = context.new_page()
        answered = {path: _opens(page, path).status for path in OPENED[role]}
        page.wait_for_load_state("networkidle")
    wrong = {path: status for path, status in answered.items() if status not in (200, 302)}
    assert wrong == {"/nowhere/": 404, "/talks/?when=never": 400}


def test_blocked_styles_are_reported(browser: Browser, site: Site) -> None:
    """The other tests rely on it: an inline style is blocked and reported."""
    context = browser.new_context(base_url=site.url)
    problems = _listen(context)
    page = context.new_page()
    page.goto("/")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(300)
    context.close()
    assert [one for one in problems if one.startswith("style-src-attr inline")]
    assert [one for one in problems if "Content Security Policy" in one]


def test_what_opens_on_public_pages(browser: Browser, site: Site) -> None:
    with _watched(browser, site, "member") as context:
        page = context.new_page()
        page.goto("/talks/")
        page.get_by_text("Subscribe", exact=True).first.click()
        page.get_by_role("searchbox").press_sequentially("learning")
        expect(page).to_have_url(re.compile("q=learning"))
        page.goto("/")
        page.locator(".add-to-group, [hx-get*='/add/']").first.click()
        expect(page.get_by_text("My talks").first).to_be_visible()


def test_what_opens_in_the_administration(browser: Browser, site: Site) -> None:
    """Searching selects, calendars, clocks, pop-ups and previews."""
    with _watched(browser, site, "administrator") as context:
        page = context.new_page()
        page.goto("/admin/seminars/talk/add/")
        page.locator(".field-series .select2-selection").first.click()
        page.keyboard.type("Theory")
        expect(page.locator(".select2-results__option--highlighted")).to_be_visible()
        page.keyboard.press("Enter")
        for icon in page.locator(".datetimeshortcuts a:visible").all():
            icon.click()
            page.keyboard.press("Escape")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        with page.expect_popup() as opened:
            page.locator("#add_id_venue").click()
        popup = opened.value
        popup.get_by_label("Building:").fill("Policy Hall")
        popup.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#id_venue option:checked")).to_contain_text("Policy Hall")
        venue = page.locator("#id_venue").input_value()
        page.locator("#id_abstract").fill("Some $x^2$ and *more*.")
        page.wait_for_timeout(1000)
        for history in ("history/", "history/1/"):
            assert _opens(page, f"/admin/seminars/venue/{venue}/{history}").status == 200
        page.goto("/admin/seminars/talk/?when=all")
        page.locator("#searchbar").fill("learning")
        page.keyboard.press("Enter")
        page.locator("#action-toggle").check()
        page.wait_for_load_state("networkidle")

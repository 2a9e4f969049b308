"""Staff at work in the administration, played in a browser from its first page."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.looks import each_look
from tests.serving import ROOT, Site

pytestmark = pytest.mark.once

#: An invented talk with every fact that the seed page has; far ahead, to be alone on its day.
TITLE = "Sharp Bounds for Small Machines"
ABSTRACT = "We show that $n \\log n$ steps are *enough*, and that fewer are not."
SPEAKER = "Ottilie Brandvold"
AFFILIATION = "Fjord Institute of Technology"
BIOGRAPHY = "Ottilie Brandvold studies what small machines can do."
TOPICS = [
    "machine learning",
    "theoretical machine learning",
    "natural language processing",
    "optimization",
    "Implicit Bias in Technology",
    "Academic (general)",
]
JOIN = "https://zoom.example.org/j/93472031147"
RECORDING = "https://panopto.example.org/watch/f8cd1b02"

MOST_FIELDS, MOST_CLICKS = 12, 20


@dataclass
class Hand:
    """Works a page and counts: fields typed into, clicks, also those into a field, and keys that
    choose.
    """

    fields: int = 0
    clicks: int = 0
    keys: int = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def type(self, what: Locator, text: str) -> None:
        self.click(what)
        what.fill(text)
        self.fields += 1

    def choose(self, select: Locator, label: str) -> None:
        """A list is opened by one click, and one of its lines taken by another."""
        select.select_option(label=label)
        self.clicks += 2

    def pick(self, page: Page, search: Locator, names: list[str]) -> None:
        """Types each name into a searching field and takes the line that it finds by Enter."""
        self.click(search)
        self.fields += 1
        for name in names:
            page.keyboard.type(name)
            line = page.locator(".select2-results__option--highlighted")
            expect(line).to_have_text(name)
            page.keyboard.press("Enter")
            self.keys += 1


def _context(browser: Browser, site: Site, role: str, **options: Any) -> BrowserContext:
    context = browser.new_context(base_url=site.url, **options)
    page = context.new_page()
    who = site.who(role)
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_label("Email").fill(who.email)
    page.get_by_label("Password").fill(who.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site.url}/admin/")
    page.close()
    return context


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: Site) -> Any:
    """The organizer's cookies."""
    context = _context(browser, site, "organiser")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(browser: Browser, site: Site, signed_in: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, storage_state=signed_in)
    found = context.new_page()
    found.set_default_timeout(10_000)
    refused: list[str] = []
    found.on("console", lambda one: refused.append(one.text) if one.type == "error" else None)
    yield found
    context.close()
    assert refused == []


def _print_from_shell(site: Site, code: str) -> Any:
    """What the site's own Python prints, from JSON."""
    shell = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", code]
    done = subprocess.run(
        shell, cwd=ROOT, env=site.environment, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


SNAPSHOT = """
import json
from seminars.models import Talk
from seminars.services import snapshots
talk = Talk.objects.get(title=%r)
print(json.dumps(snapshots.of(talk) | {"html": talk.abstract_html}))
"""


def _named(value: Any) -> Any:
    """References by their names alone."""
    if isinstance(value, list):
        return [_named(one) for one in value]
    if isinstance(value, dict):
        return value["name"] if "id" in value else {name: _named(v) for name, v in value.items()}
    return value


def test_the_seed_talk_is_entered_and_announced(page: Page, site: Site) -> None:
    hand = Hand()
    page.goto("/admin/")
    hand.click(page.get_by_role("link", name="Add a talk"))
    expect(page.get_by_label("Series:")).to_have_value(_series(page))
    hand.type(page.get_by_label("Title:", exact=True), TITLE)
    hand.type(page.get_by_label("Abstract:"), ABSTRACT)
    preview = page.get_by_role("group", name="Abstract")
    expect(preview.locator("math")).to_have_count(1)
    hand.pick(page, page.get_by_role("searchbox", name="Topics"), TOPICS)
    _add_speaker(page, hand)
    hand.type(page.get_by_label("Date:", exact=True), "2031-02-21")
    hand.type(page.get_by_label("Join link:", exact=True), JOIN)
    hand.choose(page.get_by_label("Recording allowed:"), "Yes")
    hand.type(page.get_by_label("Recording:", exact=True), RECORDING)
    hand.click(page.get_by_role("button", name="Save and announce"))
    expect(page.get_by_text("The talk has been announced.")).to_be_visible()

    counted = f"{hand.fields} fields typed, {hand.clicks} clicks, {hand.keys} keys"
    print(f"\nThe seed talk: {counted}.")  # noqa: T201 - run with -s to read it
    assert hand.fields <= MOST_FIELDS
    assert hand.clicks <= MOST_CLICKS
    _check_saved(site)
    page.get_by_role("link", name="View on site").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text(SPEAKER).first).to_be_visible()


def _series(page: Page) -> str:
    value = page.get_by_label("Series:").locator("option", has_text="CS Seminar")
    return value.get_attribute("value") or ""


def _add_speaker(page: Page, hand: Hand) -> None:
    with page.expect_popup() as opened:
        hand.click(page.locator("#add_id_appearances-0-speaker"))
    popup = opened.value
    hand.type(popup.get_by_label("Name:", exact=True), SPEAKER)
    hand.type(popup.get_by_label("Affiliation:"), AFFILIATION)
    hand.type(popup.get_by_label("Biography:"), BIOGRAPHY)
    with popup.expect_event("close"):
        hand.click(popup.get_by_role("button", name="Save", exact=True))
    who = page.locator("#appearances-0")
    expect(who.get_by_label("Affiliation:")).to_have_value(AFFILIATION)
    expect(who.get_by_label("Biography:")).to_have_value(BIOGRAPHY)


def _check_saved(site: Site) -> None:
    saved = _print_from_shell(site, SNAPSHOT % TITLE)
    assert "<math" in saved.pop("html")
    event_id = saved.pop("event_id", None)
    assert event_id is None or isinstance(event_id, int)
    found = {name: _named(value) for name, value in saved.items()}
    wanted = {
        "title": TITLE,
        "abstract": ABSTRACT,
        "series": "CS Seminar",
        "status": "announced",
        "date": "2031-02-21",
        "start_time": "12:00:00",
        "end_time": "13:00:00",
        "timezone": "America/Chicago",
        "venue": "Mudd Hall, 3514",
        "attendance": "hybrid",
        "join_url": JOIN,
        "join_access": "signed-in",
        "recording_url": RECORDING,
        "recording_consent": "yes",
        "contact_name": "Winona R Charleston",
        "contact_phone": "(847) 555-0174",
        "contact_email": "cs-events@example.org",
        "cost": "free",
        "appearances": [
            {
                "speaker": SPEAKER,
                "role": "speaker",
                "affiliation": AFFILIATION,
                "biography": BIOGRAPHY,
            }
        ],
    }
    assert {name: found[name] for name in wanted} == wanted
    assert sorted(found["topics"]) == sorted(TOPICS)
    assert sorted(found["audiences"]) == sorted(
        ["Faculty/Staff", "Student", "Post Docs/Docs", "Graduate Students"]
    )


def test_a_talk_is_postponed_and_given_a_new_date(page: Page) -> None:
    page.goto("/admin/seminars/talk/")
    page.locator("#result_list tr", has_text="Announced").get_by_role("link").first.click()
    page.get_by_role("button", name="Postpone…").click()
    page.get_by_role("button", name="Postpone the talk").click()
    expect(page.get_by_text("The talk has been postponed.")).to_be_visible()
    page.get_by_text("Reschedule…").click()
    page.get_by_label("New date:").fill("2031-03-07")
    page.get_by_role("button", name="Reschedule").click()
    expect(page.get_by_text("The talk now takes place on Friday, March 7, 2031")).to_be_visible()
    page.get_by_role("button", name="Undo “announced”").click()
    expect(page.locator(".state-now .badge")).to_have_text("Postponed")
    page.get_by_role("button", name="Undo last status change").click()
    page.get_by_role("button", name="Reinstate").click()
    expect(page.locator(".state-now .badge")).to_have_text("Announced")


def test_a_series_fills_only_what_nobody_typed(browser: Browser, site: Site) -> None:
    context = _context(browser, site, "administrator")
    page = context.new_page()
    page.goto("/admin/seminars/talk/add/")
    page.get_by_label("Cost:").evaluate("field => { field.value = 'five euros'; }")
    page.locator(".field-series .select2-selection").first.click()
    page.keyboard.type("Theory Lunch")
    expect(page.locator(".select2-results__option--highlighted")).to_have_text("Theory Lunch")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Start:", exact=True)).to_have_value("12:15 PM")
    expect(page.get_by_label("End:", exact=True)).to_have_value("1:05 PM")
    expect(page.locator("#id_venue option:checked")).to_have_text("Mudd Hall, 3514")
    expect(page.locator("#id_cost")).to_have_value("five euros")
    page.goto("/admin/seminars/series/add/")
    page.get_by_label("Name:", exact=True).press_sequentially("Birch–Tate/Logic")
    expect(page.locator("#id_slug")).to_have_value("birch-tate-logic")
    context.close()


def test_another_speaker_brings_another_affiliation(page: Page) -> None:
    page.goto("/admin/seminars/talk/?when=past&q=Malladi")
    page.locator("#result_list .field-headline a").first.click()
    who = page.locator("#appearances-0")
    affiliation = who.get_by_label("Affiliation:")
    biography = who.get_by_role("textbox", name="Biography:")
    expect(affiliation).to_have_value("Princeton University")
    _choose_speaker(page, "Achterberg")
    expect(affiliation).to_have_value("Universiteit Utrecht")
    expect(biography).to_have_value(re.compile("^Daniël Achterberg classifies knots"))
    status = page.locator("#talk_form").get_by_role("status")
    expect(status).to_have_text("Filled in: Affiliation, Biography")
    affiliation.fill("Of our own")
    _choose_speaker(page, "Malladi")
    expect(biography).to_have_value(re.compile("^Sadhika Malladi"))
    expect(affiliation).to_have_value("Of our own")
    expect(status).to_have_text("Filled in: Biography")


def _choose_speaker(page: Page, name: str) -> None:
    # What the script puts over the select: by its role the select itself may still be found.
    page.locator("#appearances-0 .select2-selection").click()
    page.keyboard.type(name)
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text(name)
    page.keyboard.press("Enter")


#: The fields and previews that the right edge of their row cuts.
CUT = """
() => Array.from(document.querySelectorAll(".form-row :is(input, select, textarea, .markup)"))
  .filter((one) => one.offsetParent)
  .filter((one) => one.getBoundingClientRect().right
    > one.closest(".form-row").getBoundingClientRect().right + 0.5)
  .map((one) => one.name || one.className)
"""
PAGES = ["", "seminars/talk/", "seminars/talk/add/", "seminars/speaker/add/", "seminars/venue/"]


@each_look
def test_pages_with_axe(
    browser: Browser, site: Site, signed_in: Any, width: int, scheme: Any
) -> None:
    context = browser.new_context(
        base_url=site.url,
        storage_state=signed_in,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    page = context.new_page()
    for name in PAGES:
        _judge(context, f"/admin/{name}")
    page.goto("/admin/seminars/talk/?when=all")
    address = page.locator("#result_list .field-headline a").first.get_attribute("href") or ""
    _judge(context, address)
    _judge(context, address.partition("/change/")[0] + "/history/")
    context.close()


def _judge(context: BrowserContext, address: str) -> None:
    page = context.new_page()  # of its own: what the checker does to a page is refused as well
    refused: list[str] = []
    page.on("console", lambda one: refused.append(one.text) if one.type == "error" else None)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert refused == [], address
    found = Axe().run(page)
    assert found.violations_count == 0, f"{address}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert page.evaluate(CUT) == [], address
    page.close()

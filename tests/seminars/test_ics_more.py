"""iCalendar besides times and texts: HTML for Outlook, colors, and no keys."""

import datetime
import re

import icalendar
import pytest

from accounts.services import replace_key
from seminars.formats import FORMATS
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from seminars.models import Series, Talk
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def render(listing: Listing | None = None) -> bytes:
    listing = listing or Listing.find(filters=Filters(when=When.ALL), now=NOW)
    return FORMATS["ics"].render(listing, list(listing.for_feed()))


def lines(feed: bytes, *names: str) -> list[str]:
    """Return the unfolded lines of these properties."""
    unfolded = feed.decode().replace("\r\n ", "").split("\r\n")
    return [line for line in unfolded if line.startswith(tuple(f"{name}:" for name in names))]


def document(feed: bytes) -> str:
    (event,) = icalendar.Calendar.from_ical(feed).walk("VEVENT")
    assert event["X-ALT-DESC"].params["FMTTYPE"] == "text/html"
    start, end = "<!doctype html><html><body>", "</body></html>"
    # The library does not unescape properties that it does not know.
    escaped = str(event["X-ALT-DESC"])
    text = re.sub(r"\\(.)", lambda match: match[1].replace("n", "\n"), escaped)
    assert (text[: len(start)], text[-len(end) :]) == (start, end)
    return text[len(start) : -len(end)]


def page(talk: Talk) -> str:
    address = f"http://testserver{talk.get_absolute_url()}"
    return f'<p><a href="{address}">{address}</a></p>'


def test_the_description_is_also_in_html() -> None:
    talk = factories.talk(
        status="cancelled",
        notice="<b>Mind</b> the step, see https://example.org/a?b=1&c='2'.",
        abstract="*New* [results](https://example.org/), and\n\n- one;\n- two\\\\",
    )
    assert document(render()) == (
        "<p>This talk has been canceled.</p>\n"
        "<p>&lt;b&gt;Mind&lt;/b&gt; the step, see "
        '<a href="https://example.org/a?b=1&amp;c=&#x27;2&#x27;">'
        "https://example.org/a?b=1&amp;c=&#x27;2&#x27;</a>.</p>\n"
        "<h2>Abstract</h2>\n"
        '<p><em>New</em> <a href="https://example.org/" rel="nofollow noopener noreferrer">'
        "results</a>, and</p>\n<ul>\n<li>one;</li>\n<li>two\\</li>\n</ul>\n" + page(talk)
    )


def test_formulas_are_in_unicode_for_outlook_or_else_in_tex() -> None:
    talk = factories.talk(
        abstract='Let $a<b$ and $x^2 > "y"$, $\\overline{a<b}$:\n\n$$\\frac{1}{2}$$'
    )
    assert document(render()) == (
        '<h2>Abstract</h2>\n<p>Let a &lt; b and x² &gt; "y", '
        "<code>\\overline{a&lt;b}</code>:</p>\n<p>1/2</p>\n" + page(talk)
    )


def test_formulas_in_a_title_are_in_unicode() -> None:
    factories.talk(title=r"On $L^2$ estimates in $\mathbb{R}^n$")
    assert lines(render(), "SUMMARY") == ["SUMMARY:On L² estimates in ℝⁿ"]


@pytest.fixture
def series() -> Series:
    return factories.series(slug="cs", colour="#1f6f8b")


def test_events_have_the_color_of_their_series(series: Series) -> None:
    factories.talk(series=series)
    factories.talk(series=factories.series())
    factories.talk()
    assert lines(render(), "BEGIN", "COLOR")[-4:] == [
        *("BEGIN:VEVENT", "COLOR:teal", "BEGIN:VEVENT", "BEGIN:VEVENT")
    ]


def test_a_series_calendar_has_its_color(series: Series) -> None:
    joint = factories.talk(
        series=factories.series(colour="#ff0000"), date=datetime.date(2025, 3, 4)
    )
    joint.co_series.add(series)
    factories.talk(series=series)
    expected = ["BEGIN:VCALENDAR", "COLOR:teal", "X-APPLE-CALENDAR-COLOR:#1F6F8B"]
    by_filter = Listing.find(filters=Filters(series=("cs",)), now=NOW)
    by_page = Listing.of(series, filters=Filters(), now=NOW)
    for listing in (by_filter, by_page):
        feed = render(listing)
        assert lines(feed, "BEGIN", "COLOR", "X-APPLE-CALENDAR-COLOR")[:3] == expected


def test_a_calendar_of_several_series_has_no_color(series: Series) -> None:
    factories.talk(series=series)
    other = factories.series(slug="ml")
    both = Listing.find(filters=Filters(series=("cs", "ml")), now=NOW)
    for listing in (both, Listing.of(other, filters=Filters(series=("cs",)), now=NOW), None):
        feed = render(listing)
        assert lines(feed, "X-APPLE-CALENDAR-COLOR") == []


def test_a_feed_contains_its_url_unless_that_is_a_key() -> None:
    person = factories.user()
    key = replace_key(user=person, group=None)
    personal = Listing.of_person(person, filters=Filters(), now=NOW, key=key)
    assert b"SOURCE;VALUE=URI:http://testserver/talks.ics?when=all\r\n" in render()
    assert b"SOURCE" not in render(personal)


def test_nobody_is_invited_and_no_alarm_is_set() -> None:
    factories.talk(contact_name="Pat", contact_email="pat@example.org")
    feed = render()
    assert lines(feed, "CONTACT") == ["CONTACT:Pat\\, pat@example.org"]
    for word in (b"ORGANIZER", b"ATTENDEE", b"METHOD", b"VALARM"):
        assert word not in feed


def test_no_category_ends_in_a_backslash() -> None:
    """ical.js would take the comma after it for a part of the name."""
    talk = factories.talk()
    for name in ("Sets\\", "A\\B, C", "\\"):
        talk.topics.create(name=name, slug=f"t{len(name)}")
    assert lines(render(), "CATEGORIES") == ["CATEGORIES:A\\\\B\\, C,Sets"]

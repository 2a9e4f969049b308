"""The iCalendar format, read by two independent parsers."""

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from seminars import cards
from seminars.formats import FORMATS
from seminars.formats.vtimezone import vtimezone
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.models import Appearance, Talk, Topic
from tests import factories
from tests.factories import NOW
from tests.seminars.seed import SEED_NOW, seed_talk

UTC = datetime.UTC
Render = Callable[..., bytes]
Event = dict[str, Any]


@pytest.fixture
def render(render_as: Callable[[str], Render]) -> Render:
    return render_as("ics")


def _moment(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime.datetime) else value


def by_icalendar(feed: bytes) -> list[Event]:
    return [
        {
            "start": _moment(event.decoded("DTSTART")),
            "end": _moment(event.decoded("DTEND", None)),
            "status": str(event["STATUS"]),
            "summary": str(event["SUMMARY"]),
            "location": str(event.get("LOCATION", "")),
            "description": str(event["DESCRIPTION"]),
            "url": str(event["URL"]),
            "conference": str(event.get("CONFERENCE", "")),
            "categories": [str(one) for one in event.get("CATEGORIES", [])],
            "transparency": str(event.get("TRANSP", "OPAQUE")),
        }
        for event in icalendar.Calendar.from_ical(feed).walk("VEVENT")
    ]


def by_vobject(feed: bytes) -> list[Event]:
    for zone in zones(feed):
        # Otherwise it would reuse the VTIMEZONE of the first file that it read.
        vobject.icalendar.registerTzid(zone, None)
    calendar = vobject.readOne(feed.decode())
    return [
        {
            "start": _moment(event.dtstart.value),
            "end": _moment(event.getChildValue("dtend")),
            "status": event.status.value,
            "summary": event.summary.value,
            "location": event.getChildValue("location", ""),
            "description": event.description.value,
            "url": event.url.value,
            "conference": event.getChildValue("conference", ""),
            "categories": event.getChildValue("categories", []),
            "transparency": event.getChildValue("transp", "OPAQUE"),
        }
        for event in calendar.contents.get("vevent", [])
    ]


def read(feed: bytes) -> list[Event]:
    """Return the feed's events, on which both parsers agree."""
    events = by_icalendar(feed)
    assert by_vobject(feed) == events
    return events


def page(talk: Talk) -> str:
    return f"http://testserver{talk.get_absolute_url()}"


def zones(feed: bytes) -> list[str]:
    return [
        line.removeprefix("TZID:") for line in feed.decode().split("\r\n") if line[:5] == "TZID:"
    ]


SEED_FILE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Seminars//Seminars//EN
CALSCALE:GREGORIAN
URL:http://testserver/talks/2101/deep-learning-theory-in-the-age-of-genera
 tive-ai/
SOURCE;VALUE=URI:http://testserver/talks/2101.ics
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
BEGIN:VTIMEZONE
TZID:America/Chicago
BEGIN:DAYLIGHT
DTSTART:20240310T020000
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
TZNAME:CDT
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20241103T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
TZNAME:CST
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:7d9f4a52-53b1-4c0a-9a53-1f2d6f1c2b11
DTSTAMP:20250203T180506Z
CREATED:20250107T153000Z
LAST-MODIFIED:20250203T180506Z
SEQUENCE:3
STATUS:CONFIRMED
DTSTART;TZID=America/Chicago:20250221T120000
DTEND;TZID=America/Chicago:20250221T130000
SUMMARY:CS Seminar: Sadhika Malladi — Deep Learning Theory in the Age of
  Generative AI
LOCATION:Mudd Hall\\, 3514\\, 2233 Tech Drive\\, Evanston\\, IL 60208
GEO:42.058140;-87.674490
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="2233 Tech Drive, Evanston
 , IL 60208";X-APPLE-RADIUS=50;X-TITLE="Mudd Hall, 3514":geo:42.058140,-87.
 674490
DESCRIPTION:Note the unusual room\\n\\nSpeaker: Sadhika Malladi (Princeton U
 niversity)\\nHost: Hana Host\\n\\nAbstract\\nTraining large models is mostly g
 uesswork\\; theory explains little of it.\\n\\nThis talk derives a fine-tunin
 g method from first principles — with $\\\\Nabla f = 0$\\, half the time\\;{space}
 a twelfth of the memory.\\n\\nAbout Sadhika Malladi\\nSadhika Malladi studies
  the theory of deep learning.\\n\\nMudd Hall was formerly Seeley G. Mudd Lib
 rary.\\nEnter from the north side.\\nStep-free access: By the lift.\\nThere i
 s a hearing loop.\\n\\nYou can attend in person or online.\\nJoin: https://ex
 ample.zoom.us/j/123456789?pwd=invented\\nPlease mute your microphone.\\nRegi
 stration: https://example.org/register\\n\\nRecording: https://panopto.examp
 le.org/Viewer.aspx?id=invented\\nSlides: https://example.org/slides.pdf\\n\\n
 Refreshments: Coffee from 11:45\\nCost: free\\nAudience: Faculty/Staff\\, Stu
 dents\\nContact: Pat Example\\, (847) 555-0100\\, pat@example.org\\nSee also:{space}
 https://example.org/talks/malladi\\n\\nhttp://testserver/talks/2101/deep-lea
 rning-theory-in-the-age-of-generative-ai/
X-ALT-DESC;FMTTYPE=text/html:<!doctype html><html><body><p>Note the unusua
 l room</p>\\n<p>Speaker: Sadhika Malladi (Princeton University)<br>\\nHost:{space}
 Hana Host</p>\\n<h2>Abstract</h2>\\n<p>Training large models is mostly guess
 work\\; theory explains little of it.</p>\\n<p>This talk derives a fine-tuni
 ng method from first principles — with <code>$\\\\Nabla f = 0$</code>\\, ha
 lf the time\\; a twelfth of the memory.</p>\\n<h2>About Sadhika Malladi</h2>
 \\n<p>Sadhika Malladi studies the theory of deep learning.</p>\\n<p>Mudd Hal
 l was formerly Seeley G. Mudd Library.<br>\\nEnter from the north side.<br>
 \\nStep-free access: By the lift.<br>\\nThere is a hearing loop.</p>\\n<p>You
  can attend in person or online.<br>\\nJoin: <a href="https://example.zoom.
 us/j/123456789?pwd=invented">https://example.zoom.us/j/123456789?pwd=inven
 ted</a><br>\\nPlease mute your microphone.<br>\\nRegistration: <a href="http
 s://example.org/register">https://example.org/register</a></p>\\n<p>Recordi
 ng: <a href="https://panopto.example.org/Viewer.aspx?id=invented">https://
 panopto.example.org/Viewer.aspx?id=invented</a><br>\\nSlides: <a href="http
 s://example.org/slides.pdf">https://example.org/slides.pdf</a></p>\\n<p>Ref
 reshments: Coffee from 11:45<br>\\nCost: free<br>\\nAudience: Faculty/Staff
 \\, Students<br>\\nContact: Pat Example\\, (847) 555-0100\\, pat@example.org<b
 r>\\nSee also: <a href="https://example.org/talks/malladi">https://example.
 org/talks/malladi</a></p>\\n<p><a href="http://testserver/talks/2101/deep-l
 earning-theory-in-the-age-of-generative-ai/">http://testserver/talks/2101/
 deep-learning-theory-in-the-age-of-generative-ai/</a></p></body></html>
URL:http://testserver/talks/2101/deep-learning-theory-in-the-age-of-genera
 tive-ai/
IMAGE;VALUE=URI;DISPLAY=FULLSIZE;FMTTYPE=image/png:http://testserver/talks
 /2101/card-{version}.png
CONFERENCE;VALUE=URI;LABEL="Join":https://example.zoom.us/j/123456789?pwd=
 invented
CONTACT:Pat Example\\, (847) 555-0100\\, pat@example.org
CATEGORIES:Academic (general),Bias\\, implicit,machine learning,optimizatio
 n
END:VEVENT
END:VCALENDAR
"""


def test_every_byte_of_the_seed_talks_file(db: None) -> None:
    talk = Talk.objects.with_details().get(pk=seed_talk().pk)
    text = SEED_FILE.replace("{version}", cards.of_talk(talk).version)
    expected = text.replace("{space}", " ").replace("\n", "\r\n").encode()
    assert FORMATS["ics"].render(Listing.of_talk(talk, now=SEED_NOW), [talk]) == expected


def test_both_parsers_agree_on_the_seed_talk(render: Render) -> None:
    seed_talk()
    (event,) = read(render(now=SEED_NOW))
    del event["description"]
    assert event == {
        "start": datetime.datetime(2025, 2, 21, 18, tzinfo=UTC),
        "end": datetime.datetime(2025, 2, 21, 19, tzinfo=UTC),
        "status": "CONFIRMED",
        "summary": "CS Seminar: Sadhika Malladi — Deep Learning Theory in the Age of Generative AI",
        "location": "Mudd Hall, 3514, 2233 Tech Drive, Evanston, IL 60208",
        "url": "http://testserver/talks/2101/deep-learning-theory-in-the-age-of-generative-ai/",
        "conference": "https://example.zoom.us/j/123456789?pwd=invented",
        "categories": ["Academic (general)", "Bias, implicit", "machine learning", "optimization"],
        "transparency": "OPAQUE",
    }


def test_a_calendar_has_its_name_page_and_feed(render: Render) -> None:
    factories.series(name="Zoé’s, and others", slug="zoe")
    feed = render(Filters(series=("zoe",), words="a b"))
    year = [datetime.datetime(2025, *day, tzinfo=UTC) for day in ((1, 1), (12, 31))]
    assert feed.decode() == (
        "BEGIN:VCALENDAR\r\n"
        "VERSION:2.0\r\n"
        "PRODID:-//Seminars//Seminars//EN\r\n"
        "CALSCALE:GREGORIAN\r\n"
        "NAME:Zoé’s\\, and others · “a b”\r\n"
        "X-WR-CALNAME:Zoé’s\\, and others · “a b”\r\n"
        "URL:http://testserver/talks/?q=a+b&series=zoe\r\n"
        "SOURCE;VALUE=URI:http://testserver/talks.ics?q=a+b&series=zoe\r\n"
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
        "X-PUBLISHED-TTL:PT1H\r\n"
        # A calendar must have a component: without talks, the site's zone.
        + vtimezone("America/Chicago", *year).decode()
        + "END:VCALENDAR\r\n"
    )


def test_the_same_data_gives_the_same_bytes(render: Render) -> None:
    seed_talk()
    factories.talk(timezone="Europe/London")
    assert render() == render()


def test_notes_and_speakers_addresses_are_not_published(render: Render) -> None:
    seed_talk()
    assert b"secret" not in render(viewer=factories.administrator()).lower()


CLOCK_CHANGES = [
    ("America/Chicago", datetime.date(2025, 3, 9)),
    ("America/Chicago", datetime.date(2025, 11, 2)),
    ("Europe/London", datetime.date(2025, 3, 30)),
    ("Europe/London", datetime.date(2025, 10, 26)),
    ("Europe/Dublin", datetime.date(2025, 10, 26)),
    ("Australia/Sydney", datetime.date(2025, 4, 6)),
    ("Australia/Sydney", datetime.date(2025, 10, 5)),
    ("Australia/Lord_Howe", datetime.date(2025, 4, 6)),
    ("Asia/Kolkata", datetime.date(2025, 3, 30)),
    ("Asia/Kathmandu", datetime.date(2025, 3, 30)),
    ("Africa/Casablanca", datetime.date(2025, 2, 23)),
    ("Asia/Pyongyang", datetime.date(2018, 5, 5)),
    ("Pacific/Apia", datetime.date(2011, 12, 31)),
]


def test_instants_are_right_around_clock_changes(render: Render) -> None:
    expected = []
    for zone, change in CLOCK_CHANGES:
        for days in (-2, 0, 1):
            day = change + datetime.timedelta(days=days)
            factories.talk(date=day, timezone=zone)
            noon = datetime.datetime.combine(day, datetime.time(12), ZoneInfo(zone)).astimezone(UTC)
            expected.append((noon, noon + datetime.timedelta(hours=1)))
    feed = render()
    assert sorted((one["start"], one["end"]) for one in read(feed)) == sorted(expected)
    assert zones(feed) == sorted({zone for zone, _change in CLOCK_CHANGES})


@pytest.mark.parametrize(
    ("zone", "date", "start", "end", "lines"),
    [
        # The start is ambiguous, the end, the start in a zone that changes by half an hour.
        (
            "America/Chicago",
            (2025, 11, 2),
            (1, 30),
            (2, 30),
            ("20251102T063000Z", "20251102T083000Z"),
        ),
        (
            "America/Chicago",
            (2025, 11, 2),
            (0, 30),
            (1, 30),
            ("20251102T053000Z", "20251102T063000Z"),
        ),
        ("Europe/London", (2025, 10, 26), (1, 0), (3, 0), ("20251026T000000Z", "20251026T030000Z")),
        (
            "Australia/Sydney",
            (2025, 4, 6),
            (2, 0),
            (9, 0),
            ("20250405T150000Z", "20250405T230000Z"),
        ),
        (
            "Australia/Lord_Howe",
            (2025, 4, 6),
            (1, 45),
            (9, 0),
            ("20250405T144500Z", "20250405T223000Z"),
        ),
    ],
)
def test_an_hour_that_occurs_twice_is_given_in_utc(
    render: Render,
    zone: str,
    date: tuple[int, int, int],
    start: tuple[int, int],
    end: tuple[int, int],
    lines: tuple[str, str],
) -> None:
    factories.talk(
        timezone=zone,
        date=datetime.date(*date),
        start_time=datetime.time(*start),
        end_time=datetime.time(*end),
    )
    feed = render()
    read(feed)
    assert f"\r\nDTSTART:{lines[0]}\r\nDTEND:{lines[1]}\r\n" in feed.decode()
    assert zones(feed) == []


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"timezone": "UTC"}, "DTSTART:20250310T120000Z\r\nDTEND:20250310T130000Z\r\n"),
        (
            {"timezone": "Etc/GMT-14"},
            "DTSTART;TZID=Etc/GMT-14:20250310T120000\r\nDTEND;TZID=Etc/GMT-14:20250310T130000\r\n",
        ),
        ({"timezone": "UTC", "end_time": None}, "DTSTART:20250310T120000Z\r\n"),
        (
            {"start_time": None, "end_time": None},
            "DTSTART;VALUE=DATE:20250310\r\nDTEND;VALUE=DATE:20250311\r\nTRANSP:TRANSPARENT\r\n",
        ),
        (
            {"start_time": None, "end_time": None, "end_date": datetime.date(2025, 3, 12)},
            "DTSTART;VALUE=DATE:20250310\r\nDTEND;VALUE=DATE:20250313\r\nTRANSP:TRANSPARENT\r\n",
        ),
        (
            {"timezone": "UTC", "end_date": datetime.date(2025, 3, 12)},
            "DTSTART:20250310T120000Z\r\nDTEND:20250312T130000Z\r\n",
        ),
        (
            {"timezone": "UTC", "end_time": None, "end_date": datetime.date(2025, 3, 12)},
            "DTSTART:20250310T120000Z\r\nDTEND:20250313T000000Z\r\n",
        ),
    ],
    ids=["utc", "numeric", "no-end", "no-hour", "no-hour-days", "days", "days-no-end"],
)
def test_times_are_given_as_far_as_they_are_known(
    render: Render, fields: dict[str, Any], lines: str
) -> None:
    hours = {"start_time": datetime.time(12), "end_time": datetime.time(13)}
    factories.talk(title="T", **(hours | fields))
    feed = render()
    read(feed)
    text = feed.decode()
    assert text[text.index("DTSTART", text.index("STATUS:")) : text.index("SUMMARY:")] == lines


def test_a_talk_without_a_date_is_in_no_calendar(db: None) -> None:
    talk = factories.talk(date=None, status=Talk.Status.DRAFT)
    feed = FORMATS["ics"].render(Listing.of_talk(talk, now=NOW), [talk])
    assert read(feed) == []


def test_unknown_facts_are_mentioned_or_left_out(render: Render) -> None:
    talk = factories.talk(title="", speaker_tba=True, start_time=None)
    bare = factories.talk(title="Bare", date=datetime.date(2025, 3, 11), timezone="UTC")
    assert read(render()) == [
        {
            "start": datetime.date(2025, 3, 10),
            "end": datetime.date(2025, 3, 11),
            "status": "CONFIRMED",
            "summary": "Speaker to be announced — Title to be announced",
            "location": "",
            "description": "The time is to be announced.\n\nSpeaker to be announced\n\n"
            + page(talk),
            "url": page(talk),
            "conference": "",
            "categories": [],
            "transparency": "TRANSPARENT",
        },
        {
            "start": datetime.datetime(2025, 3, 11, 12, tzinfo=UTC),
            "end": datetime.datetime(2025, 3, 11, 13, tzinfo=UTC),
            "status": "CONFIRMED",
            "summary": "Bare",
            "location": "",
            "description": page(bare),
            "url": page(bare),
            "conference": "",
            "categories": [],
            "transparency": "OPAQUE",
        },
    ]


def test_every_speaker_is_named_with_affiliation_and_biography(render: Render) -> None:
    talk = factories.talk(
        factories.speaker(name="Ada Lovelace", affiliation="London"),
        factories.speaker(name="Charles Babbage"),
        title="Engines",
    )
    talk.appearances.update(biography="Counts.")
    for name in ("Mary", "John"):
        Appearance.objects.create(
            talk=talk, speaker=factories.speaker(name=name), role="host", position=2
        )
    (event,) = read(render())
    assert event["summary"] == "Ada Lovelace and Charles Babbage — Engines"
    assert event["description"] == (
        "Speakers: Ada Lovelace (London) and Charles Babbage\n"
        "Hosts: Mary and John\n\n"
        "About Ada Lovelace\nCounts.\n\n"
        "About Charles Babbage\nCounts.\n\n" + page(talk)
    )


@pytest.mark.parametrize(
    ("status", "written", "summary", "news"),
    [
        ("announced", "CONFIRMED", "T", []),
        ("cancelled", "CANCELLED", "Canceled: T", ["This talk has been canceled."]),
        (
            "postponed",
            "CANCELLED",
            "Postponed: T",
            ["This talk has been postponed. A new date will be announced."],
        ),
        ("draft", "TENTATIVE", "T", []),
        ("submitted", "TENTATIVE", "T", []),
        ("tentative", "TENTATIVE", "T", []),
    ],
)
def test_programs_and_people_see_the_status(
    db: None, status: str, written: str, summary: str, news: list[str]
) -> None:
    talk = Talk.objects.with_details().get(pk=factories.talk(title="T", status=status).pk)
    (event,) = read(FORMATS["ics"].render(Listing.of_talk(talk, now=NOW), [talk]))
    assert (event["status"], event["summary"]) == (written, summary)
    assert event["description"] == "\n\n".join([*news, page(talk)])


def test_a_moved_talk_mentions_its_former_time(render: Render) -> None:
    earlier = datetime.datetime(2025, 3, 6, 18, tzinfo=UTC)
    talk = factories.talk(previous_starts_at=earlier)
    (event,) = read(render())
    assert event["description"] == (
        "This talk has moved. It was originally scheduled for "
        "Thursday, March 6, 2025, 12:00 PM CST.\n\n" + page(talk)
    )


def test_markup_of_the_abstract_and_biography_is_left_out(render: Render) -> None:
    talk = factories.talk(
        factories.speaker(name="Ada"), abstract="*New* [results](https://example.org/) on $x_1$"
    )
    talk.appearances.update(biography="**Counts**.")
    (event,) = read(render())
    assert event["description"] == (
        "Speaker: Ada\n\nAbstract\nNew results (https://example.org/) on x₁\n\n"
        "About Ada\nCounts.\n\n" + page(talk)
    )


BEFORE, OPEN, OVER = (
    datetime.datetime(2025, 3, 10, *at, tzinfo=UTC) for at in [(16, 44), (16, 45), (18, 30)]
)
LINK = "https://example.org/join"


@pytest.mark.parametrize(
    ("access", "signed_in", "now", "sentence"),
    [
        ("public", False, NOW, "Join: {link}"),
        ("signed-in", True, NOW, "Join: {link}"),
        ("signed-in", False, NOW, "Sign in to see the meeting link: {page}"),
        ("timed", True, BEFORE, "The meeting link will appear on {opens} at {page}"),
        ("timed", False, OPEN, "Join: {link}"),
        ("timed", False, OVER, None),
        ("public", False, OVER, None),
        ("signed-in", True, OVER, None),
        ("signed-in", False, OVER, None),
        ("never", True, OVER, None),
        ("never", True, OPEN, "The meeting link will be emailed to you. Details: {page}"),
    ],
)
def test_the_meeting_link_is_included_only_if_the_rule_allows_it(
    render: Render, access: str, signed_in: bool, now: datetime.datetime, sentence: str | None
) -> None:
    talk = factories.talk(join_url=LINK, join_access=access, attendance="online")
    feed = render(now=now, viewer=factories.user() if signed_in else None)
    (event,) = read(feed)
    opens = "Monday, March 10, 2025, 11:45 AM CDT"
    lines = [sentence.format(link=LINK, page=page(talk), opens=opens)] if sentence else []
    assert event["description"] == "\n\n".join([*lines, page(talk)])
    shown = sentence is not None and "{link}" in sentence
    assert event["conference"] == (LINK if shown else "")
    assert (LINK.encode() in feed) == shown
    assert event["location"] == "Online"


def test_a_link_that_opens_or_closes_makes_the_entry_newer(render: Render) -> None:
    factories.talk(join_url=LINK, join_access="timed")
    stamps = []
    for now in (BEFORE, OPEN, OPEN + datetime.timedelta(minutes=5), OVER):
        lines = render(now=now).decode().split("\r\n")
        stamps.append([one for one in lines if one.startswith(("DTSTAMP", "LAST-MODIFIED"))])
    assert stamps == [
        [f"DTSTAMP:{at}", f"LAST-MODIFIED:{at}"]
        for at in ("20250303T180000Z", "20250310T164500Z", "20250310T164500Z", "20250310T183000Z")
    ]


def test_a_cancelled_talk_cannot_be_joined(render: Render) -> None:
    talk = factories.talk(join_url=LINK, join_access="public", status="cancelled")
    (event,) = read(render())
    assert event["description"] == f"This talk has been canceled.\n\n{page(talk)}"
    assert event["conference"] == ""


@pytest.mark.parametrize(
    ("attendance", "line"), [("in-person", "GEO:0.000001;-0.500000"), ("online", None)]
)
def test_coordinates_are_given_if_people_meet_in_person(
    render: Render, attendance: str, line: str | None
) -> None:
    venue = factories.venue(latitude="0.000001", longitude="-0.5")
    factories.talk(venue=venue, attendance=attendance)
    lines = render().decode().replace("\r\n ", "").split("\r\n")
    assert [one for one in lines if one.startswith("GEO")] == ([line] if line else [])
    apple = (
        "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-APPLE-RADIUS=50"
        f';X-TITLE="{venue.building}":geo:0.000001,-0.500000'
    )
    assert [one for one in lines if one.startswith("X-APPLE-STR")] == ([apple] if line else [])


@pytest.mark.parametrize(
    "text",
    [
        "x" * 300,
        "ü" * 300,
        "語" * 300,
        "e\u0301\u0323" * 100,
        "👩🏽‍🔬🇫🇷" * 40,
        "\\" * 150 + "," * 100,
        "مرحبا بالعالم " * 20 + "end",
        "a " * 149 + "end",
    ],
    ids=["ascii", "latin", "cjk", "combining", "emoji", "escapes", "arabic", "spaces"],
)
def test_lines_are_folded_at_75_octets_and_never_within_a_character(
    render: Render, text: str
) -> None:
    factories.talk(title=text, venue=factories.venue(building="B", access=text))
    feed = render()
    lines = feed.removesuffix(b"\r\n").split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert "\r\n".join(line.decode() for line in lines) + "\r\n" == feed.decode()
    (event,) = read(feed)
    assert event["summary"] == text
    assert event["description"].startswith(f"{text}\n\nhttp://testserver/")


def test_control_characters_and_line_ends_cannot_break_the_feed(render: Render) -> None:
    factories.talk(
        title="a\u2028b\x0bc\x85d\x1be\x7ff\tg\rEND:VEVENT",
        notice="one\r\ntwo\rthree\n\x1b[31mfour\u2029five\x1cBEGIN:VALARM",
    )
    (event,) = read(render())
    assert event["summary"] == "a\nb\nc\ndef g\nEND:VEVENT"
    assert event["description"].startswith(
        "one\ntwo\nthree\n[31mfour\nfive\nBEGIN:VALARM\n\nhttp://testserver/"
    )


def test_backslashes_of_formulas_survive(render: Render) -> None:
    formula = r"$\Nabla \nu \, \; \\ \N;\n,$"
    talk = factories.talk(title=formula, notice=formula, room=formula)
    talk.topics.add(Topic.objects.create(name=formula, slug="formula"))
    (event,) = read(render())
    assert (event["summary"], event["location"], event["categories"]) == (
        formula,
        formula,
        [formula],
    )

"""The JSON Feed format: complete items, and nothing that must not be published."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest

from seminars import cards
from seminars.formats import FORMATS
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from seminars.models import Appearance, Talk
from tests import factories
from tests.factories import NOW
from tests.seminars.seed import ABSTRACT, BIOGRAPHY, SEED_NOW, seed_talk

UTC = datetime.UTC
Render = Callable[..., bytes]


@pytest.fixture
def render(render_as: Callable[[str], Render]) -> Render:
    return render_as("json")


def items(feed: bytes) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = json.loads(feed)["items"]
    return result


SEED_PAGE = "http://testserver/talks/2101/deep-learning-theory-in-the-age-of-generative-ai/"
SEED_TEXT = """\
Friday, February 21, 2025, 12:00 – 1:00 PM CST
Mudd Hall, 3514, 2233 Tech Drive, Evanston, IL 60208

Note the unusual room

Speaker: Sadhika Malladi (Princeton University)
Host: Hana Host

Abstract
Training large models is mostly guesswork; theory explains little of it.

This talk derives a fine-tuning method from first principles — with $\\Nabla f = 0$, half the \
time; a twelfth of the memory.

About Sadhika Malladi
Sadhika Malladi studies the theory of deep learning.

Mudd Hall was formerly Seeley G. Mudd Library.
Enter from the north side.
Step-free access: By the lift.
There is a hearing loop.

You can attend in person or online.
Join: https://example.zoom.us/j/123456789?pwd=invented
Please mute your microphone.
Registration: https://example.org/register

Recording: https://panopto.example.org/Viewer.aspx?id=invented
Slides: https://example.org/slides.pdf

Refreshments: Coffee from 11:45
Cost: free
Audience: Faculty/Staff, Students
Contact: Pat Example, (847) 555-0100, pat@example.org
See also: https://example.org/talks/malladi"""

SEED_FACTS = {
    "id": 2101,
    "uid": "7d9f4a52-53b1-4c0a-9a53-1f2d6f1c2b11",
    "sequence": 3,
    "status": "announced",
    "kind": "talk",
    "language": "en",
    "title": "Deep Learning Theory in the Age of Generative AI",
    "series": {"name": "CS Seminar", "slug": "cs-seminar", "short_code": "CS"},
    "co_series": [{"name": "ML Seminar", "slug": "ml-seminar", "short_code": None}],
    "department": {"name": "Computer Science", "slug": "computer-science"},
    "abstract": ABSTRACT,
    "notice": "Note the unusual room",
    "topics": [
        {"name": "Academic (general)", "slug": "academic-general", "kind": "category"},
        {"name": "Bias, implicit", "slug": "implicit-bias", "kind": "community"},
        {"name": "machine learning", "slug": "machine-learning", "kind": "research-area"},
        {"name": "optimization", "slug": "optimization", "kind": "research-area"},
    ],
    "audiences": [
        {"name": "Faculty/Staff", "slug": "faculty-staff"},
        {"name": "Students", "slug": "students"},
    ],
    "date": "2025-02-21",
    "start_time": "12:00:00",
    "end_time": "13:00:00",
    "end_date": None,
    "timezone": "America/Chicago",
    "starts_at": "2025-02-21T18:00:00Z",
    "ends_at": "2025-02-21T19:00:00Z",
    "previous_starts_at": None,
    "speaker_tba": False,
    "appearances": [
        {
            "name": "Sadhika Malladi",
            "affiliation": "Princeton University",
            "biography": BIOGRAPHY,
            "role": "speaker",
            "homepage": "https://example.org/malladi",
            "orcid": "0000-0002-1825-0097",
        },
        {
            "name": "Hana Host",
            "affiliation": None,
            "biography": None,
            "role": "host",
            "homepage": None,
            "orcid": None,
        },
    ],
    "attendance": "hybrid",
    "venue": {
        "building": "Mudd Hall",
        "former_name": "Seeley G. Mudd Library",
        "room": None,
        "campus": "Evanston",
        "street": "2233 Tech Drive",
        "city": "Evanston",
        "region": "IL",
        "postcode": "60208",
        "country": "US",
        "latitude": 42.05814,
        "longitude": -87.67449,
        "map_url": "https://www.openstreetmap.org/?mlat=42.058140&mlon=-87.674490"
        "#map=18/42.058140/-87.674490",
        "access": "Enter from the north side.",
        "step_free": "By the lift.",
        "hearing_loop": True,
    },
    "room": "3514",
    "display": {
        "when": "Friday, February 21, 2025, 12:00 – 1:00 PM CST",
        "own_when": None,
        "who": "Sadhika Malladi (Princeton University)",
        "where": "Mudd Hall, 3514",
    },
    "join_state": "open",
    "join_url": "https://example.zoom.us/j/123456789?pwd=invented",
    "join_opens_at": None,
    "join_note": "Please mute your microphone.",
    "registration_url": "https://example.org/register",
    "external_url": "https://example.org/talks/malladi",
    "recording_url": "https://panopto.example.org/Viewer.aspx?id=invented",
    "slides_url": "https://example.org/slides.pdf",
    "cost": "free",
    "refreshments": "Coffee from 11:45",
    "contact": {"name": "Pat Example", "phone": "(847) 555-0100", "email": "pat@example.org"},
}


def test_every_byte_of_the_seed_talks_item(render: Render) -> None:
    version = cards.of_talk(seed_talk()).version
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "CS Seminar",
        "home_page_url": "http://testserver/talks/?series=cs-seminar&when=all",
        "feed_url": "http://testserver/talks.json?series=cs-seminar&when=all",
        "language": "en",
        "items": [
            {
                "id": "7d9f4a52-53b1-4c0a-9a53-1f2d6f1c2b11",
                "url": SEED_PAGE,
                "external_url": "https://example.org/talks/malladi",
                "title": "Deep Learning Theory in the Age of Generative AI",
                "image": f"http://testserver/talks/2101/card-{version}.png",
                "content_text": SEED_TEXT,
                "date_published": "2025-01-08T09:00:00Z",
                "date_modified": "2025-02-03T18:05:06Z",
                "authors": [{"name": "Sadhika Malladi", "url": "https://example.org/malladi"}],
                "tags": [
                    "Academic (general)",
                    "Bias, implicit",
                    "machine learning",
                    "optimization",
                ],
                "language": "en",
                "_talk": SEED_FACTS,
            }
        ],
    }
    expected = (json.dumps(feed, ensure_ascii=False) + "\n").encode()
    assert render(Filters(series=("cs-seminar",), when=When.ALL), now=SEED_NOW) == expected


def test_a_feed_of_one_talk_has_the_sites_name(db: None) -> None:
    talk = Talk.objects.with_details().get(pk=seed_talk().pk)
    feed = json.loads(FORMATS["json"].render(Listing.of_talk(talk, now=NOW), [talk]))
    assert {key: feed[key] for key in ("title", "home_page_url", "feed_url")} == {
        "title": "Seminars",
        "home_page_url": SEED_PAGE,
        "feed_url": "http://testserver/talks/2101.json",
    }


def test_a_feed_without_talks_has_no_items(render: Render) -> None:
    assert items(render()) == []


def test_unknown_facts_are_null(render: Render) -> None:
    talk = factories.talk(title="", speaker_tba=True, start_time=None, published_at=None)
    (item,) = items(render())
    facts = item.pop("_talk")
    assert item == {
        "id": str(talk.uid),
        "url": f"http://testserver/talks/{talk.pk}/talk/",
        "title": "Title to be announced",
        "image": f"http://testserver/talks/{talk.pk}/card-{cards.of_talk(talk).version}.png",
        "content_text": "Monday, March 10, 2025, Time to be announced\n\nSpeaker to be announced",
        "date_published": "2025-03-03T18:00:00Z",
        "date_modified": "2025-03-03T18:00:00Z",
        "language": "en",
    }
    assert list(facts) == list(SEED_FACTS)
    assert {key: value for key, value in facts.items() if value is not None} == {
        "id": talk.pk,
        "uid": str(talk.uid),
        "sequence": 0,
        "status": "announced",
        "kind": "talk",
        "language": "en",
        "co_series": [],
        "topics": [],
        "audiences": [],
        "date": "2025-03-10",
        "timezone": "America/Chicago",
        "starts_at": "2025-03-10T05:00:00Z",
        "speaker_tba": True,
        "appearances": [],
        "attendance": "in-person",
        "display": {
            "when": "Monday, March 10, 2025, Time to be announced",
            "own_when": None,
            "who": "Speaker to be announced",
            "where": "Location to be announced",
        },
        "join_state": "none",
    }


def test_times_are_given_as_announced_and_in_utc(render: Render) -> None:
    factories.talk(
        timezone="Asia/Kolkata",
        start_time=datetime.time(9, 30),
        end_time=datetime.time(17),
        end_date=datetime.date(2025, 3, 12),
        previous_starts_at=datetime.datetime(2025, 3, 3, 4, tzinfo=UTC),
    )
    (item,) = items(render())
    facts = item["_talk"]
    assert [facts[key] for key in ("date", "start_time", "end_time", "end_date", "timezone")] == [
        "2025-03-10",
        "09:30:00",
        "17:00:00",
        "2025-03-12",
        "Asia/Kolkata",
    ]
    assert [facts[key] for key in ("starts_at", "ends_at", "previous_starts_at")] == [
        "2025-03-10T04:00:00Z",
        "2025-03-12T11:30:00Z",
        "2025-03-03T04:00:00Z",
    ]


def test_authors_are_those_who_speak(render: Render) -> None:
    talk = factories.talk(
        factories.speaker(name="Ada Lovelace", homepage="https://example.org/ada"),
        factories.speaker(name="李 明"),
    )
    host = factories.speaker(name="Hana Host")
    Appearance.objects.create(talk=talk, speaker=host, role="host", position=2)
    feed = render()
    (item,) = items(feed)
    assert item["authors"] == [
        {"name": "Ada Lovelace", "url": "https://example.org/ada"},
        {"name": "李 明"},
    ]
    assert "李 明" in feed.decode()


@pytest.mark.parametrize(
    ("status", "title", "text"),
    [
        ("cancelled", "Canceled: T", "This talk has been canceled."),
        (
            *("postponed", "Postponed: T"),
            "This talk has been postponed. A new date will be announced.",
        ),
    ],
)
def test_bad_news_comes_first(render: Render, status: str, title: str, text: str) -> None:
    factories.talk(title="T", status=status)
    (item,) = items(render())
    assert item["_talk"]["status"] == status
    assert (item["title"], item["_talk"]["title"]) == (title, "T")
    assert item["content_text"] == f"{text}\n\nMonday, March 10, 2025, 12:00 – 1:00 PM CDT"


LINK = "https://example.org/join"
OPENS = datetime.datetime(2025, 3, 10, 16, 45, tzinfo=UTC)
CLOSES = datetime.datetime(2025, 3, 10, 18, 30, tzinfo=UTC)
SECOND = datetime.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("fields", "signed_in", "now", "state", "opens_at"),
    [
        ({"join_access": "public"}, False, NOW, "open", None),
        ({"join_access": "public", "status": "cancelled"}, True, NOW, "none", None),
        ({"join_access": "signed-in"}, True, NOW, "open", None),
        ({"join_access": "signed-in"}, False, NOW, "sign-in", None),
        ({"join_access": "timed"}, True, OPENS - SECOND, "later", "2025-03-10T16:45:00Z"),
        ({"join_access": "timed"}, False, OPENS, "open", None),
        ({"join_access": "timed"}, True, CLOSES - SECOND, "open", None),
        ({"join_access": "timed"}, True, CLOSES, "over", None),
        ({"join_access": "public"}, True, CLOSES, "over", None),
        ({"join_access": "signed-in"}, False, CLOSES, "over", None),
        ({"join_access": "never"}, True, CLOSES, "over", None),
        ({"join_access": "never"}, True, OPENS, "mail", None),
    ],
)
def test_the_meeting_link_is_included_only_if_the_rule_allows_it(
    render: Render,
    fields: dict[str, Any],
    signed_in: bool,
    now: datetime.datetime,
    state: str,
    opens_at: str | None,
) -> None:
    factories.talk(join_url=LINK, **fields)
    feed = render(now=now, viewer=factories.user() if signed_in else None)
    (item,) = items(feed)
    facts = item["_talk"]
    link = LINK if state == "open" else None
    assert (facts["join_state"], facts["join_url"], facts["join_opens_at"]) == (
        state,
        link,
        opens_at,
    )
    assert (LINK.encode() in feed) == (state == "open")


def test_notes_and_speakers_addresses_are_not_published(render: Render) -> None:
    seed_talk()
    assert b"secret" not in render(viewer=factories.administrator()).lower()


def test_the_same_data_gives_the_same_bytes(render: Render) -> None:
    seed_talk()
    factories.talk()
    assert render() == render()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"end_date": datetime.date(2025, 3, 12), "end_time": datetime.time(17)},
            ("Monday, March 10, 2025, 12:00 PM CDT to Wednesday, March 12, 2025, 5:00 PM", None),
        ),
        (
            {
                "end_date": datetime.date(2025, 3, 12),
                "start_time": None,
                "end_time": None,
                "speaker_tba": True,
            },
            (
                "Monday, March 10, 2025 to Wednesday, March 12, 2025",
                "Speaker to be announced",
            ),
        ),
        (
            {"start_time": None, "end_time": None},
            ("Monday, March 10, 2025, Time to be announced", None),
        ),
    ],
)
def test_words_of_the_page_for_talks_of_any_length(
    db: None, fields: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    talk = factories.talk(**fields)
    (item,) = items(FORMATS["json"].render(Listing.of_talk(talk, now=NOW), [talk]))
    display = item["_talk"]["display"]
    assert (display["when"], display["who"]) == expected
    assert display["where"] == "Location to be announced"

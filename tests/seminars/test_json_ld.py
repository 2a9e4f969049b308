"""The JSON-LD of pages, complete and checked against schema.org's vocabulary."""

import datetime
import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from seminars.models import Audience, Talk, Topic
from seminars.rendering import json_ld
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page
from tests.seminars.vocabulary import unknown_terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

SITE = "http://testserver"
SECRET = "https://join.example.org/secret"


def json_ld_of(client: Client, talk: Talk) -> dict[str, Any]:
    """Return the JSON-LD of the talk's page; check that the vocabulary has all of its terms."""
    page = Page(client.get(talk.get_absolute_url()).content)
    (script,) = [
        part for part in page.of("script") if part.attributes.get("type") == "application/ld+json"
    ]
    node: dict[str, Any] = json.loads("".join(script.data))
    assert unknown_terms(node) == []
    return node


def full() -> Talk:
    """A hybrid talk of two series with every field filled."""
    department = factories.department(
        name="Mathematics", slug="mathematics", homepage="https://math.example.edu/"
    )
    venue = factories.venue(
        building="Mudd Hall",
        room="3514",
        slug="mudd",
        street="2233 Tech Drive",
        city="Evanston",
        region="IL",
        postcode="60208",
        country="US",
        latitude="42.058",
        longitude="-87.675",
        capacity=80,
    )
    talk = factories.talk(
        factories.speaker(
            name="Ada Lovelace",
            affiliation="London",
            homepage="https://ada.example.org/",
            orcid="0000-0002-1825-0097",
        ),
        factories.speaker(name="Charles Babbage"),
        title="On engines",
        abstract="About *engines* that weave $x^2$.",
        series=factories.series(name="CS Seminar", slug="cs", department=department),
        venue=venue,
        attendance="hybrid",
        join_url="https://join.example.org/open",
        join_access="public",
        registration_url="https://register.example.org/",
        external_url="https://elsewhere.example.org/",
        recording_url="https://video.example.org/1.mp4",
        recording_consent="yes",
        slides_url="https://slides.example.org/1",
        cost="Free.",
        previous_starts_at=NOW,
    )
    talk.co_series.add(factories.series(name="Algebra", slug="algebra"))
    talk.topics.add(Topic.objects.create(name="Computing", slug="computing"))
    talk.audiences.add(
        Audience.objects.create(name="Students", slug="students"),
        Audience.objects.create(name="Faculty", slug="faculty"),
    )
    return talk


def test_everything(client: Client) -> None:
    talk = full()
    page = f"{SITE}/talks/{talk.pk}/on-engines/"
    ada, charles = talk.appearances.all()
    node = json_ld_of(client, talk)
    image = node.pop("image")
    assert image.startswith(f"{SITE}/talks/{talk.pk}/card-")
    assert node == {
        "@context": "https://schema.org",
        "@type": "EducationEvent",
        "@id": f"{SITE}/talks/{talk.pk}/",
        "url": page,
        "identifier": str(talk.uid),
        "name": "On engines",
        "description": "About engines that weave x².",
        "inLanguage": "en",
        "eventStatus": "https://schema.org/EventRescheduled",
        "startDate": "2025-03-10T12:00:00-05:00",
        "endDate": "2025-03-10T13:00:00-05:00",
        "previousStartDate": "2025-03-03T12:00:00-06:00",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "location": [
            {
                "@type": "Place",
                "name": "Mudd Hall, 3514",
                "url": f"{SITE}/venues/mudd/",
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": "2233 Tech Drive",
                    "addressLocality": "Evanston",
                    "addressRegion": "IL",
                    "postalCode": "60208",
                    "addressCountry": "US",
                },
                "geo": {"@type": "GeoCoordinates", "latitude": 42.058, "longitude": -87.675},
                "hasMap": "https://www.openstreetmap.org/?mlat=42.058000&mlon=-87.675000"
                "#map=18/42.058000/-87.675000",
                "maximumAttendeeCapacity": 80,
            },
            {"@type": "VirtualLocation", "url": "https://join.example.org/open"},
        ],
        "performer": [
            {
                "@type": "Person",
                "name": "Ada Lovelace",
                "url": f"{SITE}/speakers/{ada.speaker_id}/ada-lovelace/",
                "sameAs": ["https://orcid.org/0000-0002-1825-0097", "https://ada.example.org/"],
                "affiliation": {"@type": "Organization", "name": "London"},
            },
            {
                "@type": "Person",
                "name": "Charles Babbage",
                "url": f"{SITE}/speakers/{charles.speaker_id}/charles-babbage/",
            },
        ],
        "organizer": {
            "@type": "Organization",
            "name": "Mathematics",
            "url": "https://math.example.edu/",
        },
        "superEvent": [
            {
                "@type": "EventSeries",
                "@id": f"{SITE}/series/{slug}/",
                "name": name,
                "url": f"{SITE}/series/{slug}/",
            }
            for slug, name in (("cs", "CS Seminar"), ("algebra", "Algebra"))
        ],
        "about": {"@type": "Thing", "name": "Computing", "url": f"{SITE}/topics/computing/"},
        "audience": [
            {"@type": "Audience", "audienceType": "Faculty"},
            {"@type": "Audience", "audienceType": "Students"},
        ],
        "isAccessibleForFree": True,
        "offers": {
            "@type": "Offer",
            "url": "https://register.example.org/",
            "description": "Free.",
            "price": 0,
            "priceCurrency": "USD",
            "availability": "https://schema.org/InStock",
            "validFrom": "2025-03-03T12:00:00-06:00",
        },
        "recordedIn": {
            "@type": "VideoObject",
            "name": "On engines",
            "inLanguage": "en",
            "url": "https://video.example.org/1.mp4",
            "contentUrl": "https://video.example.org/1.mp4",
            "description": "About engines that weave x².",
            "thumbnailUrl": image,
            "uploadDate": "2025-03-03T12:00:00-06:00",
        },
        "workFeatured": {
            "@type": "PresentationDigitalDocument",
            "name": "On engines",
            "inLanguage": "en",
            "url": "https://slides.example.org/1",
        },
        "sameAs": "https://elsewhere.example.org/",
    }


def test_hardly_anything(client: Client) -> None:
    talk = factories.talk(title="", start_time=None, end_time=None, language='"><')
    node = json_ld_of(client, talk)
    del node["image"], node["identifier"], node["@context"]
    assert node == {
        "@type": "EducationEvent",
        "@id": f"{SITE}/talks/{talk.pk}/",
        "url": f"{SITE}{talk.get_absolute_url()}",
        "name": "Title to be announced",
        "description": "Monday, March 10, 2025, Time to be announced · Location to be announced",
        "eventStatus": "https://schema.org/EventScheduled",
        "startDate": "2025-03-10",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": "Seminars", "address": "Seminars"},
        "organizer": {"@type": "Organization", "name": "Seminars", "url": f"{SITE}/"},
    }


@pytest.mark.parametrize("attendance", ["in-person", "hybrid", "online"])
@pytest.mark.parametrize("room", ["", "3514"])
@pytest.mark.parametrize("venue", [None, {}, {"campus": "Evanston"}, {"street": "2233 Tech Drive"}])
def test_a_place_always_has_a_name_and_an_address(
    client: Client, attendance: str, room: str, venue: dict[str, str] | None
) -> None:
    """As Google requires; the university's or department's while the room is to be announced."""
    talk = factories.talk(
        attendance=attendance,
        room=room,
        venue=None if venue is None else factories.venue(building="Mudd", slug="mudd", **venue),
        series=factories.series(department=factories.department(name="Logic")),
    )
    location = json_ld_of(client, talk)["location"]
    places = location if isinstance(location, list) else [location]
    expected = {"in-person": ["Place"], "online": ["VirtualLocation"]}
    assert [one["@type"] for one in places] == expected.get(
        attendance, ["Place", "VirtualLocation"]
    )
    if attendance != "online":
        without, with_room = ("Logic", "3514") if venue is None else ("Mudd", "Mudd, 3514")
        assert places[0]["name"] == (with_room if room else without)
        address = places[0]["address"]
        if venue and "street" in venue:
            assert address == {"@type": "PostalAddress", "streetAddress": "2233 Tech Drive"}
        else:
            assert address == ("Evanston" if venue else "Logic")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://www.youtube.com/watch?t=3&v=dQw4w9WgXcQ&x=1",
            "https://www.youtube.com/embed/dQw4w9WgXcQ",
        ),
        ("https://youtu.be/dQw4w9WgXcQ?t=3", "https://www.youtube.com/embed/dQw4w9WgXcQ"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871"),
        (
            "https://uni.hosted.panopto.com/Panopto/Pages/Viewer.aspx?id=0a-1",
            "https://uni.hosted.panopto.com/Panopto/Pages/Embed.aspx?id=0a-1",
        ),
        ("https://video.example.org/watch?v=1", None),
    ],
)
def test_players_of_recordings(client: Client, url: str, expected: str | None) -> None:
    date = NOW.date() - datetime.timedelta(days=7)
    talk = factories.talk(date=date, recording_url=url, recording_consent="yes")
    video = json_ld_of(client, talk)["recordedIn"]
    assert video.get("embedUrl") == expected
    assert video["uploadDate"] == "2025-02-24T13:00:00-06:00"
    assert {"name", "description", "thumbnailUrl", "url"} <= video.keys()


@pytest.mark.parametrize(
    ("status", "expected"), [("cancelled", "EventCancelled"), ("postponed", "EventPostponed")]
)
def test_canceled_and_postponed_talks(client: Client, status: str, expected: str) -> None:
    """They keep their start, as schema.org requires, and have no offers."""
    talk = factories.talk(
        status=status,
        published_at=NOW,
        previous_starts_at=NOW,
        attendance="online",
        join_url=SECRET,
        join_access="public",
        cost="free",
    )
    node = json_ld_of(client, talk)
    assert node["eventStatus"] == f"https://schema.org/{expected}"
    assert node["startDate"] == "2025-03-10T12:00:00-05:00"
    assert node["previousStartDate"] == "2025-03-03T12:00:00-06:00"
    assert node["location"] == {"@type": "VirtualLocation", "url": node["url"]}
    assert "offers" not in node


@pytest.mark.parametrize("access", ["signed-in", "timed", "never"])
def test_a_restricted_join_link_is_not_included(client: Client, access: str) -> None:
    talk = factories.talk(attendance="online", join_url=SECRET, join_access=access)
    for person in (None, factories.administrator()):
        if person:
            client.force_login(person)
        node = json_ld_of(client, talk)
        assert node["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
        assert node["location"] == {"@type": "VirtualLocation", "url": node["url"]}
        assert SECRET not in json.dumps(node)


def test_other_kinds_and_lengths(client: Client) -> None:
    course = factories.talk(
        kind="short-course",
        end_date=datetime.date(2025, 3, 12),
        start_time=None,
        end_time=None,
        room="Tent",
    )
    node = json_ld_of(client, course)
    assert node["@type"] == "CourseInstance"
    assert (node["startDate"], node["endDate"]) == ("2025-03-10", "2025-03-12")
    assert node["location"] == {"@type": "Place", "name": "Tent", "address": "Seminars"}
    over = factories.talk(date=datetime.date(2025, 2, 21), cost="free", timezone="Asia/Tokyo")
    node = json_ld_of(client, over)
    assert node["startDate"] == "2025-02-21T12:00:00+09:00"
    assert "offers" not in node
    # Local mean time: no offset of ISO 8601 has seconds.
    lecture = factories.talk(date=datetime.date(1854, 6, 10), timezone="Europe/Berlin")
    assert json_ld_of(client, lecture)["startDate"] == "1854-06-10T11:06:32+00:00"


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>&amp;<img src=x onerror=alert(1)>",
    "line\u2028separator\u2029and \\u003c/script> \\",
    '"},"@type":"Person',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_ends_the_script(client: Client, text: str) -> None:
    person = factories.speaker(name=text, affiliation=text)
    talk = factories.talk(person, title=text, room=text, cost=text)
    body = client.get(talk.get_absolute_url()).content.decode()
    between = body.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(between)
    node = json_ld_of(client, talk)
    assert (node["name"], node["performer"]["name"]) == (text, text)
    assert node["location"]["name"] == node["offers"]["description"] == text
    other = client.get(factories.talk().get_absolute_url()).content.decode()
    assert body.count("<script") == other.count("<script")


def test_the_home_page_gives_the_sites_name(client: Client) -> None:
    """Search engines show it; they read it on no other page."""
    (script,) = [
        part
        for part in Page(client.get("/").content).of("script")
        if part.attributes.get("type") == "application/ld+json"
    ]
    node = json.loads("".join(script.data))
    assert unknown_terms(node) == []
    name = settings.SITE_NAME
    assert node == {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": name,
        "url": f"{SITE}/",
    }
    assert "ld+json" not in client.get("/talks/").content.decode()


def test_pages_that_are_not_public_have_none(client: Client) -> None:
    client.force_login(factories.administrator())
    for status in ("draft", "tentative", "submitted"):
        page = client.get(factories.talk(status=status).get_absolute_url()).content.decode()
        assert "ld+json" not in page
        assert not re.search(r"/talks/\d+/card-", page)
        assert '<meta name="robots" content="noindex">' in page


def test_the_same_number_of_queries(client: Client, django_assert_num_queries: Any) -> None:
    talk = full()
    node = Talk.objects.with_details().prefetch_related("co_series__department").get(pk=talk.pk)
    with django_assert_num_queries(0):
        json_ld.event(node, image="", now=NOW)


def test_the_vocabulary_reports_unknown_terms() -> None:
    """The other tests rely on it."""
    wrong = {
        "@context": "https://schema.org",
        "@type": "Event",
        "eventStatus": "https://schema.org/EventGone",
        "startDate": "tomorrow",
        "performers": [],
        "place": "Here",
        "location": {"@type": "Person", "name": 7},
    }
    assert [line.partition(":")[0] for line in unknown_terms(wrong)] == [
        *("Event.eventStatus", "Event.startDate", "Event.performers", "Event.place"),
        *("Event.location", "Event.location.name"),
    ]

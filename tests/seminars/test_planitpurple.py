"""The old calendar's feeds, read as existing programs read them."""

import datetime
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.legacy_ids import OWN_ID_BASE
from accounts.models import Group
from seminars.models import Audience, Talk, Topic
from seminars.planitpurple import views
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def home() -> Group:
    return factories.group(name="CS <Events>", slug="cs", visibility="public", calendar_id=1234)


@pytest.fixture
def talk(home: Group) -> Talk:
    """A talk with every fact, and with characters that break careless feeds."""
    talk = factories.talk(
        factories.speaker(name="Ada Lovelace"),
        title='Fish & “chips” <b> "1 < 2" ]]> 🐟\x0b',
        abstract="Ends with `]]>` & <i>tags</i>.",
        event_id=600123,
        series=factories.series(name="CS Seminar", home_group=home),
        venue=factories.venue(
            building="Mudd Hall",
            campus="Evanston",
            street="2233 Tech Drive",
            city="Evanston",
            region="IL",
            postcode="60208",
            latitude="42.058300",
            longitude="-87.674600",
        ),
        room="3514",
        attendance="hybrid",
        join_url="https://zoom.example.org/1",
        join_access="public",
        registration_url="https://register.example.org/?a=1&b=2",
        external_url="https://cs.example.org/talk",
        cost="free",
        contact_name="Winona",
        contact_phone="847 555 0174",
        contact_email="cs@example.org",
    )
    talk.topics.add(Topic.objects.create(name="Academic", slug="academic", kind="category"))
    talk.topics.add(Topic.objects.create(name="AI", slug="ai"))
    talk.audiences.add(Audience.objects.create(name="Student", slug="student"))
    home.group_talks.create(talk=talk)
    return talk


def events(client: Client, address: str) -> list[ElementTree.Element]:
    response = client.get(address)
    assert response.status_code == 200, response.content
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    assert root.tag == "planitpurple"
    assert [one.tag for one in root] == ["event"] * len(root)
    return list(root)


def values(event: ElementTree.Element) -> dict[str, Any]:
    """Return the elements in order, those with children as lists."""
    return {
        one.tag: [(child.tag, child.text or "") for child in one] if len(one) else one.text or ""
        for one in event
    }


def titles(client: Client, address: str) -> list[str]:
    return [event.findtext("title") or "" for event in events(client, address)]


def objects(client: Client, address: str) -> list[dict[str, Any]]:
    response = client.get(address)
    assert response.status_code == 200
    result: list[dict[str, Any]] = json.loads(response.content)
    return result


def test_xml(client: Client, talk: Talk) -> None:
    (event,) = events(client, "/xmlfeed?cal=1234&days=30")
    elements = values(event)
    plain, html = elements.pop("description"), elements.pop("description_html")
    assert list(elements.items()) == [
        ("title", 'Fish & “chips” <b> "1 < 2" ]]> 🐟'),
        ("date", "March 10, 2025"),
        ("time", "12:00 PM - 1:00 PM"),
        ("isodate", "2025-03-10 12:00"),
        ("start_datetime", "1741626000"),
        ("end_datetime", "1741629600"),
        ("time_zone", "CT"),
        ("location", "Evanston"),
        ("locationurl", talk.venue.map_url if talk.venue else ""),
        (
            "address",
            [
                ("building_name", "Mudd Hall"),
                ("address_1", "2233 Tech Drive"),
                ("address_2", "3514"),
                ("city", "Evanston"),
                ("state", "IL"),
                ("zip", "60208"),
            ],
        ),
        ("is_hybrid", "1"),
        ("webcast_link", "https://zoom.example.org/1"),
        ("registration_link", "https://register.example.org/?a=1&b=2"),
        ("cost", "free"),
        ("audiences", [("audience", "Student")]),
        ("event_category_id", "1"),
        ("category-name", "Academic"),
        (
            "contact",
            [("name", "Winona"), ("phone", "847 555 0174"), ("email", "cs@example.org")],
        ),
        (
            "group",
            [
                ("id", "1234"),
                ("name", "CS <Events>"),
                ("url", "http://testserver/groups/cs/"),
            ],
        ),
        ("image_sm", ""),
        ("image_med", ""),
        ("image_hero", ""),
        ("ppurl", "http://testserver/event/600123"),
        ("externalurl", "https://cs.example.org/talk"),
    ]
    assert event.find("isodate").attrib == {"format": "YYYY-MM-DD HH24:MI"}  # type: ignore[union-attr]
    assert "Speaker: Ada Lovelace" in plain
    assert "Ends with" in plain and "]]>" in plain
    assert "<code>]]&gt;</code>" in html


def test_xml_by_regular_expressions(client: Client, talk: Talk) -> None:
    text = client.get("/feed/xml/1234").content.decode()
    (event,) = re.findall(r"<event>(.*?)</event>", text, re.DOTALL)
    (escaped,) = re.findall(r"<title>(.*?)</title>", event)
    assert escaped == 'Fish &amp; “chips” &lt;b&gt; "1 &lt; 2" ]]&gt; 🐟'
    assert re.findall(r"<ppurl>.*/(\d+)</ppurl>", event) == ["600123"]
    (section,) = re.findall(r"<description_html>(.*?)</description_html>", event, re.DOTALL)
    assert section.startswith("<![CDATA[") and section.endswith("]]>")


def test_json(client: Client, talk: Talk) -> None:
    (event,) = objects(client, "/feed/json/1234")
    plain, html = event.pop("description"), event.pop("description_html")
    assert event == {
        "id": "600123",
        "event_id": str(talk.series_id),
        "cal_id": "1234",
        "calendar_name": "CS <Events>",
        "title": 'Fish & “chips” <b> "1 < 2" ]]> 🐟',
        "eventdate": "2025-03-10",
        "start_time": "12:00:00",
        "start_time_display_format": "12:00 PM",
        "end_time": "13:00:00",
        "end_time_display_format": "1:00 PM",
        "eventdate_ical_format": "3/10/2025 12:00 PM",
        "eventend_ical_format": "3/10/2025 1:00 PM",
        "time_zone": "CT",
        "is_allday": "0",
        "is_cancelled": "0",
        "is_hybrid": "1",
        "url": "http://testserver/event/600123",
        "web_address": "https://cs.example.org/talk",
        "registration_link": "https://register.example.org/?a=1&b=2",
        "webcast_link": "https://zoom.example.org/1",
        "building_name": "Mudd Hall",
        "address_1": "2233 Tech Drive",
        "address_2": "3514",
        "city": "Evanston",
        "state": "IL",
        "zip": "60208",
        "facility_address_1": "2233 Tech Drive",
        "facility_city": "Evanston",
        "facility_state": "IL",
        "centerpoint": "42.058300,-87.674600",
        "location_name": "Evanston",
        "cost": "free",
        "category_id": "1",
        "category_name": "Academic",
        "audiences": [{"id": "3", "name": "Student"}],
        "contact_name": "Winona",
        "contact_phone": "847 555 0174",
        "contact_email": "cs@example.org",
        "image_sm": "",
        "image_med": "",
        "image_hero": "",
        "create_date": "2025-03-03 12:00:00",
        "modify_date": "2025-03-03 12:00:00",
    }
    assert "Ada Lovelace" in plain and "<h2>Abstract</h2>" in html
    assert datetime.datetime.strptime(event["start_time"], "%H:%M:%S").hour == 12  # noqa: DTZ007
    assert int(event["is_cancelled"]) == 0


def test_bare_talks(client: Client, home: Group) -> None:
    """Talks without facts besides the day; one is cancelled, one postponed, one online."""
    bare = factories.talk(title="", start_time=None)
    for status in ("cancelled", "postponed"):
        factories.talk(title=status, status=status, end_time=None)
    factories.talk(title="online", attendance="online", timezone="America/New_York")
    result = {event.findtext("title"): values(event) for event in events(client, "/xmlfeed?cal=0")}
    assert result["Title to be announced"] | {"description": "", "description_html": ""} == {
        **dict.fromkeys(result["Title to be announced"], ""),
        "title": "Title to be announced",
        "date": "March 10, 2025",
        "isodate": "2025-03-10 00:00",
        "start_datetime": "1741582800",
        "end_datetime": str(1741582800 + 24 * 3600 - 60),
        "time_zone": "CT",
        "address": [
            (name, "")
            for name in ("building_name", "address_1", "address_2", "city", "state", "zip")
        ],
        "is_hybrid": "0",
        "contact": [(name, "") for name in ("name", "phone", "email")],
        "group": [(name, "") for name in ("id", "name", "url")],
        "ppurl": f"http://testserver/event/{bare.event_id}",
    }
    assert [title for title, one in result.items() if "cancelled" in one] == [
        "cancelled",
        "Postponed: postponed",
    ]
    assert result["cancelled"]["time"] == "12:00 PM"
    assert result["cancelled"]["start_datetime"] == result["cancelled"]["end_datetime"]
    assert (result["online"]["time"], result["online"]["time_zone"]) == ("12:00 PM - 1:00 PM", "ET")
    assert result["online"]["location"] == "Online"
    for number in Talk.objects.values_list("pk", flat=True):
        home.group_talks.create(talk_id=number)
    by_title = {one["title"]: one for one in objects(client, "/feed/json/1234")}
    assert by_title["Title to be announced"]["is_allday"] == "1"
    assert by_title["Title to be announced"]["end_time"] == "23:59:00"
    assert (
        by_title["cancelled"]["is_cancelled"]
        == by_title["Postponed: postponed"]["is_cancelled"]
        == "1"
    )
    # All in local times of the site.
    assert (by_title["online"]["start_time"], by_title["online"]["time_zone"]) == ("11:00:00", "CT")
    assert (by_title["online"]["web_address"], by_title["online"]["centerpoint"]) == (None, None)


def test_html_and_calendar(client: Client, talk: Talk) -> None:
    page = client.get("/feed/html/1234")
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert "X-Frame-Options" not in page
    assert (
        f'<a href="http://testserver{talk.get_absolute_url()}">Fish &amp; ' in page.content.decode()
    )
    calendar = client.get("/feed/ical/1234")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert f"UID:{talk.uid}" in calendar.content.decode()
    home = talk.group_talks.get()
    home.delete()
    assert "No talks to show." in client.get("/feed/html/1234").content.decode()
    assert objects(client, "/feed/json/1234") == []


def test_urls_are_those_of_the_site(client: Client, talk: Talk, settings: Settings) -> None:
    settings.SITE_URL = "https://planitpurple.example.edu"
    for form in ("xml", "json", "html", "ical"):
        text = client.get(f"/feed/{form}/1234").content.decode()
        assert "testserver" not in text
        assert "https://planitpurple.example.edu/" in text.replace("\r\n ", "")


def test_an_event_page(client: Client, talk: Talk) -> None:
    own = OWN_ID_BASE + talk.pk
    for path in ("600123", own, "600123/", f"{own}/", "600123/CrAs.1", "600123/cs-seminar/"):
        response = client.get(f"/event/{path}")
        assert (response.status_code, response["Location"]) == (302, talk.get_absolute_url())
    for number in (1, 600124, 2**31, 10**17, "600124/", "600124/cs"):
        assert client.get(f"/event/{number}").status_code == 404
    Talk.objects.update(withdrawn_at=NOW, published_at=NOW)
    assert client.get("/event/600123").status_code == 410
    Talk.objects.update(withdrawn_at=None, published_at=None, status="draft")
    assert client.get("/event/600123").status_code == 404


DAYS = {
    "four years ago": -4 * 365,
    "two years ago": -2 * 365,
    "last month": -30,
    "yesterday": -1,
    "today": 0,
    "in a week": 7,
    "in a month": 30,
    "in four years": 4 * 365,
    "in six years": 6 * 365,
}


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "today", "in four years"),
        ("&days=7", "today", "in a week"),
        ("&days=0", "two years ago", "in four years"),
        ("&days=7&archive=1", "two years ago", "in a week"),
        ("&archive=0&max=2", "today", "in a week"),
        ("&start=02-01-2025&end=03-02-2025", "last month", "yesterday"),
        ("&start=03-03-2025&end=03-03-2025", "today", "today"),
        ("&start=03-10-2025&days=30", "in a week", "in a month"),
        ("&end=03-10-2025", "today", "in a week"),
        ("&token=&unknown=1&_=2", "today", "in four years"),
    ],
)
def test_days(client: Client, home: Group, query: str, first: str, last: str) -> None:
    for title, days in DAYS.items():
        date = datetime.date(2025, 3, 3) + datetime.timedelta(days=days)
        home.group_talks.create(talk=factories.talk(title=title, date=date))
    names = list(DAYS)
    expected = names[names.index(first) : names.index(last) + 1]
    assert titles(client, f"/xmlfeed?cal=1234{query}") == expected
    assert [one["title"] for one in objects(client, f"/feed/json/1234?{query[1:]}")] == expected
    if query == "&days=7&archive=1":
        expected = ["last month", "yesterday", "today", "in a week"]
    assert titles(client, f"/xmlfeed?cal=0{query}") == expected


def test_filters_for_all_calendars(client: Client, talk: Talk) -> None:
    factories.talk(title="Online", attendance="online", venue=talk.venue)
    other = factories.talk(title="Chicago", venue=factories.venue(campus="Chicago Loop"))
    wider = Topic.objects.create(name="Fine Arts", slug="arts", kind="category")
    narrower = Topic.objects.create(
        name="Music", slug="music", kind="category", parent=wider, legacy_id=44
    )
    other.topics.add(narrower)
    venue, own = talk.venue_id, OWN_ID_BASE + Audience.objects.create(name="Alumni", slug="a").pk
    result = {
        query: [one[:7] for one in titles(client, f"/xmlfeed?cal=0&{query}")]
        for query in (
            "location=evanston",
            f"location={venue},online",
            "location=chicago-loop",
            "location=987654",
            "category=2",
            "category=44,1",
            "category=99",
            f"category={wider.pk + 7000}",
            "audience=3",
            "audience=1,99",
            f"audience={own},3",
        )
    }
    assert result == {
        "location=evanston": ["Fish & "],
        f"location={venue},online": ["Fish & ", "Online"],
        "location=chicago-loop": ["Chicago"],
        "location=987654": [],
        "category=2": ["Chicago"],
        "category=44,1": ["Fish & ", "Chicago"],
        "category=99": [],
        f"category={wider.pk + 7000}": [],
        "audience=3": ["Fish & "],
        "audience=1,99": [],
        f"audience={own},3": ["Fish & "],
    }


def test_a_feed_and_a_calendar_with_the_same_number(client: Client, home: Group) -> None:
    """A saved feed's number and a calendar's are two number spaces."""
    other = factories.group(factories.talk(title="Feed"), visibility="public", feed_id=1234)
    home.group_talks.create(talk=factories.talk(title="Calendar"))
    assert titles(client, "/xmlfeed?cal=1234") == ["Calendar"]
    assert titles(client, "/feed/xml/1234") == ["Feed"]
    for number in (home.feed_id, home.pk + OWN_ID_BASE):
        assert titles(client, f"/feed/xml/{number}") == ["Calendar"]
    for address, group in (
        ("/feed/1234", other),
        ("/feed/1234/", other),
        ("/calendar/1234", home),
        ("/calendar/1234/", home),
        (f"/calendar/{other.calendar_id}", other),
    ):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, group.get_absolute_url())
    other.feed_id = 1235
    other.save()
    # Without a feed of this number, it means a calendar, as it did before feeds had their own.
    assert titles(client, "/feed/xml/1234") == ["Calendar"]
    assert client.get("/feed/1234")["Location"] == home.get_absolute_url()
    for address in ("/feed/99", "/calendar/99/", f"/feed/{10**17}", f"/calendar/{10**17}"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_a_number_reveals_no_group_that_is_not_public(client: Client, visibility: str) -> None:
    member = factories.user()
    closed = factories.group(visibility=visibility, calendar_id=77, feed_id=78, manager=member)
    for address in ("/feed/78", "/calendar/77", "/feed/77/?token=x", "/calendar/77/?token="):
        assert client.get(address).status_code == 404
    assert client.get(f"/feed/78?token={closed.token}").status_code == 302
    client.force_login(member)
    for address in ("/feed/78", "/calendar/77"):
        assert client.get(address)["Location"] == closed.get_absolute_url()


@pytest.mark.parametrize(
    ("site", "zone", "named", "local"),
    [
        ("America/Chicago", "America/Chicago", "CT", "12:00"),
        ("America/Chicago", "America/New_York", "ET", "12:00"),
        ("America/Chicago", "America/Toronto", "ET", "12:00"),
        ("America/Chicago", "America/Denver", "MT", "12:00"),
        ("America/Chicago", "America/Los_Angeles", "PT", "12:00"),
        ("America/Chicago", "America/Halifax", "AST", "12:00"),
        # March 10, 2025 is a day of summer time in Chicago.
        ("America/Chicago", "America/Phoenix", "PT", "12:00"),
        ("America/Chicago", "Europe/Berlin", "CT", "06:00"),
        ("America/Chicago", "Asia/Shanghai", "CT", "23:00"),
        ("America/Chicago", "Pacific/Honolulu", "CT", "17:00"),
        ("America/Denver", "UTC", "MT", "06:00"),
        ("Europe/Berlin", "Europe/Berlin", "CT", "06:00"),
        ("Europe/Berlin", "America/New_York", "ET", "12:00"),
    ],
)
def test_time_zones_are_those_that_readers_know(
    client: Client, settings: Settings, site: str, zone: str, named: str, local: str
) -> None:
    settings.TIME_ZONE = site
    talk = factories.talk(timezone=zone)
    factories.talk(title="All day", timezone=zone, start_time=None, end_time=None)
    assert talk.starts_at is not None
    home = factories.group(visibility="public", calendar_id=1234)
    for key in Talk.objects.values_list("pk", flat=True):
        home.group_talks.create(talk_id=key)
    in_xml, in_json = events(client, "/xmlfeed?cal=0"), objects(client, "/feed/json/1234")
    (event,) = [one for one in in_xml if one.findtext("time")]
    written = (event.findtext("time_zone"), (event.findtext("isodate") or "")[-5:])
    assert written == (named, local)
    assert event.findtext("start_datetime") == f"{talk.starts_at.timestamp():.0f}"
    zones = {event.findtext("time_zone") for event in in_xml}
    zones |= {one["time_zone"] for one in in_json}
    assert zones <= {"CT", "ET", "MT", "PT", "AST"}
    assert [one["eventdate"] for one in in_json if one["is_allday"] == "1"] == ["2025-03-10"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "cal"),
        ("cal=", "cal"),
        ("cal=x", "cal"),
        ("cal=1,", "cal"),
        ("cal=0,1234", "cal"),
        ("cal=99", "cal"),
        ("cal=99999999999999999999", "cal"),
        ("cal=1234&cal=1234", "cal"),
        ("cal=" + ",".join(["1"] * 101), "cal"),
        ("cal=0&days=-1", "days"),
        ("cal=0&days=1.5", "days"),
        ("cal=0&days=٣", "days"),
        ("cal=0&max=0", "max"),
        ("cal=0&max=many", "max"),
        ("cal=0&archive=yes", "archive"),
        ("cal=0&start=2025-01-01", "start"),
        ("cal=0&start=02-30-2025", "start"),
        ("cal=0&start=01-01-9999", "start"),
        ("cal=0&start=01-01-1990", "start"),
        ("cal=0&end=13-01-2025", "end"),
        ("cal=0&end=01-01-2025", "end"),
        ("cal=0&end=01-01-2100", "end"),
        ("cal=0&category=x", "category"),
        ("cal=0&location=nowhere", "location"),
        ("cal=1234&location=online", "location"),
        ("cal=1234&category=1", "category"),
        ("cal=1234&audience=1", "audience"),
        ("cal=1234&token=,", "token"),
        ("cal=1234&cal%00=1&days=%00", "days"),
    ],
)
def test_an_invalid_value_is_reported(client: Client, home: Group, query: str, name: str) -> None:
    response = client.get(f"/xmlfeed?{query}")
    sentence = response.content.decode()
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert re.fullmatch(rf"[^\n]*(“{name}”|There is no {name})[ :][^\n]+\.\n", sentence)


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_a_group_that_is_not_public_needs_its_token(
    client: Client, talk: Talk, visibility: str
) -> None:
    closed = factories.group(talk, name="Quokka", visibility=visibility, calendar_id=77)
    other = factories.group(visibility="private", calendar_id=78)
    assert talk.series is not None
    talk.series.home_group = closed
    talk.series.save()
    nowhere = client.get("/feed/xml/9999").content.decode()
    for query in ("", "?token=", "?token=wrong", f"?token={other.token}"):
        response = client.get(f"/feed/xml/77{query}")
        assert response.status_code == 404
        assert response.content.decode().replace("77", "9999") == nowhere
    for query in ("cal=77", f"cal=77&token={other.token}", f"cal=1234,77&token={closed.token}"):
        assert client.get(f"/xmlfeed?{query}").status_code == 400
    # A home group that is not public is not named.
    assert "Quokka" not in client.get("/xmlfeed?cal=0").content.decode()
    for address in (
        f"/feed/json/77?token={closed.token}",
        f"/xmlfeed?cal=1234,77&token=,{closed.token}",
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert "Quokka" in response.content.decode()
        assert closed.token not in response.content.decode()
        assert "private" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
    calendar = client.get(f"/feed/ical/77?token={closed.token}").content.decode()
    assert "Quokka" in calendar and closed.token not in calendar.replace("\r\n ", "")


def test_tokens_are_in_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    closed = factories.group(visibility="private", calendar_id=77)
    client.get(f"/feed/xml/77?days=x&token={closed.token}")
    client.get(f"/xmlfeed?token={closed.token}&cal=78")
    assert closed.token not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_public_feeds_are_cached(client: Client, talk: Talk) -> None:
    first = client.get("/feed/json/1234")
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get("/feed/json/1234", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    Talk.objects.update(title="Another")
    again = client.get("/feed/json/1234", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, "Another" in again.content.decode()) == (200, True)


def test_a_long_feed_is_streamed(
    client: Client, home: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        home.group_talks.create(talk=factories.talk(title=f"T {number}"))
    whole = {form: client.get(f"/feed/{form}/1234").content for form in ("xml", "json", "html")}
    monkeypatch.setattr(views, "MAX_BUFFERED_TALKS", 2)
    for form, body in whole.items():
        # Another URL, because the response at this one is cached.
        response = client.get(f"/feed/{form}/1234?max=9")
        assert response.streaming
        assert response.getvalue() == body
        etag = {"If-None-Match": response["ETag"]}
        assert client.get(f"/feed/{form}/1234?max=9", headers=etag).status_code == 304


@pytest.mark.parametrize("form", ["xml", "json", "html", "ical"])
def test_queries(client: Client, talk: Talk, home: Group, form: str) -> None:
    counts = []
    for number in range(1, 3):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/feed/{form}/1234?max=10{number}").status_code == 200
        counts.append(len(queries))
        for _more in range(2):
            home.group_talks.create(
                talk=factories.talk(
                    factories.speaker(),
                    series=factories.series(home_group=factories.group(visibility="public")),
                    venue=factories.venue(),
                )
            )
    assert counts[0] == counts[1]


def test_only_what_a_visitor_may_see(client: Client, home: Group) -> None:
    """Even for an administrator."""
    client.force_login(factories.administrator())
    for status in ("tentative", "draft", "submitted"):
        home.group_talks.create(talk=factories.talk(title=status, status=status))
    home.group_talks.create(talk=factories.talk(title="gone", withdrawn_at=NOW))
    shown = factories.talk(title="shown", join_url="https://zoom.example.org/1", notes="dinner")
    home.group_talks.create(talk=shown)
    assert titles(client, "/xmlfeed?cal=0") == titles(client, "/feed/xml/1234") == ["shown"]
    for form in ("xml", "json", "html", "ical"):
        text = client.get(f"/feed/{form}/1234").content.decode()
        assert "zoom.example.org" not in text and "dinner" not in text


def test_managers_see_and_replace_the_token(client: Client) -> None:
    manager, contributor = factories.user(), factories.user()
    group = factories.group(manager=manager, contributor=contributor, calendar_id=77)
    address = f"/groups/{group.slug}/token/"
    client.force_login(contributor)
    assert group.token not in client.get(f"/groups/{group.slug}/").content.decode()
    assert client.post(address).status_code == 403
    client.force_login(manager)
    shown = f"http://testserver/feed/json/77?token={group.token}"
    other = factories.group(feed_id=77)
    own = f"http://testserver/feed/json/{group.feed_id}?token={group.token}"
    assert own in client.get(f"/groups/{group.slug}/edit/").content.decode()
    other.delete()
    assert shown in client.get(f"/groups/{group.slug}/edit/").content.decode()
    confirm = client.get(address).content.decode()
    assert f"Reset the token for “{group.name}”?" in confirm and "will stop working" in confirm
    assert client.get(f"/feed/xml/77?token={group.token}").status_code == 200
    response = client.post(address, follow=True)
    assert "The token was reset." in response.content.decode()
    assert shown not in response.content.decode()
    assert client.get(f"/feed/xml/77?token={group.token}").status_code == 404
    group.refresh_from_db()
    assert client.get(f"/feed/xml/77?token={group.token}").status_code == 200
    Group.objects.filter(pk=group.pk).update(visibility="public")
    assert group.token not in client.get(f"/groups/{group.slug}/edit/").content.decode()

"""The page of a talk, in every state."""

import datetime
from typing import Any

import pytest
from django.test import Client

from seminars.models import Department, Series
from seminars.text import markup
from tests import factories
from tests.factories import NOW
from tests.seminars.page_seed import cs_seminar, full_talk
from tests.seminars.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

PAST = NOW.date() - datetime.timedelta(days=7)
HOUR = datetime.timedelta(hours=1)
SIGN_IN = "Sign in to add to a group"


def test_every_field_of_a_talk_is_shown(client: Client) -> None:
    talk = full_talk()
    department = Department.objects.create(name="Computer Science", slug="cs")
    Series.objects.update(department=department)
    page = read(client, talk.get_absolute_url())
    assert page.words("h1") == [talk.title]
    assert page.words("talk-line") == ["CS Seminar"]
    assert page.words("people") == ["Sadhika Malladi Princeton University"]
    assert page.words("notice") == ["Note the unusual room"]
    assert page.words("card-part") == [
        "Recording and slides Watch recording Slides",
        "When Friday, February 21, 2025 12:00 – 1:00 PM CST 1 hour",
        (
            "Where Mudd Hall, 3514 (formerly Seeley G. Mudd Library) "
            "2233 Tech Drive, Evanston, IL 60208 Evanston campus View map: Mudd Hall "
            "Hybrid In person and online"
        ),
        "Online The online meeting (zoom.example.org) has ended.",
        (
            f"My groups {SIGN_IN}: {talk.title} "
            "Add to calendar Download .ics Subscribe to CS Seminar"
        ),
        (
            "Access Getting there By the east door. Step-free access Lift to every floor. "
            "Hearing loop Available"
        ),
    ]
    assert page.words("prose") == ["First x. Second.", "A student."]
    assert page.words("h2")[-2:] == ["Abstract", "Biography"]
    assert dict(zip(page.words("dt")[3:], page.words("dd")[3:], strict=True)) == {
        "Research areas": "machine learning optimization",
        "Community topics": "Implicit Bias in Technology",
        "Categories": "Academic (general)",
        "Audience": "Faculty/Staff Student",
        "Cost": "Free",
        "Refreshments": "Coffee at 11:45",
        "Contact": "Wynante R Charles (847) 467-8174 cs@example.org",
        "Department": "Computer Science",
        "External page": "calendar.example.org",
    }


def test_the_links_of_a_talk(client: Client) -> None:
    talk = full_talk()
    links = dict(read(client, talk.get_absolute_url()).links())
    assert "Join online" not in links
    assert links["Watch recording"] == "https://panopto.example.org/1"
    assert links["Slides"] == "https://example.org/slides.pdf"
    assert links["View map: Mudd Hall"] == (
        "https://www.openstreetmap.org/search?query=2233+Tech+Drive%2C+Evanston%2C+IL+60208"
    )
    assert links["Download .ics"] == f"/talks/{talk.pk}.ics"
    assert links["Subscribe to CS Seminar"] == "webcal://testserver/series/cs.ics"
    assert links["(847) 467-8174"] == "tel:8474678174"
    assert links["cs@example.org"] == "mailto:cs@example.org"
    assert links["calendar.example.org"] == "https://calendar.example.org/event/1"


@pytest.mark.parametrize(
    ("fields", "signed_in", "words"),
    [
        ({"join_url": ""}, False, []),
        ({"join_url": "", "join_note": "Soon."}, False, ["Online Soon."]),
        ({"status": "cancelled", "join_access": "public", "join_note": "Soon."}, False, []),
        ({"status": "postponed", "join_access": "public", "join_note": "Soon."}, False, []),
        ({"join_access": "public"}, False, ["Online Join online meet.example.org"]),
        (
            {"join_access": "signed-in"},
            False,
            ["Online Sign in to see the meeting link"],
        ),
        ({"join_access": "signed-in"}, True, ["Online Join online meet.example.org"]),
        ({"join_access": "never"}, True, ["Online The link will be emailed to you."]),
        (
            {"join_access": "timed"},
            True,
            ["Online The link will appear here at 11:45 AM CDT on the day of the talk."],
        ),
        (
            {"join_access": "timed", "start_time": datetime.time(0, 5), "end_time": None},
            True,
            ["Online The link will appear here on Sunday, March 9, 2025, 11:50 PM CDT."],
        ),
        (
            {"join_access": "timed", "date": datetime.date(2025, 2, 3)},
            True,
            ["Online The online meeting (meet.example.org) has ended."],
        ),
        (
            {"join_access": "public", "date": datetime.date(2025, 2, 3), "join_note": "Code: 1"},
            False,
            ["Online The online meeting (meet.example.org) has ended."],
        ),
        ({"join_url": "", "join_note": "Soon.", "date": datetime.date(2025, 2, 3)}, False, []),
    ],
)
def test_how_to_join(
    client: Client, fields: dict[str, Any], signed_in: bool, words: list[str]
) -> None:
    if signed_in:
        client.force_login(factories.user())
    talk = factories.talk(**{"join_url": "https://meet.example.org/secret"} | fields)
    answer = client.get(talk.get_absolute_url())
    parts = Page(answer.content).words("card-part")
    assert [part for part in parts if part.startswith("Online ")] == words
    shown = any("Join online" in line for line in words)
    assert (b"meet.example.org/secret" in answer.content) is shown


def test_a_moved_talk_in_another_time_zone_shows_all_times(client: Client) -> None:
    talk = factories.talk(timezone="Europe/London", previous_starts_at=NOW)
    assert read(client, talk.get_absolute_url()).words("card-part")[0] == (
        "When Monday, March 10, 2025 7:00 – 8:00 AM CDT London time: 12:00 – 1:00 PM GMT 1 hour "
        "Rescheduled from Monday, March 3, 2025, 12:00 PM CST"
    )


def test_a_talk_links_to_its_neighbors_in_the_series(client: Client) -> None:
    series = cs_seminar()
    first, second, third = (
        factories.talk(title=title, series=series, date=datetime.date(2025, 3, 10 + day))
        for day, title in enumerate("ABC")
    )
    factories.talk(series=series, date=datetime.date(2025, 3, 13), status="draft")
    factories.talk(date=datetime.date(2025, 3, 11))
    assert read(client, second.get_absolute_url()).links("around-link") == [
        ("← Previous in CS Seminar A Mon, Mar 10, 2025", first.get_absolute_url()),
        ("Next in CS Seminar → C Wed, Mar 12, 2025", third.get_absolute_url()),
    ]


def test_an_organizer_opens_a_draft_without_a_date(client: Client) -> None:
    series = cs_seminar()
    talk = factories.talk(series=series, date=None, status="tentative")
    client.force_login(factories.organizer(series))
    page = read(client, talk.get_absolute_url())
    assert page.words("card-part") == [
        "When Date to be announced",
        "Where Location to be announced",
    ]


def test_a_text_in_another_language_is_tagged_with_it(client: Client) -> None:
    talk = factories.talk(title="大偶數", language="zh", abstract="摘要")
    page = read(client, talk.get_absolute_url())
    assert page.of("h1")[0].words == "大偶數"
    assert [part.attributes for part in page.of("prose")] == [
        {"class": "prose", "dir": "ltr", "lang": "zh"}
    ]


def test_an_invalid_language_tag_is_omitted(client: Client) -> None:
    talk = factories.talk(language='"> <b', abstract="A")
    page = read(client, talk.get_absolute_url())
    assert page.of("prose")[0].attributes == {"class": "prose", "dir": "ltr"}


def test_metadata_for_other_sites(client: Client) -> None:
    talk = full_talk()
    page = read(client, talk.get_absolute_url())
    address = f"http://testserver{talk.get_absolute_url()}"
    summary = (
        "Sadhika Malladi (Princeton University) · Friday, February 21, 2025, "
        "12:00 – 1:00 PM CST · Mudd 3514"
    )
    about = markup.excerpt(talk.abstract, 300 - len(summary))
    metadata = {
        part.attributes.get("property") or part.attributes.get("name"): part.attributes["content"]
        for part in page.of("meta")
        if "content" in part.attributes
    }
    assert page.words("title") == [f"{talk.title} · Seminars"]
    assert metadata["og:title"] == f"CS Seminar: Sadhika Malladi — {talk.title}"
    assert metadata["og:description"] == metadata["description"] == f"{summary} — {about}"
    assert metadata["og:url"] == address
    links = {(part.attributes["rel"], part.attributes["href"]) for part in page.of("link")}
    assert {
        ("canonical", address),
        ("alternate", f"http://testserver/talks/{talk.pk}.ics"),
        ("alternate", f"http://testserver/talks/{talk.pk}.json"),
    } <= links


@pytest.mark.parametrize(
    ("fields", "tags", "banner"),
    [
        ({"status": "announced"}, [], []),
        (
            {"status": "cancelled"},
            ["Canceled"],
            ["This talk has been canceled."],
        ),
        (
            {"status": "postponed"},
            ["Postponed"],
            ["Postponed. A new date will be announced."],
        ),
        (
            {"status": "cancelled", "date": PAST},
            [],
            ["This talk has been canceled."],
        ),
        (
            {"status": "postponed", "date": PAST, "previous_starts_at": NOW},
            [],
            ["Postponed. It did not take place at the time shown here."],
        ),
        (
            {"previous_starts_at": NOW + HOUR},
            ["Rescheduled"],
            ["This talk has a new time."],
        ),
        (
            {"status": "tentative"},
            ["Tentative — only organizers can see this"],
            ["Tentative — only organizers can see this."],
        ),
        (
            {"status": "draft"},
            ["Draft — only organizers can see this"],
            ["Draft — only organizers can see this."],
        ),
        (
            {"status": "submitted"},
            ["Submitted — only organizers can see this"],
            ["Submitted — only organizers can see this until it is announced."],
        ),
    ],
)
def test_the_state_of_a_talk(
    client: Client, fields: dict[str, Any], tags: list[str], banner: list[str]
) -> None:
    client.force_login(factories.administrator())
    talk = factories.talk(**fields)
    assert read(client, "/").words("tag") == tags
    page = read(client, talk.get_absolute_url())
    assert page.words("banner") == banner
    prefix = {"cancelled": "Canceled: ", "postponed": "Postponed: "}.get(talk.status, "")
    assert page.words("title") == [f"{prefix}{talk.title} · Seminars"]
    moved = [line for line in page.words("soft") if line.startswith("Rescheduled from")]
    assert len(moved) == (tags == ["Rescheduled"])


def test_a_draft_is_a_404_to_visitors(client: Client) -> None:
    talk = factories.talk(status="draft")
    assert read(client, talk.get_absolute_url(), 404).words("h1") == ["Page not found"]


def test_a_withdrawn_talk_is_gone_without_its_texts(client: Client) -> None:
    talk = factories.talk(title="Hush", withdrawn_at=NOW - HOUR)
    page = read(client, f"/talks/{talk.pk}/", 410)
    assert page.words("h1") == ["This talk has been withdrawn"]
    assert "Hush" not in page.words("html")[0]


def test_an_outdated_slug_redirects(client: Client) -> None:
    talk = factories.talk(title="On engines")
    answer = client.get(f"/talks/{talk.pk}/something-else/")
    assert (answer.status_code, answer["Location"]) == (301, f"/talks/{talk.pk}/on-engines/")

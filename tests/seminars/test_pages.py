"""The pages that everybody sees: what each says of a talk in every state, and of bad addresses."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seminars.listings.filters import BadFilterError, Filters
from seminars.models import Audience, Department, Series, Talk, Topic
from seminars.text import markup
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

PAST = NOW.date() - datetime.timedelta(days=7)
HOUR = datetime.timedelta(hours=1)
ADD, SIGN_IN = "Add to group", "Sign in to add to a group"


def cs() -> Series:
    return factories.series(name="CS Seminar", slug="cs", colour="#5b3a9e")


def mudd() -> Any:
    return factories.venue(
        building="Mudd Hall",
        short_name="Mudd",
        former_name="Seeley G. Mudd Library",
        campus="Evanston",
        street="2233 Tech Drive",
        city="Evanston",
        region="IL",
        postcode="60208",
        access="By the east door.",
        step_free="Lift to every floor.",
        hearing_loop=True,
    )


def seed() -> Talk:
    """The talk of the seed page, in the fields that it belongs in."""
    talk = factories.talk(
        factories.speaker(name="Sadhika Malladi", affiliation="Princeton University"),
        title="Deep Learning Theory in the Age of Generative AI",
        series=cs(),
        date=datetime.date(2025, 2, 21),
        venue=mudd(),
        room="3514",
        attendance="hybrid",
        abstract="First $x$.\n\nSecond.",
        join_url="https://zoom.example.org/j/1",
        join_access="public",
        join_note="Passcode by mail.",
        recording_url="https://panopto.example.org/1",
        slides_url="https://example.org/slides.pdf",
        external_url="https://calendar.example.org/event/1",
        registration_url="https://example.org/register",
        cost="free",
        refreshments="Coffee at 11:45",
        contact_name="Wynante R Charles",
        contact_phone="(847) 467-8174",
        contact_email="cs@example.org",
        notice="Note the unusual room",
    )
    appearance = talk.appearances.get()
    appearance.biography = "A student."
    appearance.save()
    for name, kind in (
        ("machine learning", "research-area"),
        ("optimization", "research-area"),
        ("Implicit Bias in Technology", "community"),
        ("Academic (general)", "category"),
    ):
        talk.topics.add(Topic.objects.create(name=name, slug=name[:5].lower(), kind=kind))
    for name in ("Faculty/Staff", "Student"):
        talk.audiences.add(Audience.objects.create(name=name, slug=name[:7].lower()))
    return talk


# The home page


def test_home_says_of_a_talk_when_what_who_and_where(client: Client) -> None:
    talk = factories.talk(
        factories.speaker(name="Ada Lovelace", affiliation="London"),
        factories.speaker(name="Erdős Pál"),
        title="On engines",
        series=cs(),
        venue=mudd(),
        room="3514",
        attendance="hybrid",
        notice="Bring paper",
    )
    page = read(client, "/")
    assert page.words("h1") == ["Upcoming talks"]
    assert page.words("row") == [
        (
            "12:00 – 1:00 PM CS Seminar On engines Ada Lovelace, London; Erdős Pál Bring paper "
            f"Mudd 3514 Hybrid {ADD}: On engines"
        )
    ]
    assert page.links("series") == [("CS Seminar", "/series/cs/")]
    assert page.of("time")[1].attributes == {"datetime": "2025-03-10T12:00:00-05:00"}
    assert page.links("action") == [
        (f"{ADD}: On engines", f"/accounts/login/?next=/talks/{talk.pk}/add/")
    ]


def test_home_groups_talks_by_week_and_day(client: Client) -> None:
    for day in (3, 3, 5, 10, 17):
        factories.talk(date=datetime.date(2025, 3, day))
    page = read(client, "/")
    assert page.words("section-title") == ["Today", "This week", "Next week", "Later"]
    assert page.words("rail") == [
        "Monday, March 3, 2025 Mon 3 Mar",
        "Wednesday, March 5, 2025 Wed 5 Mar",
        "Monday, March 10, 2025 Mon 10 Mar",
        "Monday, March 17, 2025 Mon 17 Mar",
    ]
    assert [len(page.words("is-today")), len(page.words("row"))] == [1, 5]


def test_the_day_names_its_year_where_it_is_another(client: Client) -> None:
    factories.talk(date=datetime.date(2026, 1, 5))
    assert read(client, "/").words("rail") == ["Monday, January 5, 2026 Mon 5 Jan 2026"]


def test_an_empty_site_says_what_to_do_next(client: Client) -> None:
    assert read(client, "/").words("empty") == [
        (
            "No upcoming talks. Subscribe to get new talks in your calendar automatically. "
            "Browse past talks"
        )
    ]


def test_a_talk_in_another_zone_says_its_own_hours_and_the_sites(client: Client) -> None:
    factories.talk(title="Far", timezone="Asia/Kolkata", attendance="online")
    assert read(client, "/").words("row") == [
        f"12:00 – 1:00 PM IST 1:30 AM CDT Far Online {ADD}: Far"
    ]


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"title": ""}, f"12:00 – 1:00 PM Title to be announced Hall {ADD}: Title to be announced"),
        ({"speaker_tba": True}, f"12:00 – 1:00 PM T Speaker to be announced Hall {ADD}: T"),
        ({"venue": None}, f"12:00 – 1:00 PM T Location to be announced {ADD}: T"),
        ({"start_time": None}, f"Time to be announced T Hall {ADD}: T"),
        ({"end_time": None, "start_time": datetime.time(9)}, f"9:00 AM T Hall {ADD}: T"),
        (
            {"end_date": datetime.date(2025, 3, 12)},
            f"12:00 PM until Wed, Mar 12, 2025 T Hall {ADD}: T",
        ),
        ({"title": "m" * 300}, f"12:00 – 1:00 PM {'m' * 300} Hall {ADD}: {'m' * 300}"),
        ({"title": "<b>&"}, f"12:00 – 1:00 PM <b>& Hall {ADD}: <b>&"),
    ],
)
def test_a_row_whose_facts_are_missing_or_odd(
    client: Client, fields: dict[str, Any], row: str
) -> None:
    talk = factories.talk(**{"title": "T", "venue": factories.venue(building="Hall")} | fields)
    assert read(client, "/").words("row") == [row]
    read(client, talk.get_absolute_url())


def test_nothing_is_to_be_announced_of_a_talk_that_is_over(client: Client) -> None:
    date = datetime.date(1911, 3, 7)
    factories.talk(title="T", date=date, start_time=None, venue=None)
    assert read(client, "/talks/?when=past").words("row") == [f"T {ADD}: T"]
    month = read(client, "/calendar/1911/03/")
    assert month.words("entry") == ["T"]


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
    moved = [line for line in page.words("soft") if line.startswith("Moved from")]
    assert len(moved) == (tags == ["Rescheduled"])


@pytest.mark.parametrize(
    ("hour", "status", "tags"),
    [(12, "announced", ["Happening now"]), (13, "announced", []), (12, "cancelled", ["Canceled"])],
)
def test_a_talk_that_is_on_now_says_so(
    client: Client, hour: int, status: str, tags: list[str]
) -> None:
    start = datetime.time(hour)
    factories.talk(date=NOW.date(), start_time=start, status=status)
    assert read(client, "/").words("tag") == tags


# The list of talks


def test_past_talks_show_their_recordings_and_slides(client: Client) -> None:
    talk = seed()
    page = read(client, "/talks/?when=past")
    assert page.words("h1") == ["Past talks"]
    assert page.links("action") == [
        (f"Recording: {talk.title}", "https://panopto.example.org/1"),
        (f"Slides: {talk.title}", "https://example.org/slides.pdf"),
        (f"{ADD}: {talk.title}", f"/accounts/login/?next=/talks/{talk.pk}/add/"),
    ]


def test_a_list_that_finds_nothing_offers_to_search_all(client: Client) -> None:
    factories.talk(series=cs())
    page = read(client, "/talks/?q=a%26b&series=cs")
    assert page.words("empty-lead") == ["No talks match."]
    assert ("Search all talks", "/talks/?when=all&q=a%26b") in page.links()
    for query in ("q=a%26b", "q=a%26b&when=all", "attendance=online"):
        page = read(client, f"/talks/?{query}")
        assert ("Clear filters", "/talks/") in page.links()
        assert "Search all talks" not in dict(page.links())


def test_pages_lead_on_and_back_with_the_filters(client: Client) -> None:
    series = cs()
    for minute in range(51):
        factories.talk(series=series, start_time=datetime.time(9, minute))
    first = read(client, "/talks/?series=cs&when=upcoming")
    assert len(first.of("row")) == 50
    assert first.links("pages-next") == [("Next page →", "/talks/?series=cs&when=upcoming&page=2")]
    second = read(client, "/talks/?series=cs&when=upcoming&page=2")
    assert len(second.of("row")) == 1
    assert ("← Previous page", "/talks/?series=cs&when=upcoming") in second.links()
    third = read(client, "/talks/?series=cs&page=3")
    assert third.words("empty-lead") == ["No more talks."]
    assert ("More upcoming talks →", "/talks/?page=2") in read(client, "/").links()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("when=soon", "“when” must be upcoming, past, or all, not “soon”."),
        ("series=gone", "There is no series “gone”."),
        ("from=tomorrow", "“from” must be a date such as 2025-02-21, not “tomorrow”."),
        ("to=2025-02-30", "“to” must be a date such as 2025-02-21, not “2025-02-30”."),
        ("page=0", "“page” must be a number from 1 up, not “0”."),
        ("page=1&page=2", "Give “page” only once."),
    ],
)
def test_a_bad_filter_is_named_above_an_empty_list(
    client: Client, query: str, sentence: str
) -> None:
    factories.talk()
    page = read(client, f"/talks/?{query}", 400)
    assert page.words("banner") == [sentence]
    assert page.of("row") == []


def test_an_unknown_filter_is_answered_in_the_words_that_feeds_use(client: Client) -> None:
    with pytest.raises(BadFilterError) as wrong:
        Filters.read(QueryDict("colour=red"))
    assert read(client, "/talks/?colour=red", 400).words("banner") == [wrong.value.sentence]


def test_a_bad_filter_keeps_what_was_typed(client: Client) -> None:
    cs()
    page = read(client, "/talks/?q=%3Cdeep%3E&from=tomorrow&to=2025-03-01&series=cs&when=past", 400)
    fields = [part.attributes for part in page.of("input")]
    assert [(field["name"], field["value"]) for field in fields] == [
        ("q", "<deep>"),
        ("from", "tomorrow"),
        ("to", "2025-03-01"),
        ("series", "cs"),
    ]
    assert [field["name"] for field in fields if "checked" in field] == ["series"]
    assert [field["name"] for field in fields if "aria-invalid" in field] == ["from"]
    chosen = [
        part.attributes["value"] for part in page.of("option") if "selected" in part.attributes
    ]
    assert chosen == ["past"]


# One talk


def test_every_fact_of_a_talk_stands_in_its_own_place(client: Client) -> None:
    talk = seed()
    department = Department.objects.create(name="Computer Science", slug="cs")
    Series.objects.update(department=department)
    page = read(client, talk.get_absolute_url())
    assert page.words("h1") == [talk.title]
    assert page.words("talk-line") == ["CS Seminar"]
    assert page.words("people") == ["Sadhika Malladi Princeton University"]
    assert page.words("notice") == ["Note the unusual room"]
    assert page.words("card-part") == [
        "When Friday, February 21, 2025 12:00 – 1:00 PM CST 1 hour",
        (
            "Where Mudd Hall, 3514 (formerly Seeley G. Mudd Library) "
            "2233 Tech Drive, Evanston, IL 60208 Evanston campus View map: Mudd Hall "
            "Hybrid In person and online"
        ),
        "Recording and slides Watch recording Slides",
        "Online Join online zoom.example.org Passcode by mail.",
        (
            f"My groups {SIGN_IN}: {talk.title} "
            "Add to calendar Download .ics Google Calendar Outlook Subscribe to CS Seminar"
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


def test_the_links_of_a_talk_lead_where_they_say(client: Client) -> None:
    talk = seed()
    links = dict(read(client, talk.get_absolute_url()).links())
    assert links["Join online"] == "https://zoom.example.org/j/1"
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
            ["Online This talk has ended, so the meeting link is no longer shown."],
        ),
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


def test_a_moved_talk_says_when_it_was_and_a_far_one_when_it_is_here(client: Client) -> None:
    talk = factories.talk(timezone="Europe/London", previous_starts_at=NOW)
    assert read(client, talk.get_absolute_url()).words("card-part")[0] == (
        "When Monday, March 10, 2025 12:00 – 1:00 PM GMT 1 hour "
        "In Chicago: Monday, March 10, 2025, 7:00 AM CDT "
        "Moved from Monday, March 3, 2025, 6:00 PM GMT"
    )


def test_a_talk_leads_to_those_before_and_after_it_in_its_series(client: Client) -> None:
    series = cs()
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


def test_an_organiser_opens_a_draft_without_a_date(client: Client) -> None:
    series = cs()
    talk = factories.talk(series=series, date=None, status="tentative")
    client.force_login(factories.organizer(series))
    page = read(client, talk.get_absolute_url())
    assert page.words("card-part") == [
        "When Date to be announced",
        "Where Location to be announced",
    ]


def test_a_text_in_another_language_says_so(client: Client) -> None:
    talk = factories.talk(title="大偶數", language="zh", abstract="摘要")
    page = read(client, talk.get_absolute_url())
    assert page.of("h1")[0].words == "大偶數"
    assert [part.attributes for part in page.of("prose")] == [
        {"class": "prose", "dir": "ltr", "lang": "zh"}
    ]


def test_a_language_that_is_no_language_is_not_claimed(client: Client) -> None:
    talk = factories.talk(language='"> <b', abstract="A")
    page = read(client, talk.get_absolute_url())
    assert page.of("prose")[0].attributes == {"class": "prose", "dir": "ltr"}


def test_the_head_tells_other_sites_what_the_page_is(client: Client) -> None:
    talk = seed()
    page = read(client, talk.get_absolute_url())
    address = f"http://testserver{talk.get_absolute_url()}"
    summary = (
        "Sadhika Malladi (Princeton University) · Friday, February 21, 2025, "
        "12:00 – 1:00 PM CST · Mudd 3514"
    )
    about = markup.excerpt(talk.abstract, 300 - len(summary))
    found = {
        part.attributes.get("property") or part.attributes.get("name"): part.attributes["content"]
        for part in page.of("meta")
        if "content" in part.attributes
    }
    assert page.words("title") == [f"{talk.title} · Seminars"]
    assert found["og:title"] == f"CS Seminar: Sadhika Malladi — {talk.title}"
    assert found["og:description"] == found["description"] == f"{summary} — {about}"
    assert found["og:url"] == address
    links = {(part.attributes["rel"], part.attributes["href"]) for part in page.of("link")}
    assert {
        ("canonical", address),
        ("alternate", f"http://testserver/talks/{talk.pk}.ics"),
        ("alternate", f"http://testserver/talks/{talk.pk}.json"),
    } <= links


# All pages


@pytest.mark.parametrize("address", ["/", "/talks/", "/talks/?series=cs&when=all", "one talk"])
def test_queries_do_not_grow_with_what_is_shown(client: Client, address: str) -> None:
    series, venue = cs(), mudd()

    def queries(people: int) -> int:
        speakers = [factories.speaker() for _one in range(people)]
        talk = factories.talk(*speakers, series=series, venue=venue)
        talk.topics.set(Topic.objects.all())
        where = talk.get_absolute_url() if address == "one talk" else address
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(where).status_code == 200
        return len(captured)

    for name in ("a", "b", "c"):
        Topic.objects.create(name=name, slug=name)
    # One to be related to.
    factories.talk(factories.speaker()).topics.set(Topic.objects.all())
    # The first talk of a series has none before it, which is a query like any other.
    with_one = queries(1)
    factories.talk(factories.speaker(), series=series, venue=factories.venue())
    assert queries(3) == with_one


@pytest.mark.parametrize(
    "address",
    ["/nowhere", "/talks/0/", "/talks/x/", "/talks/999999999999999999/", "/talks/1/a/b/"],
)
def test_what_is_not_there_is_a_404_in_the_sites_own_layout(client: Client, address: str) -> None:
    page = read(client, address, 404)
    assert page.words("h1") == ["Page not found"]
    assert page.words("site-name") == ["Seminars"]


def test_a_draft_is_a_404_to_visitors(client: Client) -> None:
    talk = factories.talk(status="draft")
    assert read(client, talk.get_absolute_url(), 404).words("h1") == ["Page not found"]


def test_a_withdrawn_talk_is_gone_and_says_nothing_of_itself(client: Client) -> None:
    talk = factories.talk(title="Hush", withdrawn_at=NOW - HOUR)
    page = read(client, f"/talks/{talk.pk}/", 410)
    assert page.words("h1") == ["This talk has been withdrawn"]
    assert "Hush" not in page.words("html")[0]


def test_a_wrong_slug_leads_to_the_right_one(client: Client) -> None:
    talk = factories.talk(title="On engines")
    answer = client.get(f"/talks/{talk.pk}/something-else/")
    assert (answer.status_code, answer["Location"]) == (301, f"/talks/{talk.pk}/on-engines/")


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("400", "Bad request"),
        ("403", "You don’t have access to this page"),
        ("429", "Too many attempts"),
        ("500", "Something went wrong"),
    ],
)
def test_error_pages_need_nothing_to_be_shown(name: str, heading: str) -> None:
    page = Page(render_to_string(f"{name}.html").encode())
    assert page.words("h1") == [heading]


@pytest.mark.parametrize("address", ["/", "/talks/", "/nowhere", "one talk"])
def test_nothing_on_a_page_needs_an_inline_script_or_style(client: Client, address: str) -> None:
    talk = seed()
    factories.talk(series=talk.series)
    page = Page(client.get(talk.get_absolute_url() if address == "one talk" else address).content)
    assert page.of("style") == []
    assert [part for part in page.parts if "style" in part.attributes] == []
    # Data is none, which the browser does not run.
    kinds = {part.attributes["type"] for part in page.of("script") if part.words}
    assert kinds <= {"application/ld+json"}
    assert [part for part in page.parts if any(n.startswith("on") for n in part.attributes)] == []
    assert [len(page.of(tag)) for tag in ("h1", "main", "header")][:2] == [1, 1]

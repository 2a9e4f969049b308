"""What leaves a feed is told there for 60 days as cancelled, and then no more."""

import datetime
import re
import sqlite3
from collections.abc import Callable, Iterator
from html import unescape

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Group
from accounts.services import create_group
from seminars.models import (
    Appearance,
    Departure,
    Follow,
    FormerWords,
    Series,
    Speaker,
    Talk,
    Topic,
    Venue,
)
from seminars.models.departure import RETENTION
from seminars.services import departures, talks
from seminars.services.changes import changing, changing_shared
from seminars.services.groups import add_talk, remove_talk
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def entries(path: str, *, at: datetime.datetime = LATER) -> list[tuple[str, int, str, str]]:
    """Each event's UID, SEQUENCE, STATUS and SUMMARY, by a visitor's reading."""
    with time_machine.travel(at, tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.content)
    return [
        (str(one["UID"]), int(one.decoded("SEQUENCE")), str(one["STATUS"]), str(one["SUMMARY"]))
        for one in calendar.walk("VEVENT")
    ]


def cancelled(talk: Talk, sequence: int, summary: str) -> list[tuple[str, int, str, str]]:
    return [(str(talk.uid), sequence, "CANCELLED", summary)]


@pytest.fixture
def talk() -> Talk:
    """A public talk that stands in one of everything."""
    department = factories.department(slug="cs")
    parent = Topic.objects.create(name="Learning", slug="learning")
    made = factories.talk(
        factories.speaker(name="Ada"),
        title="Engines",
        series=factories.series(name="CS Seminar", slug="cs-seminar", department=department),
        venue=factories.venue(slug="mudd"),
        recording_url="https://x.example.org",
        recording_consent="yes",
    )
    made.topics.add(Topic.objects.create(name="Theory", slug="theory", parent=parent))
    made.audiences.create(name="Student", slug="student")
    return made


def edit(talk: Talk, **fields: object) -> None:
    with changing(talk=talk, by=None, now=LATER):
        for name, value in fields.items():
            setattr(talk, name, value)
        talk.save()


def _other_series(talk: Talk) -> None:
    edit(talk, series=factories.series(name="Other", slug="other"))


def _no_topics(talk: Talk) -> None:
    with changing(talk=talk, by=None, now=LATER):
        talk.topics.clear()


def _no_audience(talk: Talk) -> None:
    with changing(talk=talk, by=None, now=LATER):
        talk.audiences.clear()


def _other_speaker(talk: Talk) -> None:
    with changing(talk=talk, by=None, now=LATER):
        Appearance.objects.filter(talk=talk).update(speaker=factories.speaker(name="Bob"))


def _other_department(talk: Talk) -> None:
    series = Series.objects.get(slug="cs-seminar")
    with changing_shared(subject=series, by=None, now=LATER):
        series.department = None
        series.save()


def _topic_moved(talk: Talk) -> None:
    topic = Topic.objects.get(slug="theory")
    with changing_shared(subject=topic, by=None, now=LATER):
        topic.parent = None
        topic.save()


#: What happens, the feeds that the talk leaves by it, how much SEQUENCE has risen there, and what
#: it is called then.
LEAVING: list[tuple[Callable[[Talk], None], tuple[str, ...], int, str]] = [
    (
        _other_series,
        ("/series/cs-seminar.ics", "/talks.ics?series=cs-seminar", "/departments/cs.ics"),
        1,
        "Other: Ada — Engines",
    ),
    (
        _no_topics,
        ("/topics/theory.ics", "/talks.ics?topic=theory&series=cs-seminar"),
        1,
        "CS Seminar: Ada — Engines",
    ),
    (_no_audience, ("/talks.ics?audience=student",), 1, "CS Seminar: Ada — Engines"),
    (_other_department, ("/departments/cs.ics",), 1, "CS Seminar: Ada — Engines"),
    (_topic_moved, ("/topics/learning.ics",), 1, "CS Seminar: Ada — Engines"),
    (
        lambda talk: edit(talk, recording_url=""),
        ("/talks.ics?recording=yes",),
        1,
        "CS Seminar: Ada — Engines",
    ),
    (
        lambda talk: edit(talk, recording_consent="no"),
        ("/talks.ics?recording=yes",),
        1,
        "CS Seminar: Ada — Engines",
    ),
    # These raise SEQUENCE in every feed.
    (
        lambda talk: edit(talk, venue=factories.venue(slug="else")),
        ("/venues/mudd.ics", "/talks.ics?venue=mudd"),
        1,
        "CS Seminar: Ada — Engines",
    ),
    (
        lambda talk: edit(talk, attendance="online"),
        ("/talks.ics?attendance=in-person",),
        1,
        "CS Seminar: Ada — Engines",
    ),
    (
        lambda talk: edit(talk, date=datetime.date(2025, 4, 10)),
        ("/talks.ics?from=2025-03-01&to=2025-03-31", "/talks.ics?to=2025-03-10"),
        1,
        "CS Seminar: Ada — Engines",
    ),
    (
        lambda talk: edit(talk, date=datetime.date(2026, 3, 10)),
        ("/talks.ics?year=2025",),
        1,
        "CS Seminar: Ada — Engines",
    ),
]


@pytest.mark.parametrize(("leave", "paths", "sequence", "name"), LEAVING)
def test_a_talk_that_leaves_is_cancelled_there_for_60_days(
    talk: Talk, leave: Callable[[Talk], None], paths: tuple[str, ...], sequence: int, name: str
) -> None:
    held = {path: entries(path) for path in paths}
    leave(talk)
    summary = f"No longer in this calendar: {name}"
    for path in paths:
        assert [one[2] for one in held[path]] == ["CONFIRMED"]
        assert entries(path) == cancelled(talk, sequence, summary)
        assert entries(path, at=LATER + 60 * DAY) == []
    assert [one[2] for one in entries("/talks.ics")] == ["CONFIRMED"]


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_topic_that_is_deleted(talk: Talk, way: str) -> None:
    """The talks of the topic, and of those below it, leave the feeds of those above it."""
    theory = Topic.objects.get(slug="theory")
    below = factories.talk(title="Below")
    below.topics.add(Topic.objects.create(name="Sets", slug="sets", parent=theory))
    client = Client()
    client.force_login(factories.administrator())
    start = reverse("admin:seminars_topic_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [str(theory.pk)], "post": "yes"}
    if way == "page":
        client.post(f"{start}{theory.pk}/delete/", {"post": "yes"})
    else:
        client.post(start, chosen)
    assert not Topic.objects.filter(pk=theory.pk).exists()
    gone = "No longer in this calendar: "
    assert sorted(entries("/topics/learning.ics")) == sorted(
        [
            *cancelled(talk, 1, f"{gone}CS Seminar: Ada — Engines"),
            *cancelled(below, 1, f"{gone}Below"),
        ]
    )
    assert [one[2] for one in entries("/topics/sets.ics")] == ["CONFIRMED"]
    talk.refresh_from_db()
    assert talk.changed_at == LATER
    with changing(talk=talk, by=None, now=LATER):
        talk.topics.add(Topic.objects.get(slug="learning"))
    assert (str(talk.uid), 2, "CONFIRMED", "CS Seminar: Ada — Engines") in entries(
        "/topics/learning.ics"
    )


def test_an_audience_that_is_deleted(talk: Talk) -> None:
    client = Client()
    client.force_login(factories.administrator())
    audience = talk.audiences.get()
    client.post(reverse("admin:seminars_audience_delete", args=[audience.pk]), {"post": "yes"})
    assert not talk.audiences.exists()
    talk.refresh_from_db()
    assert talk.changed_at == LATER


@pytest.mark.parametrize("way", ["withdrawn", "another speaker"])
def test_a_speaker_whose_last_talk_is_gone(talk: Talk, way: str) -> None:
    ada = talk.appearances.get().speaker
    path = f"/speakers/{ada.pk}.ics"
    assert [one[2] for one in entries(path)] == ["CONFIRMED"]
    if way == "withdrawn":
        talks.withdraw(talk=talk, by=None, now=LATER)
        expected = cancelled(talk, 1, "Withdrawn: CS Seminar")
    else:
        bob = factories.speaker(name="Bob")
        with changing(talk=talk, by=None, now=LATER):
            talk.appearances.update(speaker=bob)
        said = "No longer in this calendar: CS Seminar: Bob — Engines"
        expected = cancelled(talk, 1, said)
    assert entries(path) == expected
    answer = Client().get(path)
    assert b"Ada" not in answer.content and b"ada" not in answer.content
    assert Client().get(f"{path}?topic=none").status_code == 400
    for other in ("json", "atom", "csv"):
        assert Client().get(f"/speakers/{ada.pk}.{other}").status_code == 404
    with time_machine.travel(LATER + 61 * DAY, tick=False):
        assert Client().get(path).status_code == 404


def test_another_speaker(talk: Talk) -> None:
    speaker = Speaker.objects.get(name="Ada")
    # A second talk, so that the speaker is still known to visitors.
    factories.talk(speaker, title="Other", date=datetime.date(2025, 3, 20))
    _other_speaker(talk)
    summary = "No longer in this calendar: CS Seminar: Bob — Engines"
    path = f"/speakers/{speaker.pk}.ics"
    assert entries(path)[1:] == cancelled(talk, 1, summary)


def test_feeds_that_never_held_it_say_nothing(talk: Talk) -> None:
    factories.series(slug="third")
    Venue.objects.create(building="X", slug="third")
    _other_series(talk)
    for path in ("/series/third.ics", "/venues/third.ics", "/talks.ics?series=third&topic=theory"):
        assert entries(path) == []
    assert [one[2] for one in entries("/series/other.ics")] == ["CONFIRMED"]
    # It left the series, but was never in person *and* in that topic of another venue.
    assert entries("/talks.ics?series=cs-seminar&venue=third") == []


def test_a_returning_talk_supersedes_its_cancellation(talk: Talk) -> None:
    first = talk.series
    _other_series(talk)
    ((_uid, gone, _status, _summary),) = entries("/series/cs-seminar.ics")
    edit(talk, series=first)
    ((_uid, back, status, summary),) = entries("/series/cs-seminar.ics")
    assert (status, summary) == ("CONFIRMED", "CS Seminar: Ada — Engines")
    assert back > gone
    assert not Departure.objects.filter(dimension="series", value=str(first and first.pk)).exists()
    talk.refresh_from_db()
    assert talk.sequence == back


def test_withdrawn_talks_are_cancelled_everywhere_without_their_words(talk: Talk) -> None:
    talks.withdraw(talk=talk, by=None, now=LATER)
    for path in ("/talks.ics", "/series/cs-seminar.ics", "/topics/learning.ics"):
        assert entries(path) == cancelled(talk, 1, "Withdrawn: CS Seminar")
        answer = Client().get(path).content.decode()
        assert [word for word in ("Engines", "Ada", "x.example.org") if word in answer] == []
        assert entries(path, at=LATER + 60 * DAY) == []
    assert entries("/talks.ics?series=cs-seminar&attendance=online") == []
    for path in ("/talks.json", "/talks.atom", "/talks.csv"):
        assert "Withdrawn" not in Client().get(path).content.decode()
    talk.refresh_from_db()
    talks.restore_withdrawn(talk=talk, by=None, now=LATER + DAY)
    assert [one[1:3] for one in entries("/talks.ics")] == [(2, "CONFIRMED")]


def test_the_calendar_file_of_a_withdrawn_talk(talk: Talk) -> None:
    """Subscribers of one talk would otherwise keep it as confirmed."""
    path = f"/talks/{talk.pk}.ics"
    assert [one[1:3] for one in entries(path)] == [(0, "CONFIRMED")]
    talks.withdraw(talk=talk, by=None, now=LATER)
    assert entries(path) == cancelled(talk, 1, "Withdrawn: CS Seminar")
    text = Client().get(path).content.decode()
    assert [word for word in ("ngines", "Ada", "x.example.org", "mudd") if word in text] == []
    assert entries(path, at=LATER + 60 * DAY - datetime.timedelta(seconds=1)) == cancelled(
        talk, 1, "Withdrawn: CS Seminar"
    )
    for other in ("json", "atom", "csv"):
        assert Client().get(f"/talks/{talk.pk}.{other}").status_code == 410
    with time_machine.travel(LATER + 60 * DAY, tick=False):
        assert Client().get(path).status_code == 404
    talks.restore_withdrawn(talk=talk, by=None, now=LATER + DAY)
    assert [one[1:3] for one in entries(path)] == [(2, "CONFIRMED")]


def test_the_calendar_file_of_a_withdrawn_draft(talk: Talk) -> None:
    draft = factories.talk(status="draft", title="Secret")
    talks.withdraw(talk=draft, by=None, now=LATER)
    assert Client().get(f"/talks/{draft.pk}.ics").status_code == 404


def test_every_calendar_that_a_page_advertises_opens(talk: Talk) -> None:
    """Whatever the page, and also after its last talk is withdrawn."""
    speaker = talk.appearances.get().speaker
    factories.group(talk, visibility="public", slug="us")
    pages = [
        *("/", "/talks/", "/talks/?q=engines&topic=theory", "/calendar/2025/03/", "/groups/us/"),
        *("/series/cs-seminar/", "/departments/cs/", "/topics/learning/", "/venues/mudd/"),
        *(talk.get_absolute_url(), speaker.get_absolute_url()),
    ]
    address = re.compile(r'(?:http|webcal)://testserver(/[^"\s<]*?\.ics[^"\s<]*)|"(/[^"]*?\.ics)"')
    advertised = {
        unescape(one[1] or one[2])
        for page in pages
        for one in address.finditer(Client().get(page).content.decode())
    }
    assert {f"/talks/{talk.pk}.ics", "/groups/us.ics", "/venues/mudd.ics"} <= advertised
    assert {path: [one[1:3] for one in entries(path)] for path in advertised} == {
        path: [(0, "CONFIRMED")] for path in advertised
    }
    talks.withdraw(talk=talk, by=None, now=LATER)
    assert {path: [one[1:3] for one in entries(path)] for path in advertised} == {
        path: [(1, "CANCELLED")] for path in advertised
    }


def test_drafts_leave_no_trace(talk: Talk) -> None:
    draft = factories.talk(status="draft", series=talk.series, title="Secret")
    _other_series(draft)
    talks.withdraw(talk=draft, by=None, now=LATER)
    assert [one[2] for one in entries("/series/cs-seminar.ics")] == ["CONFIRMED"]
    assert not Departure.objects.filter(talk=draft).exists()


def test_taken_out_of_a_group_and_put_back(talk: Talk) -> None:
    owner = factories.user()
    group = create_group(owner=owner, name="Us", slug="us", visibility=Group.Visibility.PUBLIC)
    add_talk(group=group, talk=talk, added_by=owner, now=NOW)
    remove_talk(group=group, talk=talk, removed_by=owner, now=LATER)
    summary = "No longer in this calendar: CS Seminar: Ada — Engines"
    assert entries("/groups/us.ics") == cancelled(talk, 1, summary)
    add_talk(group=group, talk=talk, added_by=owner, now=LATER)
    assert entries("/groups/us.ics") == [
        (str(talk.uid), 2, "CONFIRMED", "CS Seminar: Ada — Engines")
    ]


def test_a_cancelled_entry_is_later_than_the_one_it_replaces(talk: Talk) -> None:
    _other_series(talk)
    calendar = icalendar.Calendar.from_ical(Client().get("/series/cs-seminar.ics").content)
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("DTSTAMP") == event.decoded("LAST-MODIFIED") == LATER
    assert event.decoded("DTSTART") == talk.starts_at
    assert event.decoded("DTEND") == talk.ends_at
    assert "DESCRIPTION" not in event


def test_a_feed_of_many_talks_by_as_many_speakers() -> None:
    """More than SQLite takes in one condition."""
    day = datetime.date(2025, 3, 10)
    people = Speaker.objects.bulk_create(Speaker(name=f"S {n}") for n in range(1100))
    made = [Talk(title=f"T {n}", status="announced", date=day) for n in range(1100)]
    for one in made:
        one.derive()
    Talk.objects.bulk_create(made)
    Appearance.objects.bulk_create(
        Appearance(talk=one, speaker=person) for one, person in zip(made, people, strict=True)
    )
    found = entries("/talks.ics")
    assert len(found) == 1100
    assert found[0][3] == "S 0 — T 0"


def test_a_search_that_more_talks_matched_than_a_statement_takes(talk: Talk) -> None:
    """As after another name for a building in which most of a university's talks are."""
    entries("/talks.ics?q=engines")
    edit(talk, title="Looms")
    FormerWords.objects.bulk_create(
        FormerWords(talk_id=talk.pk + 1 + n, words="engines", left_at=LATER) for n in range(6000)
    )
    if connection.vendor == "sqlite":
        kind = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER
        usual = connection.connection.setlimit(kind, 5000)
    try:
        gone = cancelled(talk, 1, "No longer in this calendar: CS Seminar: Ada — Looms")
        assert entries("/talks.ics?q=engines") == gone
    finally:
        if connection.vendor == "sqlite":
            connection.connection.setlimit(kind, usual)


def test_forgetting(talk: Talk) -> None:
    entries("/talks.ics?q=engines")
    _other_series(talk)
    entries("/talks.ics?q=engines")
    departures.delete_expired(now=LATER + RETENTION - datetime.timedelta(seconds=1))
    assert (Departure.objects.count(), FormerWords.objects.count()) == (3, 1)
    departures.delete_expired(now=LATER + RETENTION)
    assert (Departure.objects.count(), FormerWords.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("path", "at", "to"),
    [
        ("/talks.ics?when=upcoming", NOW + 7 * DAY, NOW - 3 * DAY),
        ("/series/cs-seminar.ics?when=upcoming", NOW + 7 * DAY, NOW - 300 * DAY),
        ("/talks.ics", NOW + 7 * DAY, NOW - 120 * DAY),
        ("/series/cs-seminar.ics", NOW - 3 * DAY, NOW - 120 * DAY),
        ("/talks.ics?when=past", NOW - 3 * DAY, NOW + 7 * DAY),
    ],
)
def test_a_talk_moved_out_of_the_time_that_a_feed_holds(
    talk: Talk, path: str, at: datetime.datetime, to: datetime.datetime
) -> None:
    edit(talk, date=at.date())
    before = talk.sequence
    assert [one[1:3] for one in entries(path)] == [(before, "CONFIRMED")]
    edit(talk, date=to.date())
    gone = cancelled(talk, before + 1, "No longer in this calendar: CS Seminar: Ada — Engines")
    assert entries(path) == gone
    assert entries("/talks.ics?when=all") == [
        (str(talk.uid), before + 1, "CONFIRMED", "CS Seminar: Ada — Engines")
    ]
    # It comes back as it went, and each entry supersedes the previous one.
    edit(talk, date=at.date())
    assert [one[1:3] for one in entries(path)] == [(before + 2, "CONFIRMED")]


def test_a_talk_that_takes_place_leaves_without_a_word(talk: Talk) -> None:
    edit(talk, date=(NOW + 9 * DAY).date())
    edit(talk, date=(NOW + 2 * DAY).date())
    for path, after in (("/talks.ics?when=upcoming", 3 * DAY), ("/talks.ics", 95 * DAY)):
        assert entries(path, at=NOW + after) == []


def stamps(path: str) -> list[str]:
    with time_machine.travel(LATER + 2 * DAY, tick=False):
        calendar = icalendar.Calendar.from_ical(Client().get(path).content)
    return [str(one.decoded("DTSTAMP")) for one in calendar.walk("VEVENT")]


def test_a_talk_whose_words_match_a_search_no_more(talk: Talk) -> None:
    path = "/talks.ics?q=engine+ada&series=cs-seminar"
    assert [one[1:3] for one in entries(path)] == [(0, "CONFIRMED")]
    seen = stamps(path)
    edit(talk, title="Looms")
    gone = cancelled(talk, 1, "No longer in this calendar: CS Seminar: Ada — Looms")
    assert entries(path) == gone
    assert entries("/talks.ics?q=looms+ada") == [
        (str(talk.uid), 0, "CONFIRMED", "CS Seminar: Ada — Looms")
    ]
    factories.series(slug="other")
    for never in (
        "looms+-ada",
        "weaving",
        "engine+-ada",
        "%22ada+engine%22",
        "engine&series=other",
    ):
        assert entries(f"/talks.ics?q={never}") == [], never
    seen += stamps(path)
    with (
        time_machine.travel(LATER + DAY, tick=False),
        changing(talk=talk, by=None, now=LATER + DAY),
    ):
        talk.title = "Engines again"
        talk.save()
    assert [one[1:3] for one in entries(path, at=LATER + DAY)] == [(2, "CONFIRMED")]
    seen += stamps(path)
    assert seen == sorted(set(seen))
    again = cancelled(talk, 3, "No longer in this calendar: CS Seminar: Ada — Engines again")
    assert entries("/talks.ics?q=looms", at=LATER + 60 * DAY) == again
    assert entries("/talks.ics?q=looms", at=LATER + 61 * DAY) == []


@pytest.mark.parametrize("what", ["speaker", "topic", "venue"])
def test_a_name_that_a_search_found_is_changed(talk: Talk, what: str) -> None:
    """Also past all services, as by hand in the database."""
    named = {
        "speaker": Speaker.objects.filter(name="Ada"),
        "topic": Topic.objects.filter(slug="theory"),
        "venue": Venue.objects.filter(slug="mudd"),
    }
    field = "building" if what == "venue" else "name"
    row = named[what].get()
    again = type(row)._default_manager.filter(pk=row.pk)
    again.update(**{field: "Zuse"})
    assert [one[2] for one in entries("/talks.ics?q=zuse")] == ["CONFIRMED"]
    again.update(**{field: "Babbage"})
    assert [one[2] for one in entries("/talks.ics?q=zuse")] == ["CANCELLED"]
    assert [one[2] for one in entries("/talks.ics?q=babbage")] == ["CONFIRMED"]


def test_a_draft_leaves_no_search(talk: Talk) -> None:
    draft = factories.talk(title="Engines of state", status="draft")
    entries("/talks.ics?q=engines")
    edit(draft, title="Looms")
    assert [one[0] for one in entries("/talks.ics?q=engines")] == [str(talk.uid)]
    assert not FormerWords.objects.exists()


def test_a_group_that_follows_a_search(talk: Talk) -> None:
    ada = factories.user()
    group = create_group(owner=ada, name="Us", visibility="public", slug="us")
    Follow.objects.create(group=group, filters="q=engines", title="Engines", by=ada)
    assert [one[2] for one in entries("/groups/us.ics")] == ["CONFIRMED"]
    edit(talk, title="Looms")
    assert [one[2] for one in entries("/groups/us.ics")] == ["CANCELLED"]
    edit(talk, title="Engines")
    assert [one[2] for one in entries("/groups/us.ics")] == ["CONFIRMED"]

"""Changes of talks and shared rows: atomic, recorded in the history and visible in calendars."""

import datetime
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.models import Appearance, Audience, Department, Series, Speaker, Talk, Topic, Version
from seminars.services import snapshots
from seminars.services.changes import changing, changing_shared
from seminars.services.errors import ConflictError, RefusedError
from seminars.services.snapshots import Merged, Shared, Side
from tests import factories
from tests.factories import NOW
from tests.seminars.changing import LATER, START, change, versions_of

pytestmark = pytest.mark.django_db

FIRST = NOW


def calendar_fields(talk: Talk) -> tuple[Any, ...]:
    """Return SEQUENCE and timestamps from the database; the instance has the same."""
    names = ("sequence", "changed_at", "published_at", "previous_starts_at")
    row = Talk.objects.get(pk=talk.pk)
    stored = tuple(getattr(row, name) for name in names)
    assert stored == tuple(getattr(talk, name) for name in names)
    return stored


SIGNIFICANT_FIELDS: list[dict[str, Any]] = [
    {"date": datetime.date(2025, 3, 11)},
    {"start_time": datetime.time(11)},
    {"end_time": datetime.time(14)},
    {"end_date": datetime.date(2025, 3, 12)},
    {"timezone": "Europe/Paris"},
    {"room": "7"},
    {"attendance": "online"},
    {"status": "cancelled"},
    {"withdrawn_at": NOW},
]


@pytest.mark.parametrize("fields", SIGNIFICANT_FIELDS, ids=lambda fields: next(iter(fields)))
def test_sequence_rises_when_time_place_or_status_changes(fields: dict[str, Any]) -> None:
    talk = factories.talk()
    made = change(talk, **fields)
    moved = START if talk.starts_at != START else None
    assert calendar_fields(talk) == (1, LATER, FIRST, moved)
    assert made.fields == list(fields)


def test_sequence_rises_with_another_venue() -> None:
    talk = factories.talk(venue=factories.venue())
    change(talk, venue=factories.venue())
    assert calendar_fields(talk) == (1, LATER, FIRST, None)


def test_sequence_rises_once_however_much_changes() -> None:
    talk = factories.talk()
    change(talk, room="7", attendance="hybrid", date=datetime.date(2025, 3, 11))
    assert calendar_fields(talk) == (1, LATER, FIRST, START)


@pytest.mark.parametrize("fields", SIGNIFICANT_FIELDS, ids=lambda fields: next(iter(fields)))
def test_sequence_stays_zero_until_the_talk_is_public(fields: dict[str, Any]) -> None:
    talk = factories.talk(status="draft")
    change(talk, **{"title": "New", **(fields if "status" not in fields else {})})
    assert calendar_fields(talk) == (0, LATER, None, None)


def test_a_text_changes_the_timestamp_but_not_the_sequence() -> None:
    talk = factories.talk()
    change(talk, abstract="New")
    assert calendar_fields(talk) == (0, LATER, FIRST, None)


def test_notes_for_organizers_change_only_the_history() -> None:
    talk = factories.talk()
    change(talk, notes="Dinner at eight")
    assert calendar_fields(talk) == (0, NOW, FIRST, None)
    assert versions_of(talk) == [(1, "recorded"), (2, "edited")]


def test_the_timestamp_never_decreases() -> None:
    talk = factories.talk()
    change(talk, now=NOW - timedelta(days=1), title="By a slow clock")
    assert calendar_fields(talk) == (0, NOW, FIRST, None)


def test_no_change_writes_nothing() -> None:
    talk = factories.talk()
    made = change(talk)
    assert (made.fields, made.version, calendar_fields(talk)) == ([], None, (0, NOW, FIRST, None))
    assert versions_of(talk) == []


def test_a_new_talk_has_a_first_version() -> None:
    made = factories.user()
    talk = Talk(title="New", status="announced", date=datetime.date(2025, 3, 10))
    with changing(talk=talk, by=made, now=LATER) as new:
        talk.save()
    assert calendar_fields(talk) == (0, LATER, LATER, None)
    assert (talk.created_at, new.before, versions_of(talk)) == (LATER, None, [(1, "created")])
    assert Version.objects.get().by == made


class TestPreviousStart:
    def test_is_the_start_before_the_last_move(self) -> None:
        talk = factories.talk()
        change(talk, date=datetime.date(2025, 3, 11))
        change(talk, date=datetime.date(2025, 3, 12))
        assert calendar_fields(talk) == (2, LATER, FIRST, START + timedelta(days=1))

    def test_is_none_once_the_talk_has_moved_back(self) -> None:
        talk = factories.talk()
        change(talk, date=datetime.date(2025, 3, 11))
        change(talk, date=datetime.date(2025, 3, 10))
        assert calendar_fields(talk) == (2, LATER, FIRST, None)

    def test_is_none_when_only_the_time_becomes_known(self) -> None:
        talk = factories.talk(start_time=None)
        change(talk, start_time=datetime.time(9))
        assert calendar_fields(talk) == (1, LATER, FIRST, None)


def test_a_stale_instance_does_not_reset_the_sequence() -> None:
    talk = factories.talk()
    stale = Talk.objects.get(pk=talk.pk)
    change(talk, room="7")
    change(stale, title="New")
    # Saving the stale room is a change too, which the history shows.
    assert calendar_fields(stale) == (2, LATER, FIRST, None)
    assert versions_of(talk) == [(1, "recorded"), (2, "edited"), (3, "edited")]


def test_a_failed_change_saves_nothing() -> None:
    person = factories.speaker()
    talk = factories.talk(person)
    before = (Talk.objects.values().get(), list(Appearance.objects.values()))
    with pytest.raises(ValidationError), changing(talk=talk, by=None, now=LATER):
        talk.title = "Half"
        talk.save()
        talk.appearances.all().delete()
        talk.topics.create(name="Logic", slug="logic")
        talk.end_time = datetime.time(1)
        talk.save()
    assert (Talk.objects.values().get(), list(Appearance.objects.values())) == before
    assert (Topic.objects.count(), Version.objects.count()) == (0, 0)


def test_a_form_cannot_announce_what_needs_approval() -> None:
    series = factories.series(needs_approval=True)
    talk = factories.talk(status="draft", series=series)
    with (
        pytest.raises(RefusedError, match=r"^Talks in this series need approval: submit it"),
        changing(talk=talk, by=factories.organizer(series), now=LATER),
    ):
        talk.status = "announced"
        talk.save()
    assert Talk.objects.get().status == "draft"


def test_changes_from_outside_are_attributed_to_no_one() -> None:
    talk = factories.talk(title="First")
    person = factories.user()
    change(talk, title="Second")
    Talk.objects.filter(pk=talk.pk).update(cost="free")
    with changing(talk=talk, by=person, now=LATER):
        talk.refresh_from_db()
        talk.title = "Third"
        talk.save()
    rows = Version.objects.values_list("verb", "by", "data__title", "data__cost")
    assert list(rows) == [
        ("recorded", None, "First", ""),
        ("edited", None, "Second", ""),
        ("recorded", None, "Second", "free"),
        ("edited", person.pk, "Third", "free"),
    ]


class TestTwoEditors:
    def test_the_second_gets_the_version_of_the_first(self) -> None:
        talk = factories.talk(title="First")
        change(talk, title="Base")
        with changing(talk=talk, by=None, now=LATER, base=2):
            talk.title = "Theirs"
            talk.save()
        with pytest.raises(ConflictError) as met, changing(talk=talk, by=None, now=LATER, base=2):
            pytest.fail("The block must not begin.")
        assert met.value.base is not None
        titles = (met.value.base.data["title"], met.value.theirs.data["title"])
        assert (titles, met.value.theirs.number) == (("Base", "Theirs"), 3)

    def test_a_talk_without_versions_has_a_base_too(self) -> None:
        talk = factories.talk(title="First")
        with changing(talk=talk, by=None, now=LATER, base=0):
            talk.title = "Theirs"
            talk.save()
        with pytest.raises(ConflictError) as met, changing(talk=talk, by=None, now=LATER, base=0):
            pytest.fail("The block must not begin.")
        assert met.value.base is not None
        assert (met.value.base.data["title"], met.value.theirs.number) == ("First", 2)

    def test_shared_rows_conflict_too(self) -> None:
        venue = factories.venue()
        with changing_shared(subject=venue, by=None, now=LATER, base=0):
            venue.city = "Evanston"
            venue.save()
        with (
            pytest.raises(ConflictError) as met,
            changing_shared(subject=venue, by=None, now=LATER, base=1),
        ):
            pytest.fail("The block must not begin.")
        assert met.value.theirs.data["city"] == "Evanston"

    def test_merging_shows_who_changed_what(self) -> None:
        venue, other = {"id": 1, "name": "Mudd"}, {"id": 2, "name": "Tech"}
        base = {"title": "A", "room": "1", "cost": "", "notice": "", "venue": venue, "notes": ""}
        mine = base | {"title": "B", "cost": "free", "notice": "x", "venue": other}
        theirs = base | {"room": "2", "cost": "free", "notice": "y"}
        theirs["venue"] = {"id": 1, "name": "Mudd Hall"}
        merged = snapshots.merge3(base, mine, theirs)
        assert merged == {
            "title": Merged(Side.MINE, "A", "B", "A"),
            "room": Merged(Side.THEIRS, "1", "1", "2"),
            "cost": Merged(Side.AGREED, "", "free", "free"),
            "notice": Merged(Side.CONFLICT, "", "x", "y"),
            "venue": Merged(Side.MINE, venue, other, theirs["venue"]),
            "notes": Merged(Side.NOBODY, "", "", ""),
        }
        assert {name: one.value for name, one in merged.items()} == {
            "title": "B",
            "room": "2",
            "cost": "free",
            "notice": "x",
            "venue": other,
            "notes": "",
        }

    def test_without_a_base_every_difference_is_a_conflict(self) -> None:
        merged = snapshots.merge3(None, {"title": "A", "room": "1"}, {"title": "B", "room": "1"})
        sides = {name: one.side for name, one in merged.items()}
        assert sides == {"title": Side.CONFLICT, "room": Side.AGREED}

    def test_a_form_can_be_merged_with_a_version(self) -> None:
        venue, person = factories.venue(building="Mudd", room="3514"), factories.speaker(name="Ada")
        topics = [Topic.objects.create(name=name, slug=name) for name in "ab"]
        talk = factories.talk(person, venue=venue)
        talk.topics.set(topics)
        held = snapshots.of(talk)
        names = ["title", "venue", "date", "start_time", "attendance"]
        form = {name: getattr(talk, name) for name in names}
        form |= {"topics": Topic.objects.all(), "base": 3}
        mine = snapshots.cleaned(Talk, form, talk.appearances.all())
        assert mine == {name: held[name] for name in [*names, "topics", "appearances"]}


def at_once(talk: Talk, *, base: int | None) -> list[BaseException]:
    """Let two people change different fields at once; return the errors."""
    ready = threading.Barrier(2)
    failures: list[BaseException] = []

    def edit(field: str) -> None:
        try:
            mine = Talk.objects.get(pk=talk.pk)
            ready.wait(timeout=10)
            with changing(talk=mine, by=None, now=LATER, base=base):
                mine.refresh_from_db()
                setattr(mine, field, getattr(mine, field) + "+")
                mine.save()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=[field]) for field in ("room", "cost")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    return failures


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_are_both_in_the_history() -> None:
    talk = factories.talk()
    assert at_once(talk, base=None) == []
    row = Talk.objects.get(pk=talk.pk)
    assert (row.room, row.cost, row.sequence) == ("+", "+", 1)
    assert versions_of(talk) == [(1, "recorded"), (2, "edited"), (3, "edited")]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_gets_a_conflict() -> None:
    talk = factories.talk()
    assert [type(one) for one in at_once(talk, base=0)] == [ConflictError]
    row = Talk.objects.get(pk=talk.pk)
    assert sorted([row.room, row.cost]) == ["", "+"]
    assert versions_of(talk) == [(1, "recorded"), (2, "edited")]


class TestSpeakers:
    def edit(self, talk: Talk, **fields: str) -> None:
        with changing(talk=talk, by=None, now=LATER):
            for one in talk.appearances.all():
                for name, value in fields.items():
                    setattr(one, name, value)
                one.save()

    def test_get_the_texts_of_their_latest_talk(self) -> None:
        person = factories.speaker(affiliation="Turin", biography="Old")
        self.edit(factories.talk(person), affiliation="London", biography="*New*")
        person.refresh_from_db()
        assert (person.affiliation, person.biography) == ("London", "*New*")
        assert "<em>New</em>" in person.biography_html
        assert versions_of(person) == [(1, "recorded"), (2, "edited")]

    def test_ignore_changes_of_earlier_talks(self) -> None:
        person = factories.speaker(affiliation="London")
        early = factories.talk(person, date=datetime.date(2020, 1, 1))
        factories.talk(person)
        self.edit(early, affiliation="Turin")
        person.refresh_from_db()
        assert (person.affiliation, versions_of(person)) == ("London", [])

    def test_ignore_empty_texts(self) -> None:
        person = factories.speaker(affiliation="London")
        self.edit(factories.talk(person), affiliation="")
        person.refresh_from_db()
        assert person.affiliation == "London"

    def test_never_change_their_talks(self) -> None:
        person = factories.speaker(affiliation="London")
        talk = factories.talk(person)
        with changing_shared(subject=person, by=None, now=LATER) as made:
            person.affiliation = "Turin"
            person.save()
        talk.refresh_from_db()
        assert (made.fields, talk.appearances.get().affiliation) == (["affiliation"], "London")
        assert calendar_fields(talk) == (0, NOW, FIRST, None)

    def test_are_queried_together(self) -> None:
        def queries(people: int) -> int:
            talk = factories.talk(*(factories.speaker() for _one in range(people)))
            with (
                CaptureQueriesContext(connection) as asked,
                changing(talk=talk, by=None, now=LATER),
            ):
                talk.appearances.update(affiliation="London")
            return len(asked)

        # Beyond this, each speaker whose record changes is saved.
        assert queries(3) - queries(1) == 2


class TestShared:
    @pytest.mark.parametrize(
        ("fields", "sequence"),
        [
            ({"street": "2233 Tech Drive"}, 1),
            ({"building": "Mudd Hall"}, 1),
            ({"former_name": "Seeley G. Mudd Library"}, 1),
            ({"latitude": 42, "longitude": -87}, 1),
            ({"room": "3514"}, 1),
            ({"step_free": "By the lift"}, 0),
            ({"short_name": "Mudd"}, 0),
        ],
    )
    def test_talks_are_updated_with_their_venue(
        self, fields: dict[str, Any], sequence: int
    ) -> None:
        venue = factories.venue()
        there = factories.talk(venue=venue)
        online = factories.talk(venue=venue, attendance="online")
        draft = factories.talk(venue=venue, status="draft")
        elsewhere = factories.talk(venue=factories.venue())
        with changing_shared(subject=venue, by=None, now=LATER):
            for name, value in fields.items():
                setattr(venue, name, value)
            venue.save()
        rows = [Talk.objects.get(pk=one.pk) for one in (there, online, draft, elsewhere)]
        assert [(one.sequence, one.changed_at) for one in rows] == [
            (sequence, LATER),
            (0, LATER),
            (0, NOW),
            (0, NOW),
        ]
        assert versions_of(venue) == [(1, "recorded"), (2, "edited")]

    def test_a_talk_with_its_own_room_is_not_moved(self) -> None:
        venue = factories.venue(room="1")
        talk = factories.talk(venue=venue, room="7")
        with changing_shared(subject=venue, by=None, now=LATER):
            venue.room = "2"
            venue.save()
        talk.refresh_from_db()
        assert calendar_fields(talk) == (0, LATER, FIRST, None)

    def test_a_default_of_a_venue_updates_no_talk(self) -> None:
        venue = factories.venue()
        talk = factories.talk(venue=venue)
        with changing_shared(subject=venue, by=None, now=LATER):
            venue.timezone = "Europe/Paris"
            venue.save()
        talk.refresh_from_db()
        assert calendar_fields(talk) == (0, NOW, FIRST, None)

    @pytest.mark.parametrize("model", [Speaker, Series, Topic, Audience, Department])
    def test_talks_are_updated_with_the_names_they_show(self, model: type[Shared]) -> None:
        department = Department.objects.create(name="D", slug="d")
        series = factories.series(department=department)
        found: dict[type[Shared], Any] = {
            Speaker: factories.speaker(),
            Series: series,
            Topic: Topic.objects.create(name="T", slug="t"),
            Audience: Audience.objects.create(name="A", slug="a"),
            Department: department,
        }
        talk = factories.talk(found[Speaker], series=series)
        joint = factories.talk()
        draft = factories.talk(found[Speaker], series=series, status="draft")
        joint.co_series.add(series)
        for one in (talk, draft):
            one.topics.add(found[Topic])
            one.audiences.add(found[Audience])
        subject = found[model]
        with changing_shared(subject=subject, by=None, now=LATER) as made:
            subject.name = "New"
            subject.save()
        for one in (talk, joint, draft):
            one.refresh_from_db()
        assert (made.fields, versions_of(subject)) == (["name"], [(1, "recorded"), (2, "edited")])
        through_series = LATER if model in (Series, Department) else NOW
        assert [one.changed_at for one in (talk, joint, draft)] == [LATER, through_series, NOW]
        assert [one.sequence for one in (talk, joint, draft)] == [0, 0, 0]

    def test_organizers_and_defaults_of_a_series_update_no_talk(self) -> None:
        series = factories.series()
        talk = factories.talk(series=series)
        with changing_shared(subject=series, by=None, now=LATER) as made:
            series.length = 90
            series.save()
            series.organisers.add(factories.user(email="ada@example.org", name="Ada"))
        talk.refresh_from_db()
        assert (made.fields, calendar_fields(talk)) == (
            ["length", "organisers"],
            (0, NOW, FIRST, None),
        )

    def test_many_talks_take_as_many_queries_as_one(self) -> None:
        def queries(number: int) -> int:
            venue = factories.venue()
            for _talk in range(number):
                factories.talk(venue=venue)
            with (
                CaptureQueriesContext(connection) as asked,
                changing_shared(subject=venue, by=None, now=LATER),
            ):
                venue.street = "New"
                venue.save()
            return len(asked)

        assert queries(1) == queries(3)

    def test_a_new_row_has_a_first_version(self) -> None:
        topic = Topic(name="Logic", slug="logic")
        with changing_shared(subject=topic, by=None, now=LATER):
            topic.save()
        assert versions_of(topic) == [(1, "created")]

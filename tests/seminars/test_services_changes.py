"""Changes of talks and shared rows: atomic, recorded in the history and visible in calendars."""

import datetime
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from seminars.models import Appearance, Talk, Topic, Version
from seminars.services import snapshots
from seminars.services.changes import changing, changing_shared
from seminars.services.errors import ConflictError, RefusedError
from seminars.services.snapshots import Merged, Side
from tests import factories
from tests.factories import NOW
from tests.seminars.changing import (
    LATER,
    START,
    calendar_fields,
    change,
    versions_of,
)

pytestmark = pytest.mark.django_db

FIRST = NOW


SIGNIFICANT_FIELDS: list[dict[str, Any]] = [
    {"date": datetime.date(2025, 3, 11)},
    {"start_time": datetime.time(11)},
    {"end_time": datetime.time(14)},
    {"end_date": datetime.date(2025, 3, 12)},
    {"timezone": "Europe/Paris"},
    {"start_fold": 0},
    {"end_fold": 0},
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

"""Undoing status changes, duplicating talks, and actions on several talks."""

import datetime
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from seminars.models import Appearance, Audience, Talk, Topic
from seminars.services import talks
from seminars.services.changes import changing
from seminars.services.errors import RefusedError
from tests import factories
from tests.seminars.changing import (
    LATER,
    in_state,
    state_and_times,
    take_action,
    versions_of,
)

pytestmark = pytest.mark.django_db

NOTHING = "There is no status change to undo."
REMOVE = "This talk has not been announced: remove it instead."


class TestUndo:
    @pytest.mark.parametrize(
        ("state", "verb", "undone"),
        [
            ("announced", "postpone", ("announced", 2, None)),
            ("announced", "cancel", ("announced", 2, None)),
            ("postponed", "cancel", ("postponed", 2, None)),
            ("cancelled", "reinstate", ("cancelled", 2, None)),
            ("announced", "withdraw", ("announced", 2, None)),
            ("withdrawn", "restore_withdrawn", ("withdrawn", 2, None)),
            ("draft", "announce", ("withdrawn", 1, None)),
            ("draft", "withdraw", ("draft", 0, None)),
            ("postponed", "reschedule", ("postponed", 2, None)),
        ],
    )
    def test_undoes_each_action(self, state: str, verb: str, undone: tuple[Any, ...]) -> None:
        talk = in_state(state)
        take_action(verb, talk)
        take_action("undo", talk, now=LATER + timedelta(hours=1))
        found = state_and_times(talk)
        assert (found[0], found[1], found[4]) == undone
        assert found[2] == LATER + timedelta(hours=1)
        assert (talk.date, talk.start_time) == (datetime.date(2025, 3, 10), datetime.time(12))

    def test_a_second_time_is_refused(self) -> None:
        talk = in_state("announced")
        talks.cancel(talk=talk, by=None, now=LATER)
        talks.undo(talk=talk, by=None, now=LATER)
        with pytest.raises(RefusedError) as why:
            talks.undo(talk=talk, by=None, now=LATER)
        assert str(why.value) == "The last status change has already been undone."

    def test_ignores_a_status_set_from_outside(self) -> None:
        talk = in_state("announced")
        talks.postpone(talk=talk, by=None, now=LATER)
        Talk.objects.filter(pk=talk.pk).update(status="cancelled")
        with pytest.raises(RefusedError) as why:
            talks.undo(talk=talk, by=None, now=LATER)
        assert str(why.value) == NOTHING

    def test_keeps_a_date_that_was_changed_since(self) -> None:
        talk = in_state("postponed")
        take_action("reschedule", talk)
        with changing(talk=talk, by=None, now=LATER):
            talk.date = datetime.date(2025, 3, 18)
            talk.save()
        talks.undo(talk=talk, by=None, now=LATER)
        state = (talk.status, talk.date, talk.start_time)
        assert state == ("postponed", datetime.date(2025, 3, 18), datetime.time(12))

    def test_a_submitted_talk_becomes_a_draft_again(self) -> None:
        talk = in_state("draft", series=factories.series(needs_approval=True))
        talks.submit(talk=talk, by=None, now=LATER)
        talks.undo(talk=talk, by=None, now=LATER)
        assert state_and_times(talk) == ("draft", 0, LATER, None, None)


class TestDuplicate:
    def test_copies_content_people_and_place_only(self) -> None:
        person = factories.speaker(name="Ada", affiliation="London")
        other = factories.series()
        talk = in_state(
            "cancelled",
            title="Engines",
            abstract="On $x$.",
            series=factories.series(),
            venue=factories.venue(),
            room="7",
            join_url="https://zoom.example.org/1",
            recording_url="https://video.example.org/1",
            recording_consent="yes",
            slides_url="https://slides.example.org/1",
            notice="Note the room",
            notes="Dinner",
            sequence=4,
        )
        Appearance.objects.create(talk=talk, speaker=person, role="host", affiliation="Turin")
        topic = Topic.objects.create(name="Logic", slug="logic")
        audience = Audience.objects.create(name="Students", slug="students")
        talk.topics.add(topic)
        talk.audiences.add(audience)
        talk.co_series.add(other)
        copy = talks.duplicate(talk=talk, by=None, now=LATER)
        assert copy.uid != talk.uid
        assert state_and_times(copy) == ("draft", 0, LATER, None, None)
        assert (copy.date, copy.start_time, copy.end_time) == (
            datetime.date(2025, 3, 17),
            datetime.time(12),
            datetime.time(13),
        )
        same = ["title", "abstract", "abstract_html", "series", "venue", "room", "join_url"]
        assert [getattr(copy, name) for name in same] == [getattr(talk, name) for name in same]
        gone = ["recording_url", "slides_url", "notice", "notes"]
        assert [getattr(copy, name) for name in gone] == ["", "", "", ""]
        assert list(copy.appearances.values_list("speaker", "role", "affiliation")) == [
            (person.pk, "host", "Turin")
        ]
        assert [*copy.topics.all(), *copy.audiences.all(), *copy.co_series.all()] == [
            topic,
            audience,
            other,
        ]
        assert talk.appearances.count() == 1
        person.refresh_from_db()
        assert person.affiliation == "London"
        assert versions_of(copy) == [(1, "duplicated")]

    def test_a_joint_talk_requires_an_organizer_of_its_own_series(self) -> None:
        mine, yours = factories.series(), factories.series()
        talk = factories.talk(series=yours)
        talk.co_series.add(mine)
        with pytest.raises(RefusedError) as why:
            talks.duplicate(talk=talk, by=factories.organizer(mine), now=LATER)
        assert str(why.value) == "You can’t add talks to this series because it isn’t yours."
        assert list(Talk.objects.all()) == [talk]
        copy = talks.duplicate(talk=talk, by=factories.organizer(yours), now=LATER)
        assert (copy.series, list(copy.co_series.all())) == (yours, [mine])

    def test_has_no_date_if_clocks_skip_its_time(self) -> None:
        talk = in_state(
            "draft",
            date=datetime.date(2025, 3, 2),
            start_time=datetime.time(2, 30),
            end_time=datetime.time(4),
        )
        copy = talks.duplicate(talk=talk, by=None, now=LATER)
        assert (copy.date, copy.start_time, copy.end_time, copy.starts_at) == (None,) * 4


class TestBulk:
    def test_lists_refused_talks_with_reasons(self) -> None:
        first, second, third = in_state("announced"), in_state("draft"), in_state("postponed")
        done, refused = talks.in_bulk(
            talks.cancel, talks=[first, second, third], by=None, now=LATER
        )
        assert (done, refused) == ([first, third], [(second, REMOVE)])
        assert [state_and_times(one)[0] for one in (first, second, third)] == [
            "cancelled",
            "draft",
            "cancelled",
        ]

    @pytest.mark.parametrize("people", [1, 3])
    @pytest.mark.parametrize("number", [1, 3])
    def test_queries_per_talk_do_not_depend_on_speakers(
        self, number: int, people: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        found = []
        for _talk in range(number):
            talk = in_state("announced", series=factories.series())
            for _person in range(people):
                Appearance.objects.create(talk=talk, speaker=factories.speaker())
            found.append(talk)
        with django_assert_num_queries(18 * number):
            talks.in_bulk(talks.cancel, talks=found, by=None, now=LATER)

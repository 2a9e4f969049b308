"""What follows from a change: speakers' records, and talks that show a changed row."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.models import Audience, Department, Series, Speaker, Talk, Topic
from seminars.services.changes import changing, changing_shared
from seminars.services.snapshots import Shared
from tests import factories
from tests.factories import NOW
from tests.seminars.changing import (
    LATER,
    calendar_fields,
    versions_of,
)

pytestmark = pytest.mark.django_db


FIRST = NOW


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

"""The history as text, restoring versions, and erasing."""

import datetime
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.models import Appearance, Audience, Series, Speaker, Talk, Topic, Version
from seminars.services import snapshots, talks
from seminars.services.changes import changing, changing_shared
from seminars.services.errors import RefusedError
from seminars.services.history import Difference, history
from seminars.services.restoring import restore
from seminars.services.tidying import purge
from tests import factories
from tests.factories import NOW
from tests.seminars.changing import LATER, change

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


class TestHistory:
    def test_shows_who_changed_what_and_when(self) -> None:
        person = factories.user(name="Grace")
        mudd = factories.venue(building="Mudd", room="3514")
        ada = factories.speaker(name="Ada", affiliation="London")
        talk = factories.talk(ada, title="Engines", series=factories.series(name="CS Seminar"))
        logic = Topic.objects.create(name="Logic", slug="logic")
        bob = factories.speaker(name="Bob")
        with changing(talk=talk, by=person, now=LATER):
            talk.title, talk.speaker_tba, talk.venue = "On engines", True, mudd
            talk.date, talk.start_time = datetime.date(2025, 3, 11), None
            talk.end_time, talk.attendance = None, "hybrid"
            talk.save()
            talk.topics.add(logic)
            talk.appearances.update(affiliation="Turin", biography="Born in 1815.")
            Appearance.objects.create(talk=talk, speaker=bob, role="host", position=1)
        talks.withdraw(talk=talk, by=None, now=LATER + DAY)
        withdrawn, edited, recorded = history(talk)
        assert [
            (one.number, one.at, one.by, one.verb) for one in (withdrawn, edited, recorded)
        ] == [
            (3, LATER + DAY, "", "Removed from the site"),
            (2, LATER, "Grace", "Edited"),
            (1, LATER, "", "Initial version"),
        ]
        assert recorded.changes == []
        assert edited.changes == [
            Difference("Title", "Engines", "On engines"),
            Difference("Speaker to be announced", "No", "Yes"),
            Difference("Date", "Monday, March 10, 2025", "Tuesday, March 11, 2025"),
            Difference("Start", "12:00 PM", ""),
            Difference("End", "1:00 PM", ""),
            Difference("Venue", "", "Mudd, 3514"),
            Difference("Attendance", "In person", "Hybrid"),
            Difference("Topics", "", "Logic"),
            Difference("Speakers", "Ada (London)", "Ada (Turin)\nBob, Host"),
            Difference("Biography of Ada", "", "Born in 1815."),
        ]
        assert withdrawn.changes == [
            Difference("Removed from the site", "", "Tuesday, March 4, 2025, 3:00 PM CST")
        ]

    def test_renaming_a_venue_does_not_change_the_talk(self) -> None:
        venue = factories.venue()
        talk = factories.talk(venue=venue)
        change(talk, title="Second")
        venue.building = "New name"
        venue.save()
        change(talk, title="Third")
        assert [len(one.changes) for one in history(talk)] == [1, 1, 0]

    def test_takes_one_query_and_has_a_limit(self) -> None:
        talk = factories.talk(title="0")
        for number in range(1, 5):
            change(talk, title=str(number))
        with CaptureQueriesContext(connection) as asked:
            found = history(talk, limit=2)
        assert len(asked) == 1
        assert [one.changes for one in found] == [
            [Difference("Title", "3", "4")],
            [Difference("Title", "2", "3")],
        ]


class TestRestore:
    def test_restores_every_field_and_related_row(self) -> None:
        ada, bob = factories.speaker(name="Ada", affiliation="London"), factories.speaker()
        talk = factories.talk(ada, bob, title="First", venue=factories.venue(), room="1")
        talk.topics.add(Topic.objects.create(name="Logic", slug="logic"))
        talk.audiences.add(Audience.objects.create(name="Students", slug="students"))
        talk.co_series.add(factories.series())
        first = snapshots.of(Talk.objects.get())
        with changing(talk=talk, by=None, now=LATER):
            talk.title, talk.venue, talk.room = "Second", None, "2"
            talk.date, talk.cost = datetime.date(2025, 4, 1), "free"
            talk.save()
            talk.appearances.filter(speaker=bob).delete()
            talk.appearances.update(affiliation="Turin", role="panellist")
            Appearance.objects.create(talk=talk, speaker=factories.speaker(), position=5)
            for many in (talk.topics, talk.audiences, talk.co_series):
                many.clear()
        version = Version.objects.get(subject="talk", number=1)
        restored = restore(version=version, by=None, now=LATER + DAY)
        row = Talk.objects.get()
        assert (restored.subject, restored.notes) == (talk, [])
        assert snapshots.of(row) == first
        start = datetime.datetime(2025, 4, 1, 17, 0, tzinfo=datetime.UTC)
        # Two changes of time, and a return to feeds that had listed it as canceled.
        assert (row.sequence, row.changed_at, row.previous_starts_at) == (4, LATER + DAY, None)
        assert talk.starts_at == start
        verbs = Version.objects.filter(subject="talk").values_list("number", "verb")
        assert list(verbs) == [(1, "recorded"), (2, "edited"), (3, "restored version")]
        ada.refresh_from_db()
        assert ada.affiliation == "Turin"

    def test_restores_the_order_of_speakers(self) -> None:
        ada, bob = factories.speaker(name="Ada"), factories.speaker(name="Bob")
        talk = factories.talk(ada, bob)
        with changing(talk=talk, by=None, now=LATER):
            talk.appearances.filter(speaker=ada).update(position=2, affiliation="Turin")
        rows = set(talk.appearances.values_list("pk", flat=True))
        restore(version=Version.objects.get(subject="talk", number=1), by=None, now=LATER)
        found = talk.appearances.values_list("speaker__name", "affiliation", "position")
        assert list(found) == [("Ada", "", 0), ("Bob", "", 1)]
        assert set(talk.appearances.values_list("pk", flat=True)) == rows

    def test_skips_missing_rows_with_a_note(self) -> None:
        person, topic = factories.speaker(name="Bob"), Topic.objects.create(name="Logic", slug="l")
        venue = factories.venue(building="Mudd")
        talk = factories.talk(person, venue=venue)
        talk.topics.add(topic)
        with changing(talk=talk, by=None, now=LATER):
            talk.venue = None
            talk.save()
            talk.appearances.all().delete()
            talk.topics.clear()
        for gone in (person, topic, venue):
            gone.delete()
        version = Version.objects.get(subject="talk", number=1)
        assert restore(version=version, by=None, now=LATER).notes == [
            "Venue: “Mudd” no longer exists.",
            "Topics: “Logic” no longer exists.",
            "Speakers: “Bob” no longer exists.",
        ]

    def test_restores_the_status_but_does_not_hide_an_announced_talk(self) -> None:
        talk = factories.talk(status="draft", title="First")
        talks.announce(talk=talk, by=None, now=LATER)
        talks.cancel(talk=talk, by=None, now=LATER)
        draft, announced = Version.objects.filter(number__in=[1, 2]).order_by("number")
        restore(version=announced, by=None, now=LATER)
        assert Talk.objects.get().status == "announced"
        assert restore(version=draft, by=None, now=LATER).notes == [
            "The talk has been announced since and stays announced; remove it to hide it."
        ]
        assert Talk.objects.get().status == "announced"

    def test_withdraws_and_unwithdraws(self) -> None:
        talk = factories.talk()
        talks.withdraw(talk=talk, by=None, now=LATER)
        shown, hidden = Version.objects.order_by("number")
        restore(version=shown, by=None, now=LATER + DAY)
        assert Talk.objects.get().withdrawn_at is None
        restore(version=hidden, by=None, now=LATER + 2 * DAY)
        row = Talk.objects.get()
        assert (row.withdrawn_at, row.sequence) == (LATER + 2 * DAY, 3)
        with pytest.raises(RefusedError, match=r"^This talk was removed too long ago"):
            restore(version=shown, by=None, now=LATER + 62 * DAY)

    def test_does_not_announce_what_needs_approval(self) -> None:
        series = factories.series(needs_approval=True)
        talk = factories.talk(series=series, status="draft")
        version = change(talk, title="Second").version
        assert version is not None
        Version.objects.filter(pk=version.pk).update(data=version.data | {"status": "announced"})
        version.refresh_from_db()
        person = factories.organizer(series)
        assert restore(version=version, by=person, now=LATER).notes == [
            "Talks in this series need approval: submit it instead."
        ]
        assert Talk.objects.get().status == "draft"

    def test_requires_an_editor_of_the_talk(self) -> None:
        mine, yours = factories.series(), factories.series()
        talk = factories.talk(series=yours, title="First")
        change(talk, title="Second", series=mine)
        version = Version.objects.get(number=1)
        with pytest.raises(RefusedError, match=r"^This talk belongs to a series that isn’t yours"):
            restore(version=version, by=factories.organizer(yours), now=LATER)
        restored = restore(version=version, by=factories.organizer(mine), now=LATER)
        assert restored.notes == [
            "The talk stays in its current series because the other one isn’t yours."
        ]
        row = Talk.objects.get()
        assert (row.title, row.series) == ("First", mine)

    def test_refuses_values_that_are_no_longer_valid(self) -> None:
        talk = factories.talk(status="draft", date=None)
        change(talk, date=datetime.date(2025, 3, 10))
        talks.announce(talk=talk, by=None, now=LATER)
        before = snapshots.of(Talk.objects.get())
        with pytest.raises(RefusedError) as why:
            restore(version=Version.objects.get(number=1), by=None, now=LATER)
        assert str(why.value) == "Date: Only tentative talks and drafts can be undated."
        assert snapshots.of(Talk.objects.get()) == before

    def test_restores_shared_rows(self) -> None:
        series = factories.series(name="First", length=60, colour="#112233")
        person = factories.user()
        series.organisers.add(person)
        before = snapshots.of(series)
        with changing_shared(subject=series, by=None, now=LATER):
            series.name, series.length, series.colour = "Second", 90, ""
            series.save()
            series.organisers.clear()
        restore(version=Version.objects.get(number=1), by=None, now=LATER)
        assert snapshots.of(Series.objects.get()) == before

    def test_keeps_the_address_of_subscribed_calendars(self) -> None:
        series = factories.series(name="First", slug="first")
        with changing_shared(subject=series, by=None, now=LATER):
            series.name, series.slug = "Second", "second"
            series.save()
        restore(version=Version.objects.get(number=1), by=None, now=LATER)
        row = Series.objects.get()
        assert (row.name, row.slug) == ("First", "second")

    def test_refuses_a_deleted_subject(self) -> None:
        person = factories.speaker()
        with changing_shared(subject=person, by=None, now=LATER):
            person.name = "New"
            person.save()
        Speaker.objects.all().delete()
        with pytest.raises(RefusedError) as why:
            restore(version=Version.objects.get(number=1), by=None, now=LATER)
        assert str(why.value) == "This no longer exists."


class TestPurge:
    def test_erases_the_text_and_keeps_the_row(self) -> None:
        series = factories.series()
        talk = factories.talk(
            factories.speaker(),
            series=series,
            title="Secret",
            abstract="Secret",
            venue=factories.venue(),
            room="Secret",
            join_url="https://example.org/secret",
            contact_email="secret@example.org",
            contact_name="Secret",
            notes="Secret",
            recording_url="https://example.org/secret",
        )
        talk.topics.add(Topic.objects.create(name="Logic", slug="logic"))
        talks.withdraw(talk=talk, by=None, now=NOW)
        kept = Talk.objects.values(
            "id", "uid", "series", "date", "starts_at", "status", "sequence", "withdrawn_at"
        ).get()
        assert purge(now=NOW + 60 * DAY - timedelta(seconds=1)) == 0
        assert purge(now=NOW + 60 * DAY) == 1
        assert purge(now=NOW + 61 * DAY) == 0
        assert Talk.objects.values(*kept).get() == kept
        texts = [
            value
            for model in (Talk, Version)
            for one in model._default_manager.values()
            for value in one.values()
            if "secret" in str(value).lower()
        ]
        assert texts == []
        assert Talk.objects.filter(abstract_html="", venue=None).count() == 1
        assert (Appearance.objects.count(), Talk.objects.get().topics.count()) == (0, 0)
        assert [(one.verb, one.changes) for one in history(talk)] == [
            ("Text erased", []),
            ("Removed from the site", []),
            ("Initial version", []),
        ]
        with pytest.raises(RefusedError, match=r"^The text of this version has been erased\.$"):
            restore(version=Version.objects.get(number=1), by=None, now=NOW)

    def test_keeps_other_talks(self) -> None:
        shown = factories.talk(title="Shown")
        late = factories.talk(title="Late", withdrawn_at=NOW + DAY)
        purge(now=NOW + 60 * DAY)
        titles = Talk.objects.filter(pk__in=[shown.pk, late.pk]).values_list("title", flat=True)
        assert sorted(titles) == ["Late", "Shown"]

    def test_the_command_prints_how_many(self, capsys: pytest.CaptureFixture[str]) -> None:
        factories.talk(withdrawn_at=NOW)
        call_command("tidy")
        assert capsys.readouterr().out == (
            "Erased the text of 1 talks removed from the site.\nDeleted 0 expired invitations.\n"
        )

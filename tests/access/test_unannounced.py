"""Text in a talk that has not been announced reaches no visitor, in whatever is made from talks."""

import datetime

import pytest
from django.db.models import CharField, TextField, URLField

from seminars.models import Appearance, Speaker, Talk, Version, Word
from seminars.search.index import catch_up
from seminars.services import talks
from seminars.services.changes import changing, changing_shared
from tests import factories
from tests.factories import NOW
from tests.public_answers import answers_with
from tests.routes import World, world
from tests.seminars.changing import versions_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen_now")]

#: In every text of the talk.
MARK = "zyzzyva"
LATER = NOW + datetime.timedelta(hours=1)
STILL_LATER = NOW + datetime.timedelta(hours=2)


def draft(known: World, status: str = "draft") -> Talk:
    """Return a later talk with the same people and place as the public one, and marked texts."""
    public = known.talk
    day = datetime.date(2025, 3, 17)
    made = Talk(status=status, series=public.series, venue=public.venue, date=day)
    for field in Talk._meta.concrete_fields:
        if isinstance(field, URLField):
            setattr(made, field.name, f"https://{MARK}.example.org/")
        elif isinstance(field, CharField | TextField) and field.blank and field.editable:
            setattr(made, field.name, f"{MARK}@example.org" if "email" in field.name else MARK)
    made.join_access, made.recording_consent = "public", "yes"
    with changing(talk=made, by=None, now=NOW):
        made.save()
        made.topics.set(public.topics.all())
        made.audiences.set(public.audiences.all())
        for one in public.appearances.all():
            Appearance.objects.create(
                talk=made, speaker=one.speaker, affiliation=MARK, biography=f"*{MARK}*"
            )
    return made


@pytest.mark.parametrize("status", ["tentative", "draft", "submitted"])
def test_text_of_an_unannounced_talk_reaches_nothing_public(status: str) -> None:
    known = world()
    talk = draft(known, status)
    assert answers_with(MARK, known, talk) == set()
    assert list(Word.objects.filter(text__startswith=MARK)) == []
    assert [row for row in Speaker.objects.values() if MARK in str(row)] == []


def test_announcing_it_makes_it_public() -> None:
    known = world()
    talk = draft(known)
    talks.announce(talk=talk, by=None, now=LATER)
    catch_up()
    person = talk.appearances.all()[0].speaker
    found = answers_with(MARK, known, talk)
    assert {talk.get_absolute_url(), person.get_absolute_url(), "/speakers/", "/talks.ics"} <= found
    assert Word.objects.filter(text=MARK).exists()


class TestASpeakersRecord:
    def appearance(self, talk: Talk, now: datetime.datetime = NOW, **texts: str) -> None:
        """Change texts about the talk's speaker."""
        with changing(talk=talk, by=None, now=now):
            talk.save()
            one = talk.appearances.get()
            for name, value in texts.items():
                setattr(one, name, value)
            one.save()

    def test_gets_texts_when_the_talk_is_announced(self) -> None:
        person = factories.speaker(affiliation="London")
        talk = factories.talk(person, status="draft")
        self.appearance(talk, affiliation="Turin", biography="*New*")
        self.appearance(talk, LATER, biography="*Newer*")
        person.refresh_from_db()
        assert (person.affiliation, person.biography) == ("London", "")
        assert versions_of(person) == []
        talks.announce(talk=talk, by=None, now=STILL_LATER)
        person.refresh_from_db()
        assert (person.affiliation, person.biography) == ("Turin", "*Newer*")
        assert versions_of(person) == [(1, "recorded"), (2, "edited")]

    def test_stays_if_it_is_newer_than_the_texts_in_the_draft(self) -> None:
        person = factories.speaker(affiliation="London")
        talk = factories.talk(person, status="draft")
        self.appearance(talk, affiliation="Turin", biography="New")
        with changing_shared(subject=person, by=None, now=LATER):
            person.affiliation = "Paris"
            person.save()
        talks.announce(talk=talk, by=None, now=STILL_LATER)
        person.refresh_from_db()
        assert (person.affiliation, person.biography) == ("Paris", "New")

    def test_never_gets_texts_that_a_duplicate_copied(self) -> None:
        person = factories.speaker(affiliation="Turin")
        talk = factories.talk(person)
        Speaker.objects.filter(pk=person.pk).update(affiliation="London")
        copy = talks.duplicate(talk=talk, by=None, now=NOW)
        talks.announce(talk=copy, by=None, now=LATER)
        person.refresh_from_db()
        assert person.affiliation == "London"

    def test_is_not_changed_by_what_is_restored(self) -> None:
        """Texts that were public before the talk was removed are not new."""
        person = factories.speaker(affiliation="London")
        talk = factories.talk(person, status="draft")
        self.appearance(talk, affiliation="Turin")
        talks.announce(talk=talk, by=None, now=LATER)
        Speaker.objects.filter(pk=person.pk).update(affiliation="Paris")
        talks.withdraw(talk=talk, by=None, now=STILL_LATER)
        talks.restore_withdrawn(talk=talk, by=None, now=STILL_LATER)
        person.refresh_from_db()
        assert person.affiliation == "Paris"

    @pytest.mark.parametrize(
        ("later", "affiliation"), [("draft", "Turin"), ("announced", "London")]
    )
    def test_comes_from_the_latest_public_talk(self, later: str, affiliation: str) -> None:
        person = factories.speaker(affiliation="London")
        factories.talk(person, status=later, date=datetime.date(2026, 1, 1))
        self.appearance(factories.talk(person), affiliation="Turin")
        person.refresh_from_db()
        assert person.affiliation == affiliation
        assert Version.objects.filter(subject="speaker").exists() == (affiliation == "Turin")

"""Edit conflicts: the second person is shown both versions, and nothing is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from seminars.models import Series, Speaker, Talk, Version
from tests import factories
from tests.seminars.admin_forms import client_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def series() -> Series:
    return factories.series(name="CS Seminar", slug="cs")


def organizer(series: Series, name: str) -> User:
    person = factories.organizer(series)
    person.name = name
    person.save()
    return person


@pytest.fixture
def first(series: Series) -> Client:
    return client_of(organizer(series, "Ada"))


@pytest.fixture
def second(series: Series) -> Client:
    return client_of(organizer(series, "Bob"))


def change(talk: Talk) -> str:
    return reverse("admin:seminars_talk_change", args=[talk.pk])


def values(talk: Talk, *names: str) -> dict[str, Any]:
    return dict(Talk.objects.values(*names).get(pk=talk.pk))


def test_different_fields_are_merged(first: Client, second: Client, series: Series) -> None:
    talk = factories.talk(series=series, title="Old", room="1")
    one, other = filled(first.get(change(talk))), filled(second.get(change(talk)))
    assert first.post(change(talk), one | {"title": "Ada’s"}).status_code == 302

    answer = second.post(change(talk), other | {"room": "2"})
    assert values(talk, "title", "room") == {"title": "Ada’s", "room": "1"}
    conflict = answer.context["conflict"]
    assert (conflict.by, conflict.merged, conflict.conflicting) == ("Ada", ["Title"], [])
    again = filled(answer)
    assert (again["title"], again["room"]) == ("Ada’s", "2")

    assert second.post(change(talk), again).status_code == 302
    assert values(talk, "title", "room") == {"title": "Ada’s", "room": "2"}


def test_a_field_changed_twice_shows_both_versions(
    first: Client, second: Client, series: Series
) -> None:
    talk = factories.talk(series=series, title="Old")
    one, other = filled(first.get(change(talk))), filled(second.get(change(talk)))
    first.post(change(talk), one | {"title": "Ada’s", "notice": "Note the room"})

    answer = second.post(change(talk), other | {"title": "Bob’s"})
    conflict = answer.context["conflict"]
    assert [(b.label, b.theirs, b.mine) for b in conflict.conflicting] == [
        ("Title", "Ada’s", "Bob’s")
    ]
    assert conflict.merged == ["Notice"]
    assert answer.context["adminform"].form.non_field_errors() == [
        (
            "Ada saved changes while you were editing. Nothing is lost: compare both versions"
            " above the form, then save again."
        )
    ]
    again = filled(answer)
    assert (again["title"], again["notice"]) == ("Bob’s", "Note the room")

    second.post(change(talk), again)
    assert values(talk, "title", "notice") == {"title": "Bob’s", "notice": "Note the room"}
    versions = Version.objects.filter(subject="talk", subject_id=talk.pk).order_by("number")
    assert [v.data["title"] for v in versions] == ["Old", "Ada’s", "Bob’s"]


def test_many_to_many_fields_are_merged(first: Client, second: Client, series: Series) -> None:
    from_other = factories.series(name="Joint", slug="joint")
    talk = factories.talk(series=series)
    talk.co_series.add(from_other)
    one, other = filled(first.get(change(talk))), filled(second.get(change(talk)))
    first.post(change(talk), one | {"co_series": []})
    again = filled(second.post(change(talk), other | {"title": "Bob’s"}))
    second.post(change(talk), again)
    assert (list(talk.co_series.all()), values(talk, "title")) == ([], {"title": "Bob’s"})


def row(number: int, speaker: Speaker, **fields: Any) -> dict[str, Any]:
    given = {"speaker": speaker.pk, "role": "speaker", "position": number, **fields}
    return {f"appearances-{number}-{name}": value for name, value in given.items()}


def line_up(talk: Talk) -> list[tuple[str, str, str]]:
    found = talk.appearances.order_by("position", "pk")
    return [(a.speaker.name, a.affiliation, a.biography) for a in found]


def test_speakers_added_by_either_person_stay(
    first: Client, second: Client, series: Series
) -> None:
    people = [factories.speaker(name=name) for name in ("Kurt", "Emmy", "Olga")]
    talk = factories.talk(people[0], series=series)
    one, other = filled(first.get(change(talk))), filled(second.get(change(talk)))
    more = {"appearances-TOTAL_FORMS": 2}
    first.post(
        change(talk),
        one | more | row(1, people[1], affiliation="Göttingen") | {"appearances-0-biography": "A"},
    )
    assert line_up(talk) == [("Kurt", "", "A"), ("Emmy", "Göttingen", "")]

    answer = second.post(
        change(talk),
        other
        | more
        | row(1, people[2], affiliation="Kyiv")
        | {"appearances-0-affiliation": "Brno"},
    )
    assert line_up(talk) == [("Kurt", "", "A"), ("Emmy", "Göttingen", "")]
    second.post(change(talk), filled(answer))
    assert sorted(line_up(talk)) == [
        ("Emmy", "Göttingen", ""),
        ("Kurt", "Brno", "A"),
        ("Olga", "Kyiv", ""),
    ]


def test_a_speaker_removed_by_the_other_person_stays_removed(
    first: Client, second: Client, series: Series
) -> None:
    people = [factories.speaker(name=name) for name in ("Kurt", "Emmy")]
    talk = factories.talk(*people, series=series)
    one, other = filled(first.get(change(talk))), filled(second.get(change(talk)))
    first.post(change(talk), one | {"appearances-1-DELETE": "on"})
    answer = second.post(change(talk), other | {"title": "Bob’s"})
    assert answer.context["conflict"].merged == ["Speakers"]
    second.post(change(talk), filled(answer))
    assert line_up(talk) == [("Kurt", "", "")]
    assert values(talk, "title") == {"title": "Bob’s"}


def test_a_speaker_removed_by_one_and_changed_by_the_other_stays(
    first: Client, second: Client, series: Series
) -> None:
    person = factories.speaker(name="Kurt")
    talk = factories.talk(person, series=series)
    one, other = filled(first.get(change(talk))), filled(second.get(change(talk)))
    first.post(change(talk), one | {"appearances-0-biography": "A logician."})
    answer = second.post(change(talk), other | {"appearances-0-DELETE": "on"})
    second.post(change(talk), filled(answer))
    assert line_up(talk) == [("Kurt", "", "A logician.")]


def test_a_third_change_is_shown_too(first: Client, second: Client, series: Series) -> None:
    talk = factories.talk(series=series, title="Old")
    other = filled(second.get(change(talk)))
    first.post(change(talk), filled(first.get(change(talk))) | {"title": "Ada’s"})
    again = filled(second.post(change(talk), other | {"room": "2"}))
    first.post(change(talk), filled(first.get(change(talk))) | {"notice": "New"})
    last = second.post(change(talk), again)
    assert last.context["conflict"].merged == ["Notice"]
    second.post(change(talk), filled(last))
    assert values(talk, "title", "room", "notice") == {
        "title": "Ada’s",
        "room": "2",
        "notice": "New",
    }


def test_a_speaker_edited_by_two_people(first: Client, second: Client) -> None:
    speaker = factories.speaker(name="Kurt", affiliation="Brno")
    address = reverse("admin:seminars_speaker_change", args=[speaker.pk])
    one, other = filled(first.get(address)), filled(second.get(address))
    first.post(address, one | {"affiliation": "Vienna"})
    answer = second.post(address, other | {"affiliation": "Princeton", "biography": "A logician."})
    assert [(b.theirs, b.mine) for b in answer.context["conflict"].conflicting] == [
        ("Vienna", "Princeton")
    ]
    second.post(address, filled(answer))
    speaker.refresh_from_db()
    assert (speaker.affiliation, speaker.biography) == ("Princeton", "A logician.")


@pytest.mark.parametrize("base", [None, "", "one", "-1", "9" * 20])
def test_a_form_without_a_base_version(
    first: Client, second: Client, series: Series, base: str | None
) -> None:
    """Nothing is saved before the person has reviewed the changes."""
    talk = factories.talk(series=series, title="Old", room="1")
    other = filled(second.get(change(talk)))
    first.post(change(talk), filled(first.get(change(talk))) | {"title": "Ada’s"})
    other.pop("base")
    sent = {"room": "2"} | ({} if base is None else {"base": base})

    answer = second.post(change(talk), other | sent)
    assert values(talk, "title", "room") == {"title": "Ada’s", "room": "1"}
    conflict = answer.context["conflict"]
    assert [(b.label, b.theirs, b.mine) for b in conflict.conflicting] == [
        ("Title", "Ada’s", "Old"),
        ("Room", "1", "2"),
    ]
    assert answer.context["adminform"].form.non_field_errors() == [
        (
            "Nothing has been saved yet, because it isn’t known which version this form started"
            " from. Review the changes above the form, then save again."
        )
    ]
    again = filled(answer)
    assert (again["title"], again["room"], again["base"]) == ("Old", "2", "2")
    assert second.post(change(talk), again | {"title": "Ada’s"}).status_code == 302
    assert values(talk, "title", "room") == {"title": "Ada’s", "room": "2"}


def test_a_form_without_a_base_version_or_changes(first: Client, series: Series) -> None:
    talk = factories.talk(series=series, title="Old")
    first.post(change(talk), filled(first.get(change(talk))) | {"title": "New"})
    left = filled(first.get(change(talk)))
    left.pop("base")
    assert first.post(change(talk), left).status_code == 302
    assert Version.objects.filter(subject="talk", subject_id=talk.pk).count() == 2


def test_invalid_values_are_shown_in_both_versions(
    first: Client, second: Client, series: Series
) -> None:
    """Otherwise, correcting the value would silently undo the other change."""
    talk = factories.talk(series=series)
    one, other = filled(first.get(change(talk))), filled(second.get(change(talk)))
    assert first.post(change(talk), one | {"end_time": "23:00"}).status_code == 302
    answer = second.post(change(talk), other | {"end_time": "00:30"})
    conflict = answer.context["conflict"]
    assert [(b.label, b.theirs, b.mine) for b in conflict.conflicting] == [
        ("End", "11:00 PM", "00:30")
    ]
    assert answer.context["adminform"].form.errors["end_time"] == [
        "Enter the end date, or an end after 12:00 PM."
    ]

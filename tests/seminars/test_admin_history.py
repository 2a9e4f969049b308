"""The history pages, and restoring versions."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from seminars.admin.history import mark_differences
from seminars.models import Speaker, Talk, Topic, Version
from tests import factories
from tests.seminars.admin_forms import client_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def talk() -> Talk:
    return factories.talk(series=factories.series(), title="Old", abstract="One two three.")


@pytest.fixture
def client(talk: Talk) -> Client:
    assert talk.series is not None
    person = factories.organizer(talk.series)
    person.name = "Ada"
    person.save()
    return client_of(person)


def address(kind: str, page: str, *args: object) -> str:
    return reverse(f"admin:seminars_{kind}_{page}", args=args)


def edit(client: Client, kind: str, row: Any, **fields: Any) -> None:
    change = address(kind, "change", row.pk)
    assert client.post(change, filled(client.get(change)) | fields).status_code == 302


def test_changed_words_are_marked() -> None:
    assert mark_differences("One <two> three", "One four three") == (
        "One <del>&lt;two&gt;</del> three",
        "One <ins>four</ins> three",
    )


def test_long_texts_are_compared_by_lines() -> None:
    before = "".join(f"Line {n} of many\n" for n in range(1000))
    _left, right = mark_differences(before, before.replace("Line 500 of", "Verse 500 of"))
    assert right.count("<ins>") == 1
    assert "<ins>Verse 500 of many\n</ins>" in right


def test_the_history_of_a_talk(client: Client, talk: Talk) -> None:
    edit(client, "talk", talk, title="New", abstract="One four three.")
    page = client.get(address("talk", "history", talk.pk))
    entries = [(e.number, e.by, e.verb, changes) for e, changes in page.context["entries"]]
    assert entries == [
        (
            2,
            "Ada",
            "Edited",
            [
                ("Title", "<del>Old</del>", "<ins>New</ins>"),
                ("Abstract", "One <del>two</del> three.", "One <ins>four</ins> three."),
            ],
        ),
        (1, "", "Initial version", []),
    ]


def test_a_talk_without_a_history_says_so(client: Client, talk: Talk) -> None:
    page = client.get(address("talk", "history", talk.pk)).content.decode()
    assert "No changes yet." in page


def test_restoring_a_version_asks_for_confirmation(client: Client, talk: Talk) -> None:
    edit(client, "talk", talk, title="New")
    page = address("talk", "restore", talk.pk, 1)
    asked = client.get(page)
    assert asked.context["changes"] == [("Title", "<del>New</del>", "<ins>Old</ins>")]
    assert Talk.objects.get().title == "New"
    answer = client.post(page)
    assert answer["Location"] == address("talk", "change", talk.pk)
    assert Talk.objects.get().title == "Old"
    verbs = Version.objects.order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["recorded", "edited", "restored version"]
    assert client.get(address("talk", "restore", talk.pk, 99)).status_code == 404


def test_shared_rows_have_a_history_too(client: Client) -> None:
    rows = {
        "speaker": (factories.speaker(name="Old"), "name"),
        "venue": (factories.venue(building="Old"), "building"),
        "topic": (Topic.objects.create(name="Old", slug="old"), "name"),
    }
    for kind, (row, field) in rows.items():
        edit(client, kind, row, **{field: "New"})
        (entry, changes), _first = client.get(address(kind, "history", row.pk)).context["entries"]
        assert (entry.by, [(b, a) for _label, b, a in changes][:1]) == (
            "Ada",
            [("<del>Old</del>", "<ins>New</ins>")],
        )
        client.post(address(kind, "restore", row.pk, 1))
        row.refresh_from_db()
        assert getattr(row, field) == "Old"


def test_a_speaker_added_in_a_popup(client: Client) -> None:
    add = address("speaker", "add")
    answer = client.post(
        f"{add}?_popup=1", filled(client.get(f"{add}?_popup=1")) | {"name": "Emmy"}
    )
    speaker = Speaker.objects.get()
    assert answer.status_code == 200
    assert f"&quot;value&quot;: &quot;{speaker.pk}&quot;" in answer.content.decode()
    assert Version.objects.filter(subject="speaker", verb="created").count() == 1

"""Each searched field is indexed, watched by triggers and shown, and no text is forgotten."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from time_machine import travel

from seminars.models import Talk, TalkWords, Topic, Unindexed
from seminars.search import index, lookup
from seminars.search.fields import FIELDS, VISIBILITY_FIELDS, SearchedField, Source
from tests import factories
from tests.factories import NOW

WORD = "Zyzzyva"

SOURCES = list(dict.fromkeys(field.source for field in FIELDS))


def _source_id(source: Source) -> str:
    return f"{source.model._meta.model_name}-{source.key or 'own'}"


EACH_FIELD = pytest.mark.parametrize(
    "field", FIELDS, ids=[f"{_source_id(field.source)}-{field.name}" for field in FIELDS]
)

_CONTACT = ("name", "phone", "email")

#: Text fields that a search does not look through, with the reason.
NOT_SEARCHED = {
    **{
        f"{model}.{name}": "the HTML of another field"
        for model, name in (
            *(("Talk", "abstract_html"), ("Series", "description_html")),
            *(("Speaker", "biography_html"), ("Appearance", "biography_html")),
        )
    },
    **{
        f"{model}.{name}": "one of a few values, which filters or forms offer"
        for model, name in (
            *(("Talk", "kind"), ("Talk", "language"), ("Talk", "attendance"), ("Talk", "status")),
            *(("Talk", "join_access"), ("Talk", "recording_consent"), ("Talk", "timezone")),
            *(("Series", "timezone"), ("Series", "colour"), ("Venue", "timezone")),
            *(("Topic", "kind"), ("Appearance", "role")),
        )
    },
    **{
        f"{model}.{name}": "an address, which people do not search for"
        for model, name in (
            *(("Talk", "registration_url"), ("Talk", "external_url"), ("Talk", "recording_url")),
            *(("Talk", "slides_url"), ("Department", "homepage"), ("Speaker", "homepage")),
            *(("Speaker", "orcid"), ("Series", "mailing_list")),
            *((model, "slug") for model in ("Series", "Department", "Topic", "Venue", "Audience")),
        )
    },
    **{
        f"{model}.{name}": "contact details and practical notes, not what a talk is about"
        for model, name in (
            *((model, f"contact_{part}") for model in ("Talk", "Series") for part in _CONTACT),
            *(("Talk", "cost"), ("Series", "cost"), ("Talk", "notice"), ("Talk", "refreshments")),
            *(("Talk", "join_note"), ("Venue", "access"), ("Venue", "step_free")),
            *(("Venue", part) for part in ("street", "region", "postcode", "country")),
        )
    },
    **{
        f"{model}.{name}": "confidential"
        for model, name in (("Talk", "notes"), ("Talk", "join_url"), ("Speaker", "email"))
    },
    "Speaker.sort_name": "the name in another order",
    "Speaker.affiliation": "the present one; a talk is found by the one on its day",
    "Speaker.biography": "about the person, not the talk",
    "Appearance.biography": "about the person, not the talk",
    "Series.description": "about all of its talks, so every one of them would match",
    "Audience.name": "a filter",
    "Department.name": "a filter",
}
#: Models without texts about talks.
NOT_ABOUT_TALKS = {
    *("Departure", "Follow", "LeftOut", "GroupTalk", "Revision", "TalkRevision", "Version"),
    *("TalkWords", "FormerWords", "Unindexed", "Word"),
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def talk(db: None) -> Talk:
    """An indexed talk with a row of each source."""
    talk = factories.talk(
        factories.speaker(name="Ada Lovelace"),
        title="Engines",
        abstract="About them.",
        room="12",
        series=factories.series(name="Logic"),
        venue=factories.venue(building="Mudd Hall", short_name="Mudd"),
        date=NOW.date(),
    )
    talk.topics.add(Topic.objects.create(name="Computing", slug="computing"))
    talk.co_series.add(factories.series(name="Guests"))
    index.catch_up()
    assert not Unindexed.objects.exists()
    return talk


def matches() -> set[int]:
    return set(Talk.objects.filter(lookup.find(WORD).condition()).values_list("pk", flat=True))


def row_id(source: Source, talk: Talk) -> int:
    """Return the id of the row with the source's texts of the talk."""
    column = f"{source.key}_id" if source.key else "pk"
    lookup = "pk" if source.holder is Talk else "talk"
    key: int = source.holder._base_manager.values_list(column, flat=True).get(**{lookup: talk.pk})
    return key


def execute(statement: str, *values: Any) -> None:
    """Change the database without the software's knowledge."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


@EACH_FIELD
def test_a_change_is_marked_indexed_and_shown(
    field: SearchedField, talk: Talk, client: Client
) -> None:
    table = field.source.model._meta.db_table
    statement = f'UPDATE {table} SET "{field.name}" = %s WHERE id = %s'  # noqa: S608
    execute(statement, WORD, row_id(field.source, talk))
    assert set(Unindexed.objects.values_list("talk_id", flat=True)) == {talk.pk}
    assert matches() == {talk.pk}
    page = client.get("/talks/", {"q": WORD.lower()}).content.decode()
    assert f"<mark>{WORD}</mark>" in page
    if field.label:
        assert f'<p class="row-snippet">{field.label}: ' in page


@pytest.mark.parametrize("source", [one for one in SOURCES if one.key], ids=_source_id)
def test_another_row_is_marked_and_indexed(source: Source, talk: Talk) -> None:
    key = row_id(source, talk)
    row = source.model._base_manager.get(pk=key)
    row.pk = row.id = None  # type: ignore[attr-defined]
    name = next(field.name for field in FIELDS if field.source is source)
    names = {field.name for field in row._meta.fields}
    for changed in names & {name, "slug"}:
        setattr(row, changed, WORD)
    row.save(force_insert=True)
    index.catch_up()
    assert matches() == set()
    holder = source.holder._meta.db_table
    statement = f"UPDATE {holder} SET {source.key}_id = %s WHERE {source.key}_id = %s"  # noqa: S608
    execute(statement, row.pk, key)
    assert matches() == {talk.pk}
    if source.holder is not Talk:
        execute(f"DELETE FROM {holder} WHERE {source.key}_id = %s", row.pk)  # noqa: S608
        assert matches() == set()


@pytest.mark.parametrize("field", VISIBILITY_FIELDS)
def test_a_change_of_visibility_is_marked(field: str, talk: Talk) -> None:
    hidden = {"status": "draft", "withdrawn_at": NOW}
    statement = f"UPDATE seminars_talk SET {field} = %s WHERE id = %s"  # noqa: S608
    execute(statement, hidden[field], talk.pk)
    assert set(Unindexed.objects.values_list("talk_id", flat=True)) == {talk.pk}
    index.catch_up()
    assert not TalkWords.objects.get(talk=talk).is_public


def test_every_text_is_searched_or_not_for_a_reason() -> None:
    searched = {f"{field.source.model.__name__}.{field.name}" for field in FIELDS}
    texts = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("seminars").get_models(include_auto_created=True)
        if model.__name__ not in NOT_ABOUT_TALKS
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField)
    }
    assert texts == searched | NOT_SEARCHED.keys()
    assert not searched & NOT_SEARCHED.keys()

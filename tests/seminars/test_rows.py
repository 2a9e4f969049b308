"""Cached rows are never out of date, whatever changes and whenever."""

import datetime
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.legacy_ids import LegacyIdField
from seminars.models import Appearance, Series, Speaker, Talk, Venue
from seminars.rendering import rows
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

HOUR = datetime.timedelta(hours=1)
# Constraints of the database forbid to fill only one of these.
NEED_OTHERS = {"latitude", "longitude", "end_time", "ends_at"}
MINUTES = datetime.timedelta(minutes=10)

# The fields that change a row; drafts and withdrawn talks have no row.
SHOWN: dict[type[models.Model], set[str]] = {
    Talk: {
        *("title", "language", "status", "withdrawn_at", "notice", "series", "speaker_tba"),
        *("date", "start_time", "end_time", "end_date", "timezone"),
        *("starts_at", "over_at", "previous_starts_at"),
        *("venue", "room", "attendance", "recording_url", "recording_consent"),
        "slides_url",
    },
    Series: {"name", "slug"},
    Venue: {"building", "short_name", "room", "slug"},
    Speaker: {"name"},
    Appearance: {"talk", "speaker", "role", "affiliation"},
}


@pytest.fixture
def talk() -> Talk:
    return factories.talk(
        factories.speaker(name="Ada Lovelace", affiliation="London"),
        title="On engines",
        series=factories.series(name="CS Seminar"),
    )


@pytest.fixture
def address() -> str:
    """The address of a list of two talks: one that has just ended, and one with few details."""
    full = factories.talk(
        factories.speaker(name="Ada Lovelace", affiliation="London"),
        title="On engines",
        date=datetime.date(2025, 3, 3),
        start_time=datetime.time(11),
        end_time=datetime.time(12),
        series=factories.series(name="CS Seminar"),
        venue=factories.venue(
            building="Mudd Hall", short_name="Mudd", room="3514", latitude=42, longitude=-87
        ),
        attendance="hybrid",
        recording_url="https://example.org/recording",
        recording_consent="yes",
        slides_url="https://example.org/slides",
    )
    bare = factories.talk(
        title="", start_time=None, series=factories.series(), venue=factories.venue()
    )
    factories.speaker()
    factories.department()
    group = factories.group(full, bare, visibility="public")
    return f"{group.get_absolute_url()}?when=all"


@pytest.fixture
def reader(client: Client) -> Client:
    """A signed-in person, whose pages are not cached."""
    client.force_login(factories.user())
    return client


def forget() -> None:
    rows.row_html.cache_clear()
    rows.day_html.cache_clear()


def _read(reader: Client, address: str) -> bytes:
    """Return the page without the CSRF token, which changes each time."""
    return re.sub(rb'(name="csrfmiddlewaretoken" value=")\w+', rb"\1", reader.get(address).content)


def read(reader: Client, address: str) -> bytes:
    """Return the page, and check that a process with empty caches builds the same."""
    page = _read(reader, address)
    forget()
    assert page == _read(reader, address)
    return page


def built(reader: Client) -> dict[str, int]:
    """Return how often the home page builds each part."""
    pieces = {"day": rows.day_html, "row": rows.row_html}
    before = {name: piece.cache_info().misses for name, piece in pieces.items()}
    reader.get("/")
    return {name: piece.cache_info().misses - before[name] for name, piece in pieces.items()}


def other(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Return another value for the field."""
    if isinstance(field, models.ForeignKey):
        others = field.related_model._default_manager.exclude(pk=value)
        return others.values_list("pk", flat=True)[0]
    if field.choices:
        return next(key for key, _label in field.flatchoices if key not in (value, "draft"))
    match field:
        case models.DateTimeField():
            return (value or NOW) + MINUTES
        case models.DateField():
            return (value or datetime.date(2025, 3, 11)) + datetime.timedelta(days=1)
        case models.TimeField():
            return datetime.time(11, 45)
        case models.UUIDField():
            return uuid.UUID(int=1)
        case models.BooleanField():
            return not value
        case LegacyIdField():
            return 1
        case models.IntegerField() | models.DecimalField():
            return (value or 0) + 1
        case models.URLField():
            return "https://example.org/other"
    return {"timezone": "Europe/Paris", "language": "fr"}.get(field.name, "other")[
        : field.max_length
    ]


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_a_change_of_any_field_is_visible_at_once(
    model: type[models.Model], address: str, reader: Client
) -> None:
    """The change bypasses services and signals, as one by hand in the database does."""
    before = read(reader, address)
    shown = set()
    for pk in model._default_manager.values_list("pk", flat=True):
        rows = model._default_manager.filter(pk=pk)
        for field in model._meta.concrete_fields:
            value = rows.values_list(field.attname, flat=True)[0]
            if field.primary_key or (value is None and field.name in NEED_OTHERS):
                continue
            rows.update(**{field.attname: other(field, value)})
            if read(reader, address) != before:
                shown.add(field.name)
            rows.update(**{field.attname: value})
    assert read(reader, address) == before
    assert shown == SHOWN[model]


def test_only_changed_parts_are_built(talk: Talk, reader: Client) -> None:
    for day in (10, 11):
        factories.talk(date=datetime.date(2025, 3, day))
    forget()
    assert built(reader) == {"day": 2, "row": 3}
    assert built(reader) == {"day": 0, "row": 0}
    Talk.objects.filter(pk=talk.pk).update(title="On looms")
    assert built(reader) == {"day": 1, "row": 1}


def test_cached_rows_do_not_change_the_number_of_queries(talk: Talk, reader: Client) -> None:
    assert talk.series is not None
    counts = []
    for address in ("/", "/talks/", "/talks/?when=past", talk.series.get_absolute_url(), "/me/"):
        # Whether a calendar would be long is kept until data change, unlike rows.
        reader.get(address)
        for step in (forget, lambda: None):
            step()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                reader.get(address)
            counts.append(len(queries))
    assert counts[::2] == counts[1::2]


def test_rows_change_with_time(talk: Talk, reader: Client) -> None:
    start = talk.starts_at
    assert start is not None
    moments = [NOW, start - HOUR, start, start + HOUR / 2, start + HOUR, start + 300 * 24 * HOUR]
    pages = []
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            reader.force_login(factories.user(email=f"{moment:%m%d%H%M}@example.org"))
            pages.append(read(reader, "/talks/?when=all").count(b"Happening now"))
    assert pages == [0, 0, 1, 1, 0, 0]


def test_everyone_sees_their_own_marks(talk: Talk, client: Client) -> None:
    ada, bob = factories.user(), factories.user()
    factories.group(talk, manager=ada)
    seen = []
    for person in (None, ada, bob):
        client.logout()
        if person:
            client.force_login(person)
        page = read(client, "/")
        seen.append(
            [words in page for words in (b"In my groups", b"Add to group", b"login/?next=/talks/")]
        )
    assert seen == [[False, True, True], [True, False, False], [False, True, False]]


def test_rows_change_with_settings(talk: Talk, reader: Client, settings: Settings) -> None:
    pages = {read(reader, "/")}
    settings.CLOCK = "24"
    pages.add(read(reader, "/"))
    settings.TIME_ZONE = "Europe/Paris"
    pages.add(read(reader, "/"))
    assert len(pages) == 3

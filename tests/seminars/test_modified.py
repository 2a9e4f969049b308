"""Whatever changes an entry moves its LAST-MODIFIED, in calendars and in feeds for readers."""

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from accounts.legacy_ids import LegacyIdField
from seminars.formats import FORMATS
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.models import Audience, Department, Series, Speaker, Talk, Topic, Venue
from seminars.services import snapshots
from seminars.services.changes import changing, changing_shared
from seminars.services.deleting import delete
from seminars.services.snapshots import Shared
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + datetime.timedelta(minutes=5)
SHARED: list[type[Shared]] = [Speaker, Venue, Series, Topic, Audience, Department]
_STAMPS = re.compile(
    r'^(?:DTSTAMP|LAST-MODIFIED):.*\r\n|<updated>.*?</updated>|"date_modified": "[^"]*"|'
    r'"changed_at": "[^"]*"',
    re.MULTILINE,
)


@pytest.fixture
def talk() -> Talk:
    """A talk that shows one row of every kind."""
    venue = factories.venue(building="Mudd", latitude=Decimal(42), longitude=Decimal(-87))
    department = factories.department(name="CS")
    made = factories.talk(
        factories.speaker(name="Ada"),
        title="Engines",
        series=factories.series(name="Logic", department=department),
        venue=venue,
        join_url="https://join.example.org/",
        join_access="timed",
    )
    made.topics.add(Topic.objects.create(name="Algebra", slug="algebra"))
    made.audiences.add(Audience.objects.create(name="All", slug="all"))
    return made


def entry(suffix: str, now: datetime.datetime = LATER) -> tuple[str, list[str]]:
    """Return the feed without its stamps, and these."""
    listing = Listing.find(filters=Filters(), now=now)
    feed = FORMATS[suffix].render(listing, list(listing.for_feed())).decode()
    return _STAMPS.sub("", feed), _STAMPS.findall(feed)


def changed(field: "models.Field[Any, Any]", row: models.Model) -> Any:
    """Return another valid value of the field."""
    value = getattr(row, field.name)
    if isinstance(field, LegacyIdField):
        return value
    if isinstance(field, models.BooleanField):
        return not value
    if field.choices:
        return next(one for one, _label in field.choices if one != value)
    if isinstance(field, models.ForeignKey):
        return None if field.null else value
    if isinstance(field, models.DecimalField):
        return value + 1
    if isinstance(field, models.DateField):
        return value and value + datetime.timedelta(days=1)
    if isinstance(field, models.TimeField):
        return value and datetime.time(value.hour, value.minute + 15)
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1
    if field.name == "timezone":
        return "Europe/Berlin"
    if field.name == "colour":
        return "#123456"
    if isinstance(field, models.URLField):
        return "https://other.example.org/"
    return f"{value}x"


def check(before: dict[str, tuple[str, list[str]]], what: str) -> None:
    for suffix, (text, stamps) in before.items():
        after, moved = entry(suffix)
        assert after == text or moved != stamps, (suffix, what)


def every_format() -> dict[str, tuple[str, list[str]]]:
    return {suffix: entry(suffix) for suffix in ("ics", "atom", "json")}


@pytest.mark.parametrize("model", SHARED)
def test_each_fact_of_what_talks_share(talk: Talk, model: type[Shared]) -> None:
    row = model._default_manager.get()
    for field in snapshots.fields(model):
        before = every_format()
        with changing_shared(subject=row, by=None, now=LATER):
            if not isinstance(field, models.FileField):
                setattr(row, field.name, changed(field, row))
            row.save()
        check(before, field.name)
        Talk.objects.update(changed_at=NOW)


def test_each_fact_of_a_talk(talk: Talk) -> None:
    for field in snapshots.fields(Talk):
        before = every_format()
        with changing(talk=talk, by=None, now=LATER):
            setattr(talk, field.name, changed(field, talk))
            talk.save()
        check(before, field.name)
        Talk.objects.update(changed_at=NOW)
        talk.refresh_from_db()


@pytest.mark.parametrize("model", [Topic, Audience])
def test_a_topic_or_audience_that_is_deleted(talk: Talk, model: type[Topic | Audience]) -> None:
    before = every_format()
    delete(subject=model._default_manager.get(), now=LATER)
    assert entry("json")[0] != before["json"][0]
    check(before, model.__name__)


def test_a_link_that_opens_and_closes(talk: Talk) -> None:
    assert talk.starts_at is not None
    assert talk.over_at is not None
    minutes = datetime.timedelta(minutes=1)
    moments = [
        *(NOW, talk.starts_at - 15 * minutes, talk.starts_at, talk.over_at),
        *(talk.over_at + 30 * minutes, talk.over_at + 180 * minutes),
    ]
    for suffix in ("ics", "atom", "json"):
        seen = [entry(suffix, at) for at in moments]
        stamps = dict(seen)
        assert len(stamps) > 1
        # As many stamps as texts.
        assert len({str(moved) for moved in stamps.values()}) == len(stamps)

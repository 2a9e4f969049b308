"""What lists say of talks, read without more; equal rows say the same."""

import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, models

from seminars import sql
from seminars.models import Appearance, Series, Speaker, Talk, TalkQuerySet, Venue

M = TypeVar("M", bound=models.Model)


class Person(NamedTuple):
    """One who appears at a talk; the names are those of the columns, as queries take them."""

    role: str
    affiliation: str
    speaker_id: int
    speaker__name: str


class Row(NamedTuple):
    """A talk in a list; the names are those of the columns, as queries take them.

    `starts_at`, `over_at` and `previous_starts_at` are UTC instants; `is_kept` is whether a group
    has it to which the reader may add, and is said by whoever knows the reader.
    """

    id: int
    title: str
    language: str
    status: str
    notice: str
    speaker_tba: bool
    date: datetime.date | None
    start_time: datetime.time | None
    end_time: datetime.time | None
    end_date: datetime.date | None
    timezone: str
    starts_at: datetime.datetime | None
    over_at: datetime.datetime | None
    previous_starts_at: datetime.datetime | None
    room: str
    attendance: str
    recording_url: str
    slides_url: str
    series_id: int | None
    series__name: str | None
    series__slug: str | None
    venue_id: int | None
    venue__building: str | None
    venue__short_name: str | None
    venue__room: str | None
    venue__slug: str | None
    people: tuple[Person, ...]
    is_kept: bool = False

    def talk(self) -> Talk:
        """The talk with nothing but what is said here: its other fields are deferred.

        The same one while a page is made, which asks several times; nobody may change it.
        """
        return _talk(self)


class Span(NamedTuple):
    """What tells on which days a talk is; instants in UTC."""

    id: int
    date: datetime.date | None
    start_time: datetime.time | None
    end_date: datetime.date | None
    starts_at: datetime.datetime | None
    over_at: datetime.datetime | None


_COLUMNS = Row._fields[: Row._fields.index("people")]


def rows_of(talks: TalkQuerySet) -> list[Row]:
    """The rows of the talks, in their order, with no marks; two queries."""
    found = list(talks.values_list(*_COLUMNS))
    people = {
        talk: tuple(Person(*values) for _talk, *values in group)
        for talk, group in groupby(_appearing([values[0] for values in found]), key=itemgetter(0))
    }
    return [Row._make((*values, people.get(values[0], ()), False)) for values in found]


def spans_of(talks: TalkQuerySet) -> list[Span]:
    """The days of these talks, in their order; one query."""
    return [Span._make(values) for values in talks.values_list(*Span._fields)]


def _appearing(talks: list[int]) -> list[tuple[Any, ...]]:
    """Who appears at these talks, in the order of the columns of Person after the talk's id."""
    if not talks:
        return []
    return sql.rows(
        "SELECT talk_id, role, appearance.affiliation, speaker_id, name"  # noqa: S608
        f" FROM {Appearance._meta.db_table} appearance"
        f" JOIN {Speaker._meta.db_table} speaker ON speaker.id = speaker_id"
        f" WHERE talk_id IN ({sql.numbers(talks)}) ORDER BY talk_id, position, appearance.id"
    )


@lru_cache(maxsize=128)
def _talk(row: Row) -> Talk:
    said = row._asdict()
    talk = _made(Talk, said)
    talk.series = _made(Series, _of(said, "series")) if row.series_id else None
    talk.venue = _made(Venue, _of(said, "venue")) if row.venue_id else None
    # Where prefetch_related puts them.
    talk.__dict__["_prefetched_objects_cache"] = {
        "appearances": [_appearance(one) for one in row.people]
    }
    return talk


def _appearance(person: Person) -> Appearance:
    said = person._asdict()
    appearance = _made(Appearance, said)
    appearance.speaker = _made(Speaker, _of(said, "speaker"))
    return appearance


def _of(said: dict[str, Any], relation: str) -> dict[str, Any]:
    """What is said of the one that a foreign key leads to."""
    start = f"{relation}__"
    named = {name.removeprefix(start): said[name] for name in said if name.startswith(start)}
    return {"id": said[f"{relation}_id"], **named}


def _made(model: type[M], said: dict[str, Any]) -> M:
    names = [field.attname for field in model._meta.concrete_fields if field.attname in said]
    return model.from_db(DEFAULT_DB_ALIAS, names, [said[name] for name in names])

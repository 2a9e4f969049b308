"""The rows of lists: what a list shows of each talk, and nothing else. Equal rows look the same."""

import datetime
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from seminars import sql
from seminars.listings import conditions
from seminars.listings.listing import Listing
from seminars.models import Appearance, Speaker, Talk, TalkQuerySet
from seminars.models.addresses import (
    series_address,
    speaker_address,
    talk_address,
    venue_address,
)
from seminars.querysets import public_recording_url


class SeriesCell(NamedTuple):
    """The series of a row."""

    pk: int
    name: str
    slug: str

    def get_absolute_url(self) -> str:
        return series_address(self.slug)


class VenueCell(NamedTuple):
    """The venue of a row."""

    pk: int
    building: str
    short_name: str
    room: str
    slug: str

    def get_absolute_url(self) -> str:
        return venue_address(self.slug)


class SpeakerCell(NamedTuple):
    """The speaker of a row's appearance."""

    pk: int
    name: str

    def get_absolute_url(self) -> str:
        return speaker_address(self.pk, self.name)


class AppearanceCell(NamedTuple):
    """Someone who appears at the talk of a row."""

    role: str
    affiliation: str
    speaker: SpeakerCell


class Row(NamedTuple):
    """A talk in a list; the facts are a talk's own (`wording.facts.TalkFacts`).

    `starts_at`, `over_at` and `previous_starts_at` are UTC instants. `is_saved`: whether a group to
    which the reader may add has the talk; set by code that knows the reader.
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
    recording_consent: str
    slides_url: str
    series: SeriesCell | None
    venue: VenueCell | None
    people: tuple[AppearanceCell, ...]
    is_saved: bool = False

    @property
    def pk(self) -> int:
        return self.id

    @property
    def public_recording_url(self) -> str:
        return public_recording_url(self)

    @property
    def is_online_only(self) -> bool:
        return self.attendance == Talk.Attendance.ONLINE

    def get_absolute_url(self) -> str:
        return talk_address(self.id, self.title)


class Span(NamedTuple):
    """What tells on which days a talk is; instants in UTC."""

    id: int
    date: datetime.date | None
    start_time: datetime.time | None
    end_date: datetime.date | None
    starts_at: datetime.datetime | None
    over_at: datetime.datetime | None


_TALK = Row._fields[: Row._fields.index("series")]
_SERIES = [f"series__{name}" for name in SeriesCell._fields]
_VENUE = [f"venue__{name}" for name in VenueCell._fields]
_VENUE_AT = len(_TALK) + len(_SERIES)


def rows_of(talks: TalkQuerySet) -> list[Row]:
    """Return the rows of the talks, in their order and unmarked; two queries."""
    rows = list(talks.values_list(*_TALK, *_SERIES, *_VENUE))
    people = _people([values[0] for values in rows])
    return [_row(values, people.get(values[0], ())) for values in rows]


def first_rows(listing: Listing, count: int) -> list[Row]:
    """Return the rows of the first talks of the listing's page, in order, marked for its viewer."""
    return _marked(rows_of(listing.for_page()[:count]), listing)


def rows_with(listing: Listing, keys: Sequence[int]) -> list[Row]:
    """Return the rows of those of the listing's talks that have these ids, in that order, marked
    for its viewer.
    """
    return _marked(rows_at(keys), listing)


def rows_at(keys: Sequence[int]) -> list[Row]:
    """Return the rows of the talks with these ids, in that order, for any viewer and unmarked."""
    rows = {row.id: row for row in rows_of(Talk.objects.filter(pk__in=keys))} if keys else {}
    return [rows[key] for key in keys if key in rows]


def _marked(rows: list[Row], listing: Listing) -> list[Row]:
    saved = conditions.saved_by([row.id for row in rows], listing.viewer)
    return [row._replace(is_saved=True) if row.id in saved else row for row in rows]


def spans_of(talks: TalkQuerySet) -> list[Span]:
    """The days of these talks, in their order; one query."""
    return [Span._make(values) for values in talks.values_list(*Span._fields)]


def _row(values: tuple[Any, ...], people: tuple[AppearanceCell, ...]) -> Row:
    series, venue = values[len(_TALK) : _VENUE_AT], values[_VENUE_AT:]
    cells = (
        SeriesCell(*series) if series[0] else None,
        VenueCell(*venue) if venue[0] else None,
        people,
        False,
    )
    return Row._make(values[: len(_TALK)] + cells)


def _people(talks: list[int]) -> dict[int, tuple[AppearanceCell, ...]]:
    """Return who appears at these talks, by talk id, in their order; one query."""
    if not talks:
        return {}
    rows = sql.rows(
        "SELECT talk_id, role, appearance.affiliation, speaker_id, name"  # noqa: S608
        f" FROM {Appearance._meta.db_table} appearance"
        f" JOIN {Speaker._meta.db_table} speaker ON speaker.id = speaker_id"
        f" WHERE talk_id IN ({sql.numbers(talks)}) ORDER BY talk_id, position, appearance.id"
    )
    return {
        talk: tuple(
            AppearanceCell(role, affiliation, SpeakerCell(speaker, name))
            for _talk, role, affiliation, speaker, name in group
        )
        for talk, group in groupby(rows, key=itemgetter(0))
    }

"""The texts that a search looks through: one declaration for each.

The index (index.py), the triggers that mark its stale rows (index_triggers.py) and the snippets
below the results (rendering/snippets.py) are derived from `FIELDS`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from seminars import sql
from seminars.models import Appearance, Series, Speaker, Talk, Topic, Venue


class Column(StrEnum):
    """A column of TalkWords; a match in an earlier one counts more."""

    NAMES = "names"
    ABOUT = "about"
    #: A match is shown in an excerpt.
    TEXT = "text"


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A table with searched texts, and how talks lead to its rows.

    `holder` is Talk, or a table with a foreign key `talk`; `key` is its foreign key to `model`,
    empty if the two are the same.
    """

    model: type[Model]
    holder: type[Model]
    key: str = ""

    @property
    def talk_column(self) -> str:
        """The column of the holder that has the id of the talk."""
        return "id" if self.holder is Talk else "talk_id"

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns of the holder that decide which texts belong to which talk."""
        columns = (self.talk_column, f"{self.key}_id" if self.key else "")
        return tuple(column for column in columns if column and column != "id")


@dataclass(frozen=True, slots=True, eq=False)
class SearchedField:
    """A text that a search looks through, and the column of TalkWords that has its words.

    `label` is what a snippet calls the text; None where the row of a list shows it anyway. A
    snippet joins the texts of adjacent fields with the same label.
    """

    source: Source
    name: str
    column: Column
    label: StrPromise | None = None
    has_initials: bool = False

    @property
    def lookup(self) -> str:
        """The lookup from the source's holder."""
        return f"{self.source.key}__{self.name}" if self.source.key else self.name


_TALK = Source(Talk, Talk)
_SERIES = Source(Series, Talk, "series")
_VENUE = Source(Venue, Talk, "venue")
_APPEARANCE = Source(Appearance, Appearance)
_SPEAKER = Source(Speaker, Appearance, "speaker")
_TOPIC = Source(Topic, Talk.topics.through, "topic")
_CO_SERIES = Source(Series, Talk.co_series.through, "series")

_LOCATION = _("Location")

FIELDS = (
    SearchedField(_TALK, "title", Column.NAMES),
    SearchedField(_SPEAKER, "name", Column.NAMES, has_initials=True),
    SearchedField(_APPEARANCE, "affiliation", Column.ABOUT),
    SearchedField(_TOPIC, "name", Column.ABOUT, label=_("Topic")),
    SearchedField(_CO_SERIES, "name", Column.ABOUT, label=_("Series")),
    SearchedField(_TALK, "room", Column.ABOUT),
    SearchedField(_SERIES, "name", Column.ABOUT),
    SearchedField(_SERIES, "short_code", Column.ABOUT, label=_("Series")),
    SearchedField(_VENUE, "building", Column.ABOUT, label=_LOCATION),
    SearchedField(_VENUE, "short_name", Column.ABOUT),
    SearchedField(_VENUE, "former_name", Column.ABOUT, label=_LOCATION),
    SearchedField(_VENUE, "room", Column.ABOUT, label=_LOCATION),
    SearchedField(_VENUE, "campus", Column.ABOUT, label=_LOCATION),
    SearchedField(_VENUE, "city", Column.ABOUT, label=_LOCATION),
    SearchedField(_TALK, "abstract", Column.TEXT),
)

#: The fields of a talk that decide whether its words may be suggested to everyone.
VISIBILITY_FIELDS = ("status", "withdrawn_at")

#: The texts of a talk that are not empty, by field.
Texts = dict[SearchedField, list[str]]


def texts_of(talks: Collection[int], fields: Iterable[SearchedField]) -> dict[int, Texts]:
    """Return the texts in these fields by talk id; one query for each holder of sources.

    Talks without a row in any of them are missing.
    """
    by_holder = defaultdict[type[Model], list[SearchedField]](list)
    for field in fields:
        by_holder[field.source.holder].append(field)
    found: dict[int, Texts] = {}
    for holder, read in by_holder.items() if talks else ():
        lookups = tuple(field.lookup for field in read)
        for talk, *values in sql.rows(_statement(holder, lookups) % sql.numbers(talks)):
            texts = found.setdefault(talk, {})
            for field, value in zip(read, values, strict=True):
                if value:
                    texts.setdefault(field, []).append(value)
    return found


@cache
def _statement(holder: type[Model], lookups: tuple[str, ...]) -> str:
    """Return the query for the values of lookups, with `%s` for the ids of talks."""
    talk = "pk" if holder is Talk else "talk"
    rows = holder._base_manager.filter(**{f"{talk}__in": [0]})
    order = ("pk",) if holder is Talk else (*(holder._meta.ordering or ()), "pk")
    values = rows.order_by(*order).values_list(talk, *lookups)
    statement, _values = values.query.sql_with_params()
    return statement

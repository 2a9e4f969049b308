"""The filters of listings, each declared once.

Pages, feeds, titles, facets, follow rules and departures all loop over DIMENSIONS. To add one:
docs/how-to-add-a-filter.md.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import Group
from seminars.listings.dimension_types import (
    ANY_DAYS,
    Attendance,
    Dates,
    Dimension,
    Flag,
    Page,
    PartOfTime,
    Rows,
    SpeakerId,
    TalkData,
    When,
    Words,
    Year,
)
from seminars.listings.subjects import BY_NAME
from seminars.models import Audience, Series
from seminars.querysets import AUDIENCE, GROUP, RECORDING_REQUIRES

_IN_SERIES = ("series", "co_series")


def _subject_rows(
    name: str,
    *,
    form_order: int,
    decided_by: tuple[str, ...],
    linked_ids: Callable[[TalkData], Iterable[int]],
) -> Rows:
    """Return the filter for a kind of row that has a page."""
    kind = BY_NAME[name]
    return Rows(
        kind.name,
        kind.label,
        model=kind.model,
        link=kind.link,
        index_page=kind.index_name,
        is_facet=True,
        form_order=form_order,
        decided_by=decided_by,
        linked_ids=linked_ids,
    )


def _ids_of(field: str) -> Callable[[TalkData], Iterable[int]]:
    return lambda talk: {one["id"] for one in talk[field]}


def _series_ids(talk: TalkData) -> set[int]:
    return {one["id"] for one in (talk["series"], *talk["co_series"]) if one}


def _department_ids(talk: TalkData) -> set[int]:
    series = Series.objects.filter(pk__in=_series_ids(talk), department__isnull=False)
    return set(series.values_list("department", flat=True))


def _venue_ids(talk: TalkData) -> set[int]:
    return {talk["venue"]["id"]} if talk["venue"] else set()


#: Every filter, in the order in which addresses write them.
DIMENSIONS: list[Dimension[Any]] = [
    Words("q", gettext_lazy("Search"), field="words", empty=""),
    _subject_rows("series", form_order=10, decided_by=_IN_SERIES, linked_ids=_series_ids),
    _subject_rows("topic", form_order=20, decided_by=("topics",), linked_ids=_ids_of("topics")),
    Rows(
        "audience",
        gettext_lazy("Audience"),
        model=Audience,
        link=AUDIENCE,
        is_facet=True,
        form_order=30,
        decided_by=("audiences",),
        linked_ids=_ids_of("audiences"),
    ),
    _subject_rows("department", form_order=50, decided_by=_IN_SERIES, linked_ids=_department_ids),
    _subject_rows("venue", form_order=80, decided_by=("venue",), linked_ids=_venue_ids),
    Rows(
        "group",
        gettext_lazy("Group"),
        model=Group,
        link=GROUP,
        index_page="groups",
        form_order=90,
        # Departures from groups are recorded where groups change.
        linked_ids=lambda talk: (),
    ),
    SpeakerId("speaker", gettext_lazy("Speaker"), empty=None, decided_by=("appearances",)),
    Attendance(
        "attendance",
        gettext_lazy("Attendance"),
        is_facet=True,
        form_order=40,
        decided_by=("attendance",),
    ),
    Year(
        "year",
        gettext_lazy("Year"),
        empty=None,
        is_facet=True,
        form_order=60,
        implies=When.ALL,
        example=2000,
        is_time=True,
    ),
    Flag.declare(
        "recording",
        gettext_lazy("Recording"),
        column="recording_url",
        requires=RECORDING_REQUIRES,
        choice=gettext_lazy("Has a recording"),
        phrase=gettext_lazy("With a recording"),
        implies=When.PAST,
    ),
    PartOfTime("when", gettext_lazy("When"), empty=None, is_time=True),
    Dates(
        "days",
        gettext_lazy("Dates"),
        empty=ANY_DAYS,
        implies=When.ALL,
        is_time=True,
        decided_by=("date",),
    ),
    Page("page", gettext_lazy("Page"), empty=1),
]


def flags() -> list[Flag]:
    """Return the yes/no filters."""
    return [one for one in DIMENSIONS if isinstance(one, Flag)]


def flag_columns() -> list[str]:
    """Return the columns that decide the yes/no filters, each once."""
    return list(dict.fromkeys(column for flag in flags() for column in flag.columns))


def rows() -> list[Rows]:
    """Return the filters that list slugs of rows."""
    return [one for one in DIMENSIONS if isinstance(one, Rows)]


def facets() -> list[Dimension[Any]]:
    """Return the filters whose values are offered with numbers of talks."""
    return [one for one in DIMENSIONS if one.is_facet]

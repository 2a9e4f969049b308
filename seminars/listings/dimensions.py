"""The filters of listings, each declared once.

Pages, feeds, titles, facets, follow rules and departures all loop over DIMENSIONS. To add one:
docs/how-to-add-a-filter.md.
"""

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
    When,
    Words,
    Year,
)
from seminars.models import Audience, Department, Series, Topic, Venue
from seminars.querysets import (
    AUDIENCE,
    DEPARTMENT,
    GROUP,
    RECORDING_REQUIRES,
    SERIES,
    TOPIC,
    VENUE,
)

_IN_SERIES = ("series", "co_series")

#: Every filter, in the order in which addresses write them.
DIMENSIONS: list[Dimension[Any]] = [
    Words("q", gettext_lazy("Search"), field="words", empty=""),
    Rows(
        "series",
        gettext_lazy("Series"),
        model=Series,
        link=SERIES,
        index_page="series-index",
        is_facet=True,
        form_order=10,
        decided_by=_IN_SERIES,
    ),
    Rows(
        "topic",
        gettext_lazy("Topic"),
        model=Topic,
        link=TOPIC,
        index_page="topic-index",
        is_facet=True,
        form_order=20,
        decided_by=("topics",),
    ),
    Rows(
        "audience",
        gettext_lazy("Audience"),
        model=Audience,
        link=AUDIENCE,
        is_facet=True,
        form_order=30,
        decided_by=("audiences",),
    ),
    Rows(
        "department",
        gettext_lazy("Department"),
        model=Department,
        link=DEPARTMENT,
        index_page="department-index",
        is_facet=True,
        form_order=50,
        decided_by=_IN_SERIES,
    ),
    Rows(
        "venue",
        gettext_lazy("Venue"),
        model=Venue,
        link=VENUE,
        index_page="venue-index",
        is_facet=True,
        form_order=80,
        decided_by=("venue",),
    ),
    Rows(
        "group", gettext_lazy("Group"), model=Group, link=GROUP, index_page="groups", form_order=90
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

"""Every reader reads talks of any kind correctly."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from seminars.clock import zones
from seminars.formats.vtimezone import transitions
from seminars.models import Talk, Topic
from tests.interop.readers import Reader
from tests.interop.talks import calendar, expected, talk

pytestmark = pytest.mark.once

# Any characters that can be stored, and often those with a meaning in calendars, HTML or Markdown.
TEXT = st.text(
    st.one_of(
        st.sampled_from("\\;,:\"'^nN\n\r\t<>&*_$# ü語\u2028\u0301\u200d👩"),
        st.characters(exclude_characters="\x00", exclude_categories=["Cs"]),
    ),
    max_size=120,
)
ZONES = st.sampled_from(sorted(zones()))


@st.composite
def days(draw: st.DrawFn, zone: str) -> datetime.date:
    """Half of the time, a day of a clock change or the day before or after."""
    year = draw(st.integers(1990, 2100))
    changes = transitions(zone, year)
    if draw(st.booleans()) and changes:
        change = draw(st.sampled_from(changes))
        day = (change.at + change.before.offset).date()
        return day + datetime.timedelta(days=draw(st.integers(-1, 1)))
    return draw(st.dates(datetime.date(year, 1, 1), datetime.date(year, 12, 31)))


def minutes() -> st.SearchStrategy[datetime.time]:
    return st.times().map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def times(draw: st.DrawFn) -> dict[str, Any]:
    """Times with and without start, end and last day, in any zone."""
    zone = draw(ZONES)
    fields: dict[str, Any] = {"timezone": zone, "date": draw(days(zone))}
    if draw(st.integers(0, 9)):
        fields["start_time"] = draw(minutes())
        if draw(st.booleans()):
            fields["end_time"] = draw(minutes())
    if draw(st.integers(0, 3)) == 0:
        fields["end_date"] = fields["date"] + datetime.timedelta(days=draw(st.integers(1, 9)))
    return fields


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    names = draw(st.lists(TEXT, max_size=3))
    moment = st.datetimes(
        datetime.datetime(1990, 1, 1),  # noqa: DTZ001 — the zone is added separately
        datetime.datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(datetime.UTC),
    )
    try:
        return talk(
            **draw(times()),
            title=draw(TEXT),
            speaker=draw(TEXT),
            room=draw(TEXT),
            notice=draw(TEXT),
            abstract=draw(TEXT),
            topics=[Topic(name=name) for name in names],
            status=draw(st.sampled_from(["announced", "cancelled", "postponed"])),
            sequence=draw(st.integers(0, 1000)),
            created_at=draw(moment),
            changed_at=draw(moment),
        )
    except ValidationError:
        # A skipped time, or an end before the start: no such talk is ever stored.
        assume(False)
        raise


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(talks(), min_size=1, max_size=3))
def test_any_talk_is_read_correctly(read: Reader, any_talks: list[Talk]) -> None:
    assert read(calendar(any_talks)) == expected(any_talks)

"""What a public answer depends on besides its address: the data's revision, and the time.

The revision is a token that triggers of the database (triggers.py) redraw with every change of
public data. The time counts only from one boundary to the next: when a talk starts or is over, a
join link opens, the site's day begins, or a withdrawn talk is forgotten, an answer may change by
itself.

What a long answer says of one talk depends on less: on the talk's own token, and on that of what
many talks share.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from seminars import clock, sql
from seminars.models import Departure, Revision, Talk
from seminars.querysets import TOMBSTONE

_REVISION = Revision._meta.db_table
_LONGEST_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class State:
    """What there is to know at a moment; answers made in equal states are equal.

    `since` (UTC) is when it came about: the later of the data's last change and the last boundary.
    `shared_token` is that of what many talks share, such as venues, series, speakers and topics.
    """

    token: str
    shared_token: str
    slot: datetime
    since: datetime


# What each process found last: the state, and until when it holds.
_known: tuple[State, datetime] | None = None


def state(now: datetime) -> State:
    """The state at `now`: one small query, and some more only after a change or a boundary."""
    global _known
    known = _known
    token = _token()
    if known is None or known[0].token != token or not known[0].slot <= now < known[1]:
        begins, ends = _slot(now)
        # All in one reading, for the data may have changed again.
        found = _rows(f"SELECT token, shared_token, changed_at FROM {_REVISION} WHERE id = 1")
        token, shared_token, changed_at = found[0] if found else ("", "", begins)
        since = max(_instant(changed_at), begins)
        known = _known = State(token, shared_token, begins, since), ends
    return known[0]


def _token() -> str:
    """All that an answer costs which is kept."""
    found = _rows(f"SELECT token FROM {_REVISION} WHERE id = 1")
    return found[0][0] if found else ""


def _slot(now: datetime) -> tuple[datetime, datetime]:
    """The last boundary at or before `now`, and the first one after it."""
    today = timezone.localdate(now)
    boundaries = [
        clock.midnight(today, settings.TIME_ZONE),
        clock.end_of_day(today, settings.TIME_ZONE),
        *_around(now),
        *_join_links(now),
    ]
    return (
        max(moment for moment in boundaries if moment <= now),
        min(moment for moment in boundaries if moment > now),
    )


def _around(now: datetime) -> Iterator[datetime]:
    """The last boundary of each kind at or before `now`, and the first after it."""
    talks, departures = Talk._meta.db_table, Departure._meta.db_table
    kinds = [
        (talks, "starts_at", timedelta()),
        (talks, "over_at", timedelta()),
        (talks, "withdrawn_at", TOMBSTONE),
        (departures, "left_at", TOMBSTONE),
    ]
    # One query, of which each part asks one end of an index.
    parts = [
        f"(SELECT {end}({field}) FROM {table} WHERE {field} {side} %s)"
        for table, field, _after in kinds
        for end, side in (("MAX", "<="), ("MIN", ">"))
    ]
    afters = [after for _table, _field, after in kinds for _side in range(2)]
    found = _rows(f"SELECT {', '.join(parts)}", *(now - after for after in afters))[0]
    for moment, after in zip(found, afters, strict=True):
        if moment is not None:
            yield _instant(moment) + after


def _join_links(now: datetime) -> Iterator[datetime]:
    timed = (
        f"SELECT starts_at, join_opens_minutes FROM {Talk._meta.db_table}"
        f" WHERE over_at > %s AND starts_at < %s AND join_access = '{Talk.JoinAccess.TIMED}'"
    )
    for starts_at, minutes in _rows(timed, now, now + _LONGEST_AHEAD * 2):
        yield _instant(starts_at) - timedelta(minutes=minutes)


def _rows(statement: str, *moments: datetime) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return sql.rows(statement, [adapt(moment) for moment in moments])


def _instant(moment: datetime | str) -> datetime:
    # SQLite gives what it has no type for as text, or without its zone, which is UTC.
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# ruff: noqa: S608  (the only names put into statements are those of our own tables)

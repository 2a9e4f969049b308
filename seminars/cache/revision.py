"""What a public response depends on besides its URL: the data's revision, and the time.

The revision is a token that triggers of the database (triggers.py) replace with every change of
public data. Time matters only at boundaries: when a talk starts or ends, a meeting link opens, the
site's day begins, or a withdrawn talk is forgotten, a response may change by itself.

The part of a long response that is about one talk depends on less: on the talk's own token, and on
that of the data that many talks share.
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
from seminars.models.talk import ASSUMED_LENGTH
from seminars.querysets import TOMBSTONE
from seminars.wording.join_link import OPEN_END

_REVISION = Revision._meta.db_table
_MAX_JOIN_LEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class State:
    """The state of the public data at a moment; responses built in equal states are equal.

    `slot` is the last boundary, and `since` the later of that and the data's last change (UTC).
    `shared_token` is for what many talks share, such as venues, series, speakers and topics.
    """

    token: str
    shared_token: str
    slot: datetime
    since: datetime


# The state that this process read last, and the instant until which it is valid.
_last: tuple[State, datetime] | None = None


def state(now: datetime) -> State:
    """Return the state at `now`: one small query, and more only after a change or a boundary."""
    global _last
    last = _last
    token = _token()
    if last is None or last[0].token != token or not last[0].slot <= now < last[1]:
        begins, ends = _slot(now)
        # All in one query, because the data may have changed again.
        rows = _query(f"SELECT token, shared_token, changed_at FROM {_REVISION} WHERE id = 1")
        token, shared_token, changed_at = rows[0] if rows else ("", "", begins)
        since = max(_instant(changed_at), begins)
        last = _last = State(token, shared_token, begins, since), ends
    return last[0]


def _token() -> str:
    """Return the token, with the only query that a cached response needs."""
    rows = _query(f"SELECT token FROM {_REVISION} WHERE id = 1")
    return rows[0][0] if rows else ""


def _slot(now: datetime) -> tuple[datetime, datetime]:
    """Return the last boundary at or before `now`, and the first one after it."""
    today = timezone.localdate(now)
    boundaries = [
        clock.midnight(today, settings.TIME_ZONE),
        clock.end_of_day(today, settings.TIME_ZONE),
        *_boundaries_around(now),
        *_join_link_openings(now),
    ]
    return (
        max(moment for moment in boundaries if moment <= now),
        min(moment for moment in boundaries if moment > now),
    )


def _boundaries_around(now: datetime) -> Iterator[datetime]:
    """Yield the last boundary of each kind at or before `now`, and the first one after it."""
    talks, departures = Talk._meta.db_table, Departure._meta.db_table
    kinds = [
        (talks, "starts_at", timedelta()),
        (talks, "over_at", timedelta()),
        # Join links close: some time after the end, or the start where no end is known.
        (talks, "over_at", timedelta(minutes=settings.JOIN_LINK_MINUTES_AFTER)),
        (talks, "over_at", OPEN_END - ASSUMED_LENGTH),
        (talks, "withdrawn_at", TOMBSTONE),
        (departures, "left_at", TOMBSTONE),
    ]
    # One query, each part of which reads one end of an index.
    parts = [
        f"(SELECT {end}({field}) FROM {table} WHERE {field} {side} %s)"
        for table, field, _after in kinds
        for end, side in (("MAX", "<="), ("MIN", ">"))
    ]
    afters = [after for _table, _field, after in kinds for _side in range(2)]
    moments = _query(f"SELECT {', '.join(parts)}", *(now - after for after in afters))[0]
    for moment, after in zip(moments, afters, strict=True):
        if moment is not None:
            yield _instant(moment) + after


def _join_link_openings(now: datetime) -> Iterator[datetime]:
    statement = (
        f"SELECT starts_at, join_opens_minutes FROM {Talk._meta.db_table}"
        f" WHERE over_at > %s AND starts_at < %s AND join_access = '{Talk.JoinAccess.TIMED}'"
    )
    for starts_at, minutes in _query(statement, now, now + _MAX_JOIN_LEAD * 2):
        yield _instant(starts_at) - timedelta(minutes=minutes)


def _query(statement: str, *moments: datetime) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return sql.rows(statement, [adapt(moment) for moment in moments])


def _instant(moment: datetime | str) -> datetime:
    # SQLite has no type for instants: it returns text, or a datetime in UTC without its zone.
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# ruff: noqa: S608  (the only names in statements are those of our own tables)

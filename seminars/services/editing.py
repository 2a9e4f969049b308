"""A talk as a form changes it, where what was typed changes more than its own field."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from accounts.models import User
from seminars.models import Talk
from seminars.services import snapshots
from seminars.services.changes import Change, changing

_START = ("date", "start_time", "timezone")


@contextmanager
def editing(
    *,
    talk: Talk,
    by: User | None,
    now: datetime,
    base: int | None = None,
    stays_postponed: bool = False,
) -> Iterator[Change]:
    """As `changing`, for a talk that holds what was typed and is not saved yet.

    A postponed talk that has another start is announced again, unless it `stays_postponed`:
    calendar programs would cross out the very time at which it takes place.
    """
    with changing(talk=talk, by=by, now=now, base=base) as change:
        before = change.before
        if before is not None and before["status"] == talk.status == Talk.Status.POSTPONED:
            typed = {name: snapshots.plain(getattr(talk, name)) for name in _START}
            if not stays_postponed and any(before[name] != typed[name] for name in _START):
                talk.status = Talk.Status.ANNOUNCED
        yield change

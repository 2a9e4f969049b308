"""Changes of a talk made through a form, where a new time may also change the status."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from accounts.models import User
from seminars.models import Talk
from seminars.services import snapshots
from seminars.services.changes import Change, changing

_START_FIELDS = ("date", "start_time", "timezone")


@contextmanager
def editing(
    *,
    talk: Talk,
    by: User | None,
    now: datetime,
    base: int | None = None,
    stays_postponed: bool = False,
) -> Iterator[Change]:
    """Do the same as `changing` for an unsaved talk that holds the form's values.

    A postponed talk with a new start is announced again unless it `stays_postponed`; otherwise
    calendar apps would cross out its new time.
    """
    with changing(talk=talk, by=by, now=now, base=base) as change:
        before = change.before
        if before is not None and before["status"] == talk.status == Talk.Status.POSTPONED:
            entered = {name: snapshots.plain(getattr(talk, name)) for name in _START_FIELDS}
            if not stays_postponed and any(before[name] != entered[name] for name in _START_FIELDS):
                talk.status = Talk.Status.ANNOUNCED
        yield change

"""Changes of talks, and their versions, for the tests of services."""

import datetime
from collections.abc import Callable
from typing import Any

from accounts.models import User
from seminars.models import Talk, Version
from seminars.services import snapshots, talks
from seminars.services.changes import Change, changing
from seminars.services.snapshots import Subject
from tests import factories
from tests.factories import NOW

#: The moment of most changes.
LATER = NOW + datetime.timedelta(hours=3)
#: When a talk of the factories starts.
START = datetime.datetime(2025, 3, 10, 17, 0, tzinfo=datetime.UTC)


def change(talk: Talk, now: datetime.datetime = LATER, **fields: Any) -> Change:
    """Set fields of the talk and save them as one change."""
    with changing(talk=talk, by=None, now=now) as result:
        for name, value in fields.items():
            setattr(talk, name, value)
        talk.save()
    return result


def versions_of(subject: Subject) -> list[tuple[int, str]]:
    """Return the number and verb of each version."""
    versions = Version.objects.filter(subject=snapshots.kind(subject), subject_id=subject.pk)
    return list(versions.values_list("number", "verb"))


def calendar_fields(talk: Talk) -> tuple[Any, ...]:
    """Return SEQUENCE and timestamps from the database; the instance has the same."""
    names = ("sequence", "changed_at", "published_at", "previous_starts_at")
    row = Talk.objects.get(pk=talk.pk)
    stored = tuple(getattr(row, name) for name in names)
    assert stored == tuple(getattr(talk, name) for name in names)
    return stored


def in_state(state: str, **fields: Any) -> Talk:
    """Create a talk with this status, or a withdrawn one."""
    if state == "withdrawn":
        fields |= {"status": "announced", "withdrawn_at": NOW - datetime.timedelta(days=1)}
    else:
        fields["status"] = state
    public = fields["status"] in ("announced", "postponed", "cancelled")
    return factories.talk(
        published_at=NOW - datetime.timedelta(days=9) if public else None, **fields
    )


def take_action(
    name: str, talk: Talk, by: User | None = None, now: datetime.datetime = LATER
) -> Talk:
    """Take the action of this name; a rescheduled talk moves one week."""
    verb: Callable[..., Talk] = getattr(talks, name)
    more: dict[str, Any] = {}
    if name == "reschedule":
        more = {"date": datetime.date(2025, 3, 17), "start_time": datetime.time(14)}
        more["end_time"] = datetime.time(15)
    return verb(talk=talk, by=by, now=now, **more)


def state_and_times(talk: Talk) -> tuple[Any, ...]:
    """Return status, sequence and timestamps from the database."""
    row = Talk.objects.get(pk=talk.pk)
    state = "withdrawn" if row.withdrawn_at else row.status
    stored = (state, row.sequence, row.changed_at, row.published_at, row.previous_starts_at)
    held = "withdrawn" if talk.withdrawn_at else talk.status
    assert stored == (
        held,
        talk.sequence,
        talk.changed_at,
        talk.published_at,
        talk.previous_starts_at,
    )
    return stored

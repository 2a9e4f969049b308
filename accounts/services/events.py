"""Writing the history of groups."""

from typing import Any

from accounts.models import Group, GroupEvent, User


def record(
    group: Group,
    kind: GroupEvent.Kind,
    *,
    by: User | None,
    person: User | None = None,
    role: str = "",
    talk: int | None = None,
    changes: dict[str, Any] | None = None,
) -> GroupEvent:
    """Add an entry to the group's history."""
    return GroupEvent.objects.create(
        group=group,
        kind=kind,
        by=by,
        person=person,
        role=role,
        talk_id=talk,
        changes=changes or {},
    )

"""Changes of talks, and their versions, for the tests of services."""

import datetime
from typing import Any

from seminars.models import Talk, Version
from seminars.services import snapshots
from seminars.services.changes import Change, changing
from seminars.services.snapshots import Subject
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

"""Writing and finding versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from accounts.models import User
from seminars.models import Version
from seminars.services import snapshots
from seminars.services.errors import ConflictError
from seminars.services.snapshots import Snapshot, Subject

#: The number of the version that a change started from, where that is not known.
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Step:
    """A subject before (None: it was not there) and after a change."""

    subject: Subject
    before: Snapshot | None
    after: Snapshot

    @property
    def changed(self) -> list[str]:
        """The fields that the change changed; all, of a new one."""
        if self.before is None:
            return list(self.after)
        return snapshots.changed(self.before, self.after)


def latest(subject: Subject) -> Version | None:
    """The subject's last version; None where none was written yet."""
    versions = Version.objects.filter(subject=snapshots.kind(subject), subject_id=subject.pk)
    return versions.order_by("-number").first()


def refuse_conflict(found: Version | None, base: int | None) -> None:
    """Raises ConflictError where the last version is not the one that the change started from.

    `base` is its number, 0 where there was none, UNKNOWN, which is refused wherever there is one;
    None asks for no check.
    """
    if base is None or found is None or found.number == base:
        return
    if base == UNKNOWN:
        raise ConflictError(theirs=found, base=None)
    # What was there before the first change is written down with that change, as number 1.
    started = Version.objects.filter(
        subject=found.subject, subject_id=found.subject_id, number=max(base, 1)
    ).first()
    if base == 0 and started is not None and started.verb != Version.Verb.RECORDED:
        started = None
    raise ConflictError(theirs=found, base=started)


def changed_by_others(subject: Subject, *, since: int, than: User) -> bool:
    """Whether somebody else has changed it after the version of this number."""
    others = Version.objects.filter(
        subject=snapshots.kind(subject), subject_id=subject.pk, number__gt=since
    ).exclude(by=than)
    # What was there before the first change is written down with it, and is nobody's.
    return others.exclude(verb=Version.Verb.RECORDED).exists()


def write(
    steps: Iterable[Step], *, by: User | None, now: datetime, verb: str
) -> dict[int, Version]:
    """Writes a version for each step that changed something, by subject id; all of one kind.

    Where the last version does not say what was there before the change, that is written first, so
    that nobody is said to have changed what they did not and nothing is lost.
    """
    steps = [step for step in steps if step.changed]
    if not steps:
        return {}
    kind = snapshots.kind(steps[0].subject)
    last = _last(kind, [step.subject.pk for step in steps])
    rows: list[Version] = []
    for step in steps:
        known = last.get(step.subject.pk)
        number = known.number if known else 0
        found = [(None, Version.Verb.RECORDED.value, step.before)]
        if step.before is None or (known and not snapshots.changed(known.data, step.before)):
            found = []
        for who, what, data in [*found, (by, verb, step.after)]:
            number += 1
            rows.append(
                Version(
                    subject=kind,
                    subject_id=step.subject.pk,
                    number=number,
                    at=now,
                    by=who,
                    verb=what,
                    data=data,
                )
            )
    return {row.subject_id: row for row in Version.objects.bulk_create(rows)}


def _last(kind: str, keys: list[int]) -> dict[int, Version]:
    newest = Version.objects.filter(subject=kind, subject_id=OuterRef("subject_id"))
    found = Version.objects.filter(
        subject=kind,
        subject_id__in=keys,
        number=Subquery(newest.order_by("-number").values("number")[:1]),
    )
    return {one.subject_id: one for one in found}

"""Write and look up versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from accounts.models import User
from seminars.models import Version
from seminars.services import snapshots
from seminars.services.errors import ConflictError
from seminars.services.snapshots import Snapshot, Subject

#: The base version of a form that does not say which version it started from.
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Step:
    """A subject before and after a change; `before` is None if the change created it."""

    subject: Subject
    before: Snapshot | None
    after: Snapshot

    @property
    def changed(self) -> list[str]:
        """The names of the fields that changed; all fields of a new subject."""
        if self.before is None:
            return list(self.after)
        return snapshots.changed(self.before, self.after)


def latest(subject: Subject) -> Version | None:
    """Return the subject's latest version, or None."""
    versions = Version.objects.filter(subject=snapshots.kind(subject), subject_id=subject.pk)
    return versions.order_by("-number").first()


def refuse_conflict(newest: Version | None, base: int | None) -> None:
    """Raise ConflictError if `newest` is not the version that the change started from.

    `base` is that version's number, 0 if there was none, or UNKNOWN, which conflicts with any
    version. None skips the check.
    """
    if base is None or newest is None or newest.number == base:
        return
    if base == UNKNOWN:
        raise ConflictError(theirs=newest, base=None)
    # The state before the first change is version 1, written together with that change.
    started = Version.objects.filter(
        subject=newest.subject, subject_id=newest.subject_id, number=max(base, 1)
    ).first()
    if base == 0 and started is not None and started.verb != Version.Verb.RECORDED:
        started = None
    raise ConflictError(theirs=newest, base=started)


def changed_by_others(subject: Subject, *, since: int, than: User) -> bool:
    """Whether anyone else has changed the subject after version number `since`."""
    others = Version.objects.filter(
        subject=snapshots.kind(subject), subject_id=subject.pk, number__gt=since
    ).exclude(by=than)
    # The recorded initial version is nobody's change.
    return others.exclude(verb=Version.Verb.RECORDED).exists()


def write(
    steps: Iterable[Step], *, by: User | None, now: datetime, verb: str
) -> dict[int, Version]:
    """Write a version for each step that changed something; return them by subject id.

    All subjects are of one model. If the latest version differs from the state before the change,
    that state is written first, so that the change is not attributed to the wrong person.
    """
    steps = [step for step in steps if step.changed]
    if not steps:
        return {}
    kind = snapshots.kind(steps[0].subject)
    latest_versions = _latest_by_id(kind, [step.subject.pk for step in steps])
    rows: list[Version] = []
    for step in steps:
        last = latest_versions.get(step.subject.pk)
        number = last.number if last else 0
        unrecorded = [(None, Version.Verb.RECORDED.value, step.before)]
        if step.before is None or (last and not snapshots.changed(last.data, step.before)):
            unrecorded = []
        for author, action, data in [*unrecorded, (by, verb, step.after)]:
            number += 1
            rows.append(
                Version(
                    subject=kind,
                    subject_id=step.subject.pk,
                    number=number,
                    at=now,
                    by=author,
                    verb=action,
                    data=data,
                )
            )
    return {row.subject_id: row for row in Version.objects.bulk_create(rows)}


def _latest_by_id(kind: str, keys: list[int]) -> dict[int, Version]:
    newest = Version.objects.filter(subject=kind, subject_id=OuterRef("subject_id"))
    versions = Version.objects.filter(
        subject=kind,
        subject_id__in=keys,
        number=Subquery(newest.order_by("-number").values("number")[:1]),
    )
    return {one.subject_id: one for one in versions}

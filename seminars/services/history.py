"""The history of one row as text, newest first."""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seminars import wording
from seminars.models import Appearance, Version
from seminars.services import snapshots
from seminars.services.snapshots import Snapshot, Subject

#: How many versions a history shows.
MAX_VERSIONS = 200


class Difference(NamedTuple):
    """One field's change as text, untruncated."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One version: `by` is a name, empty for the system; `verb` is a past participle."""

    version: Version
    number: int
    at: datetime.datetime
    by: str
    verb: str
    changes: list[Difference]


def history(
    subject: Subject, *, limit: int = MAX_VERSIONS, hidden: Collection[str] = ()
) -> list[Entry]:
    """Return at most `limit` versions with what each changed, newest first, in one query.

    Changes of `hidden` fields are left out.
    The very first version, and one whose text was erased, have no changes.
    """
    versions = Version.objects.filter(subject=snapshots.kind(subject), subject_id=subject.pk)
    newest = list(versions.select_related("by").order_by("-number")[: limit + 1])
    return [
        Entry(
            version=one,
            number=one.number,
            at=one.at,
            by=str(one.by) if one.by else "",
            verb=str(one.get_verb_display()),
            changes=differences(type(subject), before.data, one.data, hidden=hidden)
            if before
            else [],
        )
        for one, before in zip_longest(newest, newest[1:])
    ][:limit]


def differences(
    model: type[models.Model], before: Snapshot, after: Snapshot, *, hidden: Collection[str] = ()
) -> list[Difference]:
    """Return the differences between two snapshots, in the order of the model's fields."""
    differing = set(snapshots.changed(before, after)) - set(hidden)
    changes = [
        Difference(
            label(model, name), text(model, name, before[name]), text(model, name, after[name])
        )
        for name in snapshots.names(model)
        if name in differing
    ]
    if snapshots.APPEARANCES in differing:
        changes += _appearance_differences(
            before[snapshots.APPEARANCES], after[snapshots.APPEARANCES]
        )
    return changes


def label(model: type[models.Model], name: str) -> str:
    """Return the field's label."""
    if name == snapshots.APPEARANCES:
        return _("Speakers")
    if name == snapshots.WITHDRAWN_AT:
        return _("Removed from the site")
    return str(capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name))))


def text(model: type[models.Model], name: str, value: Any) -> str:
    """Return a snapshot's value as readable text; empty if there is none."""
    if name == snapshots.APPEARANCES:
        return "\n".join(_appearance_text(one) for one in value)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return pgettext("yes or no", "Yes") if value else pgettext("yes or no", "No")
    if isinstance(value, list):
        return ", ".join(one["name"] for one in value)
    if isinstance(value, dict):
        return str(value["name"])
    field = model._meta.get_field(name)
    if choices := getattr(field, "flatchoices", None):
        return str(dict(choices).get(value, value))
    return _date_or_time(field, value)


def _date_or_time(field: Any, value: Any) -> str:
    if isinstance(field, models.DateTimeField):
        at = datetime.datetime.fromisoformat(value)
        return wording.moment_line(at, settings.TIME_ZONE)
    if isinstance(field, models.DateField):
        return wording.day(datetime.date.fromisoformat(value))
    if isinstance(field, models.TimeField):
        return wording.hour(datetime.time.fromisoformat(value))
    return str(value)


def _appearance_differences(before: list[Snapshot], after: list[Snapshot]) -> Iterator[Difference]:
    """Return the speaker list as one difference and each changed biography as another."""
    earlier, later = ("\n".join(map(_appearance_text, people)) for people in (before, after))
    if earlier != later:
        yield Difference(_("Speakers"), earlier, later)
    texts = [
        {(one["speaker"]["id"], one["role"]): one["biography"] for one in people}
        for people in (before, after)
    ]
    names = {
        (one["speaker"]["id"], one["role"]): one["speaker"]["name"] for one in [*before, *after]
    }
    for key, name in names.items():
        was, now = texts[0].get(key, ""), texts[1].get(key, "")
        if was != now:
            yield Difference(_("Biography of %(name)s") % {"name": name}, was, now)


def _appearance_text(one: Snapshot) -> str:
    """Return “Ada Lovelace (London)”, with the role unless it is speaker."""
    line = str(one["speaker"]["name"])
    if one["affiliation"]:
        line = f"{line} ({one['affiliation']})"
    if one["role"] == Appearance.Role.SPEAKER:
        return line
    return f"{line}, {Appearance.Role(one['role']).label}"

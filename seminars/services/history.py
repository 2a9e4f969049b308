"""The history of one row, put into words, newest first."""

import datetime
from collections.abc import Iterator
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

#: How many versions are told at once.
LIMIT = 200


class Difference(NamedTuple):
    """One field's change, in words; long texts are whole."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One version: `by` is a name, empty for the system; `verb` is said as a past participle."""

    version: Version
    number: int
    at: datetime.datetime
    by: str
    verb: str
    changes: list[Difference]


def history(subject: Subject, *, limit: int = LIMIT) -> list[Entry]:
    """What was changed, newest first, at most `limit` versions, in one query.

    The first version of all, and one whose text was erased, tells no changes.
    """
    versions = Version.objects.filter(subject=snapshots.kind(subject), subject_id=subject.pk)
    found = list(versions.select_related("by").order_by("-number")[: limit + 1])
    return [
        Entry(
            version=one,
            number=one.number,
            at=one.at,
            by=str(one.by) if one.by else "",
            verb=str(one.get_verb_display()),
            changes=differences(type(subject), before.data, one.data) if before else [],
        )
        for one, before in zip_longest(found, found[1:])
    ][:limit]


def differences(model: type[models.Model], before: Snapshot, after: Snapshot) -> list[Difference]:
    """What differs between two snapshots, in words, in the order of the model's fields."""
    differing = set(snapshots.changed(before, after))
    found = [
        Difference(
            label(model, name), words(model, name, before[name]), words(model, name, after[name])
        )
        for name in snapshots.names(model)
        if name in differing
    ]
    if snapshots.APPEARANCES in differing:
        found += _people(before[snapshots.APPEARANCES], after[snapshots.APPEARANCES])
    return found


def label(model: type[models.Model], name: str) -> str:
    """What a form calls the field."""
    if name == snapshots.APPEARANCES:
        return _("Speakers")
    if name == snapshots.WITHDRAWN_AT:
        return _("Withdrawn")
    return str(capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name))))


def words(model: type[models.Model], name: str, value: Any) -> str:
    """A snapshot's value as people say it; empty where there is none."""
    if name == snapshots.APPEARANCES:
        return "\n".join(_person(one) for one in value)
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
    return _instant(field, value)


def _instant(field: Any, value: Any) -> str:
    if isinstance(field, models.DateTimeField):
        at = datetime.datetime.fromisoformat(value)
        return wording.moment_line(at, settings.TIME_ZONE)
    if isinstance(field, models.DateField):
        return wording.day(datetime.date.fromisoformat(value))
    if isinstance(field, models.TimeField):
        return wording.hour(datetime.time.fromisoformat(value))
    return str(value)


def _people(before: list[Snapshot], after: list[Snapshot]) -> Iterator[Difference]:
    """The line-up as one difference, and each biography that changed as another."""
    earlier, later = ("\n".join(map(_person, people)) for people in (before, after))
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


def _person(one: Snapshot) -> str:
    """“Ada Lovelace (London)”, with what she does unless she speaks."""
    line = str(one["speaker"]["name"])
    if one["affiliation"]:
        line = f"{line} ({one['affiliation']})"
    if one["role"] == Appearance.Role.SPEAKER:
        return line
    return f"{line}, {Appearance.Role(one['role']).label}"

"""Edit conflicts: the second person to save is shown both versions, and loses nothing."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from seminars.models import Version
from seminars.services import history, snapshots
from seminars.services.errors import ConflictError
from seminars.services.snapshots import Merged, Side, Snapshot
from seminars.services.versions import UNKNOWN

_TEXTS = ("affiliation", "biography")


@dataclass(frozen=True, slots=True)
class ConflictingField:
    """A field that both people changed, with both values as text."""

    name: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """An edit conflict: `conflicting` fields to choose from, `merged` ones taken from the other."""

    number: int
    by: str
    at: datetime.datetime
    conflicting: list[ConflictingField] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    #: Whether the form's base version is known.
    base_known: bool = True

    @property
    def sentence(self) -> str:
        if not self.base_known:
            return _(
                "Nothing has been saved yet, because it isn’t known which version this form started"
                " from. Review the changes above the form, then save again."
            )
        who = self.by or _("Someone else")
        return _(
            "%(who)s saved changes while you were editing. Nothing is lost: compare both versions"
            " above the form, then save again."
        ) % {"who": who}


def merge(error: ConflictError, mine: Snapshot) -> dict[str, Merged]:
    """Merge the form with the version that was saved in the meantime."""
    return snapshots.merge3(error.base.data if error.base else None, mine, error.theirs.data)


def conflict_of(
    model: type[models.Model], error: ConflictError, merged: dict[str, Merged], *, base_known: bool
) -> Conflict:
    """Return the conflict as text."""
    by = error.theirs.by
    conflict = Conflict(
        error.theirs.number, str(by) if by else "", error.theirs.at, base_known=base_known
    )
    for name, one in merged.items():
        if one.side is Side.THEIRS:
            conflict.merged.append(history.label(model, name))
        elif one.side is Side.CONFLICT:
            for part in history.differences(model, {name: one.theirs}, {name: one.mine}):
                conflict.conflicting.append(
                    ConflictingField(name, part.label, part.before, part.after)
                )
    return conflict


def rejected_values(
    form: forms.ModelForm[Any], data: QueryDict, error: ConflictError, mine: Snapshot
) -> list[ConflictingField]:
    """Return fields that the other person changed and for which the form rejects my value.

    They cannot be merged, but must be shown, or correcting them would undo the other's change.
    """
    model, base, theirs = form._meta.model, error.base, error.theirs.data
    return [
        ConflictingField(
            name,
            history.label(model, name),
            history.text(model, name, theirs[name]),
            ", ".join(data.getlist(form.add_prefix(name))),
        )
        for name in form.errors
        if name in theirs and name not in mine
        if base is None or not snapshots.same(base.data.get(name), theirs[name])
    ]


def unchanged_references(form: forms.ModelForm[Any], data: QueryDict, base: Snapshot) -> Snapshot:
    """Return references that were sent unchanged, but can no longer be chosen."""
    return {
        name: base[name]
        for name in form.errors
        if name in base and sorted(filter(None, data.getlist(name))) == _keys(base[name])
    }


def _keys(value: Any) -> list[str] | None:
    if value is None or isinstance(value, dict):
        return [str(value["id"])] if value else []
    return sorted(str(one["id"]) for one in value) if isinstance(value, list) else None


def posted_values(bound: BoundField) -> list[str]:
    """Return what a browser sends for an unchanged field."""
    value: Any = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return ["on"] if value else []
    if isinstance(bound.field, forms.ModelMultipleChoiceField):
        return [str(getattr(one, "pk", one)) for one in value or []]
    shown = bound.field.widget.format_value(value)
    if isinstance(shown, list):
        return [str(one) for one in shown]
    return ["" if shown is None else str(shown)]


@dataclass(slots=True)
class AppearanceRow:
    """A speaker in the merged list; `pk` is None for a new row."""

    data: Snapshot
    pk: int | None = None
    removed: bool = False


def merge_appearances(merged: Merged, present: dict[tuple[int, str], int]) -> list[AppearanceRow]:
    """Merge two lists of speakers; `present` are the ids of existing rows.

    If both changed a text, mine is used. Speakers added by either stay, and speakers removed by one
    stay if the other changed them.
    """
    base, mine, theirs = (_by_key(side) for side in (merged.base, merged.mine, merged.theirs))
    rows: list[AppearanceRow] = []
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        before, ours, other = base.get(key), mine.get(key), theirs.get(key)
        if ours is None:
            row = AppearanceRow(
                other or {}, present.get(key), removed=before is not None and before == other
            )
        elif other is None:
            if before == ours:
                continue
            row = AppearanceRow(ours, present.get(key))
        else:
            row = AppearanceRow(_merge_texts(before or {}, ours, other), present.get(key))
        rows.append(row)
    return sorted(rows, key=lambda row: row.pk is None)


def write_appearances(data: QueryDict, prefix: str, rows: list[AppearanceRow], talk: int) -> None:
    """Replace the submitted speakers with the merged ones."""
    for name in [name for name in data if name.startswith(f"{prefix}-")]:
        del data[name]
    data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    data[f"{prefix}-INITIAL_FORMS"] = str(sum(row.pk is not None for row in rows))
    for number, row in enumerate(rows):
        start = f"{prefix}-{number}"
        data[f"{start}-id"] = str(row.pk or "")
        data[f"{start}-talk"] = str(talk)
        data[f"{start}-position"] = str(number)
        data[f"{start}-speaker"] = str(row.data["speaker"]["id"])
        for name in ("role", *_TEXTS):
            data[f"{start}-{name}"] = row.data[name]
        if row.removed:
            data[f"{start}-DELETE"] = "on"


def _by_key(people: list[Snapshot] | None) -> dict[tuple[int, str], Snapshot]:
    return {(one["speaker"]["id"], one["role"]): one for one in people or []}


def _merge_texts(base: Snapshot, mine: Snapshot, theirs: Snapshot) -> Snapshot:
    merged = dict(mine)
    for name in _TEXTS:
        if base and mine[name] == base[name]:
            merged[name] = theirs[name]
    return merged


def base_number(value: str | None) -> int:
    """Return the submitted base version of a form; UNKNOWN if it is not a number."""
    return int(value) if value and value.isdecimal() and len(value) < 10 else UNKNOWN


def version_number(version: Version | None) -> int:
    """Return the number of a version to use as a base; 0 for None."""
    return version.number if version else 0

"""Two people edit one row: the second to save is shown both versions, and loses nothing."""

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
class Both:
    """One field that both changed: what each made of it, in words."""

    name: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Clash:
    """What to show the second of two people: `both` to choose from, `taken` over from the first."""

    number: int
    by: str
    at: datetime.datetime
    both: list[Both] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    #: Whether it is known what the form started from, and so that the two were at it at once.
    at_once: bool = True

    @property
    def sentence(self) -> str:
        if not self.at_once:
            return _(
                "It is not known which version this form started from, so nothing is saved yet:"
                " look at what would change, above the form, then save again."
            )
        who = self.by or _("Somebody else")
        return _(
            "%(who)s saved this while you were editing. Nothing is lost: look at both versions"
            " above the form, then save again."
        ) % {"who": who}


def merge(error: ConflictError, mine: Snapshot) -> dict[str, Merged]:
    """Who changed which of the fields that the second form holds."""
    return snapshots.merge3(error.base.data if error.base else None, mine, error.theirs.data)


def clash_of(
    model: type[models.Model], error: ConflictError, merged: dict[str, Merged], *, at_once: bool
) -> Clash:
    """The clash in words."""
    by = error.theirs.by
    found = Clash(error.theirs.number, str(by) if by else "", error.theirs.at, at_once=at_once)
    for name, one in merged.items():
        if one.side is Side.THEIRS:
            found.taken.append(history.label(model, name))
        elif one.side is Side.CONFLICT:
            for part in history.differences(model, {name: one.theirs}, {name: one.mine}):
                found.both.append(Both(name, part.label, part.before, part.after))
    return found


def unread(
    form: forms.ModelForm[Any], data: QueryDict, error: ConflictError, mine: Snapshot
) -> list[Both]:
    """What the other changed and the form refuses of mine, which is none of the fields that merge.

    Both must be seen, or what is typed next would undo the other's change.
    """
    model, base, theirs = form._meta.model, error.base, error.theirs.data
    return [
        Both(
            name,
            history.label(model, name),
            history.text(model, name, theirs[name]),
            ", ".join(data.getlist(form.add_prefix(name))),
        )
        for name in form.errors
        if name in theirs and name not in mine
        if base is None or not snapshots.same(base.data.get(name), theirs[name])
    ]


def untouched(form: forms.ModelForm[Any], data: QueryDict, base: Snapshot) -> Snapshot:
    """References that were sent as they had been, but that cannot be chosen any more."""
    return {
        name: base[name]
        for name in form.errors
        if name in base and sorted(filter(None, data.getlist(name))) == _keys(base[name])
    }


def _keys(value: Any) -> list[str] | None:
    if value is None or isinstance(value, dict):
        return [str(value["id"])] if value else []
    return sorted(str(one["id"]) for one in value) if isinstance(value, list) else None


def posted(bound: BoundField) -> list[str]:
    """What a browser sends for a field that is left as it is shown."""
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
class Line:
    """A speaker at the talk, merged: `pk` where the row is there already."""

    data: Snapshot
    pk: int | None = None
    removed: bool = False


def lines(merged: Merged, present: dict[tuple[int, str], int]) -> list[Line]:
    """The line-up that both changes come to; `present` are the ids of the rows that are there.

    Where both changed one text, it is mine; who was added by either stays; who was taken away by
    one stays if the other changed them.
    """
    base, mine, theirs = (_by_key(side) for side in (merged.base, merged.mine, merged.theirs))
    found: list[Line] = []
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        was, ours, other = base.get(key), mine.get(key), theirs.get(key)
        if ours is None:
            line = Line(other or {}, present.get(key), removed=was is not None and was == other)
        elif other is None:
            if was == ours:
                continue
            line = Line(ours, present.get(key))
        else:
            line = Line(_merge_texts(was or {}, ours, other), present.get(key))
        found.append(line)
    return sorted(found, key=lambda line: line.pk is None)


def write_lines(data: QueryDict, prefix: str, found: list[Line], talk: int) -> None:
    """Puts the line-up in the place of the one that was sent."""
    for name in [name for name in data if name.startswith(f"{prefix}-")]:
        del data[name]
    data[f"{prefix}-TOTAL_FORMS"] = str(len(found))
    data[f"{prefix}-INITIAL_FORMS"] = str(sum(line.pk is not None for line in found))
    for number, line in enumerate(found):
        start = f"{prefix}-{number}"
        data[f"{start}-id"] = str(line.pk or "")
        data[f"{start}-talk"] = str(talk)
        data[f"{start}-position"] = str(number)
        data[f"{start}-speaker"] = str(line.data["speaker"]["id"])
        for name in ("role", *_TEXTS):
            data[f"{start}-{name}"] = line.data[name]
        if line.removed:
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
    """The version that a form started from, as it was sent; UNKNOWN where that is no number."""
    return int(value) if value and value.isdecimal() and len(value) < 10 else UNKNOWN


def started_from(version: Version | None) -> int:
    """The version that a form starts from now; 0 where none was written yet."""
    return version.number if version else 0

"""Snapshots: rows as plain data that can be stored, compared and merged."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from seminars.models import (
    Appearance,
    Audience,
    Department,
    Series,
    Speaker,
    Talk,
    Topic,
    Venue,
)

Shared = Speaker | Venue | Series | Topic | Audience | Department
Subject = Talk | Shared

#: Field names with their values: texts, numbers, ISO 8601, references, lists of these.
Snapshot = dict[str, Any]

#: Keys of a snapshot that are not form fields.
WITHDRAWN_AT = "withdrawn_at"
APPEARANCES = "appearances"


def kind(subject: Subject) -> str:
    """The subject's name in `Version.subject`."""
    return str(subject._meta.model_name)


def fields(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    """Return the model's editable fields, in order."""
    return [one for one in model._meta.fields if one.editable and not one.primary_key]


def related(model: type[models.Model]) -> list[str]:
    """Return the names of the editable foreign keys."""
    return [one.name for one in fields(model) if one.is_relation]


def names(model: type[models.Model]) -> list[str]:
    """Return all keys of the model's snapshots except appearances, in form order."""
    keys = [one.name for one in [*fields(model), *model._meta.many_to_many]]
    return [*keys, WITHDRAWN_AT] if model is Talk else keys


def of(row: Subject) -> Snapshot:
    """Return a snapshot of the instance's fields and its related rows in the database."""
    data = {one.name: plain(getattr(row, one.name)) for one in fields(type(row))}
    for many in row._meta.many_to_many:
        data[many.name] = plain(getattr(row, many.name).order_by("pk"))
    if isinstance(row, Talk):
        data[WITHDRAWN_AT] = plain(row.withdrawn_at)
        people = row.appearances.select_related("speaker").order_by("position", "pk")
        data[APPEARANCES] = [appearance(one) for one in people]
    return data


def appearance(one: Appearance) -> Snapshot:
    """Return a snapshot of an appearance, saved or not, without its position."""
    return {
        "speaker": plain(one.speaker),
        "role": str(one.role),
        "affiliation": one.affiliation,
        "biography": one.biography,
    }


def cleaned(
    model: type[models.Model],
    values: Mapping[str, Any],
    appearances: Iterable[Appearance] | None = None,
) -> Snapshot:
    """Return a snapshot of a form's cleaned data, ignoring values that are not model fields."""
    known = {one.name for one in [*fields(model), *model._meta.many_to_many]}
    data = {name: plain(value) for name, value in values.items() if name in known}
    if appearances is not None:
        data[APPEARANCES] = [appearance(one) for one in appearances]
    return data


def plain(value: Any) -> Any:
    """Return a field's value as JSON can hold it; rows become references, sorted by id."""
    if isinstance(value, models.Model):
        name = value.name if isinstance(value, Speaker) else str(value)
        return {"id": value.pk, "name": name}
    if isinstance(value, models.QuerySet | list | tuple | set):
        return [plain(one) for one in sorted(value, key=lambda one: int(one.pk))]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID | FieldFile):
        return str(value)
    # Members of TextChoices become plain strings.
    return str(value) if isinstance(value, str) else value


def put(row: Subject, name: str, value: Any) -> bool:
    """Set one of the row's fields to a snapshot's value, without saving.

    Returns False and leaves the field alone if the value refers to a deleted row.
    """
    field = row._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        key = value["id"] if value else None
        others = field.related_model._base_manager.filter(pk=key)
        if key is not None and not others.exists():
            return False
        setattr(row, field.attname, key)
        return True
    setattr(row, name, field.to_python(value) if isinstance(field, models.Field) else value)
    return True


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal; a renamed row is still the same row."""
    return bool(_without_names(one) == _without_names(other))


def _without_names(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_names(one) for one in value]
    if isinstance(value, dict):
        if value.keys() == {"id", "name"}:
            return value["id"]
        return {name: _without_names(one) for name, one in value.items()}
    return value


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the fields that differ, in the order of `after`.

    Fields that only one snapshot has, because the model has changed, are ignored.
    """
    return [name for name in after if name in before and not same(before[name], after[name])]


class Side(StrEnum):
    """Which of two people who started from the same version changed a field."""

    NOBODY = "nobody"
    MINE = "mine"
    THEIRS = "theirs"
    #: Both, to the same value.
    AGREED = "agreed"
    #: Both, to different values.
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Merged:
    side: Side
    base: Any
    mine: Any
    theirs: Any

    @property
    def value(self) -> Any:
        """The merged value; mine if both conflict."""
        return self.theirs if self.side in (Side.THEIRS, Side.NOBODY) else self.mine


def merge3(base: Snapshot | None, mine: Snapshot, theirs: Snapshot) -> dict[str, Merged]:
    """Merge each field that both `mine` and `theirs` have.

    If `base` lacks a field, any difference in it is a conflict.
    """
    base = base or {}
    return {
        name: Merged(
            _side(base.get(name), mine[name], theirs[name], known=name in base),
            base.get(name),
            mine[name],
            theirs[name],
        )
        for name in mine
        if name in theirs
    }


def _side(base: Any, mine: Any, theirs: Any, *, known: bool) -> Side:
    if not known:
        return Side.AGREED if same(mine, theirs) else Side.CONFLICT
    if same(mine, base):
        return Side.NOBODY if same(theirs, base) else Side.THEIRS
    if same(theirs, base):
        return Side.MINE
    return Side.AGREED if same(mine, theirs) else Side.CONFLICT

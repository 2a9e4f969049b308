"""The ids by which the previous calendar knew its groups and events.

They are imported when a department moves here, so that its pages can go on reading the same feed
addresses. A row without one gets OWN_ID_BASE plus its own primary key, which is above all of them.
That needs no counter, so concurrent writers get different ids on either database.
"""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.keys import PROVING_LENGTH, random_text

#: Ids below this one came from other calendars. With a primary key added it still fits into
#: 31 bits, the size of an integer in some feed readers.
OWN_ID_BASE = 1_000_000_000
TOKEN_LENGTH = PROVING_LENGTH


class LegacyIdField(models.PositiveIntegerField[int | None, int | None]):
    """A unique legacy id; `assign` fills it in where it is empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"null": True, "blank": True, "unique": True}
        kwargs.setdefault("validators", [MinValueValidator(1)])
        super().__init__(*args, **kwargs)


def new_token() -> str:
    """Return a new token, which opens the legacy feeds of a group that is not public."""
    return random_text(TOKEN_LENGTH)


def own_id_constraint(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint that reserves ids above OWN_ID_BASE for the rows they derive from."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__lt": OWN_ID_BASE}) | Q(**{field: F("id") + OWN_ID_BASE}),
        name=name,
        violation_error_message=_("Numbers from 1000000000 on are assigned automatically."),
    )


def assign(row: models.Model, field: str, known: int | None = None) -> None:
    """Give a saved row an id if it has none: the known one if it is free, else its own."""
    if getattr(row, field) is None:
        rows = type(row)._base_manager
        is_free = known is not None and not rows.filter(**{field: known}).exists()
        setattr(row, field, known if is_free else OWN_ID_BASE + row.pk)
        rows.filter(pk=row.pk).update(**{field: getattr(row, field)})


def assign_all(model: type[models.Model], field: str) -> None:
    """Give every row of the table that has no id one."""
    model._base_manager.filter(**{field: None}).update(**{field: F("pk") + OWN_ID_BASE})

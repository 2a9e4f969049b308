"""The numbers by which the calendar that was here before knew its groups and events.

They come along when a department moves, so that its pages go on reading the same addresses. A row
that never had one is given a number above all of those: FRESH and its own key. That needs no
counter, so any number of writers at once get different ones from either database.
"""

import secrets
import string
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

#: Numbers below are other calendars'. Together with a key it still fits into 31 bits, which is what
#: some readers keep numbers in.
FRESH = 1_000_000_000
#: 130 bits in base 32 (RFC 4648, section 6), in small letters.
TOKEN = 26

_LETTERS = string.ascii_lowercase + "234567"


class OldNumber(models.PositiveIntegerField[int | None, int | None]):
    """Such a number; no two rows have the same. Where it is left empty, `give` fills it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"null": True, "blank": True, "unique": True}
        kwargs.setdefault("validators", [MinValueValidator(1)])
        super().__init__(*args, **kwargs)


def new_token() -> str:
    """What whoever may read a private group's old feeds shows; nobody guesses it."""
    return "".join(secrets.choice(_LETTERS) for _letter in range(TOKEN))


def constraint(field: str, name: str) -> models.CheckConstraint:
    """Keeps numbers from FRESH on for the rows that they are made of."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__lt": FRESH}) | Q(**{field: F("id") + FRESH}),
        name=name,
        violation_error_message=_("Numbers from 1000000000 on are given by the site itself."),
    )


def give(row: models.Model, field: str) -> None:
    """Gives the saved row a number if it has none."""
    if getattr(row, field) is None:
        setattr(row, field, FRESH + row.pk)
        type(row)._base_manager.filter(pk=row.pk).update(**{field: FRESH + row.pk})


def give_all(model: type[models.Model], field: str) -> None:
    """Gives all rows of the table a number that have none."""
    model._base_manager.filter(**{field: None}).update(**{field: F("pk") + FRESH})

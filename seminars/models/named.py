"""What departments, series, venues, topics and audiences share: a name and an address."""

from collections.abc import Iterable
from operator import attrgetter
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A name, and the slug that stands for it in addresses and filters."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=100,
        unique=True,
        help_text=_("The last part of its web address. It should not change once it is known."),
    )

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


N = TypeVar("N", bound=Named)


def by_name(rows: Iterable[N]) -> list[N]:
    """Return the rows by name, in the same order whatever the database's collation."""
    return sorted(rows, key=attrgetter("name", "slug"))

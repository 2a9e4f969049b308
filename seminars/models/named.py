"""The base of departments, series, topics and audiences: a name and a slug."""

from collections.abc import Iterable
from operator import attrgetter
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A name, and the slug that identifies it in addresses and filters."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(
        _("web address"),
        max_length=100,
        unique=True,
        help_text=_("The last part of the web address. It can’t be changed later."),
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

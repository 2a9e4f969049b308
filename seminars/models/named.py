"""The base of departments, series, topics and audiences: a name and a slug."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import legacy_ids


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


class Numbered(Named):
    """A name that the old calendar's feeds know by a number."""

    #: The numbers of the old calendar, by lower-case name.
    KNOWN_IDS: ClassVar[Mapping[str, int]] = {}

    legacy_id = legacy_ids.LegacyIdField(
        _("old calendar number"),
        help_text=_("The number in the old calendar, which feeds show and can be filtered by."),
    )

    class Meta(Named.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self.is_numbered:
            legacy_ids.assign(self, "legacy_id", self.KNOWN_IDS.get(self.name.casefold()))

    @property
    def is_numbered(self) -> bool:
        """Whether the feeds show the row."""
        return True

    @property
    def legacy_number(self) -> int:
        return self.legacy_id or legacy_ids.OWN_ID_BASE + self.pk


N = TypeVar("N", bound=Named)


def by_name(rows: Iterable[N]) -> list[N]:
    """Return the rows by name, in the same order whatever the database's collation."""
    return sorted(rows, key=attrgetter("name", "slug"))

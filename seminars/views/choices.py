"""What the form of filters offers, with what the address has chosen already."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Group
from accounts.querysets import Viewer
from seminars.models import Audience, Department, Series, Talk, Topic, Venue


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that takes several values."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Choices:
    """All that can be ticked; `used`: whether the address ticks or types anything of it."""

    several: list[Choice]
    used: bool


def choices(query: QueryDict, viewer: Viewer) -> Choices:
    """The filters that have anything to choose from; one query each.

    Of groups the public ones, and what the address names and the viewer may see.
    """
    groups = Group.objects.visible_to(viewer)
    tables = (
        ("series", _("Series"), Series.objects.all()),
        ("topic", _("Topics"), Topic.objects.all()),
        ("venue", _("Venues"), Venue.objects.all()),
        ("department", _("Departments"), Department.objects.all()),
        ("audience", _("Audiences"), Audience.objects.all()),
        ("group", _("Groups"), groups.listed() | groups.at(query.getlist("group"))),
    )
    found = [
        Choice(name, label, _options(rows, query.getlist(name))) for name, label, rows in tables
    ]
    attendance = [
        Option(value, str(label), value in query.getlist("attendance"))
        for value, label in Talk.Attendance.choices
    ]
    several = [*filter(lambda one: one.options, found), Choice("attendance", _("How"), attendance)]
    typed = query.get("year") or query.get("recording")
    ticked = any(option.chosen for choice in several for option in choice.options)
    return Choices(several, bool(typed or ticked))


def _options(
    rows: Iterable[Series | Topic | Venue | Department | Audience | Group], chosen: list[str]
) -> list[Option]:
    found = [Option(row.slug, str(row), row.slug in chosen, row.pk) for row in rows]
    return sorted(found, key=lambda option: option.label.casefold())

"""What groups follow, and the talks that they exclude all the same."""

from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from seminars.models.department import Department
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.talk import Talk
from seminars.models.topic import Topic
from seminars.models.venue import Venue
from seminars.querysets import Viewer

#: The fields for what can be followed, besides `filters` for a search.
TARGETS = ("series", "speaker", "topic", "venue", "department", "followed")

MAX_FILTERS_LENGTH, MAX_TITLE_LENGTH = 2000, 500


def in_quotes(name: str) -> str:
    """Return the name of a rule for use in a sentence; one that begins with a quote is a search."""
    if name.startswith("“"):
        return gettext("the search %(name)s") % {"name": name}
    return f"“{name}”"


def _only(name: str) -> Q:
    """Return the condition that only this field is set."""
    others = {f"{other}__isnull": other != name for other in TARGETS}
    return Q(**others) & (~Q(filters="") if name == "filters" else Q(filters=""))


def _target(to: type[models.Model]) -> "models.ForeignKey[models.Model | None]":
    return models.ForeignKey(
        to, related_name="followers", null=True, blank=True, on_delete=models.CASCADE
    )


class FollowQuerySet(models.QuerySet["Follow"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Rules, except those that follow a group that the viewer may not see."""
        visible = Group.objects.visible_to(viewer).order_by().values("pk")
        return self.filter(Q(followed__isnull=True) | Q(followed__in=visible))

    def with_targets(self) -> Self:
        """Rules with the rows that they follow, in one query."""
        return self.select_related(*TARGETS)


class Follow(models.Model):
    """A rule by which a group contains all talks of a series, a speaker …, including later ones.

    For a search, `filters` is the query of an address under /talks/, as Filters writes it, and
    `title` the title of its page when the rule was made.
    """

    group = models.ForeignKey(
        Group, verbose_name=_("group"), related_name="follows", on_delete=models.CASCADE
    )
    series = _target(Series)
    speaker = _target(Speaker)
    topic = _target(Topic)
    venue = _target(Venue)
    department = _target(Department)
    followed = _target(Group)
    filters = models.CharField(max_length=MAX_FILTERS_LENGTH, blank=True)
    title = models.CharField(max_length=MAX_TITLE_LENGTH, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", null=True, on_delete=models.SET_NULL
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[FollowQuerySet] = FollowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("follow rule")
        verbose_name_plural = _("follow rules")
        ordering = ["pk"]
        indexes = [
            # Few rules follow a group, and every listing of a group reads those.
            models.Index(
                fields=["group", "followed"],
                condition=Q(followed__isnull=False),
                name="follow_of_groups",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, map(_only, (*TARGETS, "filters"))), name="follow_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(followed__isnull=True) | ~Q(followed=F("group")),
                name="follow_not_itself",
            ),
            *(
                models.UniqueConstraint(fields=["group", name], name=f"follow_{name}_once")
                for name in TARGETS
            ),
            models.UniqueConstraint(
                fields=["group", "filters"], condition=~Q(filters=""), name="follow_filters_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} · {self.name}"

    def get_absolute_url(self) -> str:
        """Return the address of the page of what is followed."""
        if self.target is not None:
            return self.target.get_absolute_url()
        return f"{reverse('talks')}?{self.filters}"

    @property
    def kind(self) -> str:
        """The field that is set: one of TARGETS, or `filters`."""
        keys = ((name, getattr(self, f"{name}_id")) for name in TARGETS)
        return next((name for name, key in keys if key is not None), "filters")

    @property
    def kind_label(self) -> str:
        """A label for the kind, such as “Series” or “Search”."""
        if self.target is None:
            return gettext("Search")
        return str(capfirst(self.target._meta.verbose_name))

    @property
    def target(self) -> Series | Speaker | Topic | Venue | Department | Group | None:
        """The row that is followed; None for a search."""
        row: Series | Speaker | Topic | Venue | Department | Group | None
        row = getattr(self, self.kind) if self.kind in TARGETS else None
        return row

    @property
    def name(self) -> str:
        """The name of what is followed, as readers know it."""
        return str(self.target or self.title)


class LeftOut(models.Model):
    """A talk that a group excludes, whatever it follows."""

    group = models.ForeignKey(Group, related_name="left_out", on_delete=models.CASCADE)
    talk = models.ForeignKey(Talk, related_name="left_out", on_delete=models.CASCADE)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", null=True, on_delete=models.SET_NULL
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("excluded talk")
        verbose_name_plural = _("excluded talks")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["group", "talk"], name="left_out_once")]

    def __str__(self) -> str:
        return f"{self.talk} · {self.group}"

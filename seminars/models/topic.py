"""What talks are about: research areas, community topics and categories, as a tree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.models.named import Named

#: The ids of topics by the id of what they are part of; None: of nothing.
TopicTree = dict[int | None, list[int]]


class Topic(Named):
    class Kind(models.TextChoices):
        RESEARCH_AREA = "research-area", _("Research area")
        COMMUNITY = "community", _("Community topic")
        CATEGORY = "category", _("Category")

    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind.choices, default=Kind.RESEARCH_AREA
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        related_name="children",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text=_("Whoever chooses the wider topic sees the talks of this one too."),
    )

    class Meta(Named.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["research-area", "community", "category"]),
                name="topic_kind_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")), name="topic_not_its_own_parent"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])

    @classmethod
    def tree(cls) -> TopicTree:
        """All topics by what they are part of; one query."""
        found: TopicTree = defaultdict(list)
        for key, parent in cls._default_manager.order_by().values_list("pk", "parent"):
            found[parent].append(key)
        return found

    @classmethod
    def with_descendants(cls, keys: Iterable[int], tree: TopicTree | None = None) -> list[int]:
        """The ids of these topics and of all that are part of them, however deep; one query, or
        none if the tree are known.
        """
        tree = cls.tree() if tree is None else tree
        found: set[int] = set()
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += tree.get(key, [])
        return sorted(found)

    @classmethod
    def parents(cls) -> dict[int, int | None]:
        """Return the parent of every topic, by id; one query."""
        return dict(cls._default_manager.order_by().values_list("pk", "parent_id"))

    @staticmethod
    def with_ancestors(keys: Iterable[int], parents: Mapping[int, int | None]) -> frozenset[int]:
        """Return the ids of these topics and of all above them; each counts once."""
        reached: set[int] = set()
        for key in keys:
            at: int | None = key
            while at is not None and at not in reached:
                reached.add(at)
                at = parents.get(at)
        return frozenset(reached)

    def clean(self) -> None:
        """Refuses a circle, which would be part of no tree."""
        super().clean()
        if self.pk and self.parent_id in self.with_descendants([self.pk]):
            sentence = gettext("This is the topic itself, or one that is part of it.")
            raise ValidationError({"parent": sentence}, code="circle")

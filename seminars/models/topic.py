"""The subjects of talks: a tree of research areas, community topics and categories."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import legacy_ids
from seminars.models.named import Numbered

#: The ids of topics by the id of their parent, None for top-level topics.
TopicTree = dict[int | None, list[int]]


class Topic(Numbered):
    """A subject. Only categories have a number in the old calendar."""

    KNOWN_IDS = {"academic": 1, "academic (general)": 1, "fine arts": 2, "athletics": 3}

    class Kind(models.TextChoices):
        RESEARCH_AREA = "research-area", _("Research area")
        COMMUNITY = "community", _("Community topic")
        CATEGORY = "category", _("Category")

    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind.choices, default=Kind.RESEARCH_AREA
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent topic"),
        related_name="children",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text=_("People who choose the parent topic also see this topic’s talks."),
    )

    class Meta(Numbered.Meta):
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
            legacy_ids.own_id_constraint("legacy_id", "topic_legacy_id_free"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.is_numbered:
            self.legacy_id = None
        super().save(*args, **kwargs)

    @property
    def is_numbered(self) -> bool:
        return self.kind == self.Kind.CATEGORY

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])

    @classmethod
    def tree(cls) -> TopicTree:
        """Return all topics by their parent, in one query."""
        children: TopicTree = defaultdict(list)
        for key, parent in cls._default_manager.order_by().values_list("pk", "parent"):
            children[parent].append(key)
        return children

    @classmethod
    def with_descendants(cls, keys: Iterable[int], tree: TopicTree | None = None) -> list[int]:
        """Return the ids of these topics and all their descendants.

        This takes one query, or none if the tree is given.
        """
        tree = cls.tree() if tree is None else tree
        collected: set[int] = set()
        pending = list(keys)
        while pending:
            key = pending.pop()
            if key not in collected:
                collected.add(key)
                pending += tree.get(key, [])
        return sorted(collected)

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
        """Refuse a parent that would make the tree circular."""
        super().clean()
        if self.pk and self.parent_id in self.with_descendants([self.pk]):
            sentence = gettext("Choose a topic other than this one and its subtopics.")
            raise ValidationError({"parent": sentence}, code="circle")

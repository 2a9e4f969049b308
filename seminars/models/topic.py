"""What talks are about: research areas, community topics and categories, as a tree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars.models.named import Named


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

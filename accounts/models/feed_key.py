"""The keys of personal feeds."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group, Membership
from accounts.models.user import User
from accounts.querysets import FINDING, PROVING, FeedKeyQuerySet


class FeedKey(models.Model):
    """What a calendar program, which cannot sign in, shows instead: it reads one group's talks,
    or those of all its owner's groups, and changes nothing.

    It hangs on the membership, so that it ends with it. It is kept as it is, for its owner may
    copy it again. When it was last used is not kept: that would be a change on GET.
    """

    user = models.ForeignKey(
        User, verbose_name=_("person"), related_name="feed_keys", on_delete=models.CASCADE
    )
    membership = models.OneToOneField(
        Membership,
        verbose_name=_("membership"),
        related_name="feed_key",
        null=True,
        blank=True,
        help_text=_("Empty: all groups of the person."),
        on_delete=models.CASCADE,
    )
    finding = models.CharField(max_length=FINDING, unique=True, editable=False)
    proving = models.CharField(max_length=PROVING, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[FeedKeyQuerySet] = FeedKeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("feed key")
        verbose_name_plural = _("feed keys")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(membership__isnull=True), name="feed_key_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        """Never the key itself, for this text gets into logs and histories."""
        return f"{self.user} · {self.group or gettext('all groups')}"

    @property
    def key(self) -> str:
        return self.finding + self.proving

    @property
    def group(self) -> Group | None:
        """The group that it opens; None for all groups of its owner."""
        return self.membership.group if self.membership else None

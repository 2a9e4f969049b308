"""Keys of personal feeds."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.keys import FINDING_LENGTH, PROVING_LENGTH, split_key
from accounts.models.group import Group, Membership
from accounts.models.user import User


class FeedKeyQuerySet(models.QuerySet["FeedKey"]):
    def find_by_key(self, key: str) -> "FeedKey | None":
        """Return the feed key, or None if it is mistyped, was reset, ended with its membership, or
        belongs to an inactive user.

        The comparison takes the same time whether the key is right or wrong.
        """
        if (parts := split_key(key)) is None:
            return None
        finding, proving = parts
        active = self.filter(user__is_active=True).select_related("user", "membership__group")
        row = active.filter(finding=finding).first()
        return row if row and constant_time_compare(row.proving, proving) else None


class FeedKey(models.Model):
    """What identifies a calendar app, which cannot sign in: it grants read access to the talks of
    one group, or of all its owner's groups.

    It belongs to the membership, and is deleted with it. It is stored unhashed, because its owner
    may copy it again. The time of its last use is not stored: a GET must not write.
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
        help_text=_("Leave blank for all the person’s groups."),
        on_delete=models.CASCADE,
    )
    finding = models.CharField(max_length=FINDING_LENGTH, unique=True, editable=False)
    proving = models.CharField(max_length=PROVING_LENGTH, editable=False)
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
        """Return a text without the key itself, since it ends up in logs and histories."""
        return f"{self.user} · {self.group or gettext('all groups')}"

    @property
    def key(self) -> str:
        return self.finding + self.proving

    @property
    def group(self) -> Group | None:
        """The group it gives access to; None for all its owner's groups."""
        return self.membership.group if self.membership else None

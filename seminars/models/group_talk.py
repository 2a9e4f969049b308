"""The talks that members added to groups."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from seminars.models.talk import Talk


class GroupTalk(models.Model):
    """A talk that a member added to a group; each reader sees only the talks they may see."""

    group = models.ForeignKey(
        Group, verbose_name=_("group"), related_name="group_talks", on_delete=models.CASCADE
    )
    talk = models.ForeignKey(
        Talk, verbose_name=_("talk"), related_name="group_talks", on_delete=models.CASCADE
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        related_name="+",
        null=True,
        on_delete=models.SET_NULL,
    )
    added_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("talk in a group")
        verbose_name_plural = _("talks in groups")
        constraints = [models.UniqueConstraint(fields=["group", "talk"], name="group_talk_once")]

    def __str__(self) -> str:
        return f"{self.talk} · {self.group}"

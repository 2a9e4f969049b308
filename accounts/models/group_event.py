"""The history of a group: who did what, and when."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group, Membership
from accounts.models.user import User


class GroupEvent(models.Model):
    """An entry in a group's history. It refers to people by account only, so that nothing is left
    of someone whose account is deleted.
    """

    class Kind(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        INVITED = "invited"
        LINKED = "linked"
        WITHDREW = "withdrew"
        DECLINED = "declined"
        JOINED = "joined"
        ASKED = "asked"
        ADMITTED = "admitted"
        REFUSED = "refused"
        ROLE = "role"
        LEFT = "left"
        REMOVED = "removed"
        TALK_ADDED = "talk added"
        TALK_REMOVED = "talk removed"
        FOLLOWED = "followed"
        UNFOLLOWED = "unfollowed"
        WROTE = "wrote"

    group = models.ForeignKey(Group, related_name="events", on_delete=models.CASCADE)
    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    #: Who did it; None if their account was deleted.
    by = models.ForeignKey(User, related_name="+", null=True, on_delete=models.SET_NULL)
    #: Whom it concerns; None if nobody, or if their account was deleted.
    person = models.ForeignKey(User, related_name="+", null=True, on_delete=models.SET_NULL)
    role = models.CharField(max_length=12, choices=Membership.Role, blank=True)
    #: The id of a talk, not a foreign key: this app knows nothing of talks.
    talk_id = models.PositiveBigIntegerField(null=True)
    #: For a change: the old and the new value of each field.
    changes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("group history entry")
        verbose_name_plural = _("group history")
        indexes = [models.Index(fields=["group", "-id"], name="group_event_latest")]

    def __str__(self) -> str:
        return f"{self.group} · {self.kind}"

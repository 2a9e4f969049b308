"""Who did what in a group, and when."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group, Membership
from accounts.models.user import User


class GroupEvent(models.Model):
    """One line of a group's history. It names people by their accounts only, so that it holds
    nothing of somebody whose account is deleted.
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
    #: Who did it; None: somebody whose account is gone.
    by = models.ForeignKey(User, related_name="+", null=True, on_delete=models.SET_NULL)
    #: To whom; None also where nobody is meant.
    person = models.ForeignKey(User, related_name="+", null=True, on_delete=models.SET_NULL)
    role = models.CharField(max_length=12, choices=Membership.Role, blank=True)
    #: The id of a talk. Accounts know nothing of talks: whoever shows the line finds it.
    talk_id = models.PositiveBigIntegerField(null=True)
    #: Of a change: each field's name with what it was and what it is.
    changes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("line of a group’s history")
        verbose_name_plural = _("groups’ histories")
        indexes = [models.Index(fields=["group", "-id"], name="group_event_latest")]

    def __str__(self) -> str:
        return f"{self.group} · {self.kind}"

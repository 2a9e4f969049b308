"""What a group's members receive by email, and the messages still to be sent to them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group, Membership
from accounts.models.user import User


class MailChoice(models.Model):
    """Which of a group's emails a member receives; without a row, messages but no weekly talks.

    Not part of the membership, because each change of that renews the revision of all lists.
    """

    class Kind(models.TextChoices):
        LETTERS = "letters"
        WEEKLY = "weekly"

    membership = models.OneToOneField(Membership, related_name="mail", on_delete=models.CASCADE)
    letters = models.BooleanField(default=True)
    weekly = models.BooleanField(default=False)
    #: The first day of the last week whose email was sent, or was empty.
    week = models.DateField(null=True)

    class Meta:
        verbose_name = _("email preference")
        verbose_name_plural = _("email preferences")
        indexes = [
            models.Index(fields=["week"], condition=Q(weekly=True), name="mail_choice_weekly")
        ]

    def __str__(self) -> str:
        return str(self.membership)


class GroupMessage(models.Model):
    """A message to all members of a group, deleted once the last of its copies has been sent."""

    group = models.ForeignKey(Group, related_name="messages", on_delete=models.CASCADE)
    by = models.ForeignKey(User, related_name="+", null=True, on_delete=models.SET_NULL)
    subject = models.CharField(max_length=100)
    text = models.TextField()
    #: Whether replies go to the author, whose address it then contains.
    replies = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("group message")
        verbose_name_plural = _("group messages")

    def __str__(self) -> str:
        return f"{self.group} · {self.subject}"


class GroupMessageCopy(models.Model):
    """A message still to be sent to one member; deleted when they leave the group."""

    message = models.ForeignKey(GroupMessage, related_name="copies", on_delete=models.CASCADE)
    membership = models.ForeignKey(Membership, related_name="+", on_delete=models.CASCADE)
    #: When a process began to send it. If that process was killed, it is not sent again.
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("copy of a group message")
        verbose_name_plural = _("copies of group messages")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "membership"], name="group_message_copy_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.message)

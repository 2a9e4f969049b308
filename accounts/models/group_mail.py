"""What a group's people get by mail, and the messages that are on their way to them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group, Membership
from accounts.models.user import User


class MailChoice(models.Model):
    """What somebody wants of a group's mail; without a row messages, and not the week's talks.

    Not part of the membership, each change of which draws the revision of all lists anew.
    """

    class Kind(models.TextChoices):
        LETTERS = "letters"
        WEEKLY = "weekly"

    membership = models.OneToOneField(Membership, related_name="mail", on_delete=models.CASCADE)
    letters = models.BooleanField(default=True)
    weekly = models.BooleanField(default=False)
    #: The first day of the last week whose mail was sent, or had nothing to say.
    week = models.DateField(null=True)

    class Meta:
        verbose_name = _("choice of mail")
        verbose_name_plural = _("choices of mail")
        indexes = [
            models.Index(fields=["week"], condition=Q(weekly=True), name="mail_choice_weekly")
        ]

    def __str__(self) -> str:
        return str(self.membership)


class Letter(models.Model):
    """A message to everybody in a group; it is deleted when the last of its copies has gone."""

    group = models.ForeignKey(Group, related_name="letters", on_delete=models.CASCADE)
    by = models.ForeignKey(User, related_name="+", null=True, on_delete=models.SET_NULL)
    subject = models.CharField(max_length=100)
    text = models.TextField()
    #: Whether answers go to whoever wrote it, whose address is then in it.
    replies = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("message to a group")
        verbose_name_plural = _("messages to groups")

    def __str__(self) -> str:
        return f"{self.group} · {self.subject}"


class LetterCopy(models.Model):
    """A letter to one person, who is still to get it; gone as soon as they leave the group."""

    letter = models.ForeignKey(Letter, related_name="copies", on_delete=models.CASCADE)
    membership = models.ForeignKey(Membership, related_name="+", on_delete=models.CASCADE)
    #: When somebody began to send it; a copy whose sender was stopped then is not sent again.
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("copy of a message")
        verbose_name_plural = _("copies of messages")
        constraints = [
            models.UniqueConstraint(fields=["letter", "membership"], name="letter_copy_once")
        ]

    def __str__(self) -> str:
        return str(self.letter)

"""How people come into groups: by an invitation, or by asking."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group, Membership
from accounts.models.user import User
from accounts.querysets import FINDING, PROVING, InvitationQuerySet


class Invitation(models.Model):
    """To one address, once, or without an address a link for whoever has it.

    Its key is kept as it is, for managers may copy a link again; one sent by mail is shown to
    nobody but its receiver. It stays when it has ended, so that it can say so.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    group = models.ForeignKey(Group, related_name="invitations", on_delete=models.CASCADE)
    #: In lower case; empty for a link.
    email = models.EmailField(_("e-mail address"), blank=True)
    role = models.CharField(
        _("role"), max_length=12, choices=Membership.Role, default=Membership.Role.MEMBER
    )
    invited_by = models.ForeignKey(
        User, related_name="+", null=True, blank=True, on_delete=models.SET_NULL
    )
    accepted_by = models.ForeignKey(
        User, related_name="+", null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: None: until it is withdrawn.
    expires_at = models.DateTimeField(null=True, blank=True)
    #: Empty as long as it is open, which a link stays however many accept it.
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    finding = models.CharField(max_length=FINDING, unique=True, editable=False)
    proving = models.CharField(max_length=PROVING, editable=False)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "email"],
                condition=~Q(email="") & Q(outcome=""),
                name="invitation_once",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_lower"),
            models.CheckConstraint(
                condition=Q(role__in=["manager", "contributor", "member"]),
                name="invitation_role_known",
            ),
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(role="manager"),
                name="invitation_link_makes_no_manager",
            ),
        ]

    def __str__(self) -> str:
        """Never the key or the address, for this text gets into logs."""
        return f"{self.group} · {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        return reverse("group-invited", args=[self.key])

    @property
    def key(self) -> str:
        return self.finding + self.proving

    def is_open(self, now: datetime) -> bool:
        return not self.outcome and not self.has_expired(now)

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class JoinRequest(models.Model):
    """Somebody asks to belong to a public group, and waits for a manager's answer."""

    group = models.ForeignKey(Group, related_name="join_requests", on_delete=models.CASCADE)
    user = models.ForeignKey(User, related_name="join_requests", on_delete=models.CASCADE)
    words = models.CharField(_("a few words to its managers"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("wish to join")
        verbose_name_plural = _("wishes to join")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="join_request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"

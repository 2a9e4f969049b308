"""Invitations to groups, and requests to join them."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.keys import FINDING_LENGTH, PROVING_LENGTH, split_key
from accounts.models.group import Group, Membership
from accounts.models.user import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def find_by_key(self, key: str) -> "Invitation | None":
        """Return the invitation, also a closed one, or None; compared as feed keys are."""
        if (parts := split_key(key)) is None:
            return None
        finding, proving = parts
        row = self.select_related("group", "invited_by").filter(finding=finding).first()
        return row if row and constant_time_compare(row.proving, proving) else None

    def pending(self, now: datetime) -> Self:
        """Invitations that can still be accepted, newest first."""
        unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.filter(unexpired, outcome="").order_by("-pk")

    def waiting_for(self, user: User, now: datetime) -> Self:
        """Pending invitations to one of the user's verified addresses."""
        addresses = user.emailaddress_set.filter(verified=True).values("email")
        joined = user.memberships.values("group")
        return (
            self.pending(now)
            .filter(email__in=addresses)
            .exclude(group__in=joined)
            .select_related("group", "invited_by")
        )


class Invitation(models.Model):
    """An invitation to one email address, or without an address a link that anyone can use.

    Its key is stored unhashed, because managers may copy a link again; the key of an emailed one
    is shown only to its recipient. A closed invitation is kept, so that its page can say so.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    group = models.ForeignKey(Group, related_name="invitations", on_delete=models.CASCADE)
    #: In lower case; empty for a link.
    email = models.EmailField(_("email address"), blank=True)
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
    #: None: it is valid until withdrawn.
    expires_at = models.DateTimeField(null=True, blank=True)
    #: Empty while it is open; a link stays open however many people use it.
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    finding = models.CharField(max_length=FINDING_LENGTH, unique=True, editable=False)
    proving = models.CharField(max_length=PROVING_LENGTH, editable=False)

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
        """Return a text without the key or the address, since it ends up in logs."""
        return f"{self.group} · {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        return reverse("group-invited", args=[self.key])

    @property
    def key(self) -> str:
        return self.finding + self.proving

    @property
    def masked_email(self) -> str:
        """The address without most of its name, for people to whom it may not belong."""
        name, _at, host = self.email.rpartition("@")
        return f"{name[0] if len(name) > 1 else ''}…@{host}"

    def is_open(self, now: datetime) -> bool:
        return not self.outcome and not self.has_expired(now)

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class JoinRequest(models.Model):
    """A person's request to join a public group, which a manager has yet to answer."""

    group = models.ForeignKey(Group, related_name="join_requests", on_delete=models.CASCADE)
    user = models.ForeignKey(User, related_name="join_requests", on_delete=models.CASCADE)
    words = models.CharField(_("message to the managers"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("join request")
        verbose_name_plural = _("join requests")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="join_request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"

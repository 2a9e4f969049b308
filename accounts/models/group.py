"""Groups that people keep, and who belongs to them as what."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import numbers
from accounts.models.user import User
from accounts.querysets import GroupQuerySet

_web_address = RegexValidator(
    r"\Ahttps?://", _("Give a web address that begins with https:// or http://."), "scheme"
)


class Group(models.Model):
    """People who keep talks together. A private group's address is random; a chosen one would
    tell by being taken that there is a group of that name.
    """

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public: everybody finds it")
        UNLISTED = "unlisted", _("Unlisted: whoever has its address can read it")
        PRIVATE = "private", _("Private: its members only")

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    homepage = models.URLField(_("homepage"), max_length=500, blank=True, validators=[_web_address])
    contact = models.CharField(
        _("contact"),
        max_length=200,
        blank=True,
        help_text=_("Shown to everybody who sees the group."),
    )
    visibility = models.CharField(
        _("who sees it"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.PRIVATE,
    )
    personal_of = models.OneToOneField(
        User,
        verbose_name=_("personal group of"),
        related_name="personal_group",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
    )
    calendar_id = numbers.OldNumber(
        _("calendar number"),
        help_text=_("As the calendar that was here before knew it; its feeds are read by it."),
    )
    #: Opens the old feeds of a group that is not public.
    token = models.CharField(max_length=numbers.TOKEN, default=numbers.new_token, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[GroupQuerySet] = GroupQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=["public", "unlisted", "private"]),
                name="group_visibility_known",
            ),
            models.CheckConstraint(
                condition=Q(personal_of__isnull=True) | Q(visibility="private"),
                name="group_personal_is_private",
                violation_error_message=_("A personal group is private."),
            ),
            models.CheckConstraint(
                condition=Q(homepage="")
                | Q(homepage__startswith="https://")
                | Q(homepage__startswith="http://"),
                name="group_homepage_is_web",
            ),
            numbers.constraint("calendar_id", "group_calendar_id_free"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        numbers.give(self, "calendar_id")

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.slug])

    @property
    def is_private(self) -> bool:
        return self.visibility == self.Visibility.PRIVATE


class FormerAddress(models.Model):
    """An address that a group once had, and which leads to it. A private group's gives way to
    whoever wants it, for to refuse would tell of the group.
    """

    slug = models.SlugField(_("address"), max_length=100, unique=True)
    group = models.ForeignKey(Group, related_name="former_addresses", on_delete=models.CASCADE)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """Somebody in a group."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("Manager")
        CONTRIBUTOR = "contributor", _("Contributor")
        MEMBER = "member", _("Member")

    group = models.ForeignKey(
        Group, verbose_name=_("group"), related_name="memberships", on_delete=models.CASCADE
    )
    user = models.ForeignKey(
        User, verbose_name=_("person"), related_name="memberships", on_delete=models.CASCADE
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.MEMBER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=["manager", "contributor", "member"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"

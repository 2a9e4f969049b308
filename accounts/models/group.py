"""Groups and their members."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts import legacy_ids
from accounts.keys import is_random
from accounts.models.user import User, Viewer
from accounts.rights import LISTED, OPEN, ROLES, SHARED_ONLY, Right

_web_address = RegexValidator(
    r"\Ahttps?://", _("Enter a web address that begins with https:// or http://."), "scheme"
)


class GroupQuerySet(models.QuerySet["Group"]):
    """The rights of accounts/rights.py, each as a query."""

    def granting(self, right: Right, viewer: Viewer) -> Self:
        """Groups in which this person has the right."""
        if right is Right.SEE:
            return self.filter(Q(visibility__in=OPEN) | self._with_member(viewer))
        if right is Right.ASK_TO_JOIN:
            return self.listed().exclude(self._with_member(viewer))
        groups = self.filter(self._with_member(viewer, *ROLES[right]))
        if right in SHARED_ONLY:
            groups = groups.filter(personal_of__isnull=True)
        return groups.order_by(F("personal_of").asc(nulls_last=True), "name", "pk")

    def listed(self) -> Self:
        """Groups that anyone can find, by name."""
        return self.filter(visibility__in=LISTED).order_by("name", "pk")

    def visible_to(self, viewer: Viewer) -> Self:
        """Groups whose page this person can open: all but other people's private groups."""
        return self.granting(Right.SEE, viewer)

    def of(self, viewer: Viewer) -> Self:
        """Groups that this person belongs to: the personal one first, the others by name."""
        return self.granting(Right.BELONG, viewer)

    def contributed_by(self, viewer: Viewer) -> Self:
        """Groups whose talks this person may add and remove."""
        return self.granting(Right.CONTRIBUTE, viewer)

    def managed_by(self, viewer: Viewer) -> Self:
        """Groups that this person may edit and delete, never a personal one."""
        return self.granting(Right.MANAGE, viewer)

    def with_slugs(self, slugs: Iterable[str]) -> Self:
        """Groups with these slugs from a request; a slug with a NUL, which PostgreSQL cannot
        compare, matches none.
        """
        return self.filter(slug__in=[slug for slug in slugs if "\0" not in slug])

    def redirecting(self, viewer: Viewer) -> Self:
        """Groups whose former addresses lead this person to them: listed ones and their own.

        For others, a former name of an unlisted group would reveal it.
        """
        return self.filter(Q(visibility__in=LISTED) | self._with_member(viewer))

    def current_slugs(self, slugs: Sequence[str], viewer: Viewer) -> dict[str, str]:
        """Map each of these slugs, whether current or former, to the group's current slug.

        A former slug that another group has taken over means that group.
        """
        current = {slug: slug for slug in self.with_slugs(slugs).values_list("slug", flat=True)}
        if missing := set(slugs) - current.keys():
            former = self.redirecting(viewer).order_by().filter(former_addresses__slug__in=missing)
            current |= dict(former.values_list("former_addresses__slug", "slug"))
        return current

    def readable_with_tokens(
        self, numbers: Sequence[int], tokens: Sequence[str]
    ) -> "dict[int, Group]":
        """Map legacy ids to the groups that the legacy feeds may show: public ones, and those
        whose token is at the same position. Ids can be guessed, so unlisted groups need it too.

        The comparison takes the same time whether a token is right or wrong.
        """
        given = dict(zip(numbers, tokens, strict=False))
        return {
            group.calendar_id: group
            for group in self.filter(calendar_id__in=numbers)
            if group.calendar_id is not None
            and group.is_readable_with(given.get(group.calendar_id, ""))
        }

    def with_feed_id(self, number: int) -> "Group | None":
        """Return the group with this number of a saved feed, else of a calendar, whether or not it
        may be read.

        Calendars have numbers of their own, and the same number may mean two groups. Many
        installations know only those of calendars.
        """
        groups = {
            number == group.feed_id: group
            for group in self.filter(Q(feed_id=number) | Q(calendar_id=number))
        }
        return groups.get(True) or groups.get(False)

    def _with_member(self, viewer: Viewer, *roles: str) -> Q:
        """The condition that the viewer is an active member, in one of these roles if given."""
        if not (viewer.is_authenticated and viewer.is_active):
            return Q(pk__in=[])
        in_role = {"memberships__role__in": roles} if roles else {}
        groups = self.model._base_manager.filter(memberships__user=viewer.pk, **in_role)
        return Q(pk__in=groups.values("pk"))


class Group(models.Model):
    """People who collect talks together.

    Only a public group's address can be chosen. Another's is random, because a name could be
    guessed, and a taken one would reveal the group.
    """

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public: anyone can find it")
        UNLISTED = "unlisted", _("Unlisted: anyone with the link can see it")
        PRIVATE = "private", _("Private: members only")

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    homepage = models.URLField(_("homepage"), max_length=500, blank=True, validators=[_web_address])
    contact = models.CharField(
        _("contact"),
        max_length=200,
        blank=True,
        help_text=_("Shown to everyone who can see the group."),
    )
    visibility = models.CharField(
        _("visibility"),
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
    calendar_id = legacy_ids.LegacyIdField(
        _("old calendar number"),
        help_text=_("The group’s number in the old calendar: 12 in /xmlfeed?cal=12."),
    )
    feed_id = legacy_ids.LegacyIdField(
        _("old feed number"),
        help_text=_("The number of the saved feed that this group replaces: 34 in /feed/xml/34."),
    )
    #: Opens the legacy feeds of a group that is not public.
    token = models.CharField(
        max_length=legacy_ids.TOKEN_LENGTH, default=legacy_ids.new_token, editable=False
    )
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
            legacy_ids.own_id_constraint("calendar_id", "group_calendar_id_free"),
            legacy_ids.own_id_constraint("feed_id", "group_feed_id_free"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        legacy_ids.assign(self, "calendar_id")
        legacy_ids.assign(self, "feed_id")

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.slug])

    @property
    def feed_number(self) -> int | None:
        """The number in the addresses of its legacy feeds: the calendar's if no saved feed came
        along, and no other group has one with that number.
        """
        came_along = (self.feed_id or 0) < legacy_ids.OWN_ID_BASE
        if not came_along and Group.objects.with_feed_id(self.calendar_id or 0) == self:
            return self.calendar_id
        return self.feed_id

    def is_readable_with(self, token: str) -> bool:
        """Whether the legacy feeds may show the group to someone with this token."""
        is_public = self.visibility == self.Visibility.PUBLIC
        return is_public or constant_time_compare(self.token, token)

    @property
    def is_private(self) -> bool:
        return self.visibility == self.Visibility.PRIVATE

    @property
    def is_listed(self) -> bool:
        """Whether anyone can find it by its name."""
        return self.visibility in LISTED

    @property
    def is_address_random(self) -> bool:
        """Whether nobody can guess the address, unlike that of a public group, or of an unlisted
        one from before those became random.
        """
        return is_random(self.slug)


class FormerAddress(models.Model):
    """A former address of a group, which redirects to it. If the group is not public, only for its
    members, and any other group can take the address over, since refusing would reveal the group.
    """

    slug = models.SlugField(_("address"), max_length=100, unique=True)
    group = models.ForeignKey(Group, related_name="former_addresses", on_delete=models.CASCADE)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """A person's membership in a group, with their role."""

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

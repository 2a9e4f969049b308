"""Who may see and change which groups, and what a feed's key opens: written once, here."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare

if TYPE_CHECKING:
    from accounts.models import FeedKey, Group, User

Viewer: TypeAlias = "User | AnonymousUser"

#: A key has these two parts: one finds it, the other, of 130 bits, proves that it is known.
FINDING, PROVING = 8, 26

_KEY = re.compile(rf"[a-z2-7]{{{FINDING + PROVING}}}")


class GroupQuerySet(models.QuerySet["Group"]):
    """On the site's pages an administrator is a person like others; the admin shows all groups."""

    def listed(self) -> Self:
        """What everybody finds: public groups, by name."""
        return self.filter(visibility="public").order_by("name", "pk")

    def visible_to(self, viewer: Viewer) -> Self:
        """What opens at its address: public and unlisted groups, private ones to their members."""
        return self.filter(Q(visibility__in=("public", "unlisted")) | self._kept_by(viewer))

    def of(self, viewer: Viewer) -> Self:
        """Those that this person belongs to: the personal one first, the others by name."""
        return self._in_which(viewer)

    def contributed_by(self, viewer: Viewer) -> Self:
        """Those whose talks this person may add and take out."""
        return self._in_which(viewer, "manager", "contributor")

    def managed_by(self, viewer: Viewer) -> Self:
        """Those that this person may rename, open, close and delete; a personal one stays as is."""
        return self._in_which(viewer, "manager").filter(personal_of__isnull=True)

    def at(self, slugs: Iterable[str]) -> Self:
        """Those at these addresses, as somebody gave them; no address has a NUL, and PostgreSQL
        cannot even ask for one.
        """
        return self.filter(slug__in=[slug for slug in slugs if "\0" not in slug])

    def _in_which(self, viewer: Viewer, *roles: str) -> Self:
        own_first = F("personal_of").asc(nulls_last=True)
        return self.filter(self._kept_by(viewer, *roles)).order_by(own_first, "name", "pk")

    def _kept_by(self, viewer: Viewer, *roles: str) -> Q:
        if not (viewer.is_authenticated and viewer.is_active):
            return Q(pk__in=[])
        return Q(pk__in=self._with_member(viewer.pk, roles).values("pk"))

    def _with_member(self, user: int, roles: tuple[str, ...]) -> "models.QuerySet[Group]":
        wanted = {"memberships__role__in": roles} if roles else {}
        return self.model._base_manager.filter(memberships__user=user, **wanted)


class FeedKeyQuerySet(models.QuerySet["FeedKey"]):
    def opened_by(self, key: str) -> "FeedKey | None":
        """The key with these characters; None for one mistyped, replaced, ended with its
        membership, or of somebody who may not sign in any more.

        The part that proves is compared in a time that tells nothing of it.
        """
        if not _KEY.fullmatch(key):
            return None
        active = self.filter(user__is_active=True).select_related("user", "membership__group")
        found = active.filter(finding=key[:FINDING]).first()
        if found is None or not constant_time_compare(found.proving, key[FINDING:]):
            return None
        return found

"""The groups that grant a person a right, and what a key opens: asked once, here."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare

from accounts.rights import LISTED, OPEN, ROLES, SHARED_ONLY, Right

if TYPE_CHECKING:
    from accounts.models import FeedKey, Group, Invitation, User

Viewer: TypeAlias = "User | AnonymousUser"

#: A key has these two parts: one finds it, the other, of 130 bits, proves that it is known.
FINDING, PROVING = 8, 26

_KEY = re.compile(rf"[a-z2-7]{{{FINDING + PROVING}}}")


class GroupQuerySet(models.QuerySet["Group"]):
    """Each right of accounts/rights.py as a question."""

    def granting(self, right: Right, viewer: Viewer) -> Self:
        """Those in which this person has the right."""
        if right is Right.SEE:
            return self.filter(Q(visibility__in=OPEN) | self._kept_by(viewer))
        if right is Right.ASK:
            return self.listed().exclude(self._kept_by(viewer))
        kept = self.filter(self._kept_by(viewer, *ROLES[right]))
        if right in SHARED_ONLY:
            kept = kept.filter(personal_of__isnull=True)
        return kept.order_by(F("personal_of").asc(nulls_last=True), "name", "pk")

    def listed(self) -> Self:
        """What everybody finds: public groups, by name."""
        return self.filter(visibility__in=LISTED).order_by("name", "pk")

    def visible_to(self, viewer: Viewer) -> Self:
        """What opens at its address: public and unlisted groups, private ones to their members."""
        return self.granting(Right.SEE, viewer)

    def of(self, viewer: Viewer) -> Self:
        """Those that this person belongs to: the personal one first, the others by name."""
        return self.granting(Right.BELONG, viewer)

    def contributed_by(self, viewer: Viewer) -> Self:
        """Those whose talks this person may add and take out."""
        return self.granting(Right.CONTRIBUTE, viewer)

    def steered_by(self, viewer: Viewer) -> Self:
        """Those that this person may let follow something: also the personal one."""
        return self.granting(Right.STEER, viewer)

    def managed_by(self, viewer: Viewer) -> Self:
        """Those that this person may rename, open, close and delete; a personal one stays as is."""
        return self.granting(Right.MANAGE, viewer)

    def at(self, slugs: Iterable[str]) -> Self:
        """Those at these addresses, as somebody gave them; no address has a NUL, and PostgreSQL
        cannot even ask for one.
        """
        return self.filter(slug__in=[slug for slug in slugs if "\0" not in slug])

    def now_at(self, slugs: Sequence[str]) -> dict[str, str]:
        """The addresses that those have now which are, or once were, at these; by what was given.

        Where somebody else has taken an address over, it is theirs.
        """
        found = {slug: slug for slug in self.at(slugs).values_list("slug", flat=True)}
        if gone := set(slugs) - found.keys():
            former = self.order_by().filter(former_addresses__slug__in=gone)
            found |= dict(former.values_list("former_addresses__slug", "slug"))
        return found

    def opened_by_tokens(self, numbers: Sequence[int], tokens: Sequence[str]) -> "dict[int, Group]":
        """By their calendar numbers, those that the old feeds may show: public groups, and others
        whose own token stands at the same place. Numbers can be guessed, so unlisted ones need it.

        Tokens are compared in a time that tells nothing of them.
        """
        given = dict(zip(numbers, tokens, strict=False))
        return {
            group.calendar_id: group
            for group in self.filter(calendar_id__in=numbers)
            if group.calendar_id is not None
            and (
                group.visibility == "public"
                or constant_time_compare(group.token, given.get(group.calendar_id, ""))
            )
        }

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


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def opened_by(self, key: str) -> "Invitation | None":
        """The invitation with these characters, also one that has ended; compared as feed keys."""
        if not _KEY.fullmatch(key):
            return None
        known = self.select_related("group", "invited_by")
        found = known.filter(finding=key[:FINDING]).first()
        if found is None or not constant_time_compare(found.proving, key[FINDING:]):
            return None
        return found

    def pending(self, now: datetime) -> Self:
        """Those that can still be accepted, the latest first."""
        unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.filter(unexpired, outcome="").order_by("-pk")

    def waiting_for(self, user: "User", now: datetime) -> Self:
        """Those sent to an address that this person has shown to be theirs."""
        addresses = user.emailaddress_set.filter(verified=True).values("email")
        joined = user.memberships.values("group")
        return (
            self.pending(now)
            .filter(email__in=addresses)
            .exclude(group__in=joined)
            .select_related("group", "invited_by")
        )

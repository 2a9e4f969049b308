"""The keys by which whoever got a group's mail ends it, without signing in.

They are signed, not stored: who has left a group has none that counts any more.
"""

import re

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import MailChoice, Membership

Kind = MailChoice.Kind

_KEY = re.compile(r"([1-9][0-9]{0,17})-([a-z]+)-([0-9a-f]{32})")


def path(membership: Membership, kind: Kind) -> str:
    """The address, on this site, that ends this kind of mail to this person."""
    return reverse("group-stop", args=[f"{membership.pk}-{kind}-{_proof(membership.pk, kind)}"])


def opened_by(key: str) -> tuple[Membership, Kind] | None:
    """Whose mail of which kind the key ends; None for one mistyped, or of a membership that ended.

    The part that proves is compared in a time that tells nothing of it.
    """
    parts = _KEY.fullmatch(key)
    if parts is None or parts[2] not in Kind.values:
        return None
    kind = Kind(parts[2])
    if not constant_time_compare(parts[3], _proof(int(parts[1]), kind)):
        return None
    found = Membership.objects.filter(pk=int(parts[1])).select_related("group").first()
    return (found, kind) if found else None


def _proof(membership: int, kind: Kind) -> str:
    """128 bits, in no more letters than an address in plain text can have."""
    signed = salted_hmac("accounts.stopping", f"{membership}-{kind}", algorithm="sha256")
    return signed.hexdigest()[:32]

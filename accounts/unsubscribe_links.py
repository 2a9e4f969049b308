"""Links in a group's emails that unsubscribe their recipient without signing in.

Their keys are signed, not stored. A link stops working when its recipient leaves the group.
"""

import re

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import MailChoice, Membership

Kind = MailChoice.Kind

_KEY = re.compile(r"([1-9][0-9]{0,17})-([a-z]+)-([0-9a-f]{32})")


def path(membership: Membership, kind: Kind) -> str:
    """Return the path that unsubscribes this member from this kind of email."""
    key = f"{membership.pk}-{kind}-{_signature(membership.pk, kind)}"
    return reverse("group-unsubscribe", args=[key])


def resolve(key: str) -> tuple[Membership, Kind] | None:
    """Return whom the key unsubscribes from what, or None if it is mistyped or the person has left.

    The comparison takes the same time whether the key is right or wrong.
    """
    parts = _KEY.fullmatch(key)
    if parts is None or parts[2] not in Kind.values:
        return None
    kind = Kind(parts[2])
    if not constant_time_compare(parts[3], _signature(int(parts[1]), kind)):
        return None
    membership = Membership.objects.filter(pk=int(parts[1])).select_related("group").first()
    return (membership, kind) if membership else None


def _signature(membership: int, kind: Kind) -> str:
    """Return 128 bits, short enough for a URL in plain text."""
    # The salt is a former name of this module; a new one would break links already sent.
    signed = salted_hmac("accounts.stopping", f"{membership}-{kind}", algorithm="sha256")
    return signed.hexdigest()[:32]

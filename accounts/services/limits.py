"""How much one person may send in an hour, and one mailbox receive."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.checks import lock_user
from accounts.services.errors import LimitError

_HOUR = timedelta(hours=1)
#: How many messages one address may receive in an hour, from all senders together.
MAX_EMAILS_PER_MAILBOX = 10


@transaction.atomic
def count_invitations(user: User, count: int, *, now: datetime) -> None:
    """Count invitations by this user; raise LimitError if there are too many."""
    _count_for_user(
        user,
        "invitations",
        count,
        settings.INVITATIONS_PER_HOUR,
        now,
        _("Too many invitations: the limit is %(limit)d an hour. Try again later."),
    )


@transaction.atomic
def count_emails(user: User, addresses: Iterable[str], *, now: datetime) -> None:
    """Count an email from this user to each of these addresses.

    Raise LimitError if there are too many from the user or to one of the addresses.
    """
    addresses = list(addresses)
    _count_for_user(
        user,
        "mails",
        len(addresses),
        settings.EMAILS_PER_HOUR,
        now,
        _("Too many emails: the limit is %(limit)d an hour. Try again later."),
    )
    for address in addresses:
        name = hashlib.sha256(address.encode()).hexdigest()
        if not _count(f"group-mailbox:{name}", 1, MAX_EMAILS_PER_MAILBOX, now):
            raise LimitError(
                _("%(address)s has received too many emails in the last hour. Try again later.")
                % {"address": address}
            )


@transaction.atomic
def count_group_messages(user: User, *, now: datetime) -> None:
    """Count a message from this user to a group; raise LimitError if there are too many."""
    _count_for_user(
        user,
        "letters",
        1,
        settings.GROUP_MESSAGES_PER_HOUR,
        now,
        _("Too many messages to groups: the limit is %(limit)d an hour. Try again later."),
    )


def _count_for_user(
    user: User, kind: str, count: int, limit: int, now: datetime, message: str
) -> None:
    # Locked, so that two simultaneous requests are both counted.
    lock_user(user)
    if not _count(f"group-{kind}:{user.pk}", count, limit, now):
        raise LimitError(message % {"limit": limit})


def _count(key: str, count: int, limit: int, now: datetime) -> bool:
    """Count `count` more uses of the key, or return False if that exceeds the limit an hour."""
    moment = now.timestamp()
    recent = [one for one in cache.get(key, []) if one > moment - _HOUR.total_seconds()]
    if len(recent) + count > limit:
        return False
    cache.set(key, [*recent, *[moment] * count], _HOUR.total_seconds())
    return True

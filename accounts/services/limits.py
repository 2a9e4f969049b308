"""How much one person may send in an hour, and one mailbox receive."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.errors import GroupError

_HOUR = timedelta(hours=1)
#: Messages to one address in an hour, whoever sends them: nobody's mailbox is filled through us.
MAILBOX = 10


@transaction.atomic
def invitations(user: User, count: int, *, now: datetime) -> None:
    """Counts this person's invitations; raises GroupError where they would be too many."""
    most = settings.INVITATIONS_PER_HOUR
    _spend(
        user,
        "invitations",
        count,
        most,
        now,
        _("That would be too many invitations: the most is %(most)d an hour. Wait a while."),
    )


@transaction.atomic
def mails(user: User, addresses: Iterable[str], *, now: datetime) -> None:
    """Counts messages that this person has sent to these addresses, one to each.

    Raises GroupError where they would be too many for the person or for one of the mailboxes.
    """
    addresses = list(addresses)
    _spend(
        user,
        "mails",
        len(addresses),
        settings.EMAILS_PER_HOUR,
        now,
        _("That would be too many messages: the most is %(most)d an hour. Wait a while."),
    )
    for address in addresses:
        name = hashlib.sha256(address.encode()).hexdigest()
        if not _counted(f"group-mailbox:{name}", 1, MAILBOX, now):
            raise GroupError(
                _("%(address)s has been sent many messages in the last hour. Wait a while.")
                % {"address": address}
            )


@transaction.atomic
def letters(user: User, *, now: datetime) -> None:
    """Counts a message of this person to a group; raises GroupError where it would be too many."""
    _spend(
        user,
        "letters",
        1,
        settings.GROUP_MESSAGES_PER_HOUR,
        now,
        _("That would be too many messages to groups: the most is %(most)d an hour. Wait a while."),
    )


def _spend(user: User, what: str, count: int, most: int, now: datetime, sentence: str) -> None:
    # Locked, so that two requests at once are both counted.
    User.objects.select_for_update().get(pk=user.pk)
    if not _counted(f"group-{what}:{user.pk}", count, most, now):
        raise GroupError(sentence % {"most": most})


def _counted(key: str, count: int, most: int, now: datetime) -> bool:
    """Notes `count` more moments under the key, unless more than `most` would be of this hour."""
    moment = now.timestamp()
    recent = [one for one in cache.get(key, []) if one > moment - _HOUR.total_seconds()]
    if len(recent) + count > most:
        return False
    cache.set(key, [*recent, *[moment] * count], _HOUR.total_seconds())
    return True

"""Messages to all members of a group."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.messages import Delivery, Outbox, compose_for_member
from accounts.models import (
    Group,
    GroupEvent,
    GroupMessage,
    GroupMessageCopy,
    MailChoice,
    Membership,
    User,
)
from accounts.rights import Right
from accounts.services import limits
from accounts.services.checks import lock_group_as_manager, lock_user
from accounts.services.errors import RefusedError
from accounts.services.events import record

#: How long to keep trying when the mail server does not accept a message.
_RETRY_FOR = timedelta(days=3)


@dataclass(slots=True)
class DeliveryReport:
    """How many copies were sent, were rejected for good, and will be tried again."""

    sent: int = 0
    refused: int = 0
    waiting: int = 0


def recipients(group: Group) -> QuerySet[Membership]:
    """Return the memberships of those who get messages to the group."""
    active = group.memberships.filter(user__is_active=True).exclude(mail__letters=False)
    return active.select_related("user").order_by("pk")


@transaction.atomic
def create(
    *, group: Group, by: User, subject: str, text: str, replies: bool, once: str, now: datetime
) -> GroupMessage | None:
    """Create a message to all members, which `deliver` sends; return None if there already is one
    with the same `once`, as after a double click.

    Raise RefusedError if `by` may not do this, if it exceeds their limit, or if nobody would get
    it.
    """
    # Locked before the check below, so that the second of two clicks sees the first.
    lock_user(by)
    written = GroupEvent.objects.filter(group=group, kind=GroupEvent.Kind.WROTE, by=by)
    if written.filter(changes__once=once).exists():
        return None
    limits.count_group_messages(by, now=now)
    group = lock_group_as_manager(group, by, Right.EMAIL)
    members = list(recipients(group))
    if not members:
        raise RefusedError(_("All members have turned off messages."))
    message = GroupMessage.objects.create(
        group=group, by=by, subject=subject, text=text, replies=replies, at=now
    )
    GroupMessageCopy.objects.bulk_create(
        GroupMessageCopy(message=message, membership=one) for one in members
    )
    record(group, GroupEvent.Kind.WROTE, by=by, changes={"subject": subject, "once": once})
    return message


def compose(message: GroupMessage, to: Membership) -> EmailMessage:
    """Return the email with this message to this member."""
    replies_to = message.by if message.replies else None
    context = {"message": message, "by": message.by, "replies_to": replies_to}
    address = replies_to.email if replies_to else ""
    return compose_for_member("mail/group_message", to, MailChoice.Kind.LETTERS, context, address)


def deliver(
    *,
    now: datetime,
    outbox: Outbox,
    message: GroupMessage | None = None,
    seconds: float | None = None,
) -> DeliveryReport:
    """Send the waiting copies of one message or of all, for at most this many seconds.

    Each copy is claimed before it is sent, so that nobody gets two. If the server does not accept
    one now, the next run tries again, for three days; one it rejects for good is dropped.
    """
    GroupMessage.objects.filter(at__lt=now - _RETRY_FOR).delete()
    report, until = DeliveryReport(), None if seconds is None else time.monotonic() + seconds
    waiting = GroupMessageCopy.objects.filter(taken_at=None, membership__user__is_active=True)
    if message is not None:
        waiting = waiting.filter(message=message)
    copies = waiting.select_related("message__by", "membership__user", "membership__group")
    for copy in copies.order_by("pk"):
        if outbox.gave_up or (until is not None and time.monotonic() > until):
            break
        if GroupMessageCopy.objects.filter(pk=copy.pk, taken_at=None).update(taken_at=now):
            _send(copy, outbox, report)
    report.waiting = waiting.count()
    GroupMessage.objects.filter(
        ~Exists(GroupMessageCopy.objects.filter(message=OuterRef("pk")))
    ).delete()
    return report


def _send(copy: GroupMessageCopy, outbox: Outbox, report: DeliveryReport) -> None:
    row = GroupMessageCopy.objects.filter(pk=copy.pk)
    delivery = outbox.send(compose(copy.message, copy.membership))
    if delivery is Delivery.LATER:
        row.update(taken_at=None)
        return
    row.delete()
    if delivery is Delivery.SENT:
        report.sent += 1
    else:
        report.refused += 1

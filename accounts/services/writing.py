"""Messages to everybody in a group."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.letters import Delivery, Outbox, to_member
from accounts.models import Group, GroupEvent, Letter, LetterCopy, MailChoice, Membership, User
from accounts.rights import Right
from accounts.services import limits
from accounts.services.errors import GroupError
from accounts.services.events import record
from accounts.services.locks import hold_as_manager

#: For how long a copy that the mail server does not take is tried again.
_KEPT = timedelta(days=3)


@dataclass(slots=True)
class Sent:
    """How many copies have gone, were refused for good, and will be tried again."""

    sent: int = 0
    refused: int = 0
    waiting: int = 0


def readers(group: Group) -> QuerySet[Membership]:
    """Who gets messages to the group: everybody in it who has not said no."""
    there = group.memberships.filter(user__is_active=True).exclude(mail__letters=False)
    return there.select_related("user").order_by("pk")


@transaction.atomic
def write(
    *, group: Group, by: User, subject: str, text: str, replies: bool, once: str, now: datetime
) -> Letter | None:
    """A message to everybody in the group, which `deliver` sends; None where the one with the same
    `once` has been written already, as by a second click.

    Raises GroupError where that is not for `by` to do, more than they may write in an hour, or for
    nobody at all.
    """
    # Held before anything is asked, so that of two clicks the second sees the first.
    User.objects.select_for_update().get(pk=by.pk)
    wrote = GroupEvent.objects.filter(group=group, kind=GroupEvent.Kind.WROTE, by=by)
    if wrote.filter(changes__once=once).exists():
        return None
    limits.letters(by, now=now)
    group = hold_as_manager(group, by, Right.WRITE)
    people = list(readers(group))
    if not people:
        raise GroupError(_("Nobody in this group wants messages."))
    letter = Letter.objects.create(
        group=group, by=by, subject=subject, text=text, replies=replies, at=now
    )
    LetterCopy.objects.bulk_create(LetterCopy(letter=letter, membership=one) for one in people)
    said = {"subject": subject, "once": once}
    record(group, GroupEvent.Kind.WROTE, by=by, changes=said)
    return letter


def message(letter: Letter, to: Membership) -> EmailMessage:
    """The letter as this person gets it."""
    answers = letter.by if letter.replies else None
    context = {"letter": letter, "by": letter.by, "answers": answers}
    reply_to = answers.email if answers else ""
    return to_member("mail/letter", to, MailChoice.Kind.LETTERS, context, reply_to)


def deliver(
    *, now: datetime, outbox: Outbox, letter: Letter | None = None, seconds: float | None = None
) -> Sent:
    """Sends the copies that wait, of one letter or of all, for so many seconds at the most.

    Each is taken before it is sent, so that nobody gets two. One that the server does not take now
    is tried again when this runs next, for three days; one that it refuses for good is not.
    """
    Letter.objects.filter(at__lt=now - _KEPT).delete()
    came, until = Sent(), time.monotonic() + seconds if seconds is not None else None
    waiting = LetterCopy.objects.filter(taken_at=None, membership__user__is_active=True)
    if letter is not None:
        waiting = waiting.filter(letter=letter)
    known = waiting.select_related("letter__by", "membership__user", "membership__group")
    for copy in known.order_by("pk"):
        if outbox.gave_up or (until is not None and time.monotonic() > until):
            break
        if LetterCopy.objects.filter(pk=copy.pk, taken_at=None).update(taken_at=now):
            _send(copy, outbox, came)
    came.waiting = waiting.count()
    Letter.objects.filter(~Exists(LetterCopy.objects.filter(letter=OuterRef("pk")))).delete()
    return came


def _send(copy: LetterCopy, outbox: Outbox, came: Sent) -> None:
    this = LetterCopy.objects.filter(pk=copy.pk)
    came_of_it = outbox.send(message(copy.letter, copy.membership))
    if came_of_it is Delivery.LATER:
        this.update(taken_at=None)
        return
    this.delete()
    if came_of_it is Delivery.SENT:
        came.sent += 1
    else:
        came.refused += 1

"""What each person gets of a group's mail, and that nobody gets a week's mail twice."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import LetterCopy, MailChoice, Membership
from accounts.services.errors import GroupError

#: When in the morning, by the site's clock, the week's mail is due.
_MORNING = timedelta(hours=6)


def choice_of(membership: Membership) -> MailChoice:
    """What the person wants; where they never said, as it is for everybody, and not saved."""
    try:
        return membership.mail
    except MailChoice.DoesNotExist:
        return MailChoice(membership=membership)


@transaction.atomic
def choose(*, membership: Membership, now: datetime, **wanted: bool) -> MailChoice:
    """Changes what the person wants, by the names of MailChoice's kinds.

    Who begins to want the week's talks gets them from the next week on. Who wants no messages does
    not get those on their way either. Raises GroupError for somebody who has left the group.
    """
    if not Membership.objects.select_for_update().filter(pk=membership.pk).exists():
        raise GroupError(_("You do not belong to this group."))
    # As it is now and held, for the week's mail may be on its way.
    held = MailChoice.objects.select_for_update().filter(membership=membership).first()
    choice = held or MailChoice(membership=membership)
    letters = wanted.get("letters", choice.letters)
    weekly = wanted.get("weekly", choice.weekly)
    if weekly and not choice.weekly:
        choice.week = max(choice.week or date.min, week_of(now))
    if not letters:
        LetterCopy.objects.filter(membership=membership).delete()
    choice.letters, choice.weekly = letters, weekly
    choice.save()
    return choice


def week_of(now: datetime) -> date:
    """The day on whose morning the latest week's mail became due, the first as WEEK_START says."""
    day = (timezone.localtime(now).replace(tzinfo=None) - _MORNING).date()
    return day - timedelta(days=(day.weekday() - settings.WEEK_START) % 7)


def due(week: date) -> list[MailChoice]:
    """Who is to get this week's mail, each with person and group, one group after another."""
    waiting = MailChoice.objects.filter(Q(week=None) | Q(week__lt=week), weekly=True)
    active = waiting.filter(membership__user__is_active=True)
    known = active.select_related("membership__group", "membership__user")
    return list(known.order_by("membership__group_id", "pk"))


def take(choice: MailChoice, week: date) -> bool:
    """Notes that the person gets this week's mail; False where somebody else has just taken it, or
    they want it no more.

    In one statement and before it is sent, so that two processes cannot both do it. Whoever is
    stopped after it has left one person without one week's mail, rather than with two of it.
    """
    waiting = Q(week=None) | Q(week__lt=week)
    return MailChoice.objects.filter(waiting, pk=choice.pk, weekly=True).update(week=week) > 0


def put_back(choice: MailChoice, week: date) -> None:
    """Takes that back, for the mail could not be sent; `choice` is as it was before."""
    MailChoice.objects.filter(pk=choice.pk, week=week).update(week=choice.week)


def skip(choices: Iterable[MailChoice], week: date) -> None:
    """Notes that this week has nothing for these people."""
    keys = [choice.pk for choice in choices]
    MailChoice.objects.filter(Q(week=None) | Q(week__lt=week), pk__in=keys).update(week=week)

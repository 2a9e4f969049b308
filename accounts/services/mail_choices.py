"""Which emails each member of a group receives, and that nobody gets a weekly email twice."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import GroupMessageCopy, MailChoice, Membership
from accounts.services.checks import check_membership

#: The time of day, on the site's clock, at which the weekly email is due.
_DUE_AT = timedelta(hours=6)


def get(membership: Membership) -> MailChoice:
    """Return the member's choice, or the default, unsaved, if they never made one."""
    try:
        return membership.mail
    except MailChoice.DoesNotExist:
        return MailChoice(membership=membership)


@transaction.atomic
def update(*, membership: Membership, now: datetime, **wanted: bool) -> MailChoice:
    """Change the member's choice; the keywords are MailChoice's kinds.

    The weekly email starts with next week's. Turning messages off also drops those still to be
    sent. Raise RefusedError for someone who has left the group.
    """
    check_membership(Membership.objects.select_for_update().filter(pk=membership.pk))
    # Locked, because the weekly email may be about to be sent.
    saved = MailChoice.objects.select_for_update().filter(membership=membership).first()
    choice = saved or MailChoice(membership=membership)
    letters = wanted.get("letters", choice.letters)
    weekly = wanted.get("weekly", choice.weekly)
    if weekly and not choice.weekly:
        choice.week = max(choice.week or date.min, current_week(now))
    if not letters:
        GroupMessageCopy.objects.filter(membership=membership).delete()
    choice.letters, choice.weekly = letters, weekly
    choice.save()
    return choice


def current_week(now: datetime) -> date:
    """Return the first day, by WEEK_START, of the week whose email became due last."""
    day = (timezone.localtime(now).replace(tzinfo=None) - _DUE_AT).date()
    return day - timedelta(days=(day.weekday() - settings.WEEK_START) % 7)


def due(week: date) -> list[MailChoice]:
    """Return the choices of those still to get this week's email, group by group."""
    pending = MailChoice.objects.filter(_not_sent(week), weekly=True)
    active = pending.filter(membership__user__is_active=True)
    rows = active.select_related("membership__group", "membership__user")
    return list(rows.order_by("membership__group_id", "pk"))


def claim(choice: MailChoice, week: date) -> bool:
    """Mark this week's email as sent to this person; return False if another process did so
    first, or if they no longer want it.

    It is a single statement, made before the email is sent, so that two processes cannot both send
    it. If a process is killed after it, one person misses an email rather than getting two.
    """
    rows = MailChoice.objects.filter(_not_sent(week), pk=choice.pk, weekly=True)
    return rows.update(week=week) > 0


def release(choice: MailChoice, week: date) -> None:
    """Undo `claim` because the email could not be sent; `choice` is as it was before."""
    MailChoice.objects.filter(pk=choice.pk, week=week).update(week=choice.week)


def mark_done(choices: Iterable[MailChoice], week: date) -> None:
    """Record that there is nothing to send these people this week."""
    keys = [choice.pk for choice in choices]
    MailChoice.objects.filter(_not_sent(week), pk__in=keys).update(week=week)


def _not_sent(week: date) -> Q:
    return Q(week=None) | Q(week__lt=week)

"""The week's mail: a group's talks of the next seven days, to those of its people who want it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.messages import Delivery, Outbox, compose_for_member
from accounts.models import Group, MailChoice
from accounts.services import mail_choices
from seminars import clock
from seminars.listings.agenda import day_of
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from seminars.listings.rows import Row, rows_of
from seminars.mail.talks import by_day, notes_on, underlined

_DAY = timedelta(days=1)
#: How many days a message is about, and how many talks it lists at the most.
_DAYS, _MOST = 7, 100


@dataclass(slots=True)
class Tally:
    """How many messages have gone, and how many will be tried again."""

    sent: int = 0
    later: int = 0


def send(*, now: datetime, outbox: Outbox) -> Tally:
    """Sends the latest week's mail to whoever is still to get it; nothing where there is nothing.

    What the mail server does not take now is tried again when this runs next, till the week is
    over; what it refuses for good is not.
    """
    week, tally = mail_choices.current_week(now), Tally()
    for group, choices in _groups(week):
        said = _said(group, now)
        if not said:
            mail_choices.mark_done(choices, week)
            continue
        for choice in choices:
            if outbox.gave_up:
                tally.later += 1
            elif mail_choices.claim(choice, week):
                _send(choice, week, said, outbox, tally)
    return tally


def _groups(week: date) -> Iterator[tuple[Group, list[MailChoice]]]:
    due = mail_choices.due(week)
    for _key, found in groupby(due, key=lambda choice: choice.membership.group_id):
        choices = list(found)
        yield choices[0].membership.group, choices


def _send(
    choice: MailChoice, week: date, said: dict[str, Any], outbox: Outbox, tally: Tally
) -> None:
    message = compose_for_member(
        "mail/weekly_talks", choice.membership, MailChoice.Kind.WEEKLY, said
    )
    came = outbox.send(message)
    if came is Delivery.LATER:
        mail_choices.release(choice, week)
        tally.later += 1
    elif came is Delivery.SENT:
        tally.sent += 1


def _said(group: Group, now: datetime) -> dict[str, Any]:
    """What the message says, the same to everybody; empty where nothing is on.

    The talks are those that everybody sees: not an organiser's drafts, and not what comes to some
    of the group's people by other private groups of theirs.
    """
    first = timezone.localdate(now)
    last = first + (_DAYS - 1) * _DAY
    rows, more = _rows(group, now, last)
    here = [row for row in rows if _is_on(row, last)]
    moved = [row for row in rows if not _is_on(row, last)]
    if not rows:
        return {}
    notes = notes_on(group, rows)
    return {
        "first": first,
        "last": last,
        "talks": by_day(here, notes),
        "more": more,
        "moved": f"{underlined(_('Moved or canceled:'))}\n\n{by_day(moved, notes)}"
        if moved
        else "",
    }


def _rows(group: Group, now: datetime, last: date) -> tuple[list[Row], bool]:
    """The talks that are on until that day and those that were to be and have been moved away, and
    whether there are more than a message lists.
    """
    filters = Filters(when=When.ALL)
    coming = Listing.of_group(group, filters=filters, now=now).for_page().filter(over_at__gt=now)
    ends = clock.end_of_day(last, settings.TIME_ZONE)
    # A talk without an hour is under its own date, whose midnight may be later than the site's.
    near = Q(starts_at__lt=ends + _DAY)
    away = Q(previous_starts_at__gte=now, previous_starts_at__lt=ends)
    found = rows_of(coming.filter(near | away)[: _MOST + 1])
    rows = [row for row in found[:_MOST] if _is_on(row, last) or _was_to_be(row, now, ends)]
    return rows, len(found) > _MOST


def _is_on(row: Row, last: date) -> bool:
    return (day_of(row) or last) <= last


def _was_to_be(row: Row, now: datetime, ends: datetime) -> bool:
    return row.previous_starts_at is not None and now <= row.previous_starts_at < ends

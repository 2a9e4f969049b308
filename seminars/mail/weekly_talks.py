"""The weekly email: a group's talks in the next seven days, for the members who want it."""

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
#: How many days an email covers, and how many talks it lists.
_DAYS, _MAX_TALKS = 7, 100


@dataclass(slots=True)
class Tally:
    """How many emails were sent, and how many will be tried again."""

    sent: int = 0
    later: int = 0


def send(*, now: datetime, outbox: Outbox) -> Tally:
    """Send this week's email to everyone still to get it, except for groups without talks.

    Emails that fail temporarily are tried again at the next run, until the week is over; those
    that the mail server rejects are not.
    """
    week, tally = mail_choices.current_week(now), Tally()
    for group, choices in _due_by_group(week):
        context = _context(group, now)
        if not context:
            mail_choices.mark_done(choices, week)
            continue
        for choice in choices:
            if outbox.gave_up:
                tally.later += 1
            elif mail_choices.claim(choice, week):
                _send_to(choice, week, context, outbox, tally)
    return tally


def _due_by_group(week: date) -> Iterator[tuple[Group, list[MailChoice]]]:
    due = mail_choices.due(week)
    for _key, rows in groupby(due, key=lambda choice: choice.membership.group_id):
        choices = list(rows)
        yield choices[0].membership.group, choices


def _send_to(
    choice: MailChoice, week: date, context: dict[str, Any], outbox: Outbox, tally: Tally
) -> None:
    kind = MailChoice.Kind.WEEKLY
    message = compose_for_member("mail/weekly_talks", choice.membership, kind, context)
    delivery = outbox.send(message)
    if delivery is Delivery.LATER:
        mail_choices.release(choice, week)
        tally.later += 1
    elif delivery is Delivery.SENT:
        tally.sent += 1


def _context(group: Group, now: datetime) -> dict[str, Any]:
    """Return the context of the email's template, the same for all members; empty without talks.

    It has the talks that visitors of the group would see: no drafts, and none that only some
    members see because they belong to another private group.
    """
    first = timezone.localdate(now)
    last = first + (_DAYS - 1) * _DAY
    rows, more = _rows(group, now, last)
    if not rows:
        return {}
    this_week = [row for row in rows if _is_by(row, last)]
    moved = [row for row in rows if not _is_by(row, last)]
    notes = notes_on(group, rows)
    heading = underlined(_("Moved or canceled:"))
    return {
        "first": first,
        "last": last,
        "talks": by_day(this_week, notes),
        "more": more,
        "moved": f"{heading}\n\n{by_day(moved, notes)}" if moved else "",
    }


def _rows(group: Group, now: datetime, last: date) -> tuple[list[Row], bool]:
    """Return the talks from now until that day, and those moved from these days to later ones;
    and whether there are more than an email lists.
    """
    listing = Listing.of_group(group, filters=Filters(when=When.ALL), now=now)
    upcoming = listing.for_page().filter(over_at__gt=now)
    end = clock.end_of_day(last, settings.TIME_ZONE)
    # A talk without a start time counts by its date, whose midnight may be after the site's.
    near = Q(starts_at__lt=end + _DAY)
    moved = Q(previous_starts_at__gte=now, previous_starts_at__lt=end)
    rows = rows_of(upcoming.filter(near | moved)[: _MAX_TALKS + 1])
    listed = [row for row in rows[:_MAX_TALKS] if _is_by(row, last) or _was_by(row, now, end)]
    return listed, len(rows) > _MAX_TALKS


def _is_by(row: Row, last: date) -> bool:
    """Whether the talk is on that day or earlier, or has no date."""
    return (day_of(row) or last) <= last


def _was_by(row: Row, now: datetime, end: datetime) -> bool:
    """Whether the talk was to start between these times before it was moved."""
    return row.previous_starts_at is not None and now <= row.previous_starts_at < end

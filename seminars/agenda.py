"""Talks put under the days they fall on, and the days under today, this week, next week, later."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.rows import Row


@dataclass(frozen=True, slots=True)
class Day:
    """A date in the site's zone, and its talks in order."""

    date: datetime.date
    is_today: bool
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, empty where the list is one piece, and the days under it."""

    title: str
    days: list[Day]


def day_of(talk: Row) -> datetime.date | None:
    """The date in the site's zone under which a talk is listed.

    A talk whose hour is not known stands under its own date, which is the same day everywhere.
    """
    if talk.starts_at is None or talk.start_time is None:
        return talk.date
    return timezone.localdate(talk.starts_at)


def days(talks: Iterable[Row], now: datetime.datetime) -> list[Day]:
    """The talks by day, in the order in which they come."""
    today = timezone.localdate(now)
    return [
        Day(date, date == today, list(group))
        for date, group in groupby(talks, key=day_of)
        if date is not None
    ]


def sections(talks: Iterable[Row], now: datetime.datetime) -> list[Section]:
    """Upcoming talks under the headings of the home page; a heading without talks is left out.

    Weeks begin on Monday (ISO 8601). A talk of several days that began before today is under today.
    """
    today = timezone.localdate(now)
    monday = today - datetime.timedelta(days=today.weekday())
    next_monday = monday + datetime.timedelta(days=7)

    def heading(day: Day) -> str:
        if day.date <= today:
            return _("Today")
        if day.date < next_monday:
            return _("This week")
        if day.date < next_monday + datetime.timedelta(days=7):
            return _("Next week")
        return _("Later")

    return [Section(title, list(group)) for title, group in groupby(days(talks, now), key=heading)]

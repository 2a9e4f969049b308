"""Talks by day, and the days by sections: today, this week, next week, later."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import wording
from seminars.listings.rows import Row, Span


@dataclass(frozen=True, slots=True)
class Day:
    """A date in the site's zone, and its talks in order."""

    date: datetime.date
    is_today: bool
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, empty for a list that is not divided, and the days below it."""

    title: str
    days: list[Day]


def day_of(talk: Row | Span) -> datetime.date | None:
    """Return the date in the site's time zone under which a talk is listed."""
    return wording.site_day(talk)


def last_day_of(talk: Row | Span) -> datetime.date | None:
    """Return the last date in the site's time zone on which a talk of several days is listed."""
    if talk.end_date is None or talk.over_at is None:
        return day_of(talk)
    if talk.start_time is None:
        return talk.end_date
    return timezone.localdate(talk.over_at - datetime.timedelta.resolution)


def by_day(
    talks: Iterable[Span], first: datetime.date, last: datetime.date
) -> dict[datetime.date, list[int]]:
    """Return the ids of the talks on each day from `first` to `last`, in their order.

    A talk of several days is on each of them.
    """
    talks_on: dict[datetime.date, list[int]] = defaultdict(list)
    for talk in talks:
        begins, ends = day_of(talk), last_day_of(talk)
        if begins is None or ends is None:
            continue
        day = max(begins, first)
        while day <= min(ends, last):
            talks_on[day].append(talk.id)
            day += datetime.timedelta(days=1)
    return talks_on


def days(talks: Iterable[Row], now: datetime.datetime) -> list[Day]:
    """Group the talks by day, in their order."""
    today = timezone.localdate(now)
    return [
        Day(date, date == today, list(group))
        for date, group in groupby(talks, key=day_of)
        if date is not None
    ]


def sections(talks: Iterable[Row], now: datetime.datetime) -> list[Section]:
    """Group upcoming talks into the sections of the home page, without empty sections.

    Weeks begin on Monday (ISO 8601). A talk of several days that began before today is in today's.
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

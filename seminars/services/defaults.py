"""What a new talk of a series starts from: what the series says, else what its latest talks were
like.
"""

import datetime
from collections import Counter
from collections.abc import Hashable, Iterable
from itertools import count
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings

from seminars.models import Series, Speaker, Talk

#: How many of the latest talks are asked.
_ASKED = 5

_CONTACT = ("contact_name", "contact_phone", "contact_email")
_FREED = (Talk.Status.POSTPONED, Talk.Status.CANCELLED)

_Value = TypeVar("_Value", bound=Hashable)


def defaults_for(series: Series, now: datetime.datetime) -> dict[str, Any]:
    """Values for fields of a Talk by name, for a form; those of which nothing is known are absent.

    The date is the first from today, by the site's clock, on the usual day of the week that no talk
    of the series takes; times are local to `timezone`. A join link is there only where at least two
    of the latest talks had one and it was the same, for others are made for one occasion.
    """
    talks = list(
        series.talks.filter(withdrawn_at__isnull=True, date__isnull=False)
        .select_related("venue")
        .prefetch_related("audiences")
        .order_by("-starts_at", "-pk")[:_ASKED]
    )
    found = {
        "timezone": series.timezone or _usual(one.timezone for one in talks) or settings.TIME_ZONE,
        "date": _date(series, talks, now),
        **_times(series, talks),
        **_place(series, talks),
        **_contact(series, talks),
        "audiences": _audiences(series, talks),
        "cost": series.cost or _usual(one.cost for one in talks),
        **_join(talks),
        **{
            name: _usual(getattr(one, name) for one in talks)
            for name in ("attendance", "join_access", "language", "kind")
        },
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def speaker_defaults(speaker: Speaker) -> dict[str, str]:
    """What a new appearance of the speaker starts from: what their record keeps of the latest."""
    return {"affiliation": speaker.affiliation, "biography": speaker.biography}


def _usual(values: Iterable[_Value]) -> _Value | None:
    """The most frequent value; of several the one that comes first, in the latest talk."""
    common = Counter(values).most_common(1)
    return common[0][0] if common else None


def _date(series: Series, talks: list[Talk], now: datetime.datetime) -> datetime.date | None:
    weekday = series.weekday
    if weekday is None:
        weekday = _usual(one.date.weekday() for one in talks if one.date)
    if weekday is None:
        return None
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    first = today + datetime.timedelta(days=(weekday - today.weekday()) % 7)
    standing = Talk.objects.in_series([series.pk]).exclude(status__in=_FREED)
    taken = set(
        standing.filter(withdrawn_at__isnull=True, date__gte=first).values_list("date", flat=True)
    )
    days = (first + datetime.timedelta(weeks=weeks) for weeks in count())
    return next(day for day in days if day not in taken)


def _times(series: Series, talks: list[Talk]) -> dict[str, datetime.time | None]:
    start = series.start_time
    if start is None:
        usual = _usual((one.start_time, one.end_time) for one in talks if one.start_time)
        return dict(zip(("start_time", "end_time"), usual or (None, None), strict=True))
    begin = datetime.datetime.combine(datetime.date.min, start)
    end = begin + datetime.timedelta(minutes=series.length)
    # After midnight it would need a last day as well, which is not for a default to say.
    return {"start_time": start, "end_time": end.time() if end.date() == begin.date() else None}


def _place(series: Series, talks: list[Talk]) -> dict[str, Any]:
    venue = series.venue or _usual(one.venue for one in talks if one.venue)
    if venue is None:
        return {}
    return {"venue": venue, "room": _usual(one.room for one in talks if one.venue_id == venue.pk)}


def _contact(series: Series, talks: list[Talk]) -> dict[str, str]:
    """All of it from one source, so that nobody's name stands with another's telephone."""
    own = tuple(getattr(series, name) for name in _CONTACT)
    others = (tuple(getattr(one, name) for name in _CONTACT) for one in talks)
    return dict(zip(_CONTACT, own if any(own) else _usual(others) or own, strict=True))


def _audiences(series: Series, talks: list[Talk]) -> list[Any]:
    own = list(series.audiences.all())
    return own or list(_usual(tuple(one.audiences.all()) for one in talks) or ())


def _join(talks: list[Talk]) -> dict[str, str]:
    links = [one.join_url for one in talks if one.join_url]
    return {"join_url": links[0]} if len(links) > 1 and len(set(links)) == 1 else {}

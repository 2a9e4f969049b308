"""Defaults for new talks: those of the series, or else of its latest talks."""

import datetime
from collections import Counter
from collections.abc import Hashable, Iterable
from itertools import count
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings

from seminars.models import Series, Speaker, Talk

#: How many of the latest talks are considered.
_LATEST = 5

_CONTACT = ("contact_name", "contact_phone", "contact_email")
_FREES_DATE = (Talk.Status.POSTPONED, Talk.Status.CANCELLED)

_Value = TypeVar("_Value", bound=Hashable)


def defaults_for(series: Series, now: datetime.datetime) -> dict[str, Any]:
    """Return initial values for a new talk's form by field name, without those unknown.

    The date is the first free one from today, in the site's time zone, on the usual weekday; times
    are local to `timezone`. A join link is included only if at least two of the latest talks shared
    the same one, as others are made for one occasion.
    """
    talks = list(
        series.talks.filter(withdrawn_at__isnull=True, date__isnull=False)
        .select_related("venue")
        .prefetch_related("audiences")
        .order_by("-starts_at", "-pk")[:_LATEST]
    )
    date, place = _next_date(series, talks, now), _place(series, talks)
    values = {
        "timezone": series.timezone
        or (place["venue"].timezone if place else "")
        or _most_common(one.timezone for one in talks)
        or settings.TIME_ZONE,
        "date": date,
        **_times(series, talks, date),
        **place,
        **_contact(series, talks),
        "audiences": _audiences(series, talks),
        "cost": series.cost or _most_common(one.cost for one in talks),
        **_join_link(talks),
        **{
            name: _most_common(getattr(one, name) for one in talks)
            for name in ("attendance", "join_access", "language", "kind")
        },
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def speaker_defaults(speaker: Speaker) -> dict[str, str]:
    """Return initial values for a new appearance of the speaker, from their record."""
    return {"affiliation": speaker.affiliation, "biography": speaker.biography}


def _most_common(values: Iterable[_Value]) -> _Value | None:
    """Return the most frequent value; of several, the first, which is the latest talk's."""
    ranked = Counter(values).most_common(1)
    return ranked[0][0] if ranked else None


def _next_date(series: Series, talks: list[Talk], now: datetime.datetime) -> datetime.date | None:
    weekday = series.weekday
    if weekday is None:
        weekday = _most_common(one.date.weekday() for one in talks if one.date)
    if weekday is None:
        return None
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    first = today + datetime.timedelta(days=(weekday - today.weekday()) % 7)
    standing = Talk.objects.in_series([series.pk]).exclude(status__in=_FREES_DATE)
    taken = set(
        standing.filter(withdrawn_at__isnull=True, date__gte=first).values_list("date", flat=True)
    )
    days = (first + datetime.timedelta(weeks=weeks) for weeks in count())
    return next(day for day in days if day not in taken)


def _times(
    series: Series, talks: list[Talk], date: datetime.date | None
) -> dict[str, datetime.time | datetime.date | None]:
    start = series.start_time
    if start is None:
        usual = _most_common((one.start_time, one.end_time) for one in talks if one.start_time)
        return dict(zip(("start_time", "end_time"), usual or (None, None), strict=True))
    begin = datetime.datetime.combine(datetime.date.min, start)
    end = begin + datetime.timedelta(minutes=series.length)
    if end.date() == begin.date():
        return {"start_time": start, "end_time": end.time()}
    if date is None:
        # An end after midnight needs its date.
        return {"start_time": start}
    return {
        "start_time": start,
        "end_time": end.time(),
        "end_date": date + datetime.timedelta(days=1),
    }


def _place(series: Series, talks: list[Talk]) -> dict[str, Any]:
    venue = series.venue or _most_common(one.venue for one in talks if one.venue)
    if venue is None:
        return {}
    return {
        "venue": venue,
        "room": _most_common(one.room for one in talks if one.venue_id == venue.pk),
    }


def _contact(series: Series, talks: list[Talk]) -> dict[str, str]:
    """Return the contact from one source, so that names and phone numbers match."""
    own = tuple(getattr(series, name) for name in _CONTACT)
    others = (tuple(getattr(one, name) for name in _CONTACT) for one in talks)
    return dict(zip(_CONTACT, own if any(own) else _most_common(others) or own, strict=True))


def _audiences(series: Series, talks: list[Talk]) -> list[Any]:
    own = list(series.audiences.all())
    return own or list(_most_common(tuple(one.audiences.all()) for one in talks) or ())


def _join_link(talks: list[Talk]) -> dict[str, str]:
    links = [one.join_url for one in talks if one.join_url]
    return {"join_url": links[0]} if len(links) > 1 and len(set(links)) == 1 else {}

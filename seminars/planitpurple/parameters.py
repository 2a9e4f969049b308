"""The query parameters of the old calendar's feeds: calendars, days and other filters.

Department sites continue to use the same URLs. Unknown parameters are ignored, as they were in the
old calendar; an invalid value of a known one is rejected with a sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Group
from seminars.listings import query_values
from seminars.listings.listing import Listing
from seminars.listings.query_values import BadFilterError
from seminars.listings.scopes import Scope
from seminars.models import Audience, Talk, TalkQuerySet, Topic, Venue
from seminars.querysets import AUDIENCE, TOPIC

#: How many values a list may have.
MAX_VALUES = 100
#: The largest id that the database's columns can store.
MAX_ID = 2**31 - 1
#: The default span of a feed, and its maximum.
YEARS_BACK, YEARS_AHEAD, MAX_YEARS = 3, 5, 8
#: How far back the archive of all calendars reaches.
ARCHIVE_OF_ALL = timedelta(days=90)

# Larger values of “max” and “days” would have no effect, or exceed the range of dates.
_MAX_TALKS, _MAX_DAYS = 1_000_000, 366 * MAX_YEARS

_ONLINE = "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The parameters of a request: a saved feed's, or those of calendars. Without either, of all
    public calendars. Both days are inclusive.
    """

    feed: int | None = None
    calendars: tuple[int, ...] = ()
    tokens: tuple[str, ...] = ()
    days: int | None = None
    max_talks: int | None = None
    archive: bool = False
    starting: date | None = None
    ending: date | None = None
    categories: tuple[int, ...] = ()
    audiences: tuple[int, ...] = ()
    locations: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: QueryDict, feed: int | None = None) -> "Parameters":
        """Return the parameters of a query; `feed` is the saved feed in the URL's path, if any.

        Raises BadFilterError for the first invalid value.
        """
        calendars = _calendars(query) if feed is None else ()
        parameters = cls(
            feed=feed,
            calendars=calendars,
            tokens=tuple(_list(query, "token", keep_empty=True)),
            days=_number(query, "days", minimum=0, maximum=_MAX_DAYS),
            max_talks=_number(query, "max", minimum=1, maximum=_MAX_TALKS),
            archive=_flag(query, "archive"),
            starting=_day(query, "start"),
            ending=_day(query, "end"),
            categories=_ids(query, "category"),
            audiences=_ids(query, "audience"),
            locations=tuple(_list(query, "location")),
        )
        if not parameters.is_of_all:
            for name in ("category", "audience", "location"):
                if query.get(name):
                    raise _wrong(name, _("“%(name)s” is allowed only with cal=0."))
        if len(parameters.tokens) > max(1, len(calendars)):
            raise _wrong("token", _("“%(name)s” has more values than “cal”."))
        return parameters

    @property
    def is_of_all(self) -> bool:
        """Whether the request is for all public calendars."""
        return self.feed is None and not self.calendars

    def span(self, now: datetime) -> tuple[date, date]:
        """Return the first and the last day in the site's zone.

        Raises BadFilterError if they are reversed or too far apart.
        """
        today = timezone.localdate(now)
        first = self.starting or self._default_start(today)
        ahead = _years_after(max(today, first), YEARS_AHEAD)
        if self.days:
            ahead = min(ahead, max(self.starting or today, first) + timedelta(days=self.days))
        last = self.ending or ahead
        if last < first:
            raise _wrong("end", _("“%(name)s” is before the start date."))
        if last > _years_after(first, MAX_YEARS) + timedelta(days=1):
            name = "start" if self.starting else "end"
            raise _wrong(
                name, _("“%(name)s”: the feed spans more than %(max)d years."), max=MAX_YEARS
            )
        return first, last

    def _default_start(self, today: date) -> date:
        if self.days == 0 or (self.archive and not self.is_of_all):
            return _years_after(today, -YEARS_BACK)
        return today - ARCHIVE_OF_ALL if self.archive else today


def listing_of(parameters: Parameters, *, now: datetime) -> Listing:
    """Return the requested listing.

    Raises BadFilterError for a calendar that does not exist or whose token is missing or wrong,
    with the same sentence for both.
    """
    first, last = parameters.span(now)
    narrowed = tuple(_scopes(parameters))
    groups = _groups(parameters)
    return Listing.of_calendars(groups, first=first, last=last, narrowed=narrowed, now=now)


def talks_of(parameters: Parameters, listing: Listing) -> TalkQuerySet:
    """Return the listing's talks at the requested places, soonest first."""
    talks = listing.for_feed().select_related("series__home_group")
    if not parameters.locations:
        return talks
    campuses = _campuses()
    wanted = {campuses[place] for place in parameters.locations if place in campuses}
    return talks.at(campuses=wanted, online=_ONLINE in parameters.locations)


def ids_of(parameters: Parameters, talks: TalkQuerySet) -> list[int]:
    """Return the ids of at most the requested number of talks; one query."""
    return list(talks.prefetch_related(None).values_list("pk", flat=True)[: parameters.max_talks])


def in_chunks(talks: TalkQuerySet, ids: list[int], size: int = 500) -> Iterator[Talk]:
    """Yield the talks with these ids, reading `size` of them at a time to save memory."""
    for start in range(0, len(ids), size):
        yield from talks.filter(pk__in=ids[start : start + size])


def _groups(parameters: Parameters) -> tuple[Group, ...]:
    if parameters.feed is not None:
        group = Group.objects.with_feed_id(parameters.feed)
        token = parameters.tokens[0] if parameters.tokens else ""
        if group is None or not group.is_readable_with(token):
            sentence = _("“%(name)s”: feed %(number)d does not exist, or its token is wrong.")
            raise _wrong("feed", sentence, number=parameters.feed)
        return (group,)
    groups = Group.objects.readable_with_tokens(parameters.calendars, parameters.tokens)
    for number in parameters.calendars:
        if number not in groups:
            sentence = _("“%(name)s”: calendar %(number)d does not exist, or its token is wrong.")
            raise _wrong("cal", sentence, number=number)
    return tuple(groups[number] for number in parameters.calendars)


def _scopes(parameters: Parameters) -> Iterator[Scope]:
    """Yield the wanted categories and audiences; numbers that none of them has match no talk."""
    if parameters.categories:
        categories = Topic.objects.filter(
            kind=Topic.Kind.CATEGORY, legacy_id__in=parameters.categories
        )
        keys = categories.order_by("pk").values_list("pk", flat=True)
        yield Scope(TOPIC, tuple(Topic.with_descendants(keys)))
    if parameters.audiences:
        audiences = Audience.objects.filter(legacy_id__in=parameters.audiences)
        yield Scope(AUDIENCE, tuple(audiences.order_by("pk").values_list("pk", flat=True)))
    if parameters.locations:
        known = {*_campuses(), _ONLINE}
        for place in parameters.locations:
            if place not in known and not place.isdecimal():
                raise query_values.unknown_value("location", place)


def _campuses() -> dict[str, str]:
    """Return the campuses by their slugs, and by the ids of their venues."""
    rows = Venue.objects.exclude(campus="").order_by("pk").values_list("pk", "campus")
    return {name: campus for pk, campus in rows for name in (str(pk), slugify(campus))}


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # February 29
        return day.replace(year=day.year + years, day=28)


def _wrong(name: str, sentence: str, **values: object) -> BadFilterError:
    return BadFilterError(name, sentence % {"name": name, **values})


def _list(query: QueryDict, name: str, *, keep_empty: bool = False) -> list[str]:
    """Return the values separated by commas, distinct and not empty unless `keep_empty`."""
    text = query_values.single(query, name).strip()
    if not text:
        return []
    values = [value.strip() for value in text.split(",")]
    if len(values) > MAX_VALUES:
        raise _wrong(name, _("“%(name)s” can have at most %(max)d values."), max=MAX_VALUES)
    return values if keep_empty else list(dict.fromkeys(filter(None, values)))


def _ids(query: QueryDict, name: str) -> tuple[int, ...]:
    return tuple(_to_int(name, value) for value in _list(query, name))


def _calendars(query: QueryDict) -> tuple[int, ...]:
    # Duplicates remain, because each token belongs to the calendar at the same position.
    values = [_to_int("cal", value) for value in _list(query, "cal", keep_empty=True)]
    if not values:
        raise _wrong("cal", _("“%(name)s” is missing: list calendar numbers, or 0 for all."))
    if 0 in values and len(values) > 1:
        raise _wrong("cal", _("“%(name)s” must be either 0 or a list of calendar numbers."))
    return () if values == [0] else tuple(values)


def _to_int(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or int(text) > MAX_ID:
        sentence = _("“%(name)s” must be a whole number, not “%(value)s”.")
        raise query_values.bad_value(name, sentence, text)
    return int(text)


def _number(query: QueryDict, name: str, *, minimum: int, maximum: int) -> int | None:
    """Return a whole number; a larger one than `maximum` counts as `maximum`."""
    text = query_values.single(query, name).strip()
    if not text:
        return None
    number = _to_int(name, text)
    if number < minimum:
        raise _wrong(name, _("“%(name)s” must be at least %(minimum)d."), minimum=minimum)
    return min(number, maximum)


def _flag(query: QueryDict, name: str) -> bool:
    text = query_values.single(query, name).strip()
    if text not in ("", "0", "1"):
        sentence = _("“%(name)s” must be 0 or 1, not “%(value)s”.")
        raise query_values.bad_value(name, sentence, text)
    return text == "1"


def _day(query: QueryDict, name: str) -> date | None:
    text = query_values.single(query, name).strip()
    if not text:
        return None
    parts = re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", text, re.ASCII)
    try:
        if parts is None or not 1800 <= int(parts[3]) <= 2200:
            raise ValueError
        return date(int(parts[3]), int(parts[1]), int(parts[2]))
    except ValueError:
        sentence = _("“%(name)s” must be a date such as 02-21-2025, not “%(value)s”.")
        raise query_values.bad_value(name, sentence, text) from None

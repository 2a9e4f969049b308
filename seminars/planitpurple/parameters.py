"""What an address of the old calendar's feeds asks for: its parameters, groups and days.

Department sites that read that calendar go on with the same addresses. What they send besides is
passed over, as it was there; a wrong value of a known parameter is refused with a sentence.
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
from seminars.listings.filters import BadFilterError
from seminars.listings.listing import Listing
from seminars.listings.scopes import Scope
from seminars.models import Audience, Talk, TalkQuerySet, Topic, Venue
from seminars.querysets import AUDIENCE, TOPIC

#: How many values a list may have.
MOST_LISTED = 100
#: The largest number that is looked for: what columns of numbers hold.
LARGEST = 2**31 - 1
#: How far the feeds reach where they are not told, and the longest time that may be asked for.
YEARS_BACK, YEARS_AHEAD, YEARS_IN_ALL = 3, 5, 8
#: How far back the archive of all calendars reaches.
ARCHIVE_OF_ALL = timedelta(days=90)

_ONLINE = "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The parameters, read. No calendars: all public ones. The days are both included."""

    calendars: tuple[int, ...] = ()
    tokens: tuple[str, ...] = ()
    days: int | None = None
    most: int | None = None
    archive: bool = False
    starting: date | None = None
    ending: date | None = None
    categories: tuple[int, ...] = ()
    audiences: tuple[int, ...] = ()
    locations: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: QueryDict, calendar: int | None = None) -> "Asked":
        """Reads an address's query; `calendar` is the group that its path names, if it does.

        Raises BadFilterError for the first value that cannot be understood.
        """
        calendars = (calendar,) if calendar is not None else _calendars(query)
        asked = cls(
            calendars=calendars,
            tokens=tuple(_listed(query, "token", keep_empty=True)),
            days=_number(query, "days", least=0),
            most=_number(query, "max", least=1),
            archive=_flag(query, "archive"),
            starting=_day(query, "start"),
            ending=_day(query, "end"),
            categories=_numbers(query, "category"),
            audiences=_numbers(query, "audience"),
            locations=tuple(_listed(query, "location")),
        )
        if calendars:
            for name in ("category", "audience", "location"):
                if query.get(name):
                    raise _wrong(name, _("can be given only together with cal=0"))
        if len(asked.tokens) > max(1, len(calendars)):
            raise _wrong("token", _("lists more than there are calendars"))
        return asked

    def span(self, now: datetime) -> tuple[date, date]:
        """The first and the last day, in the site's zone; raises BadFilterError for too long."""
        today = timezone.localdate(now)
        first = self.starting or self._start(today)
        ahead = _years_after(max(today, first), YEARS_AHEAD)
        if self.days:
            ahead = min(ahead, max(self.starting or today, first) + timedelta(days=self.days))
        last = self.ending or ahead
        if last < first:
            raise _wrong("end" if self.ending else "start", _("ends before it starts"))
        if last > _years_after(first, YEARS_IN_ALL) + timedelta(days=1):
            name = "start" if self.starting else "end"
            raise _wrong(name, _("asks for more than %(count)d years") % {"count": YEARS_IN_ALL})
        return first, last

    def _start(self, today: date) -> date:
        if self.days == 0 or (self.archive and self.calendars):
            return _years_after(today, -YEARS_BACK)
        return today - ARCHIVE_OF_ALL if self.archive else today


def listing_of(asked: Asked, *, now: datetime) -> Listing:
    """The listing of what was asked for.

    Raises BadFilterError for a calendar that is not there, or that its token does not open: which
    of the two is not told.
    """
    first, last = asked.span(now)
    narrowed = tuple(_narrowed(asked))
    groups = Group.objects.readable_with_tokens(asked.calendars, asked.tokens)
    for number in asked.calendars:
        if number not in groups:
            raise _wrong(
                "cal", _("knows no calendar %(number)d that may be read") % {"number": number}
            )
    found = tuple(groups[number] for number in asked.calendars)
    return Listing.of_calendars(found, first=first, last=last, narrowed=narrowed, now=now)


def talks_of(asked: Asked, listing: Listing) -> TalkQuerySet:
    """The talks of the listing, soonest first, at the places that were asked for."""
    talks = listing.for_feed().select_related("series__home_group")
    if not asked.locations:
        return talks
    campuses = _campuses()
    wanted = {campuses[place] for place in asked.locations if place != _ONLINE}
    return talks.at(campuses=wanted, online=_ONLINE in asked.locations)


def keys_of(asked: Asked, talks: TalkQuerySet) -> list[int]:
    """The ids of the talks, no more than were asked for; one query."""
    return list(talks.prefetch_related(None).values_list("pk", flat=True)[: asked.most])


def in_parts(talks: TalkQuerySet, keys: list[int], size: int = 500) -> Iterator[Talk]:
    """The talks of these ids, so many at a time, so that no more of them are in memory."""
    for start in range(0, len(keys), size):
        yield from talks.filter(pk__in=keys[start : start + size])


def _narrowed(asked: Asked) -> Iterator[Scope]:
    if asked.categories:
        rows = Topic.objects.filter(kind=Topic.Kind.CATEGORY, pk__in=asked.categories)
        _refuse_missing("category", asked.categories, set(rows.values_list("pk", flat=True)))
        yield Scope(TOPIC, tuple(Topic.with_descendants(asked.categories)))
    if asked.audiences:
        audiences = Audience.objects.filter(pk__in=asked.audiences)
        _refuse_missing("audience", asked.audiences, set(audiences.values_list("pk", flat=True)))
        yield Scope(AUDIENCE, asked.audiences)
    if asked.locations:
        known = {*_campuses(), _ONLINE}
        for place in asked.locations:
            if place not in known:
                raise _unknown("location", place)


def _refuse_missing(name: str, wanted: tuple[int, ...], there: set[int]) -> None:
    for key in wanted:
        if key not in there:
            raise _unknown(name, str(key))


def _campuses() -> dict[str, str]:
    """Each campus by its name as an address has it, and by the number of each venue on it."""
    rows = Venue.objects.exclude(campus="").order_by("pk").values_list("pk", "campus")
    return {name: campus for pk, campus in rows for name in (str(pk), slugify(campus))}


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # The 29th of February.
        return day.replace(year=day.year + years, day=28)


def _wrong(name: str, why: str) -> BadFilterError:
    sentence = _("The parameter “%(name)s” %(why)s.") % {"name": name, "why": why}
    return BadFilterError(name, sentence)


def _unknown(name: str, value: str) -> BadFilterError:
    return _wrong(name, _("does not know “%(value)s”") % {"value": _shown(value)})


def _shown(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:40]


def _single(query: QueryDict, name: str) -> str:
    values = query.getlist(name)
    if len(values) > 1:
        raise _wrong(name, _("can be given only once"))
    return values[0].strip() if values else ""


def _listed(query: QueryDict, name: str, *, keep_empty: bool = False) -> list[str]:
    text = _single(query, name)
    if not text:
        return []
    values = [value.strip() for value in text.split(",")]
    if len(values) > MOST_LISTED:
        raise _wrong(name, _("can list %(most)d values at the most") % {"most": MOST_LISTED})
    return values if keep_empty else list(dict.fromkeys(filter(None, values)))


def _numbers(query: QueryDict, name: str) -> tuple[int, ...]:
    return tuple(_whole(name, value) for value in _listed(query, name))


def _calendars(query: QueryDict) -> tuple[int, ...]:
    # Without taking out what is listed twice, for tokens stand beside them.
    values = [_whole("cal", value) for value in _listed(query, "cal", keep_empty=True)]
    if not values:
        raise _wrong("cal", _("is missing: give the numbers of calendars, or 0 for all"))
    if 0 in values and len(values) > 1:
        raise _wrong("cal", _("is either 0 or a list of calendars"))
    return () if values == [0] else tuple(values)


def _whole(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or int(text) > LARGEST:
        raise _wrong(name, _("is a whole number, not “%(value)s”") % {"value": _shown(text)})
    return int(text)


def _number(query: QueryDict, name: str, *, least: int) -> int | None:
    text = _single(query, name)
    if not text:
        return None
    number = _whole(name, text)
    if number < least:
        raise _wrong(name, _("is at least %(least)d") % {"least": least})
    # No feed is longer, and dates have an end.
    return min(number, 1_000_000) if name == "max" else min(number, 366 * YEARS_IN_ALL)


def _flag(query: QueryDict, name: str) -> bool:
    text = _single(query, name)
    if text not in ("", "0", "1"):
        raise _wrong(name, _("is 0 or 1, not “%(value)s”") % {"value": _shown(text)})
    return text == "1"


def _day(query: QueryDict, name: str) -> date | None:
    text = _single(query, name)
    if not text:
        return None
    found = re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", text, re.ASCII)
    try:
        if found is None or not 1800 <= int(found[3]) <= 2200:
            raise ValueError
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        raise _wrong(
            name, _("is a day such as 02-21-2025, not “%(value)s”") % {"value": _shown(text)}
        ) from None

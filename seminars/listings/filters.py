"""The filters of listings: the same words in the address of every page and feed."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from seminars import wording
from seminars.models import Talk

#: How much of the searched words counts.
LONGEST_WORDS = 200
#: How many values a filter may list.
MOST_VALUES = 20

_SLUG = re.compile(r"[a-zA-Z0-9_-]{1,100}")
#: The filters that list slugs; each is a field of Filters by the same name.
SLUGS = ("series", "topic", "audience", "department", "venue", "group")
_KNOWN = (
    *("q", *SLUGS, "speaker", "attendance", "year", "recording", "when", "from", "to", "page"),
)
_YEARS = range(1800, 2201)
# Added by mail programs and social sites to addresses that people share; they filter nothing.
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|d|ms|y|tw|tt)clid|gclsrc|[gw]braid|mc_[ce]id|mkt_tok|igshid|igsh|_gl|_ga|_hs\w+"
    r"|li_fat_id|vero_id|ref_src|trk|si"
)


class BadFilterError(ValueError):
    """A filter that cannot be understood: the parameter's name, and a sentence for a person."""

    def __init__(self, parameter: str, sentence: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter
        self.sentence = sentence


class When(StrEnum):
    UPCOMING = "upcoming"
    PAST = "past"
    ALL = "all"


class Attendance(StrEnum):
    IN_PERSON = "in-person"
    ONLINE = "online"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a listing. The days are in the site's zone, both included, and so is the year.

    A talk must meet every filter that is given; of a filter's several values one is enough.
    """

    words: str = ""
    series: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    venue: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    speaker: int | None = None
    attendance: tuple[Attendance, ...] = ()
    year: int | None = None
    recording: bool = False
    when: When | None = None
    starting: date | None = None
    ending: date | None = None
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """Reads an address's query; raises BadFilterError at the first thing it does not know."""
        _refuse_unknown(query, _KNOWN)
        starting, ending = _day(query, "from"), _day(query, "to")
        if starting and ending and ending < starting:
            raise BadFilterError(
                "to", _("The filter “to” gives a day before the one that “from” gives.")
            )
        return cls(
            words=_clean(_single(query, "q"))[:LONGEST_WORDS].strip(),
            **{name: _slugs(query, name) for name in SLUGS},
            speaker=_speaker(query),
            attendance=_attendance(query),
            year=_year(query),
            recording=_recording(query),
            when=_when(query),
            starting=starting,
            ending=ending,
            page=_page(query),
        )

    @property
    def has_days(self) -> bool:
        """Whether days or a year are given, which then say how far back a listing reaches."""
        return bool(self.starting or self.ending or self.year)

    def said(self) -> Iterator[str]:
        """The words, and how talks are held and kept, as a title says it."""
        if self.words:
            yield f"“{self.words}”"
        if self.attendance:
            yield ", ".join(str(Talk.Attendance(value).label) for value in self.attendance)
        if self.recording:
            yield _("With a recording")

    def said_of_time(self) -> Iterator[str]:
        """The part of time, as a title says it."""
        if self.year:
            yield str(self.year)
        if self.starting and self.starting == self.ending:
            yield wording.day(self.starting)
        elif self.starting or self.ending:
            first, last = (day and wording.short_day(day) for day in (self.starting, self.ending))
            yield f"{first or ''} – {last or ''}".strip()
        if self.when in (When.UPCOMING, When.PAST):
            yield _("Upcoming") if self.when is When.UPCOMING else _("Past")

    def query(self) -> str:
        """The filters as an address's query, always in the same order; empty without any.

        The page is left out: a feed has none, and other filters begin at the first.
        """
        pairs: list[tuple[str, str]] = []
        if self.words:
            pairs.append(("q", self.words))
        pairs += [(name, slug) for name in SLUGS for slug in getattr(self, name)]
        if self.speaker:
            pairs.append(("speaker", str(self.speaker)))
        pairs += [("attendance", value) for value in self.attendance]
        if self.year:
            pairs.append(("year", str(self.year)))
        if self.recording:
            pairs.append(("recording", "yes"))
        if self.when:
            pairs.append(("when", self.when))
        if self.starting:
            pairs.append(("from", self.starting.isoformat()))
        if self.ending:
            pairs.append(("to", self.ending.isoformat()))
        return urlencode(pairs)


def page_number(query: QueryDict) -> int:
    """The page of an index, which has no other filter; raises BadFilterError like `read`."""
    _refuse_unknown(query, ("page",))
    return _page(query)


def _refuse_unknown(query: QueryDict, known: tuple[str, ...]) -> None:
    for name in query:
        if name not in known and not _TRACKING.fullmatch(name):
            raise BadFilterError(
                name,
                _("There is no filter called “%(name)s”. The filters are %(known)s.")
                % {"name": _shown(name), "known": ", ".join(known)},
            )


def _clean(text: str) -> str:
    """Without control characters, which PostgreSQL's text cannot hold."""
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text
    )


def _shown(text: str) -> str:
    return _clean(text)[:40]


def _single(query: QueryDict, name: str) -> str:
    values = query.getlist(name)
    if len(values) > 1:
        raise BadFilterError(
            name, _("The filter “%(name)s” can be given only once.") % {"name": name}
        )
    return values[0] if values else ""


def _several(query: QueryDict, name: str) -> list[str]:
    """Each value once, in the order of the alphabet, without empty ones."""
    values = query.getlist(name)
    if len(values) > MOST_VALUES:
        raise BadFilterError(
            name,
            _("The filter “%(name)s” can list %(most)d values at the most.")
            % {"name": name, "most": MOST_VALUES},
        )
    return sorted({value for value in values if value})


def _slugs(query: QueryDict, name: str) -> tuple[str, ...]:
    values = _several(query, name)
    for value in values:
        if not _SLUG.fullmatch(value):
            raise unknown_value(name, value)
    return tuple(values)


def _speaker(query: QueryDict) -> int | None:
    value = _single(query, "speaker")
    if not value:
        return None
    # As long as both databases can hold.
    if not re.fullmatch(r"[1-9]\d{0,17}", value, re.ASCII):
        raise unknown_value("speaker", value)
    return int(value)


def _attendance(query: QueryDict) -> tuple[Attendance, ...]:
    found = []
    for value in _several(query, "attendance"):
        try:
            found.append(Attendance(value))
        except ValueError:
            raise BadFilterError(
                "attendance",
                _("The filter “attendance” is in-person, online or hybrid, not “%(value)s”.")
                % {"value": _shown(value)},
            ) from None
    return tuple(found)


def _year(query: QueryDict) -> int | None:
    value = _single(query, "year")
    if not value:
        return None
    if not re.fullmatch(r"\d{4}", value, re.ASCII) or int(value) not in _YEARS:
        raise BadFilterError(
            "year",
            _("The filter “year” is a year such as 2025, not “%(value)s”.")
            % {"value": _shown(value)},
        )
    return int(value)


def _recording(query: QueryDict) -> bool:
    value = _single(query, "recording")
    if value not in ("", "yes"):
        raise BadFilterError(
            "recording",
            _("The filter “recording” can only be yes, not “%(value)s”.")
            % {"value": _shown(value)},
        )
    return value == "yes"


def unknown_value(name: str, value: str) -> BadFilterError:
    """The answer to a filter for something that is not there."""
    return BadFilterError(
        name,
        _("The filter “%(name)s” does not know “%(value)s”.")
        % {"name": name, "value": _shown(value)},
    )


def _when(query: QueryDict) -> When | None:
    value = _single(query, "when")
    if not value:
        return None
    try:
        return When(value)
    except ValueError:
        raise BadFilterError(
            "when",
            _("The filter “when” is upcoming, past or all, not “%(value)s”.")
            % {"value": _shown(value)},
        ) from None


def _day(query: QueryDict, name: str) -> date | None:
    value = _single(query, name)
    if not value:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            raise ValueError
        day = date.fromisoformat(value)
        day - timedelta(days=2), day + timedelta(days=2)
    except (ValueError, OverflowError):
        raise BadFilterError(
            name,
            _("The filter “%(name)s” is a day such as 2025-02-21, not “%(value)s”.")
            % {"name": name, "value": _shown(value)},
        ) from None
    return day


def _page(query: QueryDict) -> int:
    value = _single(query, "page") or "1"
    if not re.fullmatch(r"[1-9]\d{0,5}", value, re.ASCII):
        raise BadFilterError(
            "page",
            _("The filter “page” is a number from 1, not “%(value)s”.") % {"value": _shown(value)},
        )
    return int(value)

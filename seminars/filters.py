"""The filters of listings: the same words in the address of every page and feed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

#: How much of the searched words counts.
LONGEST_WORDS = 200
#: How many values a filter may list.
MOST_VALUES = 20

_SLUG = re.compile(r"[a-zA-Z0-9_-]{1,100}")
_KNOWN = ("q", "series", "when", "from", "to", "page")
# Added by mail programs and social sites to addresses that people share; they filter nothing.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_cid|mc_eid")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a listing. The days are in the site's zone, both included."""

    words: str = ""
    series: tuple[str, ...] = ()
    when: When | None = None
    starting: date | None = None
    ending: date | None = None
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """Reads an address's query; raises BadFilterError at the first thing it does not know."""
        for name in query:
            if name not in _KNOWN and not _TRACKING.fullmatch(name):
                raise BadFilterError(
                    name,
                    _("There is no filter called “%(name)s”. The filters are %(known)s.")
                    % {"name": _shown(name), "known": ", ".join(_KNOWN)},
                )
        starting, ending = _day(query, "from"), _day(query, "to")
        if starting and ending and ending < starting:
            raise BadFilterError(
                "to", _("The filter “to” gives a day before the one that “from” gives.")
            )
        return cls(
            words=_clean(_single(query, "q"))[:LONGEST_WORDS].strip(),
            series=_slugs(query, "series"),
            when=_when(query),
            starting=starting,
            ending=ending,
            page=_page(query),
        )

    def query(self) -> str:
        """The filters as an address's query, always in the same order; empty without any.

        The page is left out: a feed has none, and other filters begin at the first.
        """
        pairs: list[tuple[str, str]] = []
        if self.words:
            pairs.append(("q", self.words))
        pairs += [("series", slug) for slug in self.series]
        if self.when:
            pairs.append(("when", self.when))
        if self.starting:
            pairs.append(("from", self.starting.isoformat()))
        if self.ending:
            pairs.append(("to", self.ending.isoformat()))
        return urlencode(pairs)


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


def _slugs(query: QueryDict, name: str) -> tuple[str, ...]:
    values = query.getlist(name)
    if len(values) > MOST_VALUES:
        raise BadFilterError(
            name,
            _("The filter “%(name)s” can list %(most)d values at the most.")
            % {"name": name, "most": MOST_VALUES},
        )
    for value in values:
        if value and not _SLUG.fullmatch(value):
            raise unknown_value(name, value)
    return tuple(sorted({value for value in values if value}))


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

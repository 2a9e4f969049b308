"""Read single values of an address's query; what cannot be read is refused with a sentence."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

#: How many values a filter may list.
MAX_VALUES = 20

_SLUG = re.compile(r"[a-zA-Z0-9_-]{1,100}")
# Mail programs and social sites add these to addresses that people share; they filter nothing.
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|d|ms|y|tw|tt)clid|gclsrc|[gw]braid|mc_[ce]id|mkt_tok|igshid|igsh|_gl|_ga|_hs\w+"
    r"|li_fat_id|vero_id|ref_src|trk|si"
)
_MAX_QUOTED_LENGTH = 40


class BadFilterError(ValueError):
    """A filter that cannot be understood: the parameter's name, and a sentence for a person."""

    def __init__(self, parameter: str, sentence: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter
        self.sentence = sentence


def unknown_value(name: str, value: str) -> BadFilterError:
    """Return the error for a series, topic, … that does not exist."""
    return bad_value(name, _("There is no %(name)s “%(value)s”."), value)


def bad_value(name: str, sentence: str, value: str) -> BadFilterError:
    """Return an error whose sentence may hold %(name)s and %(value)s."""
    return BadFilterError(name, sentence % {"name": name, "value": _quotable(value)})


def refuse_unknown(query: QueryDict, known: Iterable[str]) -> None:
    """Raise BadFilterError for the first parameter that is neither known nor for tracking."""
    known = list(known)
    for name in query:
        if name not in known and not _TRACKING.fullmatch(name):
            raise BadFilterError(
                name,
                _("There is no filter “%(name)s”. The filters are %(known)s.")
                % {"name": _quotable(name), "known": ", ".join(known)},
            )


def without_control_characters(text: str) -> str:
    """Return the text with spaces for control characters, which PostgreSQL cannot store."""
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text
    )


def single(query: QueryDict, name: str) -> str:
    """Return the only value of a parameter; empty where it is missing."""
    values = query.getlist(name)
    if len(values) > 1:
        raise BadFilterError(name, _("Give “%(name)s” only once.") % {"name": name})
    return values[0] if values else ""


def several(query: QueryDict, name: str) -> list[str]:
    """Return the distinct values of a parameter in alphabetical order, without empty ones."""
    values = query.getlist(name)
    if len(values) > MAX_VALUES:
        raise BadFilterError(
            name,
            _("“%(name)s” can have at most %(max)d values.") % {"name": name, "max": MAX_VALUES},
        )
    return sorted({value for value in values if value})


def slugs(query: QueryDict, name: str) -> tuple[str, ...]:
    """Return the slugs that a parameter lists."""
    values = several(query, name)
    for value in values:
        if not _SLUG.fullmatch(value):
            raise unknown_value(name, value)
    return tuple(values)


def row_id(query: QueryDict, name: str) -> int | None:
    """Return a row's id, no larger than both databases can hold."""
    value = single(query, name)
    if not value:
        return None
    if not re.fullmatch(r"[1-9]\d{0,17}", value, re.ASCII):
        raise unknown_value(name, value)
    return int(value)


def day(query: QueryDict, name: str) -> date | None:
    """Return an ISO 8601 date, far enough from the ends of the calendar to be counted from."""
    value = single(query, name)
    if not value:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            raise ValueError
        date_given = date.fromisoformat(value)
        date_given - timedelta(days=2), date_given + timedelta(days=2)
    except (ValueError, OverflowError):
        sentence = _("“%(name)s” must be a date such as 2025-02-21, not “%(value)s”.")
        raise bad_value(name, sentence, value) from None
    return date_given


def page(query: QueryDict) -> int:
    """Return the number of a page, from 1."""
    value = single(query, "page") or "1"
    if not re.fullmatch(r"[1-9]\d{0,5}", value, re.ASCII):
        sentence = _("“%(name)s” must be a number from 1 up, not “%(value)s”.")
        raise bad_value("page", sentence, value)
    return int(value)


def page_number(query: QueryDict) -> int:
    """Return the page of an index, which takes no other parameter."""
    refuse_unknown(query, ("page",))
    return page(query)


def _quotable(text: str) -> str:
    return without_control_characters(text)[:_MAX_QUOTED_LENGTH]

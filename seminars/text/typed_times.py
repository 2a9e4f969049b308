"""Dates and times as people type them: “Dec 5, 2026”, “5.12.2026”, “4pm”, “16.00”, “noon”."""

import re
from datetime import date, time

#: English names of the months; three letters are enough.
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

#: The hours that a 12-hour clock may leave in doubt: nobody means 4 at night by “4:00”, but the
#: site must not guess.
_IN_DOUBT = range(1, 8)
#: Two-digit years from here on are of the last century, as in `strptime`.
_PIVOT = 69

_WORDS = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:(?:[:.h]|(?<=\d\d)(?=\d\d))(?P<minute>\d\d))?(?::(?P<second>\d\d))?"
    r"h?\s*(?P<half>[ap])?(?(half)\.?(?:m\.?)?)"
)
_ISO = re.compile(r"(\d{4})([-/.]?)(\d\d?)\2(\d\d?)")
_NUMBERS = re.compile(r"(\d\d?)\s*([-/.])\s*(\d\d?)\s*\2\s*(\d{4}|\d\d)\.?")


class UnreadableError(ValueError):
    """The text is no date or no time."""


class DoubtfulError(UnreadableError):
    """The text may mean two times or two dates; the arguments are these."""


class WrongWeekdayError(UnreadableError):
    """The date is on another weekday than the one typed; the arguments are date and weekday."""


def read_time(typed: str, *, twelve_hours: bool) -> time:
    """Return the time of day.

    On a site with a 12-hour clock, “4:00” without AM or PM raises DoubtfulError with both times;
    “04:00” and “16” are read as on a 24-hour clock. Raises UnreadableError for other text.
    """
    text = " ".join(typed.split()).lower()
    word = re.sub(r"^12(:00)? ", "", text)
    if word in _WORDS:
        return _WORDS[word]
    found = _TIME.fullmatch(text)
    if found is None:
        raise UnreadableError(typed)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = found["half"]
    if half:
        if not 1 <= hour <= 12:
            raise UnreadableError(typed)
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        result = time(hour, minute, second)
    except ValueError:
        raise UnreadableError(typed) from None
    if not half and twelve_hours and hour in _IN_DOUBT and not text.startswith("0"):
        raise DoubtfulError(result, result.replace(hour=hour + 12))
    return result


def read_date(typed: str, *, month_first: bool) -> date:
    """Return the date; numbers are read in the site's order, unless only the other one is a date.

    Raises UnreadableError, or WrongWeekdayError if a weekday is typed that does not fit.
    """
    text = " ".join(typed.split()).lower()
    if found := _ISO.fullmatch(text):
        return _date(typed, found[1], found[3], found[4])
    if found := _NUMBERS.fullmatch(text):
        first, second, year = found[1], found[3], found[4]
        month, day = (first, second) if month_first else (second, first)
        if int(month) > 12:
            month, day = day, month
        return _date(typed, year, month, day)
    return _in_words(typed, text)


def _in_words(typed: str, text: str) -> date:
    words = re.findall(r"[^\W\d_]+|\d+", re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text))
    if re.sub(r"[\w\s.,’'/-]", "", text):
        raise UnreadableError(typed)
    named = [one for one in words if one not in ("of", "the", "on")]
    weekday = _index(_WEEKDAYS, named[0]) if named else None
    if weekday is not None:
        del named[0]
    if len(named) != 3:
        raise UnreadableError(typed)
    numbers = [one for one in named if one.isdecimal()]
    months = [_index(_MONTHS, one) for one in named[:2] if not one.isdecimal()]
    if len(numbers) != 2 or len(months) != 1 or months[0] is None:
        raise UnreadableError(typed)
    day, year = numbers
    result = _date(typed, year, str(months[0] + 1), day)
    if weekday is not None and result.weekday() != weekday:
        raise WrongWeekdayError(result, _WEEKDAYS[weekday].capitalize())
    return result


def _index(names: tuple[str, ...], word: str) -> int | None:
    """Return the index of the name that the word abbreviates to three letters or more."""
    return next(
        (place for place, name in enumerate(names) if len(word) >= 3 and name.startswith(word)),
        8 if names is _MONTHS and word == "sept" else None,
    )


def _date(typed: str, year: str, month: str, day: str) -> date:
    if len(year) not in (2, 4) or len(day) > 2:
        raise UnreadableError(typed)
    full = int(year)
    if len(year) == 2:
        full += 1900 if full >= _PIVOT else 2000
    try:
        return date(full, int(month), int(day))
    except ValueError:
        raise UnreadableError(typed) from None

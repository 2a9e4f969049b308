"""The content lines of iCalendar (RFC 5545, section 3.1): values, escapes and folds.

The icalendar library writes the same, character by character, and takes several times as long.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from seminars.text.plain import plain

#: How many octets of a content line stand on one line; a fold's space makes 75.
_LONGEST = 74


def text(value: str) -> str:
    """A TEXT value, without control characters (section 3.3.11)."""
    escaped = plain(value).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def parameter(value: str) -> str:
    """A parameter's value in quotes, which it cannot hold itself (section 3.2)."""
    return '"' + plain(value).replace("\n", " ").replace('"', "'") + '"'


def uri(value: str) -> str:
    """A URI value (section 3.3.13); what no URI holds is left out, for it could end the line."""
    return "".join(plain(value).split())


def utc(moment: datetime) -> str:
    """A DATE-TIME value in UTC, to the second (section 3.3.5)."""
    moment = moment.astimezone(UTC)
    return f"{_local(moment)}Z"


def when(name: str, value: date, zone: str) -> str:
    """The line of a date, or of an instant by the clocks of `zone`; in UTC where it is empty."""
    if not isinstance(value, datetime):
        return f"{name};VALUE=DATE:{value.year:04}{value.month:02}{value.day:02}"
    if not zone:
        return f"{name}:{utc(value)}"
    return f"{name};TZID={zone}:{_local(value)}"


def written(lines: Iterable[str]) -> bytes:
    """The lines folded, each with its end."""
    return b"".join(map(folded, lines))


def folded(line: str) -> bytes:
    """The line's octets with folds: never inside a character, nor after a backslash.

    Some programs unfold after they have read the escapes.
    """
    octets = line.encode()
    if len(octets) <= _LONGEST:
        return octets + b"\r\n"
    parts = []
    start = 0
    while len(octets) - start > _LONGEST:
        end = start + _LONGEST
        while octets[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        if octets[end - 1] in b"\\^":
            end -= 1
        parts.append(octets[start:end])
        start = end
    parts.append(octets[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def _local(moment: datetime) -> str:
    # Years before 1000 aside, strftime would do; it is slow.
    day = f"{moment.year:04}{moment.month:02}{moment.day:02}"
    return f"{day}T{moment.hour:02}{moment.minute:02}{moment.second:02}"

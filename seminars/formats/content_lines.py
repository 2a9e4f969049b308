"""Content lines of iCalendar (RFC 5545, section 3.1): values, escapes and folding.

The icalendar library produces the same text but takes several times as long.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from seminars.text.plain import plain

#: The maximum octets of a physical line; the space after a fold makes 75.
_MAX_OCTETS = 74


def text(value: str) -> str:
    """Return a TEXT value, without control characters (section 3.3.11)."""
    escaped = plain(value).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def parameter(value: str) -> str:
    """Return a quoted parameter value, which cannot contain quotes (section 3.2)."""
    return '"' + plain(value).replace("\n", " ").replace('"', "'") + '"'


def uri(value: str) -> str:
    """Return a URI value (section 3.3.13), without white space, which could end the line."""
    return "".join(plain(value).split())


def utc(moment: datetime) -> str:
    """Return a DATE-TIME value in UTC, to the second (section 3.3.5)."""
    moment = moment.astimezone(UTC)
    return f"{_local(moment)}Z"


def date_line(name: str, value: date, zone: str) -> str:
    """Return the line of a date, or of an instant in the zone's local time, or in UTC if empty."""
    if not isinstance(value, datetime):
        return f"{name};VALUE=DATE:{value.year:04}{value.month:02}{value.day:02}"
    if not zone:
        return f"{name}:{utc(value)}"
    return f"{name};TZID={zone}:{_local(value)}"


def encode(lines: Iterable[str]) -> bytes:
    """Return the folded lines, each with its line end."""
    return b"".join(map(fold, lines))


def fold(line: str) -> bytes:
    """Return the line's octets, folded neither within a character nor after a backslash or caret,
    because some programs unescape before they unfold.
    """
    octets = line.encode()
    if len(octets) <= _MAX_OCTETS:
        return octets + b"\r\n"
    parts = []
    start = 0
    while len(octets) - start > _MAX_OCTETS:
        end = start + _MAX_OCTETS
        while octets[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        if octets[end - 1] in b"\\^":
            end -= 1
        parts.append(octets[start:end])
        start = end
    parts.append(octets[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def _local(moment: datetime) -> str:
    # strftime is slow, and does not pad years before 1000.
    day = f"{moment.year:04}{moment.month:02}{moment.day:02}"
    return f"{day}T{moment.hour:02}{moment.minute:02}{moment.second:02}"

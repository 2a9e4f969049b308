"""Log lines without personal data: as plain text, or as one JSON object a line."""

import json
import logging
import re
from datetime import UTC, datetime

_HIDDEN = [
    # A personal feed's key opens a private calendar, an invitation a group, a reset key an account;
    # the key in a message ends its kind for whoever got it.
    (re.compile(r"(/(?:feeds|invitations|mail/stop)/)[^/?\s.]+"), r"\1…"),
    # Also where a mistyped address has one elsewhere; accounts/keys.py sets their length.
    # And a group's token, which accounts/legacy_ids.py makes.
    (
        re.compile(r"(?<![a-z0-9])(?:[a-z2-7]{26}|[a-z2-7]{34})(?![a-z0-9])", re.IGNORECASE),
        "…",
    ),
    (re.compile(r"(/accounts/(?:password/reset/key|confirm-email)/)[^/?\s]+"), r"\1…"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"\b(token|key|code)(=|%3D)[^&\s]+", re.IGNORECASE), r"\1\2…"),
]


def without_secrets(text: str) -> str:
    """The text with e-mail addresses, feed keys and reset keys taken out."""
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text


class Faults(logging.Filter):
    """Makes one line of each request that was answered 4xx: the visitor's mistake, which crawlers
    and forgers make by the thousand, is no error of the site's and needs no traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if record.name.startswith("django.") and isinstance(status, int) and 400 <= status < 500:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = " ".join(record.getMessage().split()), None
            record.exc_info = record.exc_text = None
        return True


class Text(logging.Formatter):
    """`WARNING django.request: Not Found: /talks/9/`, and the traceback below it."""

    def __init__(self) -> None:
        super().__init__("{levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class Json(logging.Formatter):
    """One object a line: `time` (UTC, RFC 3339), `level`, `logger`, `message`, `traceback`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, str | int] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        status = getattr(record, "status_code", None)
        if isinstance(status, int):
            line["status"] = status
        if record.exc_info:
            line["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

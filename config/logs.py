"""Log lines without personal data: as plain text, or as one JSON object a line."""

import json
import logging
import re
from datetime import UTC, datetime

_HIDDEN = [
    # A personal feed's key opens a private calendar, an invitation a group, a reset key an account,
    # and the key in an email unsubscribes its recipient.
    (re.compile(r"(/(?:feeds|invitations|mail/stop)/)[^/?\s.]+"), r"\1…"),
    # Also where a mistyped URL has a key elsewhere; accounts/keys.py sets their length.
    # And groups' tokens, which accounts/legacy_ids.py creates.
    (
        re.compile(r"(?<![a-z0-9])(?:[a-z2-7]{26}|[a-z2-7]{34})(?![a-z0-9])", re.IGNORECASE),
        "…",
    ),
    (re.compile(r"(/accounts/(?:password/reset/key|confirm-email)/)[^/?\s]+"), r"\1…"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"\b(token|key|code)(=|%3D)[^&\s]+", re.IGNORECASE), r"\1\2…"),
]


def without_secrets(text: str) -> str:
    """Return the text without email addresses, feed keys and reset keys."""
    for pattern, replacement in _HIDDEN:
        text = pattern.sub(replacement, text)
    return text


class Faults(logging.Filter):
    """A filter that reduces responses with 4xx to one line without a traceback: they are visitors'
    mistakes, which crawlers make by the thousand, and not errors of the site.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if record.name.startswith("django.") and isinstance(status, int) and 400 <= status < 500:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = " ".join(record.getMessage().split()), None
            record.exc_info = record.exc_text = None
        return True


class Text(logging.Formatter):
    """`WARNING django.request: Not Found: /talks/9/`, followed by the traceback."""

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

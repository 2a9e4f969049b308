"""Typed readers of environment variables; a wrong value stops the start with one sentence."""

import os
import re
import secrets
import warnings
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


def renamed(old: str, new: str) -> None:
    """Let the variable `new` still be set under its former name `old`, with a warning."""
    if old in os.environ:
        warnings.warn(f"{old} is now called {new}.", FutureWarning, stacklevel=2)
        os.environ.setdefault(new, os.environ.pop(old))


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding space, or `default` if it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """Return a yes or no."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not “{value}”.")


def number(name: str, default: int, *, least: int, most: int) -> int:
    """Return a whole number from `least` to `most`."""
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {least} to {most}, not “{value}”."
        )
    return int(value)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not “{value}”.")
    return value


def words(name: str) -> list[str]:
    """Return a list of words separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def zone(name: str, default: str) -> str:
    """Return the name of an IANA time zone."""
    value = text(name, default)
    if value not in available_timezones():
        raise ImproperlyConfigured(
            f"{name} must be an IANA time zone such as Europe/London, not “{value}”."
        )
    return value


def color(name: str, default: str) -> str:
    """Return a color as #rrggbb."""
    value = text(name, default)
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        raise ImproperlyConfigured(f"{name} must be a color such as #4e2a84, not “{value}”.")
    return value.lower()


def address(name: str, default: str) -> str:
    """Return the origin of a website, http or https, without a path or a trailing slash."""
    value = text(name, default).rstrip("/")
    if not re.fullmatch(
        r"https?://[A-Za-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?", value
    ):
        raise ImproperlyConfigured(
            f"{name} must be a URL such as https://talks.example.org, not “{value}”."
        )
    return value


def host(name: str, default: str) -> str:
    """Return a host's name or address; IPv6 in brackets."""
    value = text(name, default)
    if not _HOST.fullmatch(value):
        raise ImproperlyConfigured(
            f"{name} must be a host such as 127.0.0.1, 0.0.0.0 or [::1], not “{value}”."
        )
    return value


def hosts(name: str) -> list[str]:
    """Return host names without ports; `.example.org` stands for all subdomains."""
    values = words(name)
    for value in values:
        if value != "*" and not _HOST.fullmatch(value.removeprefix(".")):
            raise ImproperlyConfigured(
                f"{name} must be host names such as talks.example.org, separated by commas;"
                f" “{value}” is not one."
            )
    return values


def folder(name: str, default: Path) -> Path:
    """Return a folder for the site's files, created if it is missing (mode 0700)."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}: the folder {path} cannot be created ({error.strerror})."
        ) from error
    return path


def database(name: str, default: str) -> dj_database_url.DBConfig:
    """Return a SQLite or PostgreSQL database from its URL."""
    value = text(name, default)
    if not re.match(r"(sqlite|postgres|postgresql)://", value):
        raise ImproperlyConfigured(
            f"{name} must be a URL such as postgresql://user:password@host/name"
            " or sqlite:////folder/file.sqlite3."
        )
    try:
        return dj_database_url.parse(value)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name} is not the URL of a database.") from error


def cache(name: str) -> dict[str, Any]:
    """Return the cache that counts for rate limits: Redis, this process, or by default a table.

    `redis://` and `rediss://` (TLS) take a user and a password, a port (6379) and the database's
    number (0). With `locmem://` each process counts separately, so it suits a single process.
    """
    value = text(name)
    if not value:
        # The default of 300 entries would let a stranger push others' counters out.
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    if value == "locmem://":
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    if not _is_redis(value):
        # The value itself is left out: it may hold a password.
        raise ImproperlyConfigured(
            f"{name} must be a URL such as redis://host:6379/0, or locmem:// for one process,"
            " or unset for a table in the database."
        )
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": value,
        "KEY_PREFIX": "seminars",
    }


def _is_redis(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("redis", "rediss")
        and bool(parts.hostname)
        and port != 0
        and re.fullmatch(r"(/\d{0,4})?", parts.path) is not None
        and not parts.query
        and not parts.fragment
    )


def secret(name: str, path: Path) -> str:
    """Return a secret from the environment, or else from a file, created on first use (mode 0600).

    Raises ImproperlyConfigured if the file can be neither read nor written.
    """
    value = text(name)
    if value:
        return value
    try:
        with suppress(FileExistsError):
            # O_EXCL: if two processes start together, one creates the file and both read it.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
        stored = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}: the file {path} cannot be created or read ({error.strerror})."
        ) from error
    if not stored:
        raise ImproperlyConfigured(
            f"{name}: the file {path} is empty; delete it to create a new one."
        )
    return stored


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mail (SMTP submission, RFC 6409), and how the connection is secured.

    `starttls` upgrades a plain connection (RFC 3207); `tls` is encrypted from its first byte
    (RFC 8314).
    """

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def mail_server(name: str) -> MailServer | None:
    """Return an SMTP server from its URL, or None if the variable is unset.

    `smtp://` connects to port 587 and, if there is a user, requires STARTTLS, so that no password
    travels in the clear; `?tls=1` and `?tls=0` override that. `smtps://` is TLS from the start,
    port 465. The user and the password are percent-encoded.
    """
    value = text(name)
    if not value:
        return None
    try:
        return _mail_server(urlsplit(value))
    except ValueError as error:
        # The value itself is left out: it may hold a password.
        raise ImproperlyConfigured(
            f"{name} must be a URL such as smtp://user:password@mail.example.org:587"
            " or smtps://user:password@mail.example.org, with ?tls=0 or ?tls=1 at the end of smtp://"
            " if needed."
        ) from error


def _mail_server(parts: SplitResult) -> MailServer:
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    tls = parts.scheme == "smtps"
    starttls = options.pop("tls", "1" if parts.username and not tls else "0")
    bad_scheme = parts.scheme not in ("smtp", "smtps") or not parts.hostname
    if bad_scheme or options or parts.path not in ("", "/") or starttls not in ("0", "1"):
        raise ValueError("not the URL of a mail server")
    if tls and "tls" in parts.query:
        raise ValueError("smtps is always encrypted")
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or (465 if tls else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=starttls == "1",
        tls=tls,
    )


def contact(name: str, default: str) -> str:
    """Return an email address as a `mailto:` URI, or a web page's `https:` URI (RFC 9116)."""
    value = text(name, default)
    if re.fullmatch(r"[^@\s:]+@[^@\s]+", value):
        return f"mailto:{value}"
    if not re.fullmatch(r"https://\S+|mailto:[^@\s]+@[^@\s]+", value):
        raise ImproperlyConfigured(
            f"{name} must be an email address or an https URL, not “{value}”."
        )
    return value


def mailbox(name: str, default: str) -> str:
    """Return an email address, alone or as `Name <address>` (RFC 5322 section 3.4)."""
    value = text(name, default)
    if "\n" in value or not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
        raise ImproperlyConfigured(
            f"{name} must be an email address such as seminars@example.org, not “{value}”."
        )
    return value

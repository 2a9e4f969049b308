"""Logs help to find errors and contain nothing about people."""

import json
import logging
import sys

import pytest

from accounts.legacy_ids import new_token
from config import logs


def record(message: str, *arguments: object, **more: object) -> logging.LogRecord:
    result = logging.LogRecord(
        "django.request", logging.WARNING, "x.py", 1, message, arguments, None
    )
    result.created = 1740160800.5
    result.__dict__.update(more)
    return result


def test_keys_and_addresses_are_removed() -> None:
    line = "Not Found: /feeds/abc-DEF_123.ics?token=s3cret&x=1 for ada@example.org"
    assert logs.without_secrets(line) == "Not Found: /feeds/….ics?token=…&x=1 for …@…"
    invited = logs.without_secrets("Gone: /invitations/abc123/")
    assert invited == "Gone: /invitations/…/"
    stopped = logs.without_secrets("Not Found: /mail/stop/12-letters-0af9/")
    assert stopped == "Not Found: /mail/stop/…/"
    reset = "Gone: /accounts/password/reset/key/1-abc/ and /accounts/confirm-email/Mq:1/"
    assert logs.without_secrets(reset) == (
        "Gone: /accounts/password/reset/key/…/ and /accounts/confirm-email/…/"
    )


def test_a_groups_token_is_removed_wherever_it_appears() -> None:
    token = new_token()
    for line in (f"/feed/xml/7/{token}", f"/feed/xml/7&token={token}", f"/x?Token%3D{token}&y"):
        assert token not in logs.without_secrets(line)


@pytest.mark.parametrize(
    "place", ["/Feeds/{}.ics", "/feeds//{}.ics", "/feeds/.{}", "/feeds/x/{}.ics", "/{}", "x={}&y"]
)
def test_a_key_is_removed_wherever_it_appears(place: str) -> None:
    key = "ojeymtz5efmh4iuvcy6ugsie5dwr4zqqtn"
    for written in (key, key.upper()):
        logged = logs.without_secrets(f"Not Found: {place.format(written)}")
        assert (written in logged, "…" in logged) == (False, True)
    # Another name of that length is not a key.
    assert logs.without_secrets(f"/static/{'a1' * 17}.css") == f"/static/{'a1' * 17}.css"


def test_text() -> None:
    line = logs.Text().format(record("Not Found: %s", "/feeds/secret.json"))
    assert line == "WARNING django.request: Not Found: /feeds/….json"


def test_json() -> None:
    assert json.loads(logs.Json().format(record("Not Found: %s", "/é", status_code=404))) == {
        "time": "2025-02-21T18:00:00.500+00:00",
        "level": "warning",
        "logger": "django.request",
        "message": "Not Found: /é",
        "status": 404,
    }


def test_json_with_a_traceback() -> None:
    try:
        raise ValueError("for ada@example.org")
    except ValueError:
        failed = record("Failed")
        failed.exc_info = sys.exc_info()
    line = json.loads(logs.Json().format(failed))
    assert line["traceback"].splitlines()[-1] == "ValueError: for …@…"

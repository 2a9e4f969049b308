"""The readers of MAIL_URL and MAIL_FROM."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.env import MailServer

SENTENCE = (
    "MAIL_URL must be a URL such as smtp://user:password@mail.example.org:587"
    " or smtps://user:password@mail.example.org, with ?tls=0 or ?tls=1 at the end of smtp://"
    " if needed."
)


def _server(monkeypatch: pytest.MonkeyPatch, value: str) -> MailServer | None:
    monkeypatch.setenv("MAIL_URL", value)
    return env.mail_server("MAIL_URL")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", None),
        ("smtp://mx.example.org", MailServer("mx.example.org", 587, "", "", False, False)),
        ("smtp://localhost:25/", MailServer("localhost", 25, "", "", False, False)),
        ("smtp://mx.example.org?tls=1", MailServer("mx.example.org", 587, "", "", True, False)),
        ("smtp://u:p@mx.example.org", MailServer("mx.example.org", 587, "u", "p", True, False)),
        (
            "smtp://u:p@mx.example.org?tls=0",
            MailServer("mx.example.org", 587, "u", "p", False, False),
        ),
        (
            "smtp://a%40example.org:p%2F%3A%40@mx.example.org:2525",
            MailServer("mx.example.org", 2525, "a@example.org", "p/:@", True, False),
        ),
        ("smtps://u:p@mx.example.org", MailServer("mx.example.org", 465, "u", "p", False, True)),
        ("smtp://[::1]:2525", MailServer("::1", 2525, "", "", False, False)),
    ],
)
def test_mail_server(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: MailServer | None
) -> None:
    assert _server(monkeypatch, value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "mx.example.org",
        "http://mx.example.org",
        "smtp://",
        "smtp://mx.example.org:port",
        "smtp://mx.example.org:99999",
        "smtp://mx.example.org/inbox",
        "smtp://mx.example.org?tls=yes",
        "smtp://mx.example.org?starttls=1",
        "smtp://mx.example.org?tls",
        "smtps://mx.example.org?tls=1",
        "smtp://[mx.example.org",
    ],
)
def test_an_invalid_mail_server(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        _server(monkeypatch, value)
    assert str(caught.value) == SENTENCE


@pytest.mark.parametrize("value", ["talks@example.org", "Talks at X <talks@example.org>"])
def test_mailbox(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MAIL_FROM", value)
    assert env.mailbox("MAIL_FROM", "seminars@localhost") == value


def test_mailbox_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAIL_FROM", raising=False)
    assert env.mailbox("MAIL_FROM", "seminars@localhost") == "seminars@localhost"


@pytest.mark.parametrize("value", ["talks", "talks@", "a b@example.org c", "a@b.org\nBcc: c@d.org"])
def test_an_invalid_mailbox(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MAIL_FROM", value)
    with pytest.raises(ImproperlyConfigured) as caught:
        env.mailbox("MAIL_FROM", "seminars@localhost")
    assert str(caught.value) == (
        f"MAIL_FROM must be an email address such as seminars@example.org, not “{value}”."
    )

"""An SMTP server for tests, which accepts messages or refuses chosen recipients."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message as MimeMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from pytest_django import Settings

from tests.serving import free_port


@dataclass
class Mailbox:
    """The messages received, in order; `refusing` maps recipients to the server's reply."""

    received: list[MimeMessage] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)

    def to(self) -> list[str]:
        return [str(one["To"]) for one in self.received]


class _Inbox(Message):
    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__()
        self.mailbox = mailbox

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.mailbox.refusing:
            return self.mailbox.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: MimeMessage) -> None:
        self.mailbox.received.append(message)


@contextmanager
def receiving(settings: Settings) -> Iterator[Mailbox]:
    """Let the site send to this server within the block."""
    mailbox = Mailbox()
    server = Controller(_Inbox(mailbox), hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield mailbox
    server.stop()


def text_of(message: MimeMessage) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def subject_of(message: MimeMessage) -> str:
    return str(make_header(decode_header(message["Subject"])))


def stop_of(message: MimeMessage) -> str:
    """Return the path that unsubscribes, which must be in the headers and the text."""
    (path,) = re.findall(r"http://testserver(/mail/stop/\S+/)", text_of(message))
    assert "".join(message["List-Unsubscribe"].split()) == f"<http://testserver{path}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(path)

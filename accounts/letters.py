"""The site's messages to people: plain text, a template for the subject and one for the rest."""

import logging
from collections.abc import Collection
from contextlib import suppress
from enum import Enum, auto
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from accounts import stopping
from accounts.models import Membership

logger = logging.getLogger(__name__)


def letter(
    template: str,
    to: str | list[str],
    context: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> EmailMessage:
    """A message from `template`_subject.txt and `template`_message.txt."""
    known = context | {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    subject = render_to_string(f"{template}_subject.txt", known)
    body = render_to_string(f"{template}_message.txt", known)
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=f"{body.strip()}\n",
        to=[to] if isinstance(to, str) else to,
        # RFC 3834 section 5: nobody's absence note answers it.
        headers={"Auto-Submitted": "auto-generated"} | (headers or {}),
    )


def sent(message: EmailMessage) -> bool:
    """Sends the message; False where the mail server does not take it."""
    try:
        message.send()
    except (OSError, SMTPException):
        logger.exception("Mail about a group could not be sent")
        return False
    return True


def to_member(
    template: str,
    membership: Membership,
    kind: stopping.Kind,
    context: dict[str, Any],
    reply_to: str = "",
) -> EmailMessage:
    """A message to somebody because they belong to a group, with the ways to get no more of them:
    `stop` in the template, and one click in mail programs (RFC 8058).
    """
    stop = settings.SITE_URL + stopping.path(membership, kind)
    host = urlsplit(settings.SITE_URL).hostname
    message = letter(
        template,
        membership.user.email,
        context | {"group": membership.group, "stop": stop},
        {
            "List-Id": f"<{membership.group_id}.groups.{host}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.reply_to = [reply_to] if reply_to else []
    return message


class Delivery(Enum):
    """What came of sending: taken; to be tried again later; refused for good."""

    SENT = auto()
    LATER = auto()
    NEVER = auto()


class Outbox:
    """Sends many messages over one connection, which is opened when the first is sent.

    `gave_up`: the mail server failed `patience` times running, so it is no use to go on now.
    """

    def __init__(self, *, patience: int) -> None:
        self._connection = get_connection()
        self._patience = patience
        self._failures = 0

    @property
    def gave_up(self) -> bool:
        return self._failures >= self._patience

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._connection.close()

    def send(self, message: EmailMessage) -> Delivery:
        """Sends one; what is refused or fails does not keep the next from being sent."""
        message.connection = self._connection
        try:
            # Opened here, for what `send` opens it closes again.
            self._connection.open()
            message.send()
        except SMTPRecipientsRefused as refused:
            return _refused([code for code, _said in refused.recipients.values()])
        except SMTPDataError as refused:
            return _refused([refused.smtp_code])
        except OSError:
            logger.exception("Mail about a group could not be sent")
            self._failures += 1
            with suppress(OSError):
                self._connection.close()
            return Delivery.LATER
        except ValueError:
            logger.exception("Mail about a group has an address or header that cannot be")
            return Delivery.NEVER
        self._failures = 0
        return Delivery.SENT


def _refused(codes: Collection[int]) -> Delivery:
    """By what the server answered: 5xx is for good, 4xx for now (RFC 5321, section 4.2.1)."""
    logger.warning("Mail about a group was refused: %s", codes)
    return Delivery.NEVER if all(code >= 500 for code in codes) else Delivery.LATER

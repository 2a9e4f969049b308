"""Composing and sending plain-text emails, from a template for the subject and one for the body."""

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

from accounts import unsubscribe_links
from accounts.models import Membership

logger = logging.getLogger(__name__)


def compose(
    template: str,
    to: str | list[str],
    context: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> EmailMessage:
    """Return an email rendered from `template`_subject.txt and `template`_message.txt."""
    context = context | {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    subject = render_to_string(f"{template}_subject.txt", context)
    body = render_to_string(f"{template}_message.txt", context)
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=f"{body.strip()}\n",
        to=[to] if isinstance(to, str) else to,
        # RFC 3834, section 5: keeps vacation responders from answering.
        headers={"Auto-Submitted": "auto-generated"} | (headers or {}),
    )


def send(message: EmailMessage) -> bool:
    """Send the message; return False if the mail server does not accept it."""
    try:
        message.send()
    except (OSError, SMTPException):
        logger.exception("Group email could not be sent")
        return False
    return True


def compose_for_member(
    template: str,
    membership: Membership,
    kind: unsubscribe_links.Kind,
    context: dict[str, Any],
    reply_to: str = "",
) -> EmailMessage:
    """Return an email to a member of a group, with a link to unsubscribe: `unsubscribe_url` in the
    template, and a header for one click in mail programs (RFC 8058).
    """
    unsubscribe_url = settings.SITE_URL + unsubscribe_links.path(membership, kind)
    host = urlsplit(settings.SITE_URL).hostname
    message = compose(
        template,
        membership.user.email,
        context | {"group": membership.group, "unsubscribe_url": unsubscribe_url},
        {
            "List-Id": f"<{membership.group_id}.groups.{host}>",
            "List-Unsubscribe": f"<{unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.reply_to = [reply_to] if reply_to else []
    return message


class Delivery(Enum):
    """The result of sending: accepted, to be tried again later, or rejected for good."""

    SENT = auto()
    LATER = auto()
    NEVER = auto()


class Outbox:
    """Sends many messages over one connection, opened when the first is sent.

    `gave_up` becomes true when the mail server has failed `patience` times in a row.
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
        """Send one message; a failure does not prevent the next from being sent."""
        message.connection = self._connection
        try:
            # Opened here, because a connection that `send` opens is closed again after it.
            self._connection.open()
            message.send()
        except SMTPRecipientsRefused as error:
            return _rejected([code for code, _text in error.recipients.values()])
        except SMTPDataError as error:
            return _rejected([error.smtp_code])
        except OSError:
            logger.exception("Group email could not be sent")
            self._failures += 1
            with suppress(OSError):
                self._connection.close()
            return Delivery.LATER
        except ValueError:
            logger.exception("Group email has an invalid address or header")
            return Delivery.NEVER
        self._failures = 0
        return Delivery.SENT


def _rejected(codes: Collection[int]) -> Delivery:
    """Interpret reply codes: 5xx is permanent, 4xx temporary (RFC 5321, section 4.2.1)."""
    logger.warning("Group email was rejected: %s", codes)
    return Delivery.NEVER if all(code >= 500 for code in codes) else Delivery.LATER

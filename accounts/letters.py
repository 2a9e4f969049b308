"""The site's messages to people: plain text, a template for the subject and one for the rest."""

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

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

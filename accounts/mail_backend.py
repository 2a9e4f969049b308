"""The email backend of a site without a mail server: one file for each message."""

import os
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone

FOLDER_BACKEND = "accounts.mail_backend.FolderBackend"


class FolderBackend(BaseEmailBackend):
    """Writes each message as it would be sent (RFC 5322) to MAIL_FOLDER.

    Only the site's own user can read the folder and its files, since they contain codes. Names
    begin with the time in UTC, so that the newest sorts last. Raises OSError if it cannot write.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = settings.MAIL_FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}.eml"
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(message.message().as_bytes())
        return len(email_messages)

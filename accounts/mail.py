"""Mail of a site that has no mail server: one file a message."""

import os
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone

FOLDER_BACKEND = "accounts.mail.FolderBackend"


class FolderBackend(BaseEmailBackend):
    """Writes each message as it would be sent (RFC 5322) to MAIL_FOLDER.

    Nobody but the site's own user may read the folder or its files: they hold codes. Names begin
    with the time in UTC, so that the newest comes last. Raises OSError where it cannot write.
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

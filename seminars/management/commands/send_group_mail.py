"""`manage.py send_group_mail`: sends what is due to groups' people; run it every hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.messages import Outbox
from accounts.services import group_messages
from seminars.mail import week

#: After so many failures running the mail server is left alone until the next time.
_PATIENCE = 3


class Command(BaseCommand):
    help = "Sends groups their week's talks, and what waits of messages to groups."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with Outbox(patience=_PATIENCE) as outbox:
            letters = group_messages.deliver(now=now, outbox=outbox)
            weekly = week.send(now=now, outbox=outbox)
        sent, later = letters.sent + weekly.sent, letters.waiting + weekly.later
        self.stdout.write(f"Messages sent: {sent}; to be tried again: {later}.")

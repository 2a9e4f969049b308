"""`manage.py send_group_mail`: send groups' emails that are due; run it every hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.messages import Outbox
from accounts.services import group_messages
from seminars.mail import weekly_talks

#: After so many consecutive failures, the rest waits until the next run.
_MAX_FAILURES = 3


class Command(BaseCommand):
    help = "Sends groups' talks of the week, and messages to groups that are still waiting."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with Outbox(patience=_MAX_FAILURES) as outbox:
            letters = group_messages.deliver(now=now, outbox=outbox)
            weekly = weekly_talks.send(now=now, outbox=outbox)
        sent, later = letters.sent + weekly.sent, letters.waiting + weekly.later
        self.stdout.write(f"Emails sent: {sent}; to be retried: {later}.")

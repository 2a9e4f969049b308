"""`manage.py tidy`: erases what is not to be kept; run it once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.services import invitations
from seminars.services import departures
from seminars.services.tidying import purge


class Command(BaseCommand):
    help = "Erases talks withdrawn 60 days ago, and invitations that ended 90 days ago or earlier."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        erased = purge(now=now)
        departures.delete_expired(now=now)
        forgotten = invitations.delete_old(now=now)
        self.stdout.write(f"Erased the text of {erased} withdrawn talks.")
        self.stdout.write(f"Deleted {forgotten} invitations that have ended.")

"""`manage.py tidy`: delete data whose retention period is over; run it once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.services import invitations
from seminars.services import departures
from seminars.services.tidying import purge


class Command(BaseCommand):
    help = (
        "Erases talks removed from the site 60 days ago and invitations that expired 90 days ago."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        erased = purge(now=now)
        departures.delete_expired(now=now)
        deleted = invitations.delete_old(now=now)
        self.stdout.write(f"Erased the text of {erased} talks removed from the site.")
        self.stdout.write(f"Deleted {deleted} expired invitations.")

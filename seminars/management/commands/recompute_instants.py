"""`manage.py recompute_instants`: follow new time zone data; `migrate` does it by itself."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from seminars.services.time_zones import recompute_instants, summary


class Command(BaseCommand):
    help = "Computes the instants of all talks again from the current time zone data."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(summary(recompute_instants(now=timezone.now())))

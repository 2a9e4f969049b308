"""`manage.py restore FILE`: restore the database from a backup."""

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from seminars.models import Talk
from seminars.services.backup import RestoreError, restore


class Command(BaseCommand):
    help = "Restores a file that `backup` wrote, into SQLite or PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="Delete everything that is in the database now."
        )

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        has_data = Talk.objects.exists() or get_user_model()._base_manager.exists()
        if has_data and not replace:
            raise CommandError("The database is not empty. --replace deletes everything in it.")
        try:
            rows = restore(source=file, now=timezone.now())
        except RestoreError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored {rows} rows. Everyone has to sign in again.")

"""`manage.py backup FILE`: write the whole database to one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from seminars.services.backup import BackupError, backup


class Command(BaseCommand):
    help = "Writes the whole database, SQLite or PostgreSQL, into one compressed file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="for example backup-2025-02-21.jsonl.gz")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} already exists. Choose another name.")
        try:
            rows = backup(to=file, now=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Cannot write {file}: {error.strerror}.") from error
        self.stdout.write(f"Saved {rows} rows to {file}. Keep it safe: it contains personal data.")

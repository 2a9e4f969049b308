"""`manage.py backup FILE`: the whole database as one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from seminars.services.backup import backup


class Command(BaseCommand):
    help = "Writes the whole database, SQLite or PostgreSQL, into one compressed file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="such as backup-2025-02-21.jsonl.gz")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} is there already; give another name.")
        try:
            rows = backup(to=file, now=timezone.now())
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{rows} rows are in {file}. Keep it safe: it holds personal data.")

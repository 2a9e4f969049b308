"""`manage.py demo`: fill an empty database with demonstration data."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.demo.fill import fill, is_empty


class Command(BaseCommand):
    help = "Fills an empty database with a term of talks around today, and with accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Do nothing if the database is not empty, instead of failing.",
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        path = settings.VAR / "demo-sign-ins.txt"
        if is_empty():
            # Write the file before committing the data, because nobody could sign in without it.
            with transaction.atomic():
                lines = [str(one) for one in fill(now=timezone.now())]
                _write_private(path, "".join(f"{line}\n" for line in lines))
        elif not if_empty:
            raise CommandError(
                _("The database is not empty. Demonstration data need an empty one.")
            )
        if path.is_file():
            self.stdout.write(_("Demonstration accounts (also in %(path)s):") % {"path": path})
            self.stdout.write(path.read_text(encoding="utf-8").rstrip())


def _write_private(path: Path, text: str) -> None:
    """Replace the file by one that was never readable for others."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)

"""`manage.py index_words`: rebuilds the search index."""

from typing import Any

from django.core.management.base import BaseCommand

from seminars.search import index


class Command(BaseCommand):
    help = (
        "Rebuilds the search index. The index follows every change automatically; use this only if"
        " it seems to be wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        def report(done: int) -> None:
            self.stderr.write(f"\r{done:,} talks ", ending="")

        number = index.index_all(report)
        self.stderr.write("")
        self.stdout.write(f"Indexed {number:,} talks.")

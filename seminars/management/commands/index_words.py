"""`manage.py index_words`: reads the words of every talk anew."""

from typing import Any

from django.core.management.base import BaseCommand

from seminars.search import index


class Command(BaseCommand):
    help = (
        "Makes anew what search looks into. It follows every change by itself; this is for an"
        " index that is thought to be wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        def tell(done: int) -> None:
            self.stderr.write(f"\r{done:,} talks ", ending="")

        number = index.index_all(tell)
        self.stderr.write("")
        self.stdout.write(f"The words of {number} talks can be found.")

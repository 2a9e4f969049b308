"""Add what strains a page to the demonstration: a day of forty talks, and long titles.

every.py runs it in the environment of the site that it photographs.
"""

import datetime

import django

django.setup()

# Models can be imported only now.
from django.utils import timezone  # noqa: E402

from seminars.models import Appearance, Series, Speaker, Talk, Venue  # noqa: E402
from seminars.services import talks as service  # noqa: E402

LONG = (
    "On the unreasonable length of the titles of talks, with an appendix on"
    " Donaudampfschifffahrtsgesellschaftskapitänsmützen and other words that no line can hold, and"
    " a second appendix on 非常に長い題名について"
)
ALONE = "A series with one talk"


def talk(number: int, **overrides: object) -> None:
    """Create an announced talk two weeks from now."""
    now = timezone.now()
    fields = {
        "title": LONG if number % 8 == 0 else f"Number {number} of forty",
        "date": timezone.localdate(now) + datetime.timedelta(days=14),
        "start_time": datetime.time(8 + number % 12, 15 * (number % 4)),
        "venue": Venue.objects.order_by("pk")[number % Venue.objects.count()],
        "series": Series.objects.order_by("pk")[number % 3],
    }
    made = Talk.objects.create(**(fields | overrides))
    speaker = Speaker.objects.order_by("pk")[number % Speaker.objects.count()]
    Appearance.objects.create(talk=made, speaker=speaker, affiliation=speaker.affiliation)
    service.announce(talk=made, by=None, now=now)


def main() -> None:
    for number in range(40):
        talk(number)
    alone = Series.objects.create(name=ALONE, slug="one-talk")
    talk(1, series=alone, title="The only one")
    Series.objects.create(name="A series without talks", slug="no-talks")


if __name__ == "__main__":
    main()

"""Fills a database with made-up talks: `python -m bench.fill 100000` brings it up to that many.

Ten years of talks, evenly spread, the last of them half a year after today; a twentieth of each
thousand is still to come. The same numbers give the same rows.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from seminars.models import Appearance, Series, Speaker, Talk, Topic, Venue  # noqa: E402

BATCH = 2000
SERIES, VENUES, TOPICS, SPEAKERS = 40, 30, 60, 2000
#: Upcoming talks, whatever the size: a site with a longer archive has no fuller term.
UPCOMING = 200
WORDS = [
    *("sparse", "graphs", "random", "matrices", "quantum", "codes", "learning", "theory", "proof"),
    *("dense", "flows", "elliptic", "curves", "neural", "circuits", "protein", "folding", "dark"),
    *("matter", "lattice", "gauge", "market", "design", "early", "modern", "logic", "speech"),
    *("vision", "robust", "control", "streaming", "privacy", "compilers", "galaxies", "types"),
]


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize()


def _shared(chance: random.Random) -> None:
    """The rows that talks point to."""
    venues = [
        Venue(building=f"Hall {n}", slug=f"hall-{n}", room=str(100 + n), city="Evanston")
        for n in range(VENUES)
    ]
    Venue.objects.bulk_create(venues)
    Series.objects.bulk_create(
        Series(name=f"Seminar {n}", slug=f"seminar-{n}", timezone="America/Chicago")
        for n in range(SERIES)
    )
    Topic.objects.bulk_create(Topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(TOPICS))
    people = [Speaker(name=f"{_text(chance, 1)} Speaker{n}") for n in range(SPEAKERS)]
    for person in people:
        person.derive()
    Speaker.objects.bulk_create(people)


def _talks(first: int, last: int, today: datetime) -> Iterator[Talk]:
    series = list(Series.objects.order_by("pk").values_list("pk", flat=True))
    venues = list(Venue.objects.order_by("pk").values_list("pk", flat=True))
    chance = random.Random(first)  # noqa: S311
    for number in range(first, last):
        days = chance.randrange(1, 180) if number < UPCOMING else -chance.randrange(1, 3650)
        abstract = _text(chance, 110)
        talk = Talk(
            title=_text(chance, 7),
            abstract=abstract,
            abstract_html=f"<p>{abstract}</p>\n",
            series_id=chance.choice(series),
            venue_id=chance.choice(venues),
            date=(today + timedelta(days=days)).date(),
            start_time=clock_time(9 + number % 8),
            end_time=clock_time(10 + number % 8),
            timezone="America/Chicago",
            status="announced",
            created_at=today,
            changed_at=today,
            published_at=today,
        )
        talk.derive()
        yield talk


def fill(size: int) -> None:
    """Brings the database up to `size` talks, telling how far it is on standard error."""
    chance = random.Random(1)  # noqa: S311
    today = datetime.now(UTC).replace(microsecond=0)
    if not Series.objects.exists():
        _shared(chance)
    speakers = list(Speaker.objects.order_by("pk").values_list("pk", flat=True))
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    done, began = Talk.objects.count(), time.monotonic()
    while done < size:
        until = min(done + BATCH, size)
        with transaction.atomic():
            made = Talk.objects.bulk_create(_talks(done, until, today))
            Appearance.objects.bulk_create(
                Appearance(talk=one, speaker_id=chance.choice(speakers), affiliation="Somewhere")
                for one in made
            )
            Talk.topics.through.objects.bulk_create(
                Talk.topics.through(talk_id=one.pk, topic_id=topic)
                for one in made
                for topic in chance.sample(topics, 2)
            )
        done = until
        rate = done / (time.monotonic() - began)
        sys.stderr.write(f"\r{done:,} of {size:,} talks, {rate:,.0f} a second ")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sys.stderr.write("\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    fill(parser.parse_args().size)

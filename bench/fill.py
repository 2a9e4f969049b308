"""Fill a database with invented talks: `python -m bench.fill 100000` adds talks up to that number.

The talks are spread evenly over ten years; the number of upcoming ones is the same for every size.
The same number gives the same rows. Beyond 100,000 the database copies past talks, each time a week
earlier, and the copies are not in the search index: searches are measured up to 100,000.
"""

import argparse
import itertools
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

# Models can be imported only now.
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.legacy_ids import OWN_ID_BASE  # noqa: E402
from seminars.cache import triggers  # noqa: E402
from seminars.models import Appearance, Series, Speaker, Talk, Topic, Venue  # noqa: E402
from seminars.search import index  # noqa: E402

BATCH = 2000
#: How many talks are built one by one; more are copies.
MAX_BUILT = 100_000
SERIES, VENUES, TOPICS, SPEAKERS = 40, 30, 60, 2000
#: Upcoming talks, for every size: a longer archive does not make a fuller term.
UPCOMING = 200
# The most frequent words; rarer ones are invented. Frequency follows rank (Zipf's law).
COMMON = [
    *("sparse", "graphs", "random", "matrices", "quantum", "codes", "learning", "theory", "proof"),
    *("dense", "flows", "elliptic", "curves", "neural", "circuits", "protein", "folding", "dark"),
    *("matter", "lattice", "gauge", "market", "design", "early", "modern", "logic", "speech"),
    *("vision", "robust", "control", "streaming", "privacy", "compilers", "galaxies", "types"),
]
_BEGIN, _MIDDLE, _END = "bdfgklmnprstvz", "aeiou", ("n", "r", "s", "x", "l", "m")
RARER = [
    f"{one}{vowel}{two}{other}{end}"
    for one, vowel, two, other, end in itertools.product(_BEGIN, _MIDDLE, _BEGIN, _MIDDLE, _END)
]
random.Random(3).shuffle(RARER)  # noqa: S311 - nothing secret
WORDS = COMMON + RARER[:4000]
_FREQUENCIES = list(itertools.accumulate(1 / place for place in range(1, len(WORDS) + 1)))


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, cum_weights=_FREQUENCIES, k=words)).capitalize()


def _shared(chance: random.Random) -> None:
    """Create the rows that talks refer to."""
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
    chance = random.Random(first)  # noqa: S311 - nothing secret
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


def _copy(*, weeks: int, limit: int) -> int:
    """Copy the past talks to so many weeks earlier; return the number of copies.

    A copy's id is its original's plus MAX_BUILT for each week, which assumes an empty database.
    """
    first, last = UPCOMING + 1, min(MAX_BUILT, UPCOMING + limit)
    chosen = f"BETWEEN {first} AND {last}"
    moved = f"id + {weeks * MAX_BUILT}"
    postgresql = connection.vendor == "postgresql"
    new = {
        "id": moved,
        "uid": "gen_random_uuid()" if postgresql else "lower(hex(randomblob(16)))",
        "event_id": f"{moved} + {OWN_ID_BASE}",
        "date": f"date - {7 * weeks}" if postgresql else f"date(date, '-{7 * weeks} days')",
    }
    for name in ("starts_at", "ends_at", "over_at"):
        new[name] = (
            f"{name} - interval '{7 * weeks} days'"
            if postgresql
            else f"strftime('%Y-%m-%d %H:%M:%S', {name}, '-{7 * weeks} days')"
        )
    own = {"talk_id": f"talk_id + {weeks * MAX_BUILT}"}
    with transaction.atomic(), connection.cursor() as cursor:
        for model, key, expressions in (
            (Talk, "id", new),
            (Appearance, "talk_id", own),
            (Talk.topics.through, "talk_id", own),
        ):
            fields = model._meta.concrete_fields
            columns = [
                str(one.column) for one in fields if one.column != "id" or "id" in expressions
            ]
            table = model._meta.db_table
            # It contains only names of our own tables and columns.
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608
                f" SELECT {', '.join(expressions.get(one, one) for one in columns)}"
                f" FROM {table} WHERE {key} {chosen}"
            )
        for statement in connection.ops.sequence_reset_sql(no_style(), [Talk]):
            cursor.execute(statement)
    return last - first + 1


def fill(size: int) -> None:
    """Add talks up to `size`, reporting progress on standard error."""
    chance = random.Random(1)  # noqa: S311 - nothing secret
    today = datetime.now(UTC).replace(microsecond=0)
    if not Series.objects.exists():
        _shared(chance)
    speakers = list(Speaker.objects.order_by("pk").values_list("pk", flat=True))
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    done, began = Talk.objects.count(), time.monotonic()
    # Nobody reads in the meantime, and drawing a token for each row would take most of the time.
    triggers.uninstall()
    while done < min(size, MAX_BUILT):
        until = min(done + BATCH, size, MAX_BUILT)
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
        sys.stderr.write(f"\r{done:,} of {size:,} talks, {rate:,.0f} per second ")
    weeks = itertools.count(1)
    while done < size:
        done += _copy(weeks=next(weeks), limit=size - done)
        sys.stderr.write(f"\r{done:,} of {size:,} talks, copied ")
    triggers.install()
    if size <= MAX_BUILT:
        index.index_all()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seminars_revision SET token = 'filled', shared_token = 'filled'")
        cursor.execute("ANALYZE")
    sys.stderr.write("\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    fill(parser.parse_args().size)

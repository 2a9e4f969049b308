"""Measure what one process spends on uncached responses: `python -m bench.inside` prints JSON.

Figures are milliseconds of processor time: median, minimum and maximum of 15 runs of the WSGI
application, without server and network. Each run is followed by one of the constant response `C`;
`of C` is the median ratio of the two. Searches are in milliseconds of wall-clock time, to include
the database's, next to the bare query for the matching talks; each is new to the process.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import NamedTuple
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

# Models can be imported only now.
from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.fill import MAX_BUILT, WORDS  # noqa: E402
from seminars.facets import memory_table  # noqa: E402
from seminars.listings.filters import Filters  # noqa: E402
from seminars.listings.listing import Listing  # noqa: E402
from seminars.models import Talk  # noqa: E402
from seminars.services.changes import changing  # noqa: E402

RUNS = 15
_site = urlsplit(settings.SITE_URL)
_application = WSGIHandler()


def cookie() -> str:
    """Return the session cookie of a signed-in person."""
    person, _made = User.objects.get_or_create(email="bench@example.org")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def get(path: str, **headers: str) -> bytes:
    """Return one response's body; exit unless its status is 200."""
    statuses: list[str] = []

    def start(status: str, *_rest: object) -> Callable[[bytes], object]:
        statuses.append(status)
        return BytesIO().write

    path, _mark, query = path.partition("?")
    environment = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": _site.hostname,
        "SERVER_PORT": str(_site.port),
        "HTTP_HOST": _site.netloc,
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": _site.scheme,
        **headers,
    }
    response = _application(environment, start)
    body = b"".join(response)
    response.close()
    if statuses != ["200 OK"]:
        sys.exit(f"{path} returned {statuses}")
    return body


def calendar_of(talks: int) -> str:
    """Return the path of a calendar of about a thousand out of `talks` talks over ten years."""
    if talks <= 1000:
        return "/talks.ics?when=all"
    last = timezone.localdate() - timedelta(days=400)
    first = last - timedelta(days=3650 * 1000 // talks)
    return f"/talks.ics?from={first}&to={last}"


def spent(
    run: Callable[[], object],
    before: Callable[[], object] = lambda: None,
    *,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """Return the milliseconds of `run`, each time after `before`; slow ones run less often."""
    figures: list[float] = []
    ratios: list[float] = []
    while len(figures) < RUNS + 2 and (len(figures) < 5 or sum(figures) < 10_000):
        before()
        figures.append(took(run, clock))
        ratios.append(figures[-1] / took(constant, clock))
    return summary(figures[2:]) | {"of C": round(statistics.median(ratios[2:]), 2)}


def took(run: Callable[[], object], clock: Callable[[], float]) -> float:
    """Return how many milliseconds `run` takes."""
    started = clock()
    run()
    return (clock() - started) * 1000


def summary(figures: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(figures), 2),
        "min": round(min(figures), 2),
        "max": round(max(figures), 2),
    }


def constant() -> None:
    get("/bench/constant")


def edit(number: int = 0) -> None:
    """Change the next talk's title, as an organizer would."""
    talk = Talk.objects.upcoming(timezone.now())[0]
    with changing(talk=talk, by=None, now=timezone.now()):
        talk.title = f"Edited {number or time.time_ns()}"
        talk.save()


def revise() -> None:
    """Redraw the revision as any public change does, so that no cached response is valid."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seminars_revision SET token = %s", [str(uuid.uuid4())])


# Ranks in the vocabulary of bench/fill.py; the last word is in a few hundred of 100,000 talks.
_RANKS = (2, 7, 20, 60, 150, 400, 1000, 3000)


def searches() -> Iterator[tuple[str, str]]:
    """Yield the kind and the words of each search, eight of each kind."""
    for number, rank in enumerate(_RANKS):
        word, other = WORDS[rank], WORDS[rank // 2 + 1]
        yield "a name", f"speaker{1001 + number * 100}"
        yield "a word", word
        yield "two words", f"{other} {WORDS[rank + 1]}"
        yield "a phrase", f'"{word} {WORDS[number]}"'


class Timings(NamedTuple):
    """The milliseconds of each search of a kind."""

    bare: list[float]
    first: list[float]
    again: list[float]


def time_searches() -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Return by kind the times of the page and of the bare query for matching talks; and for all
    searches the ratio of the page, minus `C`, to the bare query.

    Each search is first requested when it is new to the process, and then again with no cached
    response, as after an edit, when its rows are cached.
    """
    clock = time.perf_counter
    kinds = defaultdict[str, Timings](lambda: Timings([], [], []))
    ratios: dict[str, list[float]] = {"first": [], "again": []}
    for number, (kind, typed) in enumerate(searches()):
        query = QueryDict(mutable=True)
        query.update({"q": typed, "when": "all"})
        page = partial(get, f"/talks/?{query.urlencode()}")
        runs: list[tuple[list[float], Callable[[], object]]] = [
            (kinds[kind].bare, partial(_matching, query)),
            (kinds[kind].first, page),
        ]
        # The second of the two benefits from the database's page cache.
        for figures, run in runs if number // 4 % 2 else reversed(runs):
            figures.append(took(run, clock))
        again, bare = [], [kinds[kind].bare[-1]]
        for _time in range(5):
            revise()
            again.append(took(page, clock))
            bare.append(took(partial(_matching, query), clock))
        kinds[kind].again.append(statistics.median(again))
        c = took(constant, clock)
        ratios["first"].append((kinds[kind].first[-1] - c) / bare[0])
        ratios["again"].append((kinds[kind].again[-1] - c) / statistics.median(bare))
    figures_by_name = {"C, wall-clock": spent(constant, clock=clock)}
    for kind, timings in kinds.items():
        figures_by_name[f"search for {kind}, bare query"] = summary(timings.bare)
        figures_by_name[f"search for {kind}, page, first"] = summary(timings.first)
        figures_by_name[f"search for {kind}, page, again after an edit"] = summary(timings.again)
    return figures_by_name, {name: summary(times) for name, times in ratios.items()}


def _matching(query: QueryDict) -> None:
    listing = Listing.find(filters=Filters.read(query), now=timezone.now())
    list(listing.matching().values_list("pk", flat=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edit", action="store_true", help="edit a talk, and nothing else")
    if parser.parse_args().edit:
        edit()
        return
    signed_in = cookie()
    # Not the one that is edited, because its URL changes with its title.
    talk = Talk.objects.upcoming(timezone.now())[1]
    number = itertools.count(1)

    def edited() -> None:
        edit(next(number))

    # From here on facets are counted in memory.
    get("/talks/")
    memory_table.wait()
    calendar = calendar_of(Talk.objects.count())
    figures = {
        "home, first response after an edit": spent(lambda: get("/"), edited),
        "calendar, first response after an edit": spent(lambda: get(calendar), edited),
        "listing, first response after an edit": spent(lambda: get("/talks/"), edited),
        "home, no whole response cached": spent(lambda: get("/"), revise),
        "listing, no whole response cached": spent(lambda: get("/talks/"), revise),
        "past talks, no whole response cached": spent(lambda: get("/talks/?when=past"), revise),
        "talk page, no whole response cached": spent(lambda: get(talk.get_absolute_url()), revise),
        "home, signed in": spent(lambda: get("/", HTTP_COOKIE=signed_in)),
        "C": spent(constant),
    }
    measured = {"cookie": signed_in, "calendar": calendar, "milliseconds": figures}
    if Talk.objects.count() <= MAX_BUILT:
        by_kind, measured["bare queries"] = time_searches()
        figures |= by_kind
    sys.stdout.write(json.dumps(measured) + "\n")


if __name__ == "__main__":
    main()

"""What one process spends on answers that nothing kept: `python -m bench.inside` prints JSON.

Milliseconds of processor time, as medians of 15 runs with the least and the most, with no server
and no network around the site's own WSGI application; each run is followed by one of the constant
answer `C`, and `of C` is the median of how many times that it takes. Searches are in milliseconds
of the clock, so that what the database spends is in them, beside the bare query for the talks that
match; each is asked once, by a process that has not been asked for it before.
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
from bench.fill import MADE, WORDS  # noqa: E402
from seminars.facets import memory_table  # noqa: E402
from seminars.listings.filters import Filters  # noqa: E402
from seminars.listings.listing import Listing  # noqa: E402
from seminars.models import Talk  # noqa: E402
from seminars.services.changes import changing  # noqa: E402

RUNS = 15
_site = urlsplit(settings.SITE_URL)
_application = WSGIHandler()


def cookie() -> str:
    """The session of somebody who is signed in."""
    person, _made = User.objects.get_or_create(email="bench@example.org")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def ask(path: str, **headers: str) -> bytes:
    """One answer; ends the run unless it is 200."""
    said: list[str] = []

    def start(status: str, *_rest: object) -> Callable[[bytes], object]:
        said.append(status)
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
    answer = _application(environment, start)
    body = b"".join(answer)
    answer.close()
    if said != ["200 OK"]:
        sys.exit(f"{path} answered {said}")
    return body


def calendar_of(talks: int) -> str:
    """The calendar of about a thousand talks in a database of so many, spread over ten years."""
    if talks <= 1000:
        return "/talks.ics?when=all"
    last = timezone.localdate() - timedelta(days=400)
    first = last - timedelta(days=3650 * 1000 // talks)
    return f"/talks.ics?from={first}&to={last}"


def spent(
    ask_once: Callable[[], object],
    before: Callable[[], object] = lambda: None,
    *,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """Milliseconds of this process for `ask_once`, each time after `before`; fewer of slow ones."""
    figures: list[float] = []
    ratios: list[float] = []
    while len(figures) < RUNS + 2 and (len(figures) < 5 or sum(figures) < 10_000):
        before()
        figures.append(took(ask_once, clock))
        ratios.append(figures[-1] / took(constant, clock))
    return summary(figures[2:]) | {"of C": round(statistics.median(ratios[2:]), 2)}


def took(ask_once: Callable[[], object], clock: Callable[[], float]) -> float:
    """Milliseconds."""
    began = clock()
    ask_once()
    return (clock() - began) * 1000


def summary(figures: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(figures), 2),
        "least": round(min(figures), 2),
        "most": round(max(figures), 2),
    }


def constant() -> None:
    ask("/bench/constant")


def edit(number: int = 0) -> None:
    """Gives the next talk another title, as an organiser would."""
    talk = Talk.objects.upcoming(timezone.now())[0]
    with changing(talk=talk, by=None, now=timezone.now()):
        talk.title = f"Edited {number or time.time_ns()}"
        talk.save()


def revise() -> None:
    """As if anything public had changed: no whole answer is kept any more."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seminars_revision SET token = %s", [str(uuid.uuid4())])


# How often words stand in the list of bench/fill.py; the last is in a few hundred of 100,000 talks.
_PLACES = (2, 7, 20, 60, 150, 400, 1000, 3000)


def searches() -> Iterator[tuple[str, str]]:
    """What somebody may type, and what kind of search it is: each once, of each kind eight."""
    for number, place in enumerate(_PLACES):
        word, other = WORDS[place], WORDS[place // 2 + 1]
        yield "a name", f"speaker{1001 + number * 100}"
        yield "a word", word
        yield "two words", f"{other} {WORDS[place + 1]}"
        yield "a phrase", f'"{word} {WORDS[number]}"'


class Searched(NamedTuple):
    """The milliseconds of each search of a kind."""

    bare: list[float]
    new: list[float]
    again: list[float]


def searched() -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """By kind the page of a search beside the bare query for the talks that match; and of all
    searches how many times the bare query the page takes, less what `C` does.

    First each is asked by a process that has not been asked for it before, and then again with no
    answer kept, as after an edit: the rows that it shows are there by then.
    """
    clock = time.perf_counter
    kinds = defaultdict[str, Searched](lambda: Searched([], [], []))
    ratios: dict[str, list[float]] = {"asked for the first time": [], "again": []}
    for number, (kind, typed) in enumerate(searches()):
        query = QueryDict(mutable=True)
        query.update({"q": typed, "when": "all"})
        page = partial(ask, f"/talks/?{query.urlencode()}")
        asked: list[tuple[list[float], Callable[[], object]]] = [
            (kinds[kind].bare, partial(_matching, query)),
            (kinds[kind].new, page),
        ]
        # What comes second finds the database's pages in memory.
        for figures, ask_once in asked if number // 4 % 2 else reversed(asked):
            figures.append(took(ask_once, clock))
        again, bare = [], [kinds[kind].bare[-1]]
        for _time in range(5):
            revise()
            again.append(took(page, clock))
            bare.append(took(partial(_matching, query), clock))
        kinds[kind].again.append(statistics.median(again))
        c = took(constant, clock)
        ratios["asked for the first time"].append((kinds[kind].new[-1] - c) / bare[0])
        ratios["again"].append((kinds[kind].again[-1] - c) / statistics.median(bare))
    found = {"C, by the clock": spent(constant, clock=clock)}
    for kind, figures_of in kinds.items():
        found[f"search for {kind}, bare query"] = summary(figures_of.bare)
        found[f"search for {kind}, page, asked for the first time"] = summary(figures_of.new)
        found[f"search for {kind}, page, nothing kept whole"] = summary(figures_of.again)
    return found, {name: summary(times) for name, times in ratios.items()}


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
    # Not the one that is edited, whose address moves with its title.
    talk = Talk.objects.upcoming(timezone.now())[1]
    number = itertools.count(1)

    def edited() -> None:
        edit(next(number))

    # So that its facets are counted in memory from here on.
    ask("/talks/")
    memory_table.wait()
    calendar = calendar_of(Talk.objects.count())
    figures = {
        "home, first answer after an edit": spent(lambda: ask("/"), edited),
        "calendar, first answer after an edit": spent(lambda: ask(calendar), edited),
        "listing, first answer after an edit": spent(lambda: ask("/talks/"), edited),
        "home, nothing kept whole": spent(lambda: ask("/"), revise),
        "listing, nothing kept whole": spent(lambda: ask("/talks/"), revise),
        "past talks, nothing kept whole": spent(lambda: ask("/talks/?when=past"), revise),
        "talk page, nothing kept whole": spent(lambda: ask(talk.get_absolute_url()), revise),
        "home, signed in": spent(lambda: ask("/", HTTP_COOKIE=signed_in)),
        "C": spent(constant),
    }
    found = {"cookie": signed_in, "calendar": calendar, "milliseconds": figures}
    if Talk.objects.count() <= MADE:
        by_kind, found["bare queries"] = searched()
        figures |= by_kind
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()

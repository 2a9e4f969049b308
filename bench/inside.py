"""What one process spends on answers that nothing kept: `python -m bench.inside` prints JSON.

Milliseconds of processor time, as medians of 15 runs with the least and the most, with no server
and no network around the site's own WSGI application.
"""

import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
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


def spent(ask_once: Callable[[], object], before: Callable[[], object]) -> dict[str, float]:
    """Milliseconds of this process for `ask_once`, each time after `before`."""
    figures = []
    for _run in range(RUNS + 2):
        before()
        began = time.process_time()
        ask_once()
        figures.append((time.process_time() - began) * 1000)
    kept = figures[2:]
    return {
        "median": round(statistics.median(kept), 2),
        "least": round(min(kept), 2),
        "most": round(max(kept), 2),
    }


def main() -> None:
    signed_in = cookie()
    talk = Talk.objects.upcoming(timezone.now())[0]
    number = itertools.count()

    def edit() -> None:
        with changing(talk=talk, by=None, now=timezone.now()):
            talk.title = f"Edited {next(number)}"
            talk.save()

    # Of a database with 1,000 talks this is the calendar that docs/speed.md speaks of.
    whole = "/talks.ics?when=all" if Talk.objects.count() <= 1000 else "/talks.ics"
    figures = {
        "home, first answer after an edit": spent(lambda: ask("/"), edit),
        "calendar, first answer after an edit": spent(lambda: ask(whole), edit),
        "home, signed in": spent(lambda: ask("/", HTTP_COOKIE=signed_in), lambda: None),
        "C": spent(lambda: ask("/bench/constant"), lambda: None),
    }
    sys.stdout.write(json.dumps({"cookie": signed_in, "milliseconds": figures}) + "\n")


if __name__ == "__main__":
    main()

"""Measure responses per second with wrk, or with Locust where there is no wrk.

Locust is written in Python and often spends more on a request than the site on its response, so
its figures are lower and their ratios closer to one; bench/results.json names the program.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

#: Keep-alive connections.
CONNECTIONS = 8

# Prints the figures of wrk's summary as JSON.
_REPORT = """
function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.read + summary.errors.timeout
  io.write(string.format('\\n{"requests":%d,"microseconds":%d,"bad":%d}\\n',
    summary.requests, summary.duration, bad))
end
"""


class Load(NamedTuple):
    requests: int
    seconds: float
    #: The number of failed responses.
    bad: int


def generator() -> str:
    """Return the name of the program that generates load, or exit with a message."""
    if shutil.which("wrk"):
        return "wrk"
    if importlib.util.find_spec("locust"):
        return "locust"
    sys.exit(
        "The measurements need wrk; on Debian: apt-get install wrk. Or Locust:"
        f" {sys.executable} -m pip install -r requirements/bench.txt"
    )


def rate(url: str, *, seconds: int, headers: dict[str, str] | None = None) -> float:
    """Return responses per second over keep-alive connections; exit if any response fails.

    If not a single one arrives in time, try for ten times as long.
    """
    measured = load(url, seconds=seconds, headers=headers)
    if not measured.requests and seconds < 30:
        return rate(url, seconds=seconds * 10, headers=headers)
    if measured.bad or not measured.requests:
        sys.exit(f"{url} failed under load: {measured}")
    return measured.requests / measured.seconds


def load(url: str, *, seconds: int, headers: dict[str, str] | None = None) -> Load:
    """Put load on one URL and return the outcome."""
    by = _by_wrk if generator() == "wrk" else _by_locust
    return by(url, seconds, headers or {})


def _by_wrk(url: str, seconds: int, headers: dict[str, str]) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_REPORT)
        script.flush()
        more = [part for item in headers.items() for part in ("-H", ": ".join(item))]
        loading = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
        output = _run(["wrk", *loading, *more, "-s", script.name, url], {})
    figures = json.loads(output.splitlines()[-1])
    return Load(figures["requests"], figures["microseconds"] / 1_000_000, figures["bad"])


def _by_locust(url: str, seconds: int, headers: dict[str, str]) -> Load:
    parts = urlsplit(url)
    variables = {
        "BENCH_PATH": f"{parts.path}?{parts.query}" if parts.query else parts.path,
        "BENCH_HEADERS": json.dumps(headers),
    }
    command = [
        sys.executable,
        "-m",
        "locust",
        "--locustfile",
        f"{Path(__file__).parent}/locustfile.py",
    ]
    command += ["--host", f"{parts.scheme}://{parts.netloc}", "--headless", "--json"]
    command += ["--users", f"{CONNECTIONS}", "--spawn-rate", f"{CONNECTIONS}"]
    command += ["--run-time", f"{seconds}s", "--loglevel", "ERROR", "--exit-code-on-error", "0"]
    (figures,) = json.loads(_run(command, variables)) or [None]
    if figures is None:
        return Load(0, seconds, 0)
    spent = figures["last_request_timestamp"] - figures["start_time"]
    return Load(figures["num_requests"], spent or seconds, figures["num_failures"])


def _run(command: list[str], variables: dict[str, str]) -> str:
    ran = subprocess.run(
        command, env=os.environ | variables, capture_output=True, text=True, check=True
    )
    return ran.stdout


def results() -> Path:
    """Return the path of the recorded figures."""
    return Path(__file__).parent / "results.json"

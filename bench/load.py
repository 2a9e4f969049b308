"""How many answers a second an address gives, by wrk, or by Locust where wrk is missing.

Locust is written in Python and spends more on a question than the site on many an answer, so its
figures are lower, and ratios between them nearer to one; bench/results.json names the program.
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

#: Connections that are kept alive.
CONNECTIONS = 8

# wrk's own summary is for people; this prints the same figures for programs.
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
    #: Answers that failed.
    bad: int


def generator() -> str:
    """The program that makes the load; ends with a sentence where there is none."""
    if shutil.which("wrk"):
        return "wrk"
    if importlib.util.find_spec("locust"):
        return "locust"
    sys.exit(
        "The measurements need wrk; on Debian: apt-get install wrk. Or Locust:"
        f" {sys.executable} -m pip install -r requirements/bench.txt"
    )


def rate(url: str, *, seconds: int, headers: dict[str, str] | None = None) -> float:
    """Answers a second from kept-alive connections; ends the run at any answer that fails.

    Where not one came in time, it is tried for ten times as long.
    """
    found = load(url, seconds=seconds, headers=headers)
    if not found.requests and seconds < 30:
        return rate(url, seconds=seconds * 10, headers=headers)
    if found.bad or not found.requests:
        sys.exit(f"{url} failed under load: {found}")
    return found.requests / found.seconds


def load(url: str, *, seconds: int, headers: dict[str, str] | None = None) -> Load:
    """Loads one address, and says what came of it."""
    by = _by_wrk if generator() == "wrk" else _by_locust
    return by(url, seconds, headers or {})


def _by_wrk(url: str, seconds: int, headers: dict[str, str]) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_REPORT)
        script.flush()
        more = [part for item in headers.items() for part in ("-H", ": ".join(item))]
        loading = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
        said = _run(["wrk", *loading, *more, "-s", script.name, url], {})
    figures = json.loads(said.splitlines()[-1])
    return Load(figures["requests"], figures["microseconds"] / 1_000_000, figures["bad"])


def _by_locust(url: str, seconds: int, headers: dict[str, str]) -> Load:
    parts = urlsplit(url)
    asked = {
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
    (figures,) = json.loads(_run(command, asked)) or [None]
    if figures is None:
        return Load(0, seconds, 0)
    spent = figures["last_request_timestamp"] - figures["start_time"]
    return Load(figures["num_requests"], spent or seconds, figures["num_failures"])


def _run(command: list[str], more: dict[str, str]) -> str:
    ran = subprocess.run(command, env=os.environ | more, capture_output=True, text=True, check=True)
    return ran.stdout


def results() -> Path:
    """Where the figures are kept."""
    return Path(__file__).parent / "results.json"

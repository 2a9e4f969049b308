"""Measure the site against a constant response: `make bench`, or `python -m bench.run --help`.

Each figure is responses per second as a ratio to `C`, a constant 20 kB body under the same
middleware in the same gunicorn, in alternation (C, page, C, page, …): median, minimum and maximum.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import brotli
import psycopg

from bench.load import generator, rate, results

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 10_000, 100_000, 1_000_000)
POSTGRESQL = "postgresql://postgres@127.0.0.1:5432"
PORT = int(os.environ.get("BENCH_PORT", "8977"))
SITE = f"http://127.0.0.1:{PORT}"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database, which is dropped afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    server = os.environ.get("BENCH_POSTGRESQL_URL", POSTGRESQL)
    name = f"seminars_bench_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """Serve the site as in production, with the settings of bench/; yield the server's pid."""
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
    # As `make run` and the image set it.
    environment = environment | {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _attempt in range(300):
            try:
                urllib.request.urlopen(f"{SITE}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=30)


@dataclass(frozen=True, slots=True)
class Measure:
    """A request to measure, and the path of the constant response it is compared with."""

    what: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    cached: bool = True
    compared_with: str = "/bench/constant"


def measure(one: Measure, *, rounds: int, seconds: int) -> dict[str, Any]:
    """Return the figures of one request, measured in alternation with the constant response."""
    url, constant = f"{SITE}{one.path}", f"{SITE}{one.compared_with}"
    # Let each worker build it first, however long that takes: wrk waits only two seconds.
    for _each in range(8):
        _warm(urllib.request.Request(url, headers=one.headers))
    rate(url, seconds=1, headers=one.headers)
    pairs = [
        (rate(constant, seconds=seconds), rate(url, seconds=seconds, headers=one.headers))
        for _round in range(rounds)
    ]
    ratios = [page / constant for constant, page in pairs]
    with urllib.request.urlopen(url) as response:
        size = len(response.read())
    return {
        "what": one.what,
        "path": one.path,
        "cached": one.cached,
        "compared with": one.compared_with,
        "bytes": size,
        "per second": round(statistics.median(page for _constant, page in pairs), 1),
        "C per second": round(statistics.median(constant for constant, _page in pairs), 1),
        "ratio": {
            "median": round(statistics.median(ratios), 4),
            "min": round(min(ratios), 4),
            "max": round(max(ratios), 4),
        },
    }


def _warm(request: urllib.request.Request) -> None:
    try:
        urllib.request.urlopen(request, timeout=120).close()
    except urllib.error.HTTPError as response:
        if response.code != HTTPStatus.NOT_MODIFIED:
            raise


def measures(cookie: str, calendar: str) -> list[Measure]:
    """Return the requests to measure; the talk is the first on the home page."""
    with urllib.request.urlopen(f"{SITE}/") as response:
        tag = str(response.headers["ETag"])
        talk = re.search(rb'href="(/talks/(\d+)/[^"]+/)"', response.read())
    if talk is None:
        sys.exit("The home page lists no talk.")
    with urllib.request.urlopen(f"{SITE}{calendar}") as response:
        calendar_tag, size = str(response.headers["ETag"]), len(response.read())
    return [
        Measure("home", "/"),
        Measure("listing", "/talks/"),
        Measure("talk page", talk[1].decode()),
        Measure("one talk's calendar", f"/talks/{talk[2].decode()}.ics"),
        Measure("calendar", calendar, compared_with=f"/bench/constant/{size}"),
        Measure("home, 304", "/", {"If-None-Match": tag}),
        Measure("calendar, 304", calendar, {"If-None-Match": calendar_tag}),
        Measure("home, signed in", "/", {"Cookie": cookie}, cached=False),
    ]


def weights() -> list[dict[str, Any]]:
    """Return what a first visit to each page loads, in kB as sent: HTML, styles, scripts."""
    figures = []
    with urllib.request.urlopen(f"{SITE}/") as response:
        talk = re.search(rb'href="(/talks/\d+/[^"]+/)"', response.read())
    for what, path in (
        ("home", "/"),
        ("listing", "/talks/"),
        ("talk page", talk[1].decode() if talk else "/"),
        ("month", "/calendar/"),
    ):
        page, html = _sent(path)
        linked = re.findall(
            r'<link rel="stylesheet" href="([^"]+)"(?! media="print")|<script[^>]* src="([^"]+)"',
            html,
        )
        parts = {"css": 0, "js": 0}
        for style, script in linked:
            parts["css" if style else "js"] += _sent(style or script)[0]
        sizes = {"html": page, **parts, "all": page + sum(parts.values())}
        figures.append(
            {"what": f"weight of {what}", "kB": {k: round(v / 1024, 1) for k, v in sizes.items()}}
        )
    return figures


def _sent(path: str) -> tuple[int, str]:
    """Return how many bytes a browser receives from this path, and the decoded text."""
    request = urllib.request.Request(f"{SITE}{path}", headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as response:
        body = response.read()
    plain = brotli.decompress(body) if response.headers["Content-Encoding"] == "br" else body
    return len(body), plain.decode()


def megabytes(parent: int) -> list[int]:
    """Return the resident memory of each of the server's workers, in MB (Linux only)."""
    sizes = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue
        if re.search(rf"^PPid:\s+{parent}$", status, re.MULTILINE):
            resident = re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)
            sizes.append(int(resident[1]) // 1024 if resident else 0)
    return sizes


def prepared(folder: Path, url: str, size: int) -> dict[str, str]:
    """Fill the database at this URL with `size` talks; return the site's environment."""
    environment = os.environ | {
        "VAR": str(folder),
        "DATABASE_URL": url,
        "PORT": str(PORT),
        "SITE_URL": SITE,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    for command in (
        ["manage.py", "migrate", "--verbosity", "0"],
        ["manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        ["-m", "bench.fill", str(size)],
    ):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
    return environment


def inside(environment: dict[str, str]) -> dict[str, Any]:
    """Return the figures that bench.inside measures."""
    command = [sys.executable, "-m", "bench.inside"]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


def measure_one(
    kind: str, size: int, environment: dict[str, str], rounds: int, seconds: int
) -> Any:
    """Return every figure of one database at one size."""
    figures: list[dict[str, Any]] = []

    def add(**figure: Any) -> None:
        figures.append({"database": kind, "talks": size, **figure})
        show(figures[-1])

    measured = inside(environment)
    for what, spent in measured["milliseconds"].items():
        add(what=what, milliseconds=spent)
    for name, times in measured.get("bare queries", {}).items():
        add(what=f"searches {name}, page minus C in bare queries", times=times)
    with served(environment) as pid:
        for one in measures(measured["cookie"], measured["calendar"]):
            add(**measure(one, rounds=rounds, seconds=seconds))
        for weight in weights():
            add(**weight)
        add(what="memory of each worker", megabytes=megabytes(pid))
    return figures


def measure_all(
    kinds: list[str], sizes: list[int], *, rounds: int, seconds: int
) -> list[dict[str, Any]]:
    """Return all figures; databases are filled in parallel and measured one after the other."""
    figures: list[dict[str, Any]] = []
    with ExitStack() as stack:
        folders = {
            kind: Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seminars-bench-")))
            for kind in kinds
        }
        urls = {kind: stack.enter_context(database(kind, folders[kind])) for kind in kinds}
        for size in sizes:
            with ThreadPoolExecutor() as filling:
                filled = {
                    kind: filling.submit(prepared, folders[kind], urls[kind], size)
                    for kind in kinds
                }
            environments = {kind: one.result() for kind, one in filled.items()}
            for kind in kinds:
                figures += measure_one(
                    kind, size, environments[kind], rounds=rounds, seconds=seconds
                )
    return figures


def show(one: dict[str, Any]) -> None:
    line = f"{one['database']:<11}{one['talks']:>10,}  {one['what']:<38}"
    if "ratio" in one:
        ratio = one["ratio"]
        line += (
            f"{one['per second']:>9,.0f}/s of {one['C per second']:>7,.0f}/s"
            f" {ratio['median']:>6.2f}"
            f" ({ratio['min']:.2f} to {ratio['max']:.2f}) {one['bytes']:>10,} bytes"
            f"{', cached' if one['cached'] else ''}"
        )
    elif "milliseconds" in one:
        spent = one["milliseconds"]
        line += f"{spent['median']:>9.2f} ms ({spent['min']:.2f} to {spent['max']:.2f})"
        line += f", {spent['of C']:.2f} C" if "of C" in spent else ""
    elif "times" in one:
        times = one["times"]
        line += f"{times['median']:>9.2f} ({times['min']:.2f} to {times['max']:.2f})"
    elif "kB" in one:
        line += ", ".join(f"{value} kB {part}" for part, value in one["kB"].items())
    else:
        line += f"{' and '.join(map(str, one['megabytes'])):>9} MB"
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    # Keep-alive connections may all go to one worker for a round or two, so take many rounds.
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=1)
    chosen = parser.parse_args()
    program = generator()
    figures = measure_all(
        chosen.databases, sorted(chosen.sizes), rounds=chosen.rounds, seconds=chosen.seconds
    )
    previous = json.loads(results().read_text()) if results().exists() else {"figures": []}
    # Keep the other database's figures if only one was measured, and those of bench.hour.
    others = [one for one in previous["figures"] if one["database"] not in chosen.databases]
    report = previous | {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load by": program,
        "workers": int(os.environ.get("WEB_CONCURRENCY", "2")),
        "figures": others + figures,
    }
    results().write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Measures the site against a constant answer: `make bench`, or `python -m bench.run --help`.

Each figure is answers a second as a ratio to `C`, a constant 20 kB body under the same middleware
in the same gunicorn, measured in turn (C, page, C, page, …), as median with minimum and maximum.
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
    """An empty database, dropped afterwards."""
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
    """The site as it is run in production, on the settings of bench/; gives the server's pid."""
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
    """An address, and what it is asked with. `kept`: the figure is of an answer kept in memory;
    `held_to` is the constant answer that it is compared with.
    """

    what: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    kept: bool = True
    held_to: str = "/bench/constant"


def measure(one: Measure, *, rounds: int, seconds: int) -> dict[str, Any]:
    """One address against the constant answer, in turn."""
    url, constant = f"{SITE}{one.path}", f"{SITE}{one.held_to}"
    # So that each worker has built it, however long that takes: wrk waits for two seconds.
    for _each in range(8):
        _warm(urllib.request.Request(url, headers=one.headers))
    rate(url, seconds=1, headers=one.headers)
    pairs = [
        (rate(constant, seconds=seconds), rate(url, seconds=seconds, headers=one.headers))
        for _round in range(rounds)
    ]
    ratios = [page / constant for constant, page in pairs]
    with urllib.request.urlopen(url) as answer:
        size = len(answer.read())
    return {
        "what": one.what,
        "path": one.path,
        "kept": one.kept,
        "held to": one.held_to,
        "bytes": size,
        "a second": round(statistics.median(page for _constant, page in pairs), 1),
        "C a second": round(statistics.median(constant for constant, _page in pairs), 1),
        "ratio": {
            "median": round(statistics.median(ratios), 4),
            "least": round(min(ratios), 4),
            "most": round(max(ratios), 4),
        },
    }


def _warm(request: urllib.request.Request) -> None:
    try:
        urllib.request.urlopen(request, timeout=120).close()
    except urllib.error.HTTPError as answer:
        if answer.code != HTTPStatus.NOT_MODIFIED:
            raise


def measures(cookie: str, calendar: str) -> list[Measure]:
    """What is measured; the talk is the first on the home page."""
    with urllib.request.urlopen(f"{SITE}/") as answer:
        tag = str(answer.headers["ETag"])
        found = re.search(rb'href="(/talks/(\d+)/[^"]+/)"', answer.read())
    if found is None:
        sys.exit("The home page lists no talk.")
    with urllib.request.urlopen(f"{SITE}{calendar}") as answer:
        calendar_tag, size = str(answer.headers["ETag"]), len(answer.read())
    return [
        Measure("home", "/"),
        Measure("listing", "/talks/"),
        Measure("talk page", found[1].decode()),
        Measure("one talk's calendar", f"/talks/{found[2].decode()}.ics"),
        Measure("calendar", calendar, held_to=f"/bench/constant/{size}"),
        Measure("home, 304", "/", {"If-None-Match": tag}),
        Measure("calendar, 304", calendar, {"If-None-Match": calendar_tag}),
        Measure("home, signed in", "/", {"Cookie": cookie}, kept=False),
    ]


def weights() -> list[dict[str, Any]]:
    """What a first visit of each page loads, in kB as sent: itself, its styles, its scripts."""
    found = []
    with urllib.request.urlopen(f"{SITE}/") as answer:
        talk = re.search(rb'href="(/talks/\d+/[^"]+/)"', answer.read())
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
        found.append(
            {"what": f"weight of {what}", "kB": {k: round(v / 1024, 1) for k, v in sizes.items()}}
        )
    return found


def _sent(path: str) -> tuple[int, str]:
    """How many bytes an address sends to a browser, and what they say."""
    request = urllib.request.Request(f"{SITE}{path}", headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
    plain = brotli.decompress(body) if answer.headers["Content-Encoding"] == "br" else body
    return len(body), plain.decode()


def megabytes(parent: int) -> list[int]:
    """The resident memory of each worker of the server, in MB (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue
        if re.search(rf"^PPid:\s+{parent}$", status, re.MULTILINE):
            resident = re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)
            found.append(int(resident[1]) // 1024 if resident else 0)
    return found


def prepared(folder: Path, url: str, size: int) -> dict[str, str]:
    """A database of so many talks at this address; gives the environment that the site runs in."""
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
    """What bench.inside finds."""
    command = [sys.executable, "-m", "bench.inside"]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def measure_one(
    kind: str, size: int, environment: dict[str, str], rounds: int, seconds: int
) -> Any:
    """Every figure of one database at one size."""
    figures: list[dict[str, Any]] = []

    def told(**figure: Any) -> None:
        figures.append({"database": kind, "talks": size, **figure})
        show(figures[-1])

    found = inside(environment)
    for what, spent in found["milliseconds"].items():
        told(what=what, milliseconds=spent)
    for name, times in found.get("bare queries", {}).items():
        told(what=f"searches {name}, page less C in bare queries", times=times)
    with served(environment) as pid:
        for one in measures(found["cookie"], found["calendar"]):
            told(**measure(one, rounds=rounds, seconds=seconds))
        for weight in weights():
            told(**weight)
        told(what="memory of each worker", megabytes=megabytes(pid))
    return figures


def measure_all(
    kinds: list[str], sizes: list[int], *, rounds: int, seconds: int
) -> list[dict[str, Any]]:
    """Every address at every size; the databases are filled at once, and measured in turn."""
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
    said = f"{one['database']:<11}{one['talks']:>10,}  {one['what']:<38}"
    if "ratio" in one:
        ratio = one["ratio"]
        said += (
            f"{one['a second']:>9,.0f}/s of {one['C a second']:>7,.0f}/s {ratio['median']:>6.2f}"
            f" ({ratio['least']:.2f} to {ratio['most']:.2f}) {one['bytes']:>10,} bytes"
            f"{', kept' if one['kept'] else ''}"
        )
    elif "milliseconds" in one:
        spent = one["milliseconds"]
        said += f"{spent['median']:>9.2f} ms ({spent['least']:.2f} to {spent['most']:.2f})"
        said += f", {spent['of C']:.2f} C" if "of C" in spent else ""
    elif "times" in one:
        times = one["times"]
        said += f"{times['median']:>9.2f} ({times['least']:.2f} to {times['most']:.2f})"
    elif "kB" in one:
        said += ", ".join(f"{value} kB {part}" for part, value in one["kB"].items())
    else:
        said += f"{' and '.join(map(str, one['megabytes'])):>9} MB"
    sys.stdout.write(said + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    # Kept-alive connections may all come to one worker, for a round or two: the median is of many.
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=1)
    chosen = parser.parse_args()
    program = generator()
    figures = measure_all(
        chosen.databases, sorted(chosen.sizes), rounds=chosen.rounds, seconds=chosen.seconds
    )
    kept = json.loads(results().read_text()) if results().exists() else {"figures": []}
    # A run of one database leaves the other's figures as they are, and those of bench.hour.
    others = [one for one in kept["figures"] if one["database"] not in chosen.databases]
    report = kept | {
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

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
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.load import rate, results, wrk

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


def measures(talks: int, cookie: str) -> list[Measure]:
    """What is measured; the talk is the first on the home page."""
    calendar = "/talks.ics?when=all" if talks <= 1000 else "/talks.ics"
    with urllib.request.urlopen(f"{SITE}/") as answer:
        tag = str(answer.headers["ETag"])
        found = re.search(rb'href="(/talks/(\d+)/[^"]+/)"', answer.read())
    if found is None:
        sys.exit("The home page lists no talk.")
    with urllib.request.urlopen(f"{SITE}{calendar}") as answer:
        calendar_tag, size = str(answer.headers["ETag"]), len(answer.read())
    return [
        Measure("home", "/"),
        Measure("listing", "/talks/?when=past"),
        Measure("talk page", found[1].decode()),
        Measure("one talk's calendar", f"/talks/{found[2].decode()}.ics"),
        Measure("calendar", calendar, held_to=f"/bench/constant/{size}"),
        Measure("home, 304", "/", {"If-None-Match": tag}),
        Measure("calendar, 304", calendar, {"If-None-Match": calendar_tag}),
        Measure("home, signed in", "/", {"Cookie": cookie}, kept=False),
    ]


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


def measure_all(kind: str, sizes: list[int], *, rounds: int, seconds: int) -> list[dict[str, Any]]:
    """Every address at every size on one database."""
    figures: list[dict[str, Any]] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seminars-bench-")))
        url = stack.enter_context(database(kind, folder))
        environment = os.environ | {
            "VAR": str(folder),
            "DATABASE_URL": url,
            "PORT": str(PORT),
            "SITE_URL": SITE,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
        }
        for command in (["migrate"], ["collectstatic", "--noinput"]):
            manage = [sys.executable, "manage.py", *command, "--verbosity", "0"]
            subprocess.run(manage, cwd=ROOT, env=environment, check=True)
        for size in sizes:
            fill = [sys.executable, "-m", "bench.fill", str(size)]
            subprocess.run(fill, cwd=ROOT, env=environment, check=True)
            inside = [sys.executable, "-m", "bench.inside"]
            ran = subprocess.run(
                inside, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
            )
            found = json.loads(ran.stdout)
            for what, spent in found["milliseconds"].items():
                figures.append(
                    {"database": kind, "talks": size, "what": what, "milliseconds": spent}
                )
                show(figures[-1])
            with served(environment) as pid:
                for one in measures(size, found["cookie"]):
                    rates = measure(one, rounds=rounds, seconds=seconds)
                    figures.append({"database": kind, "talks": size} | rates)
                    show(figures[-1])
                memory = {"what": "memory of each worker", "megabytes": megabytes(pid)}
                figures.append({"database": kind, "talks": size} | memory)
                show(figures[-1])
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
    else:
        said += f"{' and '.join(map(str, one['megabytes'])):>9} MB"
    sys.stdout.write(said + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    chosen = parser.parse_args()
    wrk()
    figures = [
        one
        for kind in chosen.databases
        for one in measure_all(
            kind, sorted(chosen.sizes), rounds=chosen.rounds, seconds=chosen.seconds
        )
    ]
    kept = json.loads(results().read_text())["figures"] if results().exists() else []
    # A run of one database leaves the other's figures as they are.
    figures = [one for one in kept if one["database"] not in chosen.databases] + figures
    report = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "workers": int(os.environ.get("WEB_CONCURRENCY", "2")),
        "figures": figures,
    }
    results().write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()

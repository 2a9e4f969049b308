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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.load import rate, results, wrk

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 10_000, 100_000, 1_000_000)
POSTGRESQL = "postgresql://postgres@127.0.0.1:5432"
PORT = 8977
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
def served(environment: dict[str, str]) -> Iterator[None]:
    """The site as it is run in production, on the settings of bench/."""
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _attempt in range(300):
            try:
                urllib.request.urlopen(f"{SITE}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def measure(path: str, *, rounds: int, seconds: int) -> dict[str, Any]:
    """One address against C, in turn."""
    rate(f"{SITE}{path}", seconds=1)
    pairs = [
        (rate(f"{SITE}/bench/constant", seconds=seconds), rate(f"{SITE}{path}", seconds=seconds))
        for _round in range(rounds)
    ]
    ratios = [page / constant for constant, page in pairs]
    with urllib.request.urlopen(f"{SITE}{path}") as answer:
        size = len(answer.read())
    return {
        "path": path,
        "bytes": size,
        "a second": round(statistics.median(page for _constant, page in pairs), 1),
        "C a second": round(statistics.median(constant for constant, _page in pairs), 1),
        "ratio": {
            "median": round(statistics.median(ratios), 4),
            "least": round(min(ratios), 4),
            "most": round(max(ratios), 4),
        },
    }


def addresses() -> dict[str, str]:
    """What is measured: a name for each address; the talk is the first on the home page."""
    with urllib.request.urlopen(f"{SITE}/") as answer:
        found = re.search(rb'href="(/talks/\d+/[^"]+/)"', answer.read())
    if found is None:
        sys.exit("The home page lists no talk.")
    return {
        "home": "/",
        "talk page": found[1].decode(),
        "listing": "/talks/?when=past",
        "calendar": "/talks.ics",
    }


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
            with served(environment):
                for name, path in addresses().items():
                    one = measure(path, rounds=rounds, seconds=seconds)
                    figures.append({"database": kind, "talks": size, "what": name} | one)
                    show(figures[-1])
    return figures


def show(one: dict[str, Any]) -> None:
    ratio = one["ratio"]
    sys.stdout.write(
        f"{one['database']:<11}{one['talks']:>10,}  {one['what']:<11}{one['a second']:>10,.1f}/s"
        f"{one['C a second']:>10,.1f}/s{ratio['median']:>8.3f} C"
        f"  ({ratio['least']:.3f} to {ratio['most']:.3f}){one['bytes']:>12,} bytes\n"
    )
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

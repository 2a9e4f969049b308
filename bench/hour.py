"""Memory under an hour of load: `python -m bench.hour --minutes 60`.

A thousand talks on SQLite, two workers. Each minute every path gets a few seconds of load after an
edit, so that long calendars are built and compressed again and again. Prints the resident memory of
each worker (Linux only) once a minute and records the figures.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.load import load, results
from bench.run import ROOT, SITE, inside, megabytes, prepared, served

PATHS = ("/", "/talks/?when=past", "/talks/?q=sparse", "/series/seminar-3/", "/talks.json")
CALENDAR = "/talks.ics?when=all"


def minute(cookie: str, environment: dict[str, str]) -> None:
    """Put load on the site for a fifth of a minute, and wait for the rest."""
    until = time.monotonic() + 60
    for path in (*PATHS, CALENDAR):
        edit = [sys.executable, "-m", "bench.inside", "--edit"]
        subprocess.run(edit, cwd=ROOT, env=environment, check=True)
        for encoding in ("identity", "br"):
            load(f"{SITE}{path}", seconds=1, headers={"Accept-Encoding": encoding})
    load(f"{SITE}/", seconds=1, headers={"Cookie": cookie})
    time.sleep(max(0.0, until - time.monotonic()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory(prefix="seminars-bench-") as folder:
        environment = prepared(Path(folder), f"sqlite:///{folder}/bench.sqlite3", 1000)
        cookie = inside(environment)["cookie"]
        with served(environment) as pid:
            memory = []
            for number in range(1, minutes + 1):
                minute(cookie, environment)
                memory.append(megabytes(pid))
                sys.stdout.write(f"minute {number:>3}: {memory[-1]} MB\n")
                sys.stdout.flush()
    report = json.loads(results().read_text()) if results().exists() else {"figures": []}
    report["hour"] = {"minutes": minutes, "megabytes of each worker": memory}
    results().write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    main()

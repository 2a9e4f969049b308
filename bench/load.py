"""How many answers a second an address gives, by wrk."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# wrk's own summary is for people; this prints the same figures for programs.
_REPORT = """
function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.read + summary.errors.timeout
  io.write(string.format('\\n{"requests":%d,"microseconds":%d,"bad":%d,"median":%d,"bytes":%d}\\n',
    summary.requests, summary.duration, bad, latency:percentile(50), summary.bytes))
end
"""


def wrk() -> str:
    """The program's path; ends with a sentence where it is missing."""
    found = shutil.which("wrk")
    if found is None:
        sys.exit("The measurements need wrk; on Debian: apt-get install wrk")
    return found


def rate(url: str, *, seconds: int, headers: dict[str, str] | None = None) -> float:
    """Answers a second from eight kept-alive connections; ends the run at any answer that fails.

    Where not one came in time, it is tried for ten times as long.
    """
    figures = load(url, seconds=seconds, headers=headers)
    if not figures["requests"] and seconds < 30:
        return rate(url, seconds=seconds * 10, headers=headers)
    if figures["bad"] or not figures["requests"]:
        sys.exit(f"{url} failed under load: {figures}")
    return float(figures["requests"] / figures["microseconds"] * 1_000_000)


def load(url: str, *, seconds: int, headers: dict[str, str] | None = None) -> dict[str, int]:
    """Loads one address from eight kept-alive connections, and says what came of it."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_REPORT)
        script.flush()
        more = [part for item in (headers or {}).items() for part in ("-H", ": ".join(item))]
        command = [wrk(), "-t1", "-c8", f"-d{seconds}s", *more, "-s", script.name, url]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, int] = json.loads(ran.stdout.splitlines()[-1])
    return figures


def results() -> Path:
    """Where the figures are kept."""
    return Path(__file__).parent / "results.json"

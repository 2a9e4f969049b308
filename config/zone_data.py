"""The time zone data that the site uses: the pinned tzdata package, never the machine's own.

Python reads the machine's files first, whose age nobody knows; then two servers, or the page and
the calendar, could disagree about a country's new law.
"""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from importlib import resources

import tzdata

#: How long data is current: its list of leap seconds expires within a year of the release.
_GRACE = timedelta(days=183)


def use_package() -> None:
    """Make zoneinfo read the tzdata package alone (PEP 615, “Sources for time zone data”)."""
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()


def release() -> str:
    """Return the release of the time zone database, such as “2026f”."""
    return str(tzdata.IANA_VERSION)


def is_outdated(now: datetime) -> bool:
    """Whether the data is over a year old: its leap seconds expired six months ago."""
    text = resources.files("tzdata").joinpath("zoneinfo/leapseconds").read_text()
    (expires,) = re.findall(r"^#expires (\d+)", text, re.MULTILINE)
    return now > datetime.fromtimestamp(int(expires), UTC) + _GRACE


def describe(now: datetime) -> str:
    """Return what the site prints at startup about its time zone data."""
    line = f"Time zone data: {release()}, from the tzdata package"
    if is_outdated(now):
        line += (
            "\nWarning: this data is over a year old, and laws may have changed."
            " Update Seminars, or tzdata in requirements/run.txt"
        )
    return line

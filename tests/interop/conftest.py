"""Each test here runs with every reader: those in Python, and ical.js if Node is installed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import REQUIRE_ALL
from tests.interop.readers import HERE, READERS, Reader, by_node, by_ruby


@pytest.fixture(
    scope="session", params=[*READERS, None], ids=[*(one.__name__ for one in READERS), "by_node"]
)
def read(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """Return a function that reads the events of a calendar, sorted by UID."""

    def by_uid(reader: Reader) -> Reader:
        return lambda feed: sorted(reader(feed), key=lambda event: event.uid)

    if request.param is None:
        with by_node(_ical_js(tmp_path_factory)) as reader:
            yield by_uid(reader)
    else:
        yield by_uid(request.param)


@pytest.fixture(scope="session")
def read_by_ruby() -> Iterator[Reader]:
    """Return a function that reads with ruby-icalendar of Debian; skip if it is not installed.

    It fails on a time zone with a subcomponent that begins only after an event, and so cannot read
    the zones whose transitions are given one by one.
    """
    command = ["ruby", "-e", "require 'icalendar'"]
    if not shutil.which("ruby") or subprocess.run(command, capture_output=True).returncode:
        _missing("ruby-icalendar is not installed")
    with by_ruby() as reader:
        yield lambda feed: sorted(reader(feed), key=lambda event: event.uid)


def _ical_js(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install ical.js from the lock file and return the folder; skip the test if that fails."""
    if not (shutil.which("node") and shutil.which("npm")):
        _missing("Node with npm is not installed")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if subprocess.run(install, cwd=folder, capture_output=True).returncode:
        _missing("npm could not install ical.js")
    return folder


def _missing(what: str) -> None:
    if REQUIRE_ALL:
        pytest.fail(f"{what}, and REQUIRE_ALL=1.")
    pytest.skip(f"{what}.")

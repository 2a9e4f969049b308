"""Each test here is judged by every reader: those in Python, and ical.js where there is Node."""

import shutil
import subprocess

import pytest

from tests.environment import REQUIRE_ALL
from tests.judges.readers import HERE, READERS, Event, Reader, by_node


@pytest.fixture(
    scope="session", params=[*READERS, None], ids=[*(one.__name__ for one in READERS), "by_node"]
)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The events of a calendar, by their UIDs."""
    reader: Reader = request.param or _node(tmp_path_factory)

    def by_uid(feed: bytes) -> list[Event]:
        return sorted(reader(feed), key=lambda event: event.uid)

    return by_uid


def _node(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """ical.js, installed as its lock file says; skips where it cannot be."""
    if not (shutil.which("node") and shutil.which("npm")):
        _missing("There is no Node with npm here")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if subprocess.run(install, cwd=folder, capture_output=True).returncode:
        _missing("npm cannot install ical.js here")
    return lambda feed: by_node(feed, folder)


def _missing(what: str) -> None:
    if REQUIRE_ALL:
        pytest.fail(f"{what}, and REQUIRE_ALL=1.")
    pytest.skip(f"{what}.")

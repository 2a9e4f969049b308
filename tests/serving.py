"""The demonstration site, served from a scratch folder by gunicorn in production settings."""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.environment import DATABASE

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class SignIn:
    role: str
    email: str
    password: str


@dataclass(frozen=True)
class Site:
    """A running site: its address, its files, its environment, and the demonstration's people."""

    url: str
    var: Path
    environment: dict[str, str]
    sign_ins: list[SignIn]

    def who(self, role: str) -> SignIn:
        return next(one for one in self.sign_ins if one.role == role)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _database(var: Path) -> Iterator[str]:
    if DATABASE == "sqlite":
        yield f"sqlite:///{var}/seminars.sqlite3"
        return
    url = re.sub(r"/[^/]*$", "", os.environ["DATABASE_URL"])
    name = f"seminars_site_{os.getpid()}"
    with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield f"{url}/{name}"
    finally:
        with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def served(var: Path, shared: Path) -> Iterator[Site]:
    """Serve the demonstration from `var`; the processes of a run prepare it once, in `shared`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with _database(var) as database:
        inherited = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        }
        settings = {"VAR": str(var), "DATABASE_URL": database, "PORT": str(port), "SITE_URL": url}
        environment = inherited | settings
        shutil.copytree(_prepared(shared, environment), var, dirs_exist_ok=True)
        if DATABASE != "sqlite":
            _manage(environment, "migrate")
            _manage(environment, "demo")
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"]
        with (var / "gunicorn.log").open("wb") as log:
            server = subprocess.Popen(
                [*gunicorn, "config.wsgi"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        try:
            _wait_for(url, server)
            lines = (var / "demo-sign-ins.txt").read_text().splitlines()
            yield Site(url, var, environment, [SignIn(*line.split(" ")) for line in lines])
        finally:
            server.terminate()
            server.wait(timeout=20)


def _prepared(shared: Path, environment: dict[str, str]) -> Path:
    """Return a folder with the collected static files and, for SQLite, the filled database."""
    folder = shared / f"site-{DATABASE}"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            building = shared / f"site-{DATABASE}-{os.getpid()}"
            building.mkdir()
            environment = environment | {"VAR": str(building)}
            if DATABASE == "sqlite":
                environment["DATABASE_URL"] = f"sqlite:///{building}/seminars.sqlite3"
                _manage(environment, "migrate")
                _manage(environment, "demo")
            _manage(environment, "collectstatic", "--noinput")
            building.rename(folder)
    return folder


def _manage(environment: dict[str, str], *command: str) -> None:
    manage = [sys.executable, "manage.py", *command, "--verbosity", "0"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The site did not start at {url}.")

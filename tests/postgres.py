"""Find or start a PostgreSQL server for the suite.

Use the server at TEST_POSTGRESQL_URL, or one on 127.0.0.1:5432 that trusts `postgres`, or start a
private one in a scratch folder if PostgreSQL is installed.
"""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"


def server_url() -> str | None:
    """Return the URL of a server where databases can be created, or None."""
    for url in filter(None, [os.environ.get("TEST_POSTGRESQL_URL"), LOCAL]):
        if _responds(url):
            return url
    return _start()


def _responds(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _binaries() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if installed:
        return installed[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _start() -> str | None:
    binaries = _binaries()
    if binaries is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="seminars-postgresql-"))
    # initdb refuses to run as root.
    account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if account:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str | Path) -> None:
        subprocess.run(
            [*account, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL
        )

    data = folder / "data"
    run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
    run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")

    def stop() -> None:
        run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql://postgres@127.0.0.1:{port}/postgres"

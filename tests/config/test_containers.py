"""The container files: the Compose file by its schema, the image by running each of its steps."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import REQUIRE_ALL
from tests.serving import free_port

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.once


def test_compose_file_is_valid_and_passes_settings_on(tmp_path: Path) -> None:
    compose = shutil.which("docker-compose")
    if compose is None:
        if REQUIRE_ALL:
            pytest.fail("docker-compose is missing, and REQUIRE_ALL=1.")
        pytest.skip("docker-compose is not installed.")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / ".env").write_text(
        "POSTGRES_PASSWORD=x\nSITE_URL=https://talks.example.org\nWEEK_START=sunday\nPORT=1\n"
    )
    # Variables of the shell would override the file.
    bare = {"PATH": os.environ["PATH"]}
    command = [compose, "config"]
    checked = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
    settings = re.findall(r"(WEEK_START|SITE_URL|DATABASE_URL|PORT): (\S+)\n", checked.stdout)
    assert Counter((name, value.strip("'\"")) for name, value in settings) == {
        ("WEEK_START", "sunday"): 2,
        ("SITE_URL", "https://talks.example.org"): 2,
        ("DATABASE_URL", "postgresql://seminars:x@database:5432/seminars"): 2,
        ("PORT", "8000"): 2,
    }


def steps() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, with continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _space, rest in (line.partition(" ") for line in lines)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A fresh directory that any account may enter."""
    path = Path(tempfile.mkdtemp(prefix="seminars-image-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def build(folder: Path) -> dict[str, str]:
    """Run RUN, COPY and ENV in `folder` instead of the root, and return the environment.

    The account is not created, because the last step runs as an existing one, and system packages
    are not installed.
    """
    environment: dict[str, str] = {}
    here = folder
    for word, rest in steps():
        if word == "WORKDIR":
            here = folder / rest.strip("/")
            here.mkdir(parents=True, exist_ok=True)
        elif word == "COPY" and "--from" not in rest:
            *sources, target = rest.split()
            for source in sources:
                copied = (
                    here / target / Path(source).name if target in (".", "./") else here / target
                )
                copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
                copy(ROOT / source, copied)
        elif word == "RUN" and not rest.startswith(("useradd", "apt-get")):
            command = rest.replace("python -m venv", f"{_python()} -m venv")
            command = command.replace("/opt/seminars", f"{folder}/opt/seminars")
            subprocess.run(["sh", "-c", command], cwd=here, check=True, capture_output=True)
        elif word == "ENV":
            environment |= dict(pair.split("=", 1) for pair in rest.split())
    return environment


def _python() -> str:
    """Return the system's Python, because another account may not reach one in a home folder."""
    return "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable


def test_each_step_of_the_image(folder: Path) -> None:
    environment = build(folder)
    port, var = free_port(), folder / "var"
    var.mkdir(mode=0o777)
    var.chmod(0o777)
    assert environment["VAR"] == "/var/lib/seminars"
    environment |= {
        "PATH": f"{folder}/opt/seminars/bin:{os.environ['PATH']}",
        "VAR": str(var),
        "PORT": str(port),
    }
    last = [rest for word, rest in steps() if word == "CMD"][-1]
    account = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    command = [*account, "env", "-i", *(f"{k}={v}" for k, v in environment.items())]
    server = subprocess.Popen([*command, *json.loads(last)], cwd=folder / "app")
    try:
        assert _ready(f"http://127.0.0.1:{port}/readyz", server) == b"ready\n"
        probe = [*command, "python", "-m", "config.probe"]
        assert subprocess.run(probe, cwd=folder / "app", check=False).returncode == 0
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert subprocess.run(probe, cwd=folder / "app", check=False).returncode == 1


def _ready(url: str, server: subprocess.Popen[bytes]) -> bytes:
    for _attempt in range(300):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310
                body: bytes = response.read()
                return body
        except OSError:
            time.sleep(0.2)
    return b""

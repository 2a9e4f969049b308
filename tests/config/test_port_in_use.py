"""Startup errors: a port in use, a secret key that cannot be stored."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from tests.serving import ROOT


def test_a_port_in_use_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        served = subprocess.run(
            [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "VAR": str(tmp_path), "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (served.returncode, served.stdout, served.stderr) == (
        1,
        "",
        (
            f"Cannot listen on 127.0.0.1, port {port}: Address already in use."
            " Choose another port, for example: make run PORT=8123\n"
        ),
    )


def test_a_secret_that_cannot_be_stored_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("X", raising=False)
    nowhere = tmp_path / "nowhere" / "secret-key"
    with pytest.raises(ImproperlyConfigured) as refused:
        env.secret("X", nowhere)
    assert str(refused.value) == (
        f"X: the file {nowhere} cannot be created or read (No such file or directory)."
    )

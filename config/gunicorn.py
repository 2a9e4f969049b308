"""How gunicorn serves the site; HOST, PORT and WEB_CONCURRENCY come from the environment."""

import os
import sys
from typing import Any

from config import env

bind = f"{env.text('HOST', '127.0.0.1')}:{env.number('PORT', 8000, least=1, most=65535)}"
workers = env.number("WEB_CONCURRENCY", 2, least=1, most=64)
# Threads, because browsers open connections ahead of need, and each would hold a sync worker.
worker_class = "gthread"
threads = 4
keepalive = 5
timeout = 60
graceful_timeout = 10
control_socket_disable = True
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112


def when_ready(server: Any) -> None:
    """Says where the site is, once it answers."""
    address = env.address("SITE_URL", f"http://{bind}")
    sys.stdout.write(f"Seminars is at {address} (Ctrl-C stops it)\n")
    sys.stdout.flush()

"""How gunicorn serves the site; HOST, PORT and WEB_CONCURRENCY come from the environment."""

import os
import socket
import sys
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import zone_data
from config.worker import MAX_REQUEST_LINE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    bind = f"{settings.HOST}:{settings.PORT}"
except ImproperlyConfigured as wrong:
    # One message before any worker starts: tracebacks from each of them would bury it.
    sys.exit(str(wrong))
workers = settings.WORKERS
# Threads, because browsers open idle connections, each of which would block a sync worker.
worker_class = "config.worker.Worker"
threads = 4
keepalive = 5
timeout = 60
graceful_timeout = 10
# config/worker.py responds to longer requests, with 414 or 431.
limit_request_line = MAX_REQUEST_LINE
limit_request_fields = 64
limit_request_field_size = 8190
control_socket_disable = True
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112


def on_starting(server: Any) -> None:
    """Exit with one sentence if the port is in use; gunicorn would retry, and log, five times."""
    if "GUNICORN_FD" in os.environ:
        return  # A server that replaces a running one inherits its sockets.
    for host, port in server.cfg.address:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as wrong:
                sys.exit(
                    f"Cannot listen on {host}, port {port}: {wrong.strerror}."
                    " Choose another port, for example: make run PORT=8123"
                )


def when_ready(server: Any) -> None:
    """Print the URL of the site once it responds."""
    sys.stdout.write(f"{zone_data.describe(datetime.now(UTC))}\n")
    sys.stdout.write(f"Seminars is running at {settings.SITE_URL} (press Ctrl-C to stop)\n")
    sys.stdout.flush()

"""How gunicorn serves the site; HOST, PORT and WEB_CONCURRENCY come from the environment."""

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.worker import MAX_REQUEST_LINE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    bind = f"{settings.HOST}:{settings.PORT}"
except ImproperlyConfigured as wrong:
    # Said once, before any worker starts: a traceback from each would bury it.
    sys.exit(str(wrong))
workers = settings.WORKERS
# Threads, because browsers open connections ahead of need, and each would hold a sync worker.
worker_class = "config.worker.Worker"
threads = 4
keepalive = 5
timeout = 60
graceful_timeout = 10
# What is longer is answered 414 or 431 by config/worker.py.
limit_request_line = MAX_REQUEST_LINE
limit_request_fields = 64
limit_request_field_size = 8190
control_socket_disable = True
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112


def on_starting(server: Any) -> None:
    """Stops with one sentence where the port is taken; gunicorn would try, and log, five times."""
    if "GUNICORN_FD" in os.environ:
        return  # A server that takes the place of a running one is handed its sockets.
    for host, port in server.cfg.address:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as wrong:
                sys.exit(
                    f"Nothing can be served on {host}, port {port}: {wrong.strerror}."
                    " Set another PORT, as in: make run PORT=8123"
                )


def when_ready(server: Any) -> None:
    """Says where the site is, once it answers."""
    sys.stdout.write(f"Seminars is at {settings.SITE_URL} (Ctrl-C stops it)\n")
    sys.stdout.flush()

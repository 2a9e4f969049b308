"""How gunicorn serves the site; HOST, PORT and WEB_CONCURRENCY come from the environment."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    bind = f"{env.host('HOST', '127.0.0.1')}:{settings.PORT}"
    workers = env.number("WEB_CONCURRENCY", 2, least=1, most=64)
except ImproperlyConfigured as wrong:
    # Said once, before any worker starts: a traceback from each would bury it.
    sys.exit(str(wrong))
# Threads, because browsers open connections ahead of need, and each would hold a sync worker.
worker_class = "gthread"
threads = 4
keepalive = 5
timeout = 60
graceful_timeout = 10
# An address with many filters is long; gunicorn answers 400 to a longer line, 431 to more headers.
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190
control_socket_disable = True
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112


def when_ready(server: Any) -> None:
    """Says where the site is, once it answers."""
    sys.stdout.write(f"Seminars is at {settings.SITE_URL} (Ctrl-C stops it)\n")
    sys.stdout.flush()

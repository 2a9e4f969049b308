"""Loaded by pytest before Django: chooses the database and keeps the suite's files apart.

TEST_DATABASE is `sqlite` (the default) or `postgresql`; REQUIRE_ALL=1 turns tests that would be
skipped for want of PostgreSQL or a browser into failures.
"""

import os
import tempfile

_scratch = tempfile.TemporaryDirectory(prefix="seminars-tests-")
for name in ("SITE_URL", "SITE_NAME", "TIME_ZONE", "CLOCK", "DEBUG", "ALLOWED_HOSTS", "PORT"):
    os.environ.pop(name, None)
os.environ["VAR"] = _scratch.name
os.environ["SITE_URL"] = "http://testserver"
os.environ["DATABASE_URL"] = f"sqlite:///{_scratch.name}/seminars.sqlite3"
# Playwright's synchronous interface runs an event loop in the tests' own thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

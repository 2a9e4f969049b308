"""Loaded by pytest before Django: chooses the database and a scratch folder for files.

TEST_DATABASE is `sqlite` (the default) or `postgresql`. With REQUIRE_ALL=1, tests that would be
skipped because PostgreSQL or a browser is missing fail instead.
"""

import os
import pathlib
import sys
import tempfile

import pytest

from tests import postgres

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
DATABASE = os.environ.get("TEST_DATABASE", "sqlite")

for _name in (
    *("SITE_NAME", "SITE_ACCENT", "TIME_ZONE", "CLOCK", "DEBUG", "ALLOWED_HOSTS", "PORT"),
    *("WEEK_START", "MAIL_URL", "MAIL_FROM", "TRUSTED_PROXY_COUNT", "CACHE_URL"),
):
    os.environ.pop(_name, None)
_scratch = tempfile.TemporaryDirectory(prefix="seminars-tests-")
os.environ["VAR"] = _scratch.name
pathlib.Path(_scratch.name, "static").mkdir()
os.environ["SITE_URL"] = "http://testserver"
# In a test's transaction, which is never committed, the revision does not change. Caching is tested
# where it does: in tests/config/test_page_cache.py and on the served site.
os.environ["PAGE_CACHE_MB"] = "0"
# Playwright's synchronous interface runs an event loop in the thread of the tests.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def _database_url() -> str:
    if DATABASE == "sqlite":
        return f"sqlite:///{_scratch.name}/seminars.sqlite3"
    if DATABASE != "postgresql":
        pytest.exit(f"TEST_DATABASE is sqlite or postgresql, not {DATABASE}.", returncode=2)
    url = postgres.server_url()
    if url is None:
        sys.stderr.write("PostgreSQL is not installed: its half of the suite is skipped.\n")
        pytest.exit("no PostgreSQL", returncode=1 if REQUIRE_ALL else 0)
    # A database for this run alone, so that two runs can share a server.
    return f"{url.rpartition('/')[0]}/seminars_{os.getpid()}"


os.environ["DATABASE_URL"] = _database_url()

"""What the whole suite shares: the two databases, the served site and the browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.cache import caches
from django.db import connection
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from seminars.facets import memory_table
from tests.environment import DATABASE, REQUIRE_ALL
from tests.serving import Site, served

CHROMIUM = [Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser")]


def pytest_report_header() -> str:
    return f"database: {DATABASE}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what asks a database; the rest has had its turn on SQLite."""
    if DATABASE != "postgresql":
        return
    asking = {"db", "transactional_db", "site", "live_server"}

    def asks(item: pytest.Item) -> bool:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("once") is not None:
            return False
        return bool(asking & fixtures) or item.get_closest_marker("django_db") is not None

    config.hook.pytest_deselected(items=[item for item in items if not asks(item)])
    items[:] = [item for item in items if asks(item)]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite is tested in a file, as it is run; in memory there is no write-ahead log.

    PostgreSQL without the pool, whose workers may hold the database that is to be dropped at the
    end; the served site has it. What is committed need not outlive the machine.
    """
    if DATABASE == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(configured.VAR / "test.sqlite3")
    else:
        del connection.settings_dict["OPTIONS"]["pool"]
        connection.settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """As pytest-django's; before the end, PostgreSQL lets go of what threads of tests left open."""
    yield
    if DATABASE == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Addresses of static files without a hash, for nothing is collected in this process."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """One round instead of a million, which is half a second for each account and sign-in."""
    settings.PASSWORD_HASHERS = ["tests.hashing.OneRound"]


@pytest.fixture(autouse=True)
def _no_pieces() -> None:
    """No piece of a page from a test with other settings."""
    caches["pieces"].clear()


@pytest.fixture(autouse=True)
def _no_census() -> Iterator[None]:
    """Nothing counted in another test's database, and no thread that still counts."""
    yield
    memory_table.forget()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration site, served by gunicorn as `make run` serves it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Each worker has a folder of its own, next to those of the others.
        shared = shared.parent
    with served(tmp_path_factory.mktemp("site"), shared) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = next((path for path in CHROMIUM if path.exists()), None)
    if found is None:
        if REQUIRE_ALL:
            pytest.fail("There is no Chromium here, and REQUIRE_ALL=1.")
        pytest.skip("There is no Chromium here.")
    # A machine that does several things at once may take its time.
    expect.set_options(timeout=20_000)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=flags)
        yield started
        started.close()

"""Fixtures of the whole suite: databases, the clock, people, the served site, the browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as configured
from django.core.cache import caches
from django.db import connection
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from seminars.facets import memory_table
from tests import factories
from tests.environment import DATABASE, REQUIRE_ALL
from tests.factories import NOW
from tests.mailbox import Mailbox, receiving
from tests.serving import Site, served

CHROMIUM = [Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser")]


def pytest_report_header() -> str:
    return f"database: {DATABASE}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run only tests that use the database; the others have run on SQLite."""
    if DATABASE != "postgresql":
        return
    fixtures_with_database = {"db", "transactional_db", "site", "live_server"}

    def uses_database(item: pytest.Item) -> bool:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("once") is not None:
            return False
        return (
            bool(fixtures_with_database & fixtures)
            or item.get_closest_marker("django_db") is not None
        )

    config.hook.pytest_deselected(items=[item for item in items if not uses_database(item)])
    items[:] = [item for item in items if uses_database(item)]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Configure the test databases.

    SQLite uses a file, as in production, because in memory there is no write-ahead log. PostgreSQL
    has no connection pool, whose threads could keep the database from being dropped (the served
    site has one), and need not survive a crash.
    """
    if DATABASE == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(configured.VAR / "test.sqlite3")
    else:
        del connection.settings_dict["OPTIONS"]["pool"]
        connection.settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Close connections that tests' threads left open before PostgreSQL's database is dropped."""
    yield
    if DATABASE == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Use URLs of static files without a hash, because no files are collected in tests."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Hash with one round instead of a million, which would take half a second per sign-in."""
    settings.PASSWORD_HASHERS = ["tests.hashing.OneRound"]


@pytest.fixture(autouse=True)
def _empty_page_parts() -> None:
    """Forget cached parts of pages, which may come from a test with other settings."""
    caches["pieces"].clear()


@pytest.fixture(autouse=True)
def _empty_facet_table() -> Iterator[None]:
    """Forget facets counted in another test's database, and stop the thread that counts."""
    yield
    memory_table.forget()


@pytest.fixture
def frozen_now() -> Iterator[None]:
    """Stop the clock at NOW."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada() -> User:
    return factories.user(name="Ada", email="ada@example.org")


@pytest.fixture
def bob() -> User:
    return factories.user(name="Bob", email="bob@example.org")


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server, to which the site sends for the duration of the test."""
    with receiving(settings) as inbox:
        yield inbox


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the demonstration site with gunicorn, as `make run` does."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Each worker has a folder of its own, next to those of the others.
        shared = shared.parent
    with served(tmp_path_factory.mktemp("site"), shared) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium."""
    chromium = next((path for path in CHROMIUM if path.exists()), None)
    if chromium is None:
        if REQUIRE_ALL:
            pytest.fail("Chromium is missing, and REQUIRE_ALL=1.")
        pytest.skip("Chromium is not installed.")
    # A busy machine may be slow.
    expect.set_options(timeout=20_000)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield started
        started.close()

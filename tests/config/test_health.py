"""The two probes."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_healthz_asks_nothing(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_readyz_without_a_migration(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"1 migrations have not been made.\n")


@pytest.mark.django_db(transaction=True)
def test_readyz_without_a_database(client: Client) -> None:
    connection.close()
    kept = dict(connection.settings_dict)
    nowhere = {"NAME": "/nowhere/at/all", "HOST": "/nowhere", "PORT": "1", "OPTIONS": {}}
    connection.settings_dict |= nowhere
    try:
        answer = client.get("/readyz")
    finally:
        connection.close()
        connection.settings_dict |= kept
    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")

"""The two probes."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_healthz_makes_no_query(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_readyz_without_a_migration(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"1 unapplied migration(s).\n")


@pytest.mark.django_db(transaction=True)
def test_readyz_without_a_database(client: Client) -> None:
    connection.close()
    original = dict(connection.settings_dict)
    nowhere = {"NAME": "/nowhere/at/all", "HOST": "/nowhere", "PORT": "1", "OPTIONS": {}}
    connection.settings_dict |= nowhere
    try:
        response = client.get("/readyz")
    finally:
        connection.close()
        connection.settings_dict |= original
    assert (response.status_code, response.content) == (503, b"The database does not respond.\n")

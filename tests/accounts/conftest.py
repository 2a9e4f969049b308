"""Fixtures for the tests of accounts."""

import pytest
from django.test import Client

from tests import factories


@pytest.fixture
def staff(client: Client) -> Client:
    """A client signed in as an administrator."""
    client.force_login(factories.administrator())
    return client

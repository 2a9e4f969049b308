"""Fixtures of the tests of talks."""

import pytest
from django.test import Client

from accounts.models import User


@pytest.fixture
def browser(ada: User) -> Client:
    """A client in which Ada is signed in."""
    client = Client()
    client.force_login(ada)
    return client

"""CACHE_URL: where sign-in attempts are counted."""

import threading
import uuid
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings
from redis import Redis
from redis.exceptions import ConnectionError as NoRedisError

from config import env
from tests.accounts.sign_in_pages import ADDRESS, LOGIN, ada

REDIS = "redis://127.0.0.1:6379/9"
LARGE = {"MAX_ENTRIES": 100_000}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "",
            {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "cache",
                "OPTIONS": LARGE,
            },
        ),
        (
            "locmem://",
            {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": LARGE},
        ),
        *(
            (
                address,
                {
                    "BACKEND": "django.core.cache.backends.redis.RedisCache",
                    "LOCATION": address,
                    "KEY_PREFIX": "seminars",
                },
            )
            for address in (
                "redis://127.0.0.1",
                "redis://cache.example.org:6380/3",
                "rediss://site:p%40ss@[::1]:6379/0",
            )
        ),
    ],
)
def test_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: object) -> None:
    monkeypatch.setenv("X", value)
    assert env.cache("X") == expected


@pytest.mark.parametrize(
    "value",
    [
        "redis",
        "redis://",
        "redis://:secret@",
        "redis://host:port/0",
        "redis://host:99999/0",
        "redis://host:0/0",
        "redis://host/zero",
        "redis://host/0?db=1",
        "redis://host/0#1",
        "memcached://host:11211",
        "locmem://other",
        "locmem",
    ],
)
def test_rejected(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured) as rejected:
        env.cache("X")
    assert str(rejected.value) == (
        "X must be a URL such as redis://host:6379/0, or locmem:// for one process,"
        " or unset for a table in the database."
    )


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[str]:
    """Let the site count in a local Redis, with a key prefix for this test."""
    server = Redis.from_url(REDIS, socket_connect_timeout=1)
    try:
        server.ping()
    except NoRedisError:
        pytest.skip("There is no Redis at 127.0.0.1:6379.")
    monkeypatch.setenv("X", REDIS)
    prefix = uuid.uuid4().hex
    settings.CACHES = settings.CACHES | {"default": env.cache("X") | {"KEY_PREFIX": prefix}}
    yield prefix
    keys = list(server.scan_iter(f"{prefix}:*"))
    if keys:
        server.delete(*keys)
    server.close()


@pytest.mark.django_db
def test_attempts_are_counted_in_redis(client: Client, redis: str) -> None:
    ada()
    wrong = {"login": ADDRESS, "password": "wrong"}
    assert [client.post(LOGIN, wrong).status_code for _attempt in range(6)] == [200] * 5 + [429]
    server = Redis.from_url(REDIS)
    counters = [key.decode() for key in server.scan_iter(f"{redis}:*")]
    server.close()
    assert [key for key in counters if "login_failed" in key]


def test_one_of_many_acquires_a_lock(redis: str) -> None:
    """Rate limits rely on this: of concurrent `add` calls for one key, one succeeds."""
    acquired: list[bool] = []
    threads = [
        threading.Thread(target=lambda: acquired.append(cache.add("lock", True, timeout=10)))
        for _one in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acquired) == [False] * 7 + [True]

"""Settings from the environment: read correctly, or rejected with one sentence that names them."""

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda: env.flag("X", True), "0", False),
        (lambda: env.flag("X", True), "", False),
        (lambda: env.flag("X", False), "Yes", True),
        (lambda: env.number("X", 1, least=1, most=9), "7", 7),
        (lambda: env.number("X", 1, least=1, most=9), "", 1),
        (lambda: env.choice("X", "12", ("12", "24")), "24", "24"),
        (lambda: env.words("X"), " a , b,,", ["a", "b"]),
        (lambda: env.zone("X", "UTC"), "Europe/London", "Europe/London"),
        (lambda: env.color("X", "#000000"), "#4E2A84", "#4e2a84"),
        (lambda: env.address("X", ""), "https://talks.example.org/", "https://talks.example.org"),
        (lambda: env.address("X", ""), "http://[::1]:8000", "http://[::1]:8000"),
        (lambda: env.contact("X", "a@b.org"), "", "mailto:a@b.org"),
        (lambda: env.contact("X", ""), "https://b.org/report", "https://b.org/report"),
        (lambda: env.host("X", ""), "0.0.0.0", "0.0.0.0"),  # noqa: S104
        (lambda: env.host("X", "127.0.0.1"), "", "127.0.0.1"),
        (lambda: env.host("X", ""), "[::]", "[::]"),
        (lambda: env.hosts("X"), "", []),
        (lambda: env.hosts("X"), "a.org, .b.org,[::1],*", ["a.org", ".b.org", "[::1]", "*"]),
    ],
)
def test_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], value: str, expected: object
) -> None:
    monkeypatch.setenv("X", value)
    assert read() == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({"OLD": "7"}, "7"), ({"OLD": "7", "NEW": "8"}, "8"), ({"NEW": "8"}, "8"), ({}, "")],
)
def test_a_former_name_is_still_read(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr(os, "environ", dict(environment))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        env.renamed("OLD", "NEW")
    assert env.text("NEW") == expected
    warned = ["OLD is now called NEW."] if "OLD" in environment else []
    assert [str(one.message) for one in caught] == warned


@pytest.mark.parametrize(
    ("read", "value", "sentence"),
    [
        (lambda: env.flag("X", True), "perhaps", "X must be 1 or 0, not “perhaps”."),
        (
            lambda: env.number("X", 1, least=1, most=64),
            "65",
            "X must be a whole number from 1 to 64, not “65”.",
        ),
        (
            lambda: env.number("X", 1, least=1, most=64),
            "٣",
            "X must be a whole number from 1 to 64, not “٣”.",
        ),
        (
            lambda: env.choice("X", "12", ("12", "24")),
            "13",
            "X must be one of 12, 24, not “13”.",
        ),
        (
            lambda: env.zone("X", "UTC"),
            "Mars/Olympus",
            "X must be an IANA time zone such as Europe/London, not “Mars/Olympus”.",
        ),
        (
            lambda: env.color("X", ""),
            "red",
            "X must be a color such as #4e2a84, not “red”.",
        ),
        (
            lambda: env.address("X", ""),
            "talks.example.org",
            "X must be a URL such as https://talks.example.org, not “talks.example.org”.",
        ),
        (
            lambda: env.host("X", ""),
            "127.0.0.1:8000",
            "X must be a host such as 127.0.0.1, 0.0.0.0 or [::1], not “127.0.0.1:8000”.",
        ),
        (
            lambda: env.hosts("X"),
            "a.org,https://b.org",
            (
                "X must be host names such as talks.example.org, separated by commas;"
                " “https://b.org” is not one."
            ),
        ),
        (
            lambda: env.database("X", ""),
            "mysql://root:secret@host/x",
            (
                "X must be a URL such as postgresql://user:password@host/name"
                " or sqlite:////folder/file.sqlite3."
            ),
        ),
    ],
)
def test_rejected(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], value: str, sentence: str
) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured) as rejected:
        read()
    assert str(rejected.value) == sentence


def test_a_secret_is_created_once_and_private(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("X", raising=False)
    path = tmp_path / "secret-key"
    created = env.secret("X", path)
    assert (len(created), env.secret("X", path)) == (86, created)
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    monkeypatch.setenv("X", "mine")
    assert env.secret("X", path) == "mine"


def test_an_empty_secret_is_rejected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    path = tmp_path / "secret-key"
    path.touch()
    with pytest.raises(ImproperlyConfigured) as rejected:
        env.secret("X", path)
    assert str(rejected.value) == f"X: the file {path} is empty; delete it to create a new one."


def test_a_folder_that_cannot_be_created(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("X", str(tmp_path / "file" / "below"))
    with pytest.raises(ImproperlyConfigured) as rejected:
        env.folder("X", tmp_path)
    assert str(rejected.value) == (
        f"X: the folder {tmp_path}/file/below cannot be created (Not a directory)."
    )

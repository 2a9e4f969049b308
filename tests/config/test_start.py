"""Starting: with nothing set it is safe, and a wrong setting stops it with one sentence."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import ROOT, free_port

MANAGE = [sys.executable, "manage.py"]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
DATABASE = (
    "DATABASE_URL must be a URL such as postgresql://user:password@host/name"
    " or sqlite:////folder/file.sqlite3."
)
CACHE = (
    "CACHE_URL must be a URL such as redis://host:6379/0, or locmem:// for one process,"
    " or unset for a table in the database."
)
MAIL = (
    "MAIL_URL must be a URL such as smtp://user:password@mail.example.org:587"
    " or smtps://user:password@mail.example.org, with ?tls=0 or ?tls=1 at the end of smtp://"
    " if needed."
)
#: A wrong value of each variable, and the resulting message.
WRONG = {
    "DEBUG=maybe": "DEBUG must be 1 or 0, not “maybe”.",
    "PORT=0": "PORT must be a whole number from 1 to 65535, not “0”.",
    "SITE_URL=talks.example.org": (
        "SITE_URL must be a URL such as https://talks.example.org, not “talks.example.org”."
    ),
    "SITE_ACCENT=red": "SITE_ACCENT must be a color such as #4e2a84, not “red”.",
    "CLOCK=13": "CLOCK must be one of 12, 24, not “13”.",
    "TIME_ZONE=Evanston": (
        "TIME_ZONE must be an IANA time zone such as Europe/London, not “Evanston”."
    ),
    "ALLOWED_HOSTS=https://a.org": (
        "ALLOWED_HOSTS must be host names such as talks.example.org, separated by commas;"
        " “https://a.org” is not one."
    ),
    "DATABASE_URL=mysql://root:secret@host/name": DATABASE,
    "CACHE_URL=memcached://:secret@host": CACHE,
    "MAIL_URL=mail.example.org": MAIL,
    "MAIL_FROM=nobody": (
        "MAIL_FROM must be an email address such as seminars@example.org, not “nobody”."
    ),
    "PAGE_CACHE_MB=-1": "PAGE_CACHE_MB must be a whole number from 0 to 4096, not “-1”.",
    "MAX_GROUPS_PER_USER=0": "MAX_GROUPS_PER_USER must be a whole number from 1 to 1000, not “0”.",
    "TRUSTED_PROXY_COUNT=yes": (
        "TRUSTED_PROXY_COUNT must be a whole number from 0 to 9, not “yes”."
    ),
    "LOG_FORMAT=xml": "LOG_FORMAT must be one of text, json, not “xml”.",
    "HOST=127.0.0.1:8000": (
        "HOST must be a host such as 127.0.0.1, 0.0.0.0 or [::1], not “127.0.0.1:8000”."
    ),
    "WEB_CONCURRENCY=0": "WEB_CONCURRENCY must be a whole number from 1 to 64, not “0”.",
}


def run(command: list[str], var: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command with these settings and no others."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = inherited | {"VAR": str(var), "PORT": str(free_port())} | settings
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


def outcome(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("wrong", "sentence"), WRONG.items())
def test_a_wrong_setting_stops_the_command(tmp_path: Path, wrong: str, sentence: str) -> None:
    name, _equals, value = wrong.partition("=")
    done = run([*MANAGE, "check"], tmp_path, **{name: value})
    assert outcome(done) == (1, "", f"{sentence}\n")


def test_settings_under_their_former_names(tmp_path: Path) -> None:
    shown = "from django.conf import settings as s; print(s.MAX_GROUPS_PER_USER, s.PAGE_CACHE_MB)"
    command = [*MANAGE, "shell", "--verbosity", "0", "-c", shown]
    done = run(command, tmp_path, MOST_GROUPS="7", KEPT_MEGABYTES="8")
    assert (done.returncode, done.stdout) == (0, "7 8\n")
    for warning in (
        "FutureWarning: MOST_GROUPS is now called MAX_GROUPS_PER_USER.",
        "FutureWarning: KEPT_MEGABYTES is now called PAGE_CACHE_MB.",
    ):
        assert done.stderr.count(warning) == 1


@pytest.mark.parametrize("wrong", ["SITE_URL=talks.example.org", "HOST=127.0.0.1:8000", "PORT=0"])
def test_a_wrong_setting_stops_the_server(tmp_path: Path, wrong: str) -> None:
    name, _equals, value = wrong.partition("=")
    assert outcome(run(GUNICORN, tmp_path, **{name: value})) == (1, "", f"{WRONG[wrong]}\n")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "no such table: seminars_talk"),
        ({"DATABASE_URL": "sqlite:////nowhere/file.sqlite3"}, "unable to open database file"),
    ],
)
def test_a_database_that_cannot_be_used(tmp_path: Path, given: dict[str, str], why: str) -> None:
    done = run([*MANAGE, "restore", "a-backup.gz"], tmp_path, **given)
    assert outcome(done) == (
        1,
        "",
        (
            f"The database cannot be used: {why}\n"
            "Check DATABASE_URL, and run `manage.py migrate` first. Add --traceback for details.\n"
        ),
    )


def test_without_any_setting(tmp_path: Path) -> None:
    """The defaults are safe: no debug pages, private files, cookies for this site alone."""
    var = tmp_path / "var"
    script = (
        "import json; from django.conf import settings as s;"
        "print(json.dumps([s.DEBUG, len(s.SECRET_KEY), s.ALLOWED_HOSTS, s.SESSION_COOKIE_HTTPONLY,"
        " s.CSRF_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE]))"
    )
    done = run([*MANAGE, "shell", "--verbosity", "0", "-c", script], var)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [
        False,
        86,
        ["127.0.0.1", "[::1]", "localhost"],
        True,
        True,
        "Lax",
        "Lax",
    ]
    assert stat.S_IMODE(var.stat().st_mode) == 0o700
    assert stat.S_IMODE((var / "secret-key").stat().st_mode) == 0o600


def test_djangos_own_checks_of_a_site_in_production(tmp_path: Path) -> None:
    check = [*MANAGE, "check", "--deploy", "--fail-level", "INFO"]
    done = run(check, tmp_path, SITE_URL="https://talks.example.org")
    assert outcome(done) == (0, "System check identified no issues (1 silenced).\n", "")

"""A backup restores everything, in either database, or explains why it cannot."""

import gzip
import io
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.db.models import Max

from seminars.models import Talk
from seminars.services import backup as service
from seminars.services.backup import _EXCLUDED, RestoreError, _models, backup, restore
from tests import factories
from tests.factories import NOW

# PostgreSQL lets a transaction choose its isolation only before its first query.
pytestmark = pytest.mark.django_db(transaction=True)


Rows = dict[str, list[dict[str, object]]]


def rows() -> Rows:
    """Return every row of every table, including many-to-many tables, whose rows get new ids."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values(*_columns(model)))
        for model in apps.get_models(include_auto_created=True)
        if model not in _EXCLUDED
    }


def _columns(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [one.attname for one in fields if not (model._meta.auto_created and one.primary_key)]


@pytest.fixture
def full() -> Rows:
    series = factories.series(venue=factories.venue(latitude="42.058300", longitude="-87.674600"))
    talk = factories.talk(factories.speaker(name="Łukasz 陈"), series=series, abstract="a\nb é 🦉")
    talk.co_series.add(factories.series())
    factories.organizer(series)
    return rows()


def test_everything_is_restored(full: Rows, tmp_path: Path) -> None:
    written = backup(to=tmp_path / "b.gz", now=NOW)
    assert written == sum(len(full[model._meta.label]) for model in _models())
    Talk.objects.update(title="Spoilt")
    factories.talk(title="Later").co_series.add(factories.series())
    assert restore(source=tmp_path / "b.gz", now=NOW) == written
    assert rows() == full


def test_new_rows_get_free_ids_afterward(tmp_path: Path) -> None:
    last = factories.talk()
    backup(to=tmp_path / "b.gz", now=NOW)
    restore(source=tmp_path / "b.gz", now=NOW)
    assert factories.talk().pk > last.pk
    highest = Talk.objects.aggregate(highest=Max("pk"))["highest"]
    assert highest > last.pk


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    backup(to=tmp_path / "b.gz", now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["b.gz"]
    assert oct((tmp_path / "b.gz").stat().st_mode & 0o777) == "0o600"


#: Every character at which Python's `splitlines` divides a text, besides line feeds.
BOUNDARIES = "a\rb\r\nc\vd\fe\x1cf\x1dg\x1eh\x85i\u2028j\u2029k"


def test_texts_with_every_line_boundary_are_restored(tmp_path: Path) -> None:
    speaker = factories.speaker(name=BOUNDARIES, biography=BOUNDARIES)
    talk = factories.talk(speaker, title=BOUNDARIES, abstract=BOUNDARIES, notes=BOUNDARIES)
    factories.group(talk, name=BOUNDARIES, description=BOUNDARIES)
    before = rows()
    backup(to=tmp_path / "b.gz", now=NOW)
    Talk.objects.update(title="Spoilt")
    restore(source=tmp_path / "b.gz", now=NOW)
    assert rows() == before
    assert Talk.objects.get().title == BOUNDARIES


@pytest.mark.parametrize(
    "spoil", ["{", '{"model": "seminars.nothing", "pk": 1, "fields": {}}\n', ""]
)
def test_a_backup_that_cannot_be_read_back_is_not_kept(
    full: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    monkeypatch.setattr(service, "_lines", lambda rows: (spoil for _row in rows))
    with pytest.raises(CommandError, match="The backup"):
        call_command("backup", str(tmp_path / "b.gz"))
    assert list(tmp_path.iterdir()) == []


def lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.readlines()


def write(path: Path, text: str) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(text)
    return path


def with_migrations(head: str, names: list[str]) -> str:
    return json.dumps(json.loads(head) | {"migrations": names}) + "\n"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda text: text[:-1], "The backup is incomplete: its end is missing."),
        (
            lambda text: [text[0], *text[2:]],
            "The backup is incomplete: its end is missing.",
        ),
        (lambda text: ["{}\n"], "This file is not a backup of this software."),
        (lambda text: ["[]\n"], "This file is not a backup of this software."),
        (lambda text: ["nonsense\n"], "spoilt.gz is not a complete backup of this software."),
        (
            lambda text: [text[0], '{"model": "no.such"}\n', *text[1:]],
            "spoilt.gz is not a complete backup of this software.",
        ),
        (
            lambda text: [with_migrations(text[0], []), *text[1:]],
            "spoilt.gz is not a complete backup of this software.",
        ),
        (
            lambda text: [with_migrations(text[0], ["seminars.0002_version"]), *text[1:]],
            "spoilt.gz is not a complete backup of this software.",
        ),
        (
            lambda text: [with_migrations(text[0], ["seminars.9999_later"]), *text[1:]],
            "This backup was made by a newer release: upgrade before you restore it.",
        ),
    ],
)
def test_a_damaged_backup_changes_nothing(
    full: Rows, tmp_path: Path, spoil: object, sentence: str
) -> None:
    backup(to=tmp_path / "b.gz", now=NOW)
    assert callable(spoil)
    spoilt = write(tmp_path / "spoilt.gz", "".join(spoil(lines(tmp_path / "b.gz"))))
    with pytest.raises(RestoreError) as refused:
        restore(source=spoilt, now=NOW)
    assert str(refused.value) == sentence
    assert rows() == full


def test_a_file_that_is_not_an_archive(tmp_path: Path) -> None:
    (tmp_path / "b.gz").write_text("nonsense")
    with pytest.raises(RestoreError) as refused:
        restore(source=tmp_path / "b.gz", now=NOW)
    assert str(refused.value) == "b.gz is not a complete backup of this software."


def test_a_missing_file(full: Rows, tmp_path: Path) -> None:
    with pytest.raises(RestoreError) as refused:
        restore(source=tmp_path / "b.gz", now=NOW)
    assert str(refused.value) == f"{tmp_path}/b.gz cannot be read: No such file or directory."
    assert rows() == full


def test_the_commands(tmp_path: Path) -> None:
    factories.talk(title="Saved")
    output = io.StringIO()
    file = tmp_path / "b.gz"
    call_command("backup", str(file), stdout=output)
    with pytest.raises(CommandError) as refused:
        call_command("backup", str(file))
    assert str(refused.value) == f"{file} already exists. Choose another name."
    with pytest.raises(CommandError) as refused:
        call_command("restore", str(file))
    assert str(refused.value) == "The database is not empty. --replace deletes everything in it."
    Talk.objects.all().delete()
    factories.talk(title="Lost")
    call_command("restore", str(file), "--replace", stdout=output)
    assert [talk.title for talk in Talk.objects.all()] == ["Saved"]
    number = output.getvalue().split()[1]
    assert output.getvalue() == (
        f"Saved {number} rows to {file}. Keep it safe: it contains personal data.\n"
        f"Restored {number} rows. Everyone has to sign in again.\n"
    )

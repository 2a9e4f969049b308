"""Databases and backups of the last release keep all their data in this one.

`backup-0.2.0.jsonl` was written by release 0.2.0 itself, from at least one row of every model.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from seminars.models import Revision, Talk, TalkWords
from seminars.search import index
from seminars.services import earlier_tables
from seminars.services.backup import _EXCLUDED, RestoreError, backup, restore
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

LINES = (Path(__file__).parent / "backup-0.2.0.jsonl").read_text().splitlines()
MIGRATIONS: list[str] = json.loads(LINES[0])["migrations"]

#: What the rows of the last release are called now.
RENAMED_MODELS = {
    "accounts.letter": "accounts.groupmessage",
    "accounts.lettercopy": "accounts.groupmessagecopy",
}
RENAMED_FIELDS = {"accounts.lettercopy": {"letter": "message"}}
#: The numbers that migrations give to rows of the last release, less the rows' ids. All other new
#: fields have their defaults.
NEW_NUMBERS = {
    "accounts.group": {"feed_id": 1_000_000_000},
    "seminars.audience": {"legacy_id": 1_000_000_000},
}
OLD_TYPE, NEW_TYPE = ["accounts", "letter"], ["accounts", "groupmessage"]

Row = dict[str, Any]


@pytest.fixture(autouse=True)
def _up_to_date() -> Iterator[None]:
    """Leave the tables as other tests expect them."""
    yield
    earlier_tables.migrate_forward()


def write(path: Path, lines: list[str]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def read(path: Path) -> list[Row]:
    """Return a backup's rows by model and primary key."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        _head, *rows, _end = map(json.loads, file)
    return ordered(rows)


def ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["model"], row["pk"]))


def renamed(row: Row) -> Row:
    """Return a row of the last release as this one writes it."""
    names = RENAMED_FIELDS.get(row["model"], {})
    fields = {names.get(name, name): value for name, value in row["fields"].items()}
    for name in fields.keys() & {"permissions", "user_permissions"}:
        fields[name] = [[one[0], *_type(one[1:])] for one in fields[name]]
    if "content_type" in fields:
        fields["content_type"] = _type(fields["content_type"])
    model: str = row["model"]
    label = RENAMED_MODELS.get(model, model)
    options = apps.get_model(label)._meta
    defaults: Row = {one.name: one.get_default() for one in options.concrete_fields}
    del defaults["id"]
    defaults |= {one.name: [] for one in options.many_to_many}
    fields = defaults | new_numbers(label, row["pk"]) | fields
    return row | {"model": label, "fields": fields}


def new_numbers(label: str, pk: int) -> Row:
    return {name: number + pk for name, number in NEW_NUMBERS.get(label, {}).items()}


def _type(natural_key: list[str]) -> list[str]:
    return NEW_TYPE if natural_key == OLD_TYPE else natural_key


EXPECTED = ordered([renamed(json.loads(line)) for line in LINES[1:-1]])


RENAMED_TABLES = {
    old.replace(".", "_"): new.replace(".", "_") for old, new in RENAMED_MODELS.items()
}
RENAMED_COLUMNS = {"accounts_lettercopy": {"letter_id": "message_id"}}

MODELS = {one._meta.db_table: one for one in apps.get_models(include_auto_created=True)}
PREFIXES = ("account_", "accounts_", "auth_", "django_admin_", "seminars_", "usersessions_")

Tables = dict[str, list[Row]]


def tables() -> Tables:
    """Return the rows of all tables that backups contain, whatever models this release has."""
    # SQLite's full-text index has more tables, named after the one that it belongs to.
    excluded = tuple(model._meta.db_table for model in _EXCLUDED)
    names = [one for one in connection.introspection.table_names() if one.startswith(PREFIXES)]
    return {name: _table(name) for name in names if not name.startswith(excluded)}


def _table(name: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{name}" ORDER BY id')  # noqa: S608 - one of our tables
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def renamed_tables(old: Tables) -> Tables:
    """Return tables of the last release as this one has them; new tables are empty."""
    names = {RENAMED_TABLES.get(name, name): name for name in old}
    return {
        name: [_renamed(name, row, names[name]) for row in old[names[name]]]
        if name in names
        else []
        for name in tables()
    }


def _renamed(table: str, row: Row, old_table: str) -> Row:
    columns = RENAMED_COLUMNS.get(old_table, {})
    model = MODELS[table]
    defaults: Row = {one.attname: one.get_default() for one in model._meta.concrete_fields}
    values = {columns.get(column, column): value for column, value in row.items()}
    return defaults | new_numbers(model._meta.label_lower, row["id"]) | values


INDEX_ROWS = [
    (
        *(1, "lattices and e 8 ¶ lukasz nowak ¶ l·"),
        (
            "princeton ¶ lattices ¶ lattice lunch ¶ 4004 ¶ physics colloquium ¶ pc"
            " ¶ ryan hall ¶ ryan ¶ old hall ¶ 4003 ¶ evanston ¶ evanston"
        ),
        *("first second quoted", True),
    ),
    (2, "", "", "", False),
]


def triggers() -> list[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [name for (name,) in cursor.fetchall()]


def tokens() -> set[str]:
    return set(Revision.objects.values_list("token", "shared_token", "epoch").get())


def index_rows() -> list[tuple[Any, ...]]:
    return list(TalkWords.objects.order_by("pk").values_list())


def test_a_backup_of_the_last_release_is_restored(tmp_path: Path) -> None:
    factories.talk(title="Replaced").co_series.add(factories.series())
    triggers_before, tokens_before = triggers(), tokens()
    number = restore(source=write(tmp_path / "old.gz", LINES), now=NOW)
    assert number == len(EXPECTED) == json.loads(LINES[-1])["rows"]
    backup(to=tmp_path / "new.gz", now=NOW)
    assert read(tmp_path / "new.gz") == EXPECTED
    assert earlier_tables.is_up_to_date()
    assert triggers() == triggers_before
    assert tokens() & tokens_before == set()
    assert index_rows() == INDEX_ROWS
    # Later changes draw new tokens, are indexed, and new rows get free ids.
    tokens_restored = tokens()
    talk = Talk.objects.get(event_id=642001)
    talk.title = "Spheres"
    talk.save()
    assert tokens() - tokens_restored != set()
    index.catch_up()
    assert index_rows()[0][1] == "spheres ¶ lukasz nowak ¶ l·"
    # SQLite does not reuse the ids of rows that were replaced.
    assert factories.talk().pk not in {1, 2}


def test_an_incomplete_backup_of_the_last_release_changes_nothing(tmp_path: Path) -> None:
    factories.talk(title="Retained").co_series.add(factories.series())
    triggers_before, tables_before = triggers(), tables()
    with pytest.raises(RestoreError) as refused:
        restore(source=write(tmp_path / "old.gz", LINES[:-1]), now=NOW)
    assert str(refused.value) == "The backup is incomplete: its end is missing."
    assert tables() == tables_before
    assert earlier_tables.is_up_to_date()
    assert triggers() == triggers_before


def test_a_migration_may_alter_tables_after_one_that_writes_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def migrate(*_arguments: object, **_options: object) -> None:
        factories.talk(series=factories.series())
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX of_this_test ON seminars_talk (title)")

    monkeypatch.setattr(earlier_tables, "call_command", migrate)
    monkeypatch.setattr(earlier_tables, "is_up_to_date", lambda: False)
    with transaction.atomic():
        earlier_tables.migrate_forward()
        assert Talk.objects.count() == 1
        transaction.set_rollback(True)


def test_a_database_that_is_not_up_to_date_is_refused(tmp_path: Path) -> None:
    (last,) = MigrationLoader(None).graph.leaf_nodes("seminars")
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*last)
    with pytest.raises(RestoreError) as refused:
        restore(source=write(tmp_path / "old.gz", LINES), now=NOW)
    recorder.record_applied(*last)
    assert str(refused.value) == ("The database is not up to date: run “manage.py migrate” first.")


def test_a_database_of_the_last_release_is_migrated() -> None:
    earlier = earlier_tables.migrate_back(to=MIGRATIONS)
    with transaction.atomic():
        for row in earlier_tables.Deserializer("\n".join(LINES[1:-1]), earlier=earlier):
            row.save()
    before = tables()
    assert {name: len(before[name]) for name in RENAMED_TABLES} == {
        "accounts_letter": 2,
        "accounts_lettercopy": 3,
    }
    call_command("migrate", verbosity=0, interactive=False)
    assert tables() == renamed_tables(before)


def test_every_migration_can_be_undone() -> None:
    loader = MigrationLoader(None)
    assert [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in loader.disk_migrations.items()
        for operation in migration.operations
        if app in ("accounts", "seminars") and not operation.reversible
    ] == []

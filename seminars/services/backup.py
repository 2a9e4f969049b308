"""Back up the whole database to one file, and restore it to SQLite or PostgreSQL."""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any, TextIO

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from seminars.cache import triggers
from seminars.models import Revision, TalkRevision, TalkWords, Unindexed, Word
from seminars.search import index
from seminars.services import earlier_tables
from seminars.services.time_zones import recompute_instants

# `migrate` creates the first two with other ids in each database; sessions end; revisions and the
# search index are derived again from the restored rows.
_EXCLUDED = (
    *(ContentType, Permission, Session, Revision, TalkRevision),
    *(TalkWords, Unindexed, Word),
)
_FORMAT = "seminars-backup-1"


class _Encoder(DjangoJSONEncoder):
    """Django's encoder with full precision; the original truncates to milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


class BackupError(ValueError):
    """A backup that cannot be read back; its text says why."""


class RestoreError(ValueError):
    """A backup that cannot be restored; its text says why."""


def _models() -> list[type[models.Model]]:
    """Return every model in the backup, referenced models first."""
    configs = [(config, None) for config in apps.get_app_configs()]
    ordered = serializers.sort_dependencies(configs, allow_cycles=True)
    return [one for one in ordered if one not in _EXCLUDED and one._meta.managed]


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


@transaction.atomic
def backup(*, to: Path, now: datetime) -> int:
    """Write all rows except sessions as gzipped lines of JSON; return their number.

    The rows form a consistent snapshot even while others write. Only its owner can read the file
    (mode 0600), which has a temporary name until it is complete and has been read back. Raises
    BackupError, and leaves no file, if it cannot be read.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    unfinished = to.with_name(to.name + ".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    number = _write(unfinished, now)
    try:
        _check(unfinished, number)
    except BackupError:
        unfinished.unlink()
        raise
    unfinished.replace(to)
    return number


def _write(path: Path, now: datetime) -> int:
    number = 0
    with gzip.open(path, "wt", encoding="utf-8") as file:
        head = {"format": _FORMAT, "made": now.isoformat(), "migrations": _migrations()}
        file.write(json.dumps(head) + "\n")
        for model in _models():
            rows = model._base_manager.order_by("pk").iterator(chunk_size=1000)
            for line in _lines(rows):
                file.write(line)
                number += 1
        file.write(json.dumps({"rows": number}) + "\n")
    return number


def _check(path: Path, number: int) -> None:
    """Raise BackupError unless the file has this many rows, all of which `restore` can read."""
    read = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            _read_head(file)
            for _row in _rows(file, apps):
                read += 1
    except (OSError, EOFError, ValueError, DeserializationError) as error:
        raise BackupError(f"The backup cannot be read back after row {read}: {error}") from error
    if read != number:
        raise BackupError(f"The backup has {read} rows instead of {number}.")


def _lines(rows: Iterator[models.Model]) -> Iterator[str]:
    for row in rows:
        # Natural keys, because content types have other ids in another database.
        yield serializers.serialize("jsonl", [row], use_natural_foreign_keys=True, cls=_Encoder)


def restore(*, source: Path, now: datetime) -> int:
    """Replace everything in the database with the backup's rows; return their number.

    The backup may be of an earlier release. Raises RestoreError and changes nothing if the file is
    not a complete backup or was made by a newer release.
    """
    # SQLite can neither disable its checks within a transaction nor migrate with them enabled.
    with connection.constraint_checks_disabled(), transaction.atomic():
        number = _replace_rows(source)
        # The tables of an earlier release had no triggers.
        Revision.objects.update(**triggers.new_tokens())
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(statement)
        index.index_all()
        # The backup's instants may follow older time zone data.
        recompute_instants(now=now)
    return number


def _replace_rows(source: Path) -> int:
    if not earlier_tables.is_up_to_date():
        raise RestoreError("The database is not up to date: run “manage.py migrate” first.")
    try:
        with gzip.open(source, "rt", encoding="utf-8") as file:
            migrations = _read_head(file)
            _empty()
            earlier = earlier_tables.migrate_back(to=migrations)
            number = _load(file, earlier)
            connection.check_constraints()
            earlier_tables.migrate_forward()
    except earlier_tables.UnknownMigrationsError as error:
        raise RestoreError(
            "This backup was made by a newer release: upgrade before you restore it."
        ) from error
    except (OSError, EOFError, UnicodeDecodeError, DeserializationError, ValueError) as error:
        if isinstance(error, RestoreError):
            raise
        if isinstance(error, OSError) and error.errno is not None:
            raise RestoreError(f"{source} cannot be read: {error.strerror}.") from error
        raise RestoreError(f"{source.name} is not a complete backup of this software.") from error
    except DatabaseError as error:
        raise RestoreError(f"{source.name} does not fit this database: {error}") from error
    return number


def _read_head(file: TextIO) -> list[str]:
    """Return the names of the migrations that the backup was made with."""
    head = json.loads(file.readline())
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise RestoreError("This file is not a backup of this software.")
    migrations: list[str] = head["migrations"]
    return migrations


def _empty() -> None:
    for model in apps.get_models(include_auto_created=True):
        if model not in _EXCLUDED and model._meta.managed:
            model._base_manager.all()._raw_delete(using="default")
    # PostgreSQL alters no table while checks are pending.
    connection.check_constraints()


def _load(file: TextIO, earlier: Apps) -> int:
    number = 0
    for row in _rows(file, earlier):
        row.save()
        number += 1
    return number


def _rows(file: TextIO, earlier: Apps) -> Iterator[DeserializedObject]:
    """Yield the rows after the head; raise RestoreError at the end of an incomplete file."""
    number = 0
    for line in file:
        if line.startswith('{"rows"'):
            if json.loads(line)["rows"] != number:
                break
            return
        for row in earlier_tables.Deserializer(line, earlier=earlier):
            yield row
            number += 1
    raise RestoreError("The backup is incomplete: its end is missing.")

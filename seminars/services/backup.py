"""Back up the whole database to one file, and restore it to SQLite or PostgreSQL."""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any, TextIO

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from seminars.models import Revision, TalkRevision, TalkWords, Unindexed, Word
from seminars.search import index

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
    (mode 0600), which has a temporary name until it is complete.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    unfinished = to.with_name(to.name + ".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    number = 0
    with gzip.open(unfinished, "wt", encoding="utf-8") as file:
        head = {"format": _FORMAT, "made": now.isoformat(), "migrations": _migrations()}
        file.write(json.dumps(head) + "\n")
        for model in _models():
            rows = model._base_manager.order_by("pk").iterator(chunk_size=1000)
            for line in _lines(rows):
                file.write(line)
                number += 1
        file.write(json.dumps({"rows": number}) + "\n")
    unfinished.replace(to)
    return number


def _lines(rows: Iterator[models.Model]) -> Iterator[str]:
    for row in rows:
        # Natural keys, because content types have other ids in another database.
        yield serializers.serialize("jsonl", [row], use_natural_foreign_keys=True, cls=_Encoder)


@transaction.atomic
def restore(*, source: Path) -> int:
    """Replace everything in the database with the backup's rows; return their number.

    Raises RestoreError and changes nothing if the file is not a complete backup or was made with
    other migrations than this database has.
    """
    try:
        with gzip.open(source, "rt", encoding="utf-8") as file:
            _check_head(file)
            _empty()
            with connection.constraint_checks_disabled():
                number = _load(file)
            connection.check_constraints()
    except (OSError, EOFError, UnicodeDecodeError, DeserializationError, ValueError) as error:
        if isinstance(error, RestoreError):
            raise
        if isinstance(error, OSError) and error.errno is not None:
            raise RestoreError(f"{source} cannot be read: {error.strerror}.") from error
        raise RestoreError(f"{source.name} is not a complete backup of this software.") from error
    except DatabaseError as error:
        raise RestoreError(f"{source.name} does not fit this database: {error}") from error
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
    index.index_all()
    return number


def _check_head(file: TextIO) -> None:
    head = json.loads(file.readline())
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise RestoreError("This file is not a backup of this software.")
    if head["migrations"] != _migrations():
        raise RestoreError(
            "This backup was made by another release. Install that release, restore, then upgrade."
        )


def _empty() -> None:
    for model in reversed(_models()):
        model._base_manager.all()._raw_delete(using="default")


def _load(file: TextIO) -> int:
    number = 0
    for line in file:
        if line.startswith('{"rows"'):
            if json.loads(line)["rows"] != number:
                break
            return number
        for row in serializers.deserialize("jsonl", line):
            row.save()
            number += 1
    raise RestoreError("The backup is incomplete: its end is missing.")

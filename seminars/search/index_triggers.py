"""The triggers that mark stale rows of the search index, however a change is written.

They only add rows to the table `Unindexed`, so no writer waits for another one's lock.
`seminars/cache/triggers.py` creates these triggers with its own; their names end in `_notes`.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from seminars.models import Talk, TalkWords, Unindexed
from seminars.search.fields import FIELDS, VISIBILITY_FIELDS, Column

# ruff: noqa: S608  (the only names put into statements are those of our own tables)

_WORDS = TalkWords._meta.db_table
_FTS = f"{_WORDS}_fts"

# The rows that exist at each event.
_EVENTS = {"INSERT": ("NEW",), "UPDATE": ("NEW", "OLD"), "DELETE": ("OLD",)}


class _Trigger(NamedTuple):
    """A trigger for changes of these columns, and what it does."""

    name: str
    table: str
    event: str
    columns: tuple[str, ...]
    statement: str


def on_sqlite() -> Iterator[str]:
    for trigger in triggers():
        new, old = (_of_row(row, trigger.columns) for row in ("NEW", "OLD"))
        is_update = trigger.event == "UPDATE"
        of = f" OF {', '.join(trigger.columns)}" if is_update else ""
        when = f" WHEN ({new}) IS NOT ({old})" if is_update else ""
        yield f'DROP TRIGGER IF EXISTS "{trigger.name}"'
        yield (
            f'CREATE TRIGGER "{trigger.name}" AFTER {trigger.event}{of} ON "{trigger.table}"{when}'
            f" BEGIN {trigger.statement}; END"
        )
    yield from _full_text_on_sqlite()


def on_postgresql() -> Iterator[str]:
    for trigger in triggers():
        new, old = (_of_row(row, trigger.columns) for row in ("NEW", "OLD"))
        is_update = trigger.event == "UPDATE"
        of = f" OF {', '.join(trigger.columns)}" if is_update else ""
        when = f" WHEN (({new}) IS DISTINCT FROM ({old}))" if is_update else ""
        yield (
            f'CREATE OR REPLACE FUNCTION "{trigger.name}"() RETURNS trigger LANGUAGE plpgsql AS'
            f" $$ BEGIN {trigger.statement}; RETURN NULL; END $$"
        )
        yield f'DROP TRIGGER IF EXISTS "{trigger.name}" ON "{trigger.table}"'
        yield (
            f'CREATE TRIGGER "{trigger.name}" AFTER {trigger.event}{of} ON "{trigger.table}"'
            f' FOR EACH ROW{when} EXECUTE FUNCTION "{trigger.name}"()'
        )


def triggers() -> Iterator[_Trigger]:
    """Yield the triggers that the searched fields need."""
    columns = defaultdict[str, dict[str, None]](dict)
    columns[Talk._meta.db_table].update(dict.fromkeys(VISIBILITY_FIELDS))
    # The talks of a row: by a column of its own, or by a subquery.
    own, joined = dict[str, str](), defaultdict[str, dict[str, None]](dict)
    for field in FIELDS:
        source = field.source
        holder, table = source.holder._meta.db_table, source.model._meta.db_table
        columns[holder].update(dict.fromkeys(source.key_columns))
        columns[table][field.name] = None
        own[holder] = f"SELECT {{row}}.{source.talk_column}"
        if source.key:
            select = f"SELECT {source.talk_column} FROM {holder}"
            joined[table][f"{select} WHERE {source.key}_id = {{row}}.id"] = None
    for table, names in columns.items():
        # A new or deleted venue, series, topic or speaker has no talks.
        events = _EVENTS if table in own else ("UPDATE",)
        talks = own.get(table) or " UNION ".join(joined[table])
        for event in events:
            name = f"{table}_{event.lower()}_notes"
            yield _Trigger(name, table, event, tuple(names), _mark_stale(event, talks))


def _mark_stale(event: str, talks: str) -> str:
    selected = " UNION ".join(talks.format(row=row) for row in _EVENTS[event])
    return f"INSERT INTO {Unindexed._meta.db_table} (talk_id) {selected}"


def _of_row(row: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{row}.{column}" for column in columns)


@contextmanager
def bulk_indexing() -> Iterator[None]:
    """A transaction that writes the words of all talks; SQLite's full-text table follows last."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            yield
            return
        for statement in _full_text_on_sqlite():
            if statement.startswith("DROP"):
                cursor.execute(statement)
        yield
        # Rebuilding it at once is ten times as fast as row by row.
        cursor.execute(f"DROP TABLE {_FTS}")
        cursor.execute(
            f"CREATE VIRTUAL TABLE {_FTS} USING fts5({', '.join(Column)},"
            f" content = '{_WORDS}', content_rowid = 'talk_id', tokenize = 'ascii')"
        )
        cursor.execute(f"INSERT INTO {_FTS} ({_FTS}) VALUES ('rebuild')")
        for statement in _full_text_on_sqlite():
            cursor.execute(statement)


def _full_text_on_sqlite() -> Iterator[str]:
    """Yield triggers that update the virtual table; PostgreSQL's column is generated."""
    index = f"{_FTS} (rowid, {', '.join(Column)}"
    old, new = (_of_row(row, ("talk_id", *Column)) for row in ("OLD", "NEW"))
    remove = f"INSERT INTO {index}, {_FTS}) VALUES ({old}, 'delete')"
    add = f"INSERT INTO {index}) VALUES ({new})"
    for event, does in (("INSERT", add), ("UPDATE", f"{remove}; {add}"), ("DELETE", remove)):
        name = f"{_WORDS}_{event.lower()}_notes"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield f'CREATE TRIGGER "{name}" AFTER {event} ON "{_WORDS}" BEGIN {does}; END'

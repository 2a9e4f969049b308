"""The triggers that note the talks whose words may have changed, whoever changed them.

Rows are only added to the table of those that wait (`Unindexed`), so nobody waits for a lock.
`seminars/cache/triggers.py` makes these triggers with its own; their names end in `_notes`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction

from seminars.models import TalkWords, Unindexed

# ruff: noqa: S608  (the only names put into statements are those of our own tables)

_WORDS = TalkWords._meta.db_table
_FTS = f"{_WORDS}_fts"

# What of each table is found by its words (seminars/search/index.py), and which talks of it.
_TALKS_OF = {
    "seminars.Talk": (
        ("title", "abstract", "room", "status", "withdrawn_at", "series_id", "venue_id"),
        "SELECT {row}.id",
    ),
    "seminars.Appearance": (("talk_id", "speaker_id", "affiliation"), "SELECT {row}.talk_id"),
    "seminars.Talk_topics": (("talk_id", "topic_id"), "SELECT {row}.talk_id"),
    "seminars.Talk_co_series": (("talk_id", "series_id"), "SELECT {row}.talk_id"),
    "seminars.Speaker": (
        ("name",),
        "SELECT talk_id FROM seminars_appearance WHERE speaker_id = {row}.id",
    ),
    "seminars.Topic": (
        ("name",),
        "SELECT talk_id FROM seminars_talk_topics WHERE topic_id = {row}.id",
    ),
    "seminars.Venue": (
        ("building", "short_name", "former_name", "room", "campus", "city"),
        "SELECT id FROM seminars_talk WHERE venue_id = {row}.id",
    ),
    "seminars.Series": (
        ("name", "short_code"),
        (
            "SELECT id FROM seminars_talk WHERE series_id = {row}.id"
            " UNION SELECT talk_id FROM seminars_talk_co_series WHERE series_id = {row}.id"
        ),
    ),
}
# The rows that there are at each event.
_EVENTS = {"INSERT": ("NEW",), "UPDATE": ("NEW", "OLD"), "DELETE": ("OLD",)}


def on_sqlite() -> Iterator[str]:
    for table, event, (columns, talks) in _every():
        new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
        of = f" OF {', '.join(columns)}" if event == "UPDATE" else ""
        when = f" WHEN ({new}) IS NOT ({old})" if event == "UPDATE" else ""
        name = f"{table}_{event.lower()}_notes"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" AFTER {event}{of} ON "{table}"{when}'
            f" BEGIN {_note(event, talks)}; END"
        )
    yield from _words_on_sqlite()


def on_postgresql() -> Iterator[str]:
    for table, event, (columns, talks) in _every():
        new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
        of = f" OF {', '.join(columns)}" if event == "UPDATE" else ""
        when = f" WHEN (({new}) IS DISTINCT FROM ({old}))" if event == "UPDATE" else ""
        name = f"{table}_{event.lower()}_notes"
        yield (
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS'
            f" $$ BEGIN {_note(event, talks)}; RETURN NULL; END $$"
        )
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
        yield (
            f'CREATE TRIGGER "{name}" AFTER {event}{of} ON "{table}" FOR EACH ROW{when}'
            f' EXECUTE FUNCTION "{name}"()'
        )


def _every() -> Iterator[tuple[str, str, tuple[tuple[str, ...], str]]]:
    for label, what in _TALKS_OF.items():
        # Of a name or a room that is new or gone there are no talks.
        events = _EVENTS if what[1].startswith("SELECT {row}") else ("UPDATE",)
        for event in events:
            yield apps.get_model(label)._meta.db_table, event, what


def _note(event: str, talks: str) -> str:
    selected = " UNION ".join(talks.format(row=row) for row in _EVENTS[event])
    return f"INSERT INTO {Unindexed._meta.db_table} (talk_id) {selected}"


@contextmanager
def words_at_once() -> Iterator[None]:
    """A transaction that writes the words of all talks; SQLite's table follows at its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            yield
            return
        for statement in _words_on_sqlite():
            if statement.startswith("DROP"):
                cursor.execute(statement)
        yield
        # Made anew, for in parts it takes ten times as long.
        cursor.execute(f"DROP TABLE {_FTS}")
        cursor.execute(
            f"CREATE VIRTUAL TABLE {_FTS} USING fts5(names, about, text,"
            f" content = '{_WORDS}', content_rowid = 'talk_id', tokenize = 'ascii')"
        )
        cursor.execute(f"INSERT INTO {_FTS} ({_FTS}) VALUES ('rebuild')")
        for statement in _words_on_sqlite():
            cursor.execute(statement)


def _words_on_sqlite() -> Iterator[str]:
    """The virtual table follows the words; PostgreSQL's column does so by itself."""
    columns = ("names", "about", "text")
    index = f"{_FTS} (rowid, {', '.join(columns)}"
    old, new = (
        f"{row}.talk_id, {', '.join(f'{row}.{column}' for column in columns)}"
        for row in ("OLD", "NEW")
    )
    remove = f"INSERT INTO {index}, {_FTS}) VALUES ({old}, 'delete')"
    add = f"INSERT INTO {index}) VALUES ({new})"
    for event, does in (("INSERT", add), ("UPDATE", f"{remove}; {add}"), ("DELETE", remove)):
        name = f"{_WORDS}_{event.lower()}_notes"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield f'CREATE TRIGGER "{name}" AFTER {event} ON "{_WORDS}" BEGIN {does}; END'

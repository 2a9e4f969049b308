"""The triggers that draw new tokens with every change of public data, however it is made."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.utils import timezone

from seminars.models import Revision, TalkRevision, TalkWords
from seminars.search import index_triggers

# ruff: noqa: S608  (the only names in statements are those of our own tables)

_REVISION, _TALK_REVISION = Revision._meta.db_table, TalkRevision._meta.db_table

# Tables that no public response shows: rights, history, mail, and the revision itself.
_NOT_PUBLIC = {
    *("seminars.Revision", "seminars.TalkRevision", "seminars.Version"),
    *("seminars.Unindexed", "seminars.Word"),
    "seminars.Series_organisers",
    *("accounts.User", "accounts.User_groups", "accounts.User_user_permissions"),
    *("accounts.FeedKey", "accounts.GroupEvent", "accounts.Invitation", "accounts.JoinRequest"),
    *("accounts.GroupMessage", "accounts.GroupMessageCopy", "accounts.MailChoice"),
}

# A row of these tables belongs to one talk, whose id is in the column.
_TALK_COLUMNS = {
    "seminars.Talk": "id",
    "seminars.Appearance": "talk_id",
    "seminars.Talk_topics": "talk_id",
    "seminars.Talk_audiences": "talk_id",
    "seminars.Talk_co_series": "talk_id",
}
# These decide which talks are in a list, and for whom, but not what a response shows of a talk.
_MEMBERSHIP_ONLY = {
    *("seminars.Departure", "seminars.GroupTalk", "seminars.Follow", "seminars.LeftOut"),
    *("accounts.Group", "accounts.FormerAddress", "accounts.Membership"),
    "accounts.GroupPicture",
    *("seminars.TalkWords", "seminars.FormerWords"),
}


def public_tables() -> dict[str, type[models.Model]]:
    """Return the models whose tables triggers watch, by table name."""
    watched: list[type[models.Model]] = [
        *apps.get_app_config("seminars").get_models(include_auto_created=True),
        *apps.get_app_config("accounts").get_models(include_auto_created=True),
    ]
    tables = {one._meta.db_table: one for one in watched if one._meta.label not in _NOT_PUBLIC}
    return dict(sorted(tables.items()))


def install(using: str = "default", **kwargs: object) -> None:
    """Create the revision and the triggers, after each `migrate`: SQLite drops a table's triggers
    with it.
    """
    database = connections[using]
    if TalkWords._meta.db_table not in database.introspection.table_names():
        return
    # Anything may have changed while there were no triggers.
    epoch = {"epoch": str(uuid.uuid4())}
    Revision.objects.using(using).update_or_create(
        pk=1, defaults=epoch, create_defaults=epoch | new_tokens()
    )
    if database.vendor == "postgresql":
        statements = [*_on_postgresql(), *index_triggers.on_postgresql()]
        # In a database that was restored elsewhere, transaction numbers start again.
        statements.append(f"UPDATE {_TALK_REVISION} SET number = 0 WHERE number >= txid_current()")
    else:
        statements = [*_on_sqlite(), *index_triggers.on_sqlite()]
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def new_tokens() -> dict[str, Any]:
    """Return the revision's columns after a change to public data that all talks share."""
    return {
        "token": str(uuid.uuid4()),
        "shared_token": str(uuid.uuid4()),
        "changed_at": timezone.now(),
    }


def uninstall(using: str = "default", **kwargs: object) -> None:
    """Drop the triggers, before each `migrate`: they would fail while it rebuilds a table."""
    database = connections[using]
    triggers = (
        "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND (tgname LIKE %s OR tgname LIKE %s)"
        if database.vendor == "postgresql"
        else "SELECT name, '' FROM sqlite_master"
        " WHERE type = 'trigger' AND (name LIKE %s OR name LIKE %s)"
    )
    with database.cursor() as cursor:
        cursor.execute(triggers, ["%_revises%", "%_notes"])
        for name, table in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if table else ""))


def _is_shared(model: type[models.Model]) -> bool:
    """Whether a row of the model may show in the entries of many talks."""
    return model._meta.label not in _MEMBERSHIP_ONLY | _TALK_COLUMNS.keys()


def _on_sqlite() -> Iterator[str]:
    random_hex = "lower(hex(randomblob(16)))"
    revise = (
        f"UPDATE {_REVISION} SET token = {random_hex}, number = number + 1,"
        " changed_at = strftime('%Y-%m-%d %H:%M:%f', 'now')"
    )
    for table, model in public_tables().items():
        column = _TALK_COLUMNS.get(model._meta.label)
        for event, rows in (("INSERT", "N"), ("UPDATE", "NO"), ("DELETE", "O")):
            steps = [f"{revise}, shared_token = {random_hex}" if _is_shared(model) else revise]
            # A deleted talk leaves its token behind, because a row with its id may be restored.
            if column:
                steps += [
                    f"INSERT INTO {_TALK_REVISION} (talk_id, token, number)"
                    f" SELECT {row}.{column}, {random_hex}, number FROM {_REVISION} WHERE true"
                    " ON CONFLICT (talk_id) DO UPDATE"
                    " SET token = excluded.token, number = excluded.number"
                    for row in ("NEW", "OLD")
                    if row[0] in rows
                ]
            name = f"{table}_{event.lower()}_revises"
            yield f'DROP TRIGGER IF EXISTS "{name}"'
            yield (
                f'CREATE TRIGGER "{name}" AFTER {event} ON "{table}" BEGIN {"; ".join(steps)}; END'
            )


def _functions_on_postgresql() -> Iterator[str]:
    # Deferred to the end of the transaction, so that the one row that all writers share is locked
    # last and briefly; and drawn once per transaction, however many rows it changes.
    for function, columns in (("revise", "token"), ("revise_shared", "token, shared_token")):
        new_tokens = ", ".join("gen_random_uuid()::text" for _column in columns.split())
        yield f"""
            CREATE OR REPLACE FUNCTION seminars_{function}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF current_setting('seminars.{function}d', true)
                    IS DISTINCT FROM txid_current()::text THEN
                    UPDATE {_REVISION}
                        SET ({columns}, changed_at) = ROW({new_tokens}, clock_timestamp());
                    PERFORM set_config('seminars.{function}d', txid_current()::text, true);
                END IF;
                RETURN NULL;
            END $$"""
    yield f"""
        CREATE OR REPLACE FUNCTION seminars_revise_talk() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            one bigint;
        BEGIN
            FOR one IN
                SELECT DISTINCT (row ->> TG_ARGV[0])::bigint
                FROM unnest(ARRAY[to_jsonb(OLD), to_jsonb(NEW)]) AS row WHERE row IS NOT NULL
            LOOP
                INSERT INTO {_TALK_REVISION} (talk_id, token, number)
                    VALUES (one, gen_random_uuid()::text, txid_current())
                    ON CONFLICT (talk_id) DO UPDATE
                    SET token = excluded.token, number = excluded.number;
            END LOOP;
            RETURN NULL;
        END $$"""


def _on_postgresql() -> Iterator[str]:
    yield from _functions_on_postgresql()
    for table, model in public_tables().items():
        yield f'DROP TRIGGER IF EXISTS "{table}_revises" ON "{table}"'
        yield (
            f'CREATE CONSTRAINT TRIGGER "{table}_revises" AFTER INSERT OR UPDATE OR DELETE'
            f' ON "{table}" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW'
            f" EXECUTE FUNCTION seminars_{'revise_shared' if _is_shared(model) else 'revise'}()"
        )
        if column := _TALK_COLUMNS.get(model._meta.label):
            yield f'DROP TRIGGER IF EXISTS "{table}_revises_talk" ON "{table}"'
            yield (
                f'CREATE TRIGGER "{table}_revises_talk" AFTER INSERT OR UPDATE OR DELETE'
                f" ON \"{table}\" FOR EACH ROW EXECUTE FUNCTION seminars_revise_talk('{column}')"
            )

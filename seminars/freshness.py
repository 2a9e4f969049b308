"""What a public answer depends on besides its address: the data's revision, and the time.

The revision is a token that triggers of the database redraw with every change of public data. The
time counts only from one boundary to the next: when a talk starts or is over, a join link opens,
the site's day begins, or a withdrawn talk is forgotten, an answer may change by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, models
from django.utils import timezone

from seminars import clock
from seminars.models import Departure, Revision, Talk
from seminars.querysets import TOMBSTONE

# Tables of no public page: who may do what, the history, and the revision itself.
_NOT_PUBLIC = {
    *("seminars.Revision", "seminars.Version", "seminars.Series_organisers"),
    *("accounts.User", "accounts.User_groups", "accounts.User_user_permissions"),
    *("accounts.Membership", "accounts.FeedKey"),
}

_LONGEST_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class State:
    """What there is to know at a moment; answers made in equal states are equal.

    `since` (UTC) is when it came about: the later of the data's last change and the last boundary.
    """

    token: str
    slot: datetime
    since: datetime


# What each process found last: the state, and until when it holds.
_known: tuple[State, datetime] | None = None


def state(now: datetime) -> State:
    """The state at `now`: one small query, and some more only after a change or a boundary."""
    global _known
    known = _known
    token = _token()
    if known is None or known[0].token != token or not known[0].slot <= now < known[1]:
        begins, ends = _slot(now)
        # Token and date in one reading, for the data may have changed again.
        row = Revision.objects.filter(pk=1).values_list("token", "changed_at").first()
        token, changed_at = row or ("", begins)
        known = _known = (State(token, begins, max(changed_at, begins)), ends)
    return known[0]


def _token() -> str:
    # Not through the ORM, for this is all that an answer costs which is kept.
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM seminars_revision WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else ""


def _slot(now: datetime) -> tuple[datetime, datetime]:
    """The last boundary at or before `now`, and the first one after it."""
    today = timezone.localdate(now)
    boundaries = [
        clock.midnight(today, settings.TIME_ZONE),
        clock.end_of_day(today, settings.TIME_ZONE),
        *_around(now),
        *_join_links(now),
    ]
    return (
        max(moment for moment in boundaries if moment <= now),
        min(moment for moment in boundaries if moment > now),
    )


def _around(now: datetime) -> Iterator[datetime]:
    """The last boundary of each kind at or before `now`, and the first after it."""
    talks, departures = Talk._meta.db_table, Departure._meta.db_table
    kinds = [
        (talks, "starts_at", timedelta()),
        (talks, "over_at", timedelta()),
        (talks, "withdrawn_at", TOMBSTONE),
        (departures, "left_at", TOMBSTONE),
    ]
    # Not through the ORM, which would take eight queries: each part here asks one end of an index.
    parts = [
        f"(SELECT {end}({field}) FROM {table} WHERE {field} {side} %s)"
        for table, field, _after in kinds
        for end, side in (("MAX", "<="), ("MIN", ">"))
    ]
    afters = [after for _table, _field, after in kinds for _side in range(2)]
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", [adapt(now - after) for after in afters])
        found = cursor.fetchone()
    for moment, after in zip(found, afters, strict=True):
        # SQLite has no type for instants: it gives the text, in UTC.
        if isinstance(moment, str):
            yield datetime.fromisoformat(moment).replace(tzinfo=UTC) + after
        elif moment is not None:
            yield moment + after


def _join_links(now: datetime) -> Iterator[datetime]:
    timed = Talk.objects.filter(
        join_access=Talk.JoinAccess.TIMED, over_at__gt=now, starts_at__lt=now + _LONGEST_AHEAD * 2
    )
    for starts_at, minutes in timed.values_list("starts_at", "join_opens_minutes"):
        if starts_at is not None:
            yield starts_at - timedelta(minutes=minutes)


def public_tables() -> list[str]:
    """The tables that triggers watch."""
    watched: list[type[models.Model]] = [
        *apps.get_app_config("seminars").get_models(include_auto_created=True),
        *apps.get_app_config("accounts").get_models(include_auto_created=True),
    ]
    return sorted(one._meta.db_table for one in watched if one._meta.label not in _NOT_PUBLIC)


def install(using: str = "default", **kwargs: object) -> None:
    """Makes the row and the triggers, after each `migrate`: SQLite drops triggers with a table."""
    database = connections[using]
    if Revision._meta.db_table not in database.introspection.table_names():
        return
    Revision.objects.using(using).get_or_create(
        pk=1, defaults={"token": "new", "changed_at": timezone.now()}
    )
    statements = _on_postgresql() if database.vendor == "postgresql" else _on_sqlite()
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# ruff: noqa: S608  (the only names put into statements are those of our own tables)


def _on_sqlite() -> Iterator[str]:
    revise = (
        f"UPDATE {Revision._meta.db_table} SET token = lower(hex(randomblob(16))),"
        " changed_at = strftime('%Y-%m-%d %H:%M:%f', 'now')"
    )
    for table in public_tables():
        for event in ("INSERT", "UPDATE", "DELETE"):
            name = f"{table}_{event.lower()}_revises"
            yield f'DROP TRIGGER IF EXISTS "{name}"'
            yield f'CREATE TRIGGER "{name}" AFTER {event} ON "{table}" BEGIN {revise}; END'


def _on_postgresql() -> Iterator[str]:
    # Deferred to the end of the transaction, so that the one row which all writers share is locked
    # for that moment only and last of all; and drawn once in a transaction, however many rows.
    yield f"""
        CREATE OR REPLACE FUNCTION seminars_revise() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('seminars.revised', true)
                IS DISTINCT FROM txid_current()::text THEN
                UPDATE {Revision._meta.db_table}
                    SET token = gen_random_uuid()::text, changed_at = clock_timestamp();
                PERFORM set_config('seminars.revised', txid_current()::text, true);
            END IF;
            RETURN NULL;
        END $$"""
    for table in public_tables():
        yield f'DROP TRIGGER IF EXISTS "{table}_revises" ON "{table}"'
        yield (
            f'CREATE CONSTRAINT TRIGGER "{table}_revises" AFTER INSERT OR UPDATE OR DELETE'
            f' ON "{table}" DEFERRABLE INITIALLY DEFERRED'
            " FOR EACH ROW EXECUTE FUNCTION seminars_revise()"
        )

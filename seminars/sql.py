"""Raw SQL for small, frequent queries, where the ORM would take longer than the database."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def rows(statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """Return the rows of a query; `values` replace its `%s`."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def numbers(keys: Iterable[int]) -> str:
    """Return the ids as an SQL list; if there are none, `0`, which no row has."""
    return ", ".join(str(int(key)) for key in keys) or "0"

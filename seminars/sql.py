"""Small questions that nearly every answer asks of the database, without the ORM, which would spend
more on the statement than the database does.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def rows(statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """What the statement finds; `values` stand where it has `%s`."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def numbers(keys: Iterable[int]) -> str:
    """These ids as a list in a statement; `0`, which no row has, where there are none."""
    return ", ".join(str(int(key)) for key in keys) or "0"

"""Calling functions at the same moment, to see that a lock or a constraint holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(*functions: Callable[[], Result]) -> list[Result]:
    """Return the functions' results, each called in a thread with its own database connection."""
    start = Barrier(len(functions))

    def run(function: Callable[[], Result]) -> Result:
        try:
            start.wait()
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))

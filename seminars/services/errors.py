"""Exceptions that services raise when they refuse a change."""

from accounts.services.errors import RefusedError
from seminars.models import Version

__all__ = ["ConflictError", "RefusedError"]


class ConflictError(Exception):
    """Someone else saved first: `theirs` is their version, `base` the one both started from.

    `base` is None if it was not recorded.
    """

    def __init__(self, *, theirs: Version, base: Version | None) -> None:
        super().__init__(f"Version {theirs.number} was saved in the meantime.")
        self.theirs = theirs
        self.base = base

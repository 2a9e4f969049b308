"""Why a write did not happen."""

from accounts.services.errors import RefusedError
from seminars.models import Version

__all__ = ["ConflictError", "RefusedError"]


class ConflictError(Exception):
    """Somebody else saved first: `theirs` is what they saved, `base` what both started from.

    `base` is None where that was never recorded.
    """

    def __init__(self, *, theirs: Version, base: Version | None) -> None:
        super().__init__(f"Version {theirs.number} came in between.")
        self.theirs = theirs
        self.base = base

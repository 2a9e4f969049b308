"""Why a write did not happen."""

from seminars.models import Version


class RefusedError(Exception):
    """The change breaks a rule; its text is one plain sentence for whoever asked for it."""


class ConflictError(Exception):
    """Somebody else saved first: `theirs` is what they saved, `base` what both started from.

    `base` is None where that was never recorded.
    """

    def __init__(self, *, theirs: Version, base: Version | None) -> None:
        super().__init__(f"Version {theirs.number} came in between.")
        self.theirs = theirs
        self.base = base

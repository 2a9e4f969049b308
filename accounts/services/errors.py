"""Why a write did not happen."""


class RefusedError(Exception):
    """The change breaks a rule; the text is one sentence for the person who asked for it."""


class AddressTakenError(RefusedError):
    """Another group already has the requested address."""


class WrongAddressError(RefusedError):
    """Only the person with the invited email address may answer the invitation."""


class LimitError(RefusedError):
    """More than the site allows one person."""

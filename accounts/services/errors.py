"""Why a write on groups did not happen."""


class GroupError(Exception):
    """A wish that cannot be granted, with a sentence for a person."""


class AddressTakenError(GroupError):
    """Another group is at the address that was wished for."""

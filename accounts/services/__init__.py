"""All writes to groups, their members and feed keys."""

from accounts.services.errors import AddressTakenError, LimitError, RefusedError
from accounts.services.groups import (
    change_group,
    create_group,
    delete_group,
    personal_group,
    replace_key,
    replace_token,
    reset_address,
    set_legacy_ids,
)
from accounts.services.members import leave_group

__all__ = [
    "AddressTakenError",
    "LimitError",
    "RefusedError",
    "change_group",
    "create_group",
    "delete_group",
    "leave_group",
    "personal_group",
    "replace_key",
    "replace_token",
    "reset_address",
    "set_legacy_ids",
]

"""Every write on groups, on who belongs to them, and on feed keys."""

from accounts.services.errors import AddressTakenError, GroupError
from accounts.services.groups import (
    change_group,
    create_group,
    delete_group,
    personal_group,
    renumber_group,
    replace_key,
    replace_token,
)
from accounts.services.members import leave_group

__all__ = [
    "AddressTakenError",
    "GroupError",
    "change_group",
    "create_group",
    "delete_group",
    "leave_group",
    "personal_group",
    "renumber_group",
    "replace_key",
    "replace_token",
]

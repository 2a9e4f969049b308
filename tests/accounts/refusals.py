"""What services refuse, and to whom."""

from collections.abc import Callable

import pytest

from accounts.models import Group, Membership, User
from accounts.services import RefusedError
from tests import factories

#: People who do not manage a group, by how they relate to it.
NOT_MANAGERS = ["stranger", "administrator", "member", "contributor", "manager of another group"]
MANAGERS_ONLY = "Only a manager of the group may do this."


def refusal(do: Callable[[], object]) -> str:
    """Return the sentence with which the call is refused."""
    with pytest.raises(RefusedError) as error:
        do()
    return str(error.value)


def succeeds(do: Callable[[], object]) -> bool:
    """Whether the call is not refused."""
    try:
        do()
    except RefusedError:
        return False
    return True


def not_manager(group: Group, who: str) -> User:
    """Create one of NOT_MANAGERS of this group."""
    person = factories.administrator() if who == "administrator" else factories.user()
    if who in Membership.Role.values:
        Membership.objects.create(group=group, user=person, role=who)
    if who == "manager of another group":
        factories.group(manager=person)
    return person

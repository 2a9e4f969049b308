"""What people may do in groups, by their role in them: every rule, written once, here.

On the site's pages an administrator is a person like others; the admin looks after all groups.
"""

from enum import Enum


class Right(Enum):
    """What somebody may do in a group; accounts/querysets.py finds the groups that grant it."""

    #: Read its page and calendar.
    SEE = "see"
    #: Have it among one's own: its private calendar and its notes.
    BELONG = "belong"
    #: See who else belongs to it, and leave it.
    MEET = "meet"
    #: Add talks, take them out, and write notes on them.
    CONTRIBUTE = "contribute"
    #: Let it follow something.
    STEER = "steer"
    #: See who did what, and undo it.
    REVIEW = "review"
    #: Change, open, close and delete it; invite and admit people, give roles, remove.
    MANAGE = "manage"
    #: Send a message to everybody in it.
    WRITE = "write"
    #: Ask to belong to it.
    ASK = "ask"


_ALL = ("manager", "contributor", "member")

#: The roles that have each right; whoever is in no role may see and ask, where that is open.
ROLES: dict[Right, tuple[str, ...]] = {
    Right.BELONG: _ALL,
    Right.MEET: _ALL,
    Right.CONTRIBUTE: ("manager", "contributor"),
    Right.STEER: ("manager",),
    Right.REVIEW: ("manager",),
    Right.MANAGE: ("manager",),
    Right.WRITE: ("manager",),
}

#: What a personal group, which has one person and stays as it is, grants not even to its owner.
SHARED_ONLY = frozenset({Right.MEET, Right.MANAGE, Right.WRITE})

#: Who reads a group without belonging to it, and who may ask to belong to it.
OPEN = ("public", "unlisted")
LISTED = ("public",)


def granted(role: str, *, personal: bool) -> set[Right]:
    """What this role has in a group; nothing for somebody in no role."""
    return {
        right
        for right, roles in ROLES.items()
        if role in roles and not (personal and right in SHARED_ONLY)
    }

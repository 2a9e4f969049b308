"""What members may do in a group, by role: the only place that defines it.

On the site's pages administrators are ordinary people; they manage all groups in the admin.
"""

from enum import Enum


class Right(Enum):
    """Something a person may do in a group; `Group.objects.granting` finds the groups."""

    #: Read its page and calendar.
    SEE = "see"
    #: Read its private calendar and its notes.
    BELONG = "belong"
    #: See its members, and leave it.
    SEE_MEMBERS = "see_members"
    #: Add talks, remove them and write notes on them.
    CONTRIBUTE = "contribute"
    #: Make it follow something, such as a series or a search.
    FOLLOW = "follow"
    #: See its history, and undo what members did.
    REVIEW = "review"
    #: Edit and delete it, invite and remove members, answer join requests and assign roles.
    MANAGE = "manage"
    #: Email all its members.
    EMAIL = "email"
    #: Ask to join it.
    ASK_TO_JOIN = "ask_to_join"


_ALL = ("manager", "contributor", "member")

#: The roles that have each right. SEE and ASK_TO_JOIN depend on the group's visibility instead.
ROLES: dict[Right, tuple[str, ...]] = {
    Right.BELONG: _ALL,
    Right.SEE_MEMBERS: _ALL,
    Right.CONTRIBUTE: ("manager", "contributor"),
    Right.FOLLOW: ("manager",),
    Right.REVIEW: ("manager",),
    Right.MANAGE: ("manager",),
    Right.EMAIL: ("manager",),
}

#: Rights that a personal group, which has one member and cannot be edited, does not grant at all.
SHARED_ONLY = frozenset({Right.SEE_MEMBERS, Right.MANAGE, Right.EMAIL})

#: The visibilities of groups that people who do not belong to them can read, and can ask to join.
OPEN = ("public", "unlisted")
LISTED = ("public",)


def granted(role: str, *, personal: bool) -> set[Right]:
    """Return the rights of a role in a group, or an empty set for no role."""
    return {
        right
        for right, roles in ROLES.items()
        if role in roles and not (personal and right in SHARED_ONLY)
    }

"""The tables: who signs in, the groups they keep, and the keys of their personal feeds."""

from accounts.models.feed_key import FeedKey
from accounts.models.group import Group, Membership
from accounts.models.user import User, UserManager

__all__ = ["FeedKey", "Group", "Membership", "User", "UserManager"]

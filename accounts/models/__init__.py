"""The tables: users, groups, and the keys of personal feeds."""

from accounts.models.feed_key import FeedKey
from accounts.models.group import FormerAddress, Group, Membership
from accounts.models.group_event import GroupEvent
from accounts.models.group_mail import GroupMessage, GroupMessageCopy, MailChoice
from accounts.models.group_picture import GroupPicture
from accounts.models.invitation import Invitation, JoinRequest
from accounts.models.user import User, UserManager, Viewer

__all__ = [
    "FeedKey",
    "FormerAddress",
    "Group",
    "GroupEvent",
    "GroupMessage",
    "GroupMessageCopy",
    "GroupPicture",
    "Invitation",
    "JoinRequest",
    "MailChoice",
    "Membership",
    "User",
    "UserManager",
    "Viewer",
]

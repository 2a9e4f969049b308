"""The database tables, one model per file; talk.py is the center."""

from seminars.models.appearance import Appearance
from seminars.models.audience import Audience
from seminars.models.department import Department
from seminars.models.departure import Departure
from seminars.models.follow import Follow, LeftOut
from seminars.models.group_talk import GroupTalk
from seminars.models.revision import Revision, TalkRevision
from seminars.models.search_words import FormerWords, TalkWords, Unindexed, Word
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.talk import Talk, TalkQuerySet
from seminars.models.topic import Topic
from seminars.models.venue import Venue
from seminars.models.version import Version

__all__ = [
    "Appearance",
    "Audience",
    "Department",
    "Departure",
    "Follow",
    "FormerWords",
    "GroupTalk",
    "LeftOut",
    "Revision",
    "Series",
    "Speaker",
    "Talk",
    "TalkQuerySet",
    "TalkRevision",
    "TalkWords",
    "Topic",
    "Unindexed",
    "Venue",
    "Version",
    "Word",
]

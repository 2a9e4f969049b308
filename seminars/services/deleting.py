"""Delete shared rows that talks do not depend on; talks themselves are withdrawn."""

from datetime import datetime

from django.db import transaction

from seminars.models import Audience, Topic
from seminars.search import index
from seminars.services import departures, following, sharing


@transaction.atomic
def delete(*, subject: Topic | Audience, now: datetime) -> None:
    """Delete a topic or audience, remove it from all talks and update calendars.

    Talks of a deleted topic and its descendants also leave the feeds of its ancestors.
    """
    sharing.lock(subject)
    sharing.touch(subject, now)
    if isinstance(subject, Topic):
        departures.record_deleted_topic(topic=subject, now=now)
    with following.recording_moves(list(following.followers(subject)), now):
        subject.delete()
    transaction.on_commit(index.catch_up, robust=True)

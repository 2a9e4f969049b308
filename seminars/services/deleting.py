"""Deleting what talks share and can do without; talks themselves are withdrawn."""

from datetime import datetime

from django.db import transaction

from seminars.models import Audience, Topic
from seminars.search import index
from seminars.services import departures, sharing


@transaction.atomic
def delete(*, subject: Topic | Audience, now: datetime) -> None:
    """Deletes it and takes it off all talks, of which calendars learn: also that those of a topic,
    and of the topics below it, are in the feeds of the topics above it no more.
    """
    sharing.lock(subject)
    sharing.touch(subject, now)
    if isinstance(subject, Topic):
        departures.record_deleted_topic(topic=subject, now=now)
    subject.delete()
    transaction.on_commit(index.catch_up, robust=True)

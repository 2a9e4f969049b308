"""Talks that a reader of one talk may want to hear of: on its topics, by its speakers, or with rare
words of its title.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from seminars import sql, wording
from seminars.models import Appearance, Talk, Word
from seminars.querysets import SPEAKER, Viewer
from seminars.search import lookup
from seminars.search.tokens import tokens

#: How many related talks a page shows.
MOST = 5
#: What a shared speaker counts, a shared topic, and the rare words of the title.
SPEAKER_COUNTS, TOPIC_COUNTS, WORDS_COUNT = 3, 1, 1
#: Words of at least so many letters, in no more talks than this, are rare; the rarest few count.
LONG, RARE, RAREST = 6, 50, 3

# How much is looked at, so that a long archive costs no more than a short one: the talks entered
# last of each topic and speaker, of the first few of both, and the next ones to come.
_LATEST, _NEXT, _FEW = 25, 300, 10


def related(
    talk: Talk, *, viewer: Viewer, now: datetime, without: Collection[int] = ()
) -> list[int]:
    """The ids of at most five announced talks that the viewer may see, the upcoming ones first.

    Among those and among the past ones, what has most in common comes first, then what is nearest
    in time. `without`: ids of talks that the page shows already. Four queries at the most.
    """
    shared = _shared(talk, now)
    shared.update(dict.fromkeys(lookup.sharing(_rare_words(talk)), WORDS_COUNT))
    for pk in (talk.pk, *without):
        shared.pop(pk, None)
    found = (
        Talk.objects.visible_to(viewer)
        .filter(pk__in=shared, status=Talk.Status.ANNOUNCED, starts_at__isnull=False)
        .order_by()
        .values_list("pk", "starts_at", "over_at")
    )
    ranked = sorted(
        (over_at <= now, -shared[pk], abs(starts_at - now), pk)
        for pk, starts_at, over_at in found
        if starts_at and over_at
    )
    return [pk for *_rank, pk in ranked[:MOST]]


def _rare_words(talk: Talk) -> list[str]:
    """The rarest words of its title that are in some other talk as well; one query."""
    long = {word for word in tokens(talk.title) if len(word) >= LONG}
    known = Word.objects.filter(text__in=long, talks__range=(2, RARE)).order_by("talks", "text")
    return list(known.values_list("text", flat=True)[:RAREST])


def _shared(talk: Talk, now: datetime) -> Counter[int]:
    """How much other talks share with this one, by their ids; one query."""
    topics = [topic.pk for topic in talk.topics.all()][:_FEW]
    speakers = [one.speaker_id for one in wording.speakers(talk)][:_FEW]
    found: Counter[int] = Counter()
    parts = list(_parts(topics, speakers, now))
    if not parts:
        return found
    statement = " UNION ".join(part for part, _values in parts)
    asked = [value for _part, values in parts for value in values]
    for pk, _key, counts in sql.rows(statement, asked):
        found[pk] += counts
    return found


# ruff: noqa: S608  (the only names put into statements are those of our own tables)


def _parts(
    topics: list[int], speakers: list[int], now: datetime
) -> Iterator[tuple[str, list[Any]]]:
    """Statements for talk, what it shares, and what that counts; each reads one end of an index.

    Not through the ORM, which gives SQLite no limit within a union.
    """
    has, appears = Talk.topics.through._meta.db_table, Appearance._meta.db_table
    latest = f"ORDER BY id DESC LIMIT {_LATEST}"
    of_topic = (
        f"SELECT talk_id, topic_id, {TOPIC_COUNTS} FROM"
        f" (SELECT talk_id, topic_id FROM {has} WHERE topic_id = %s {latest}) AS latest"
    )
    # Speakers below nought, to be told from topics.
    of_speaker = (
        f"SELECT talk_id, -speaker_id, {SPEAKER_COUNTS} FROM"
        f" (SELECT talk_id, speaker_id FROM {appears} WHERE speaker_id = %s"
        f" AND role IN ({_marks(SPEAKER.roles)}) {latest}) AS latest"
    )
    to_come = (
        f"SELECT talk_id, topic_id, {TOPIC_COUNTS} FROM {has}"
        f" WHERE topic_id IN ({_marks(topics)}) AND talk_id IN"
        f" (SELECT id FROM {Talk._meta.db_table} WHERE over_at > %s"
        f" ORDER BY over_at LIMIT {_NEXT})"
    )
    for topic in topics:
        yield of_topic, [topic]
    for speaker in speakers:
        yield of_speaker, [speaker, *SPEAKER.roles]
    if topics:
        yield to_come, [*topics, connection.ops.adapt_datetimefield_value(now)]


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))

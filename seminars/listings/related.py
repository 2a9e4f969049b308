"""Talks related to a talk: on the same topics, by the same speakers, or with rare words of its
title.
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
MAX_RELATED = 5
#: The weights of a shared speaker, a shared topic, and rare words of the title.
SPEAKER_WEIGHT, TOPIC_WEIGHT, WORDS_WEIGHT = 3, 1, 1
#: A rare word has at least this many letters and is in at most this many talks.
MIN_RARE_LENGTH, MAX_RARE_TALKS = 6, 50
#: How many rare words of a title are used.
MAX_RARE_WORDS = 3

# Limits, so that a long archive costs no more than a short one: the most recently entered talks of
# each topic and speaker, the next upcoming talks, and the first topics and speakers of a talk.
_MAX_RECENT, _MAX_UPCOMING, _MAX_SHARED = 25, 300, 10


def related(
    talk: Talk, *, viewer: Viewer, now: datetime, without: Collection[int] = ()
) -> list[int]:
    """Return the ids of at most five announced talks that the viewer may see, upcoming ones first.

    Upcoming and past talks are each ordered by how much they have in common, then by how near they
    are in time. `without`: ids of talks that the page shows already. At most four queries.
    """
    shared = _shared(talk, now)
    shared.update(dict.fromkeys(lookup.with_any_word(_rare_words(talk)), WORDS_WEIGHT))
    for pk in (talk.pk, *without):
        shared.pop(pk, None)
    candidates = (
        Talk.objects.visible_to(viewer)
        .filter(pk__in=shared, status=Talk.Status.ANNOUNCED, starts_at__isnull=False)
        .order_by()
        .values_list("pk", "starts_at", "over_at")
    )
    ranked = sorted(
        (over_at <= now, -shared[pk], abs(starts_at - now), pk)
        for pk, starts_at, over_at in candidates
        if starts_at and over_at
    )
    return [pk for *_rank, pk in ranked[:MAX_RELATED]]


def _rare_words(talk: Talk) -> list[str]:
    """Return the rarest words of its title that other talks have too; one query."""
    long = {word for word in tokens(talk.title) if len(word) >= MIN_RARE_LENGTH}
    known = Word.objects.filter(text__in=long, talks__range=(2, MAX_RARE_TALKS)).order_by(
        "talks", "text"
    )
    return list(known.values_list("text", flat=True)[:MAX_RARE_WORDS])


def _shared(talk: Talk, now: datetime) -> Counter[int]:
    """Return how much other talks have in common with this one, by id; one query."""
    topics = [topic.pk for topic in talk.topics.all()][:_MAX_SHARED]
    speakers = [one.speaker_id for one in wording.speakers(talk)][:_MAX_SHARED]
    scores: Counter[int] = Counter()
    parts = list(_parts(topics, speakers, now))
    if not parts:
        return scores
    statement = " UNION ".join(part for part, _values in parts)
    values = [value for _part, part_values in parts for value in part_values]
    for pk, _key, weight in sql.rows(statement, values):
        scores[pk] += weight
    return scores


# ruff: noqa: S608  (the only names put into statements are those of our own tables)


def _parts(
    topics: list[int], speakers: list[int], now: datetime
) -> Iterator[tuple[str, list[Any]]]:
    """Yield queries for a talk, what it shares and the weight; each reads one end of an index.

    The ORM does not support limits within a union on SQLite.
    """
    has, appears = Talk.topics.through._meta.db_table, Appearance._meta.db_table
    latest = f"ORDER BY id DESC LIMIT {_MAX_RECENT}"
    of_topic = (
        f"SELECT talk_id, topic_id, {TOPIC_WEIGHT} FROM"
        f" (SELECT talk_id, topic_id FROM {has} WHERE topic_id = %s {latest}) AS latest"
    )
    # Negative ids of speakers, to distinguish them from topics.
    of_speaker = (
        f"SELECT talk_id, -speaker_id, {SPEAKER_WEIGHT} FROM"
        f" (SELECT talk_id, speaker_id FROM {appears} WHERE speaker_id = %s"
        f" AND role IN ({_placeholders(SPEAKER.roles)}) {latest}) AS latest"
    )
    upcoming = (
        f"SELECT talk_id, topic_id, {TOPIC_WEIGHT} FROM {has}"
        f" WHERE topic_id IN ({_placeholders(topics)}) AND talk_id IN"
        f" (SELECT id FROM {Talk._meta.db_table} WHERE over_at > %s"
        f" ORDER BY over_at LIMIT {_MAX_UPCOMING})"
    )
    for topic in topics:
        yield of_topic, [topic]
    for speaker in speakers:
        yield of_speaker, [speaker, *SPEAKER.roles]
    if topics:
        yield upcoming, [*topics, connection.ops.adapt_datetimefield_value(now)]


def _placeholders(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))

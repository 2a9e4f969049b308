"""The search index: the folded words of talks (seminars/search/). All of it is derived data."""

from django.db import models

from seminars.models.talk import Talk


class TalkWords(models.Model):
    """The words of one talk, in three columns of decreasing weight (search/fields.py).

    Each database indexes them in its own way: SQLite in a virtual table, PostgreSQL in a column
    `vector` (migrations/0012). There is no foreign key constraint: the row of a deleted talk is
    deleted by the next update of the index.
    """

    talk = models.OneToOneField(
        Talk,
        related_name="words",
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
    )
    #: Title and speakers.
    names = models.TextField()
    #: Affiliations, topics, series, venue and room.
    about = models.TextField()
    #: The abstract.
    text = models.TextField()
    #: Whether the talk is public, so that its words may be suggested to everyone.
    is_public = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.talk_id}: {self.names}"


class FormerWords(models.Model):
    """The words that a public talk had before a change.

    Feeds of a search report that it no longer matches, and supersede that when it matches again.
    """

    talk_id = models.BigIntegerField(db_index=True)
    #: All columns, separated so that no phrase matches across two of them.
    words = models.TextField()
    left_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.talk_id}: {self.words}"


class Unindexed(models.Model):
    """A mark that a talk's words may have changed, added by triggers (search/index_triggers.py).

    A talk may have several: triggers only add rows, so that no writer waits for a lock.
    """

    talk_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.talk_id)


class Word(models.Model):
    """A word of public talks, suggested for misspelled ones, and the number of talks with it."""

    text = models.CharField(max_length=64, primary_key=True)
    #: The first and the last two letters; a misspelling rarely has both wrong.
    first = models.CharField(max_length=2)
    last = models.CharField(max_length=2)
    length = models.PositiveSmallIntegerField()
    talks = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["first", "length"], name="word_by_first"),
            models.Index(fields=["last", "length"], name="word_by_last"),
        ]

    def __str__(self) -> str:
        return self.text

"""What search looks into: the words of talks, folded (search/query.py). All of it is derived."""

from django.db import models

from seminars.models.talk import Talk


class TalkWords(models.Model):
    """The words of one talk, in three columns of falling weight.

    Each database has its own index of them: SQLite a virtual table, PostgreSQL a column `vector`
    (migrations/0012). No constraint ties a row to its talk, for it goes when the index is next
    brought up to date.
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
    #: Whether everybody may know of its words, so that they may be suggested to anybody.
    is_public = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.talk_id}: {self.names}"


class FormerWords(models.Model):
    """The words that a public talk had until they were changed lately, so that the calendars of a
    search can tell that it matches no more.
    """

    talk_id = models.BigIntegerField()
    #: In one column, the parts of which no phrase reaches across.
    words = models.TextField()
    left_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.talk_id}: {self.words}"


class Unindexed(models.Model):
    """A talk whose words may have changed; triggers write it (seminars/cache/triggers.py).

    A talk may wait several times, for rows are only added and nobody waits for anybody's lock.
    """

    talk_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.talk_id)


class Word(models.Model):
    """A word of public talks, and in how many of them it is: what a misspelling may have meant."""

    text = models.CharField(max_length=64, primary_key=True)
    #: Its first and its last two letters, for a misspelling seldom has both wrong.
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

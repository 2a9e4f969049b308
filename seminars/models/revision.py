"""The state of everything public, and of each talk, as random words."""

from django.db import models

from seminars.models.talk import Talk


class Revision(models.Model):
    """One row, whose token is drawn anew by the database with every change of public data.

    Triggers do it (cache/revision.py), so that no writer can forget: not a bulk update, not a
    script, not a person at the database's own prompt.
    """

    token = models.CharField(max_length=36)
    #: Redrawn with what many talks share, such as venues and series.
    shared_token = models.CharField(max_length=36, default="new")
    changed_at = models.DateTimeField()
    #: Drawn anew by `migrate`, after which nothing that a process has counted holds.
    epoch = models.CharField(max_length=36, default="new")
    #: Rises with each change, on SQLite, which has no number of a transaction.
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="revision_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.token


class TalkRevision(models.Model):
    """A token that triggers draw anew with each change of a talk, or of what is the talk's alone.

    A talk has none that was there before the triggers. No constraint ties the two, for the token of
    a talk that is deleted stays.
    """

    talk = models.OneToOneField(
        Talk,
        related_name="revision",
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
    )
    token = models.CharField(max_length=36)
    #: That of the change, by which is found what has changed since somebody looked: of its
    #: transaction on PostgreSQL, of the revision on SQLite.
    number = models.BigIntegerField(default=0, db_index=True)

    def __str__(self) -> str:
        return self.token

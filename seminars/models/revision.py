"""Tokens that change with all public data, and with each talk."""

from django.db import models

from seminars.models.talk import Talk


class Revision(models.Model):
    """One row, whose token the database replaces with every change of public data.

    Triggers do it (cache/revision.py), so that no writer can forget: no bulk update, no script and
    no one at the database's prompt.
    """

    token = models.CharField(max_length=36)
    #: Replaced when rows that many talks share change, such as venues and series.
    shared_token = models.CharField(max_length=36, default="new")
    changed_at = models.DateTimeField()
    #: Replaced by `migrate`, after which the counts in memory are invalid.
    epoch = models.CharField(max_length=36, default="new")
    #: Incremented with each change on SQLite, which has no transaction ids.
    number = models.BigIntegerField(default=0)
    #: The release of the time zone data by which talks' instants were computed.
    zone_data = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="revision_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.token


class TalkRevision(models.Model):
    """A token that triggers replace with each change of a talk or of rows that belong to it.

    Talks older than the triggers have none. There is no foreign key constraint, because the tokens
    of deleted talks stay.
    """

    talk = models.OneToOneField(
        Talk,
        related_name="revision",
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
    )
    token = models.CharField(max_length=36)
    #: Identifies the change, to find talks changed since: the transaction id on PostgreSQL, the
    #: revision's number on SQLite.
    number = models.BigIntegerField(default=0, db_index=True)

    def __str__(self) -> str:
        return self.token

"""The state of everything public, as one random word."""

from django.db import models


class Revision(models.Model):
    """One row, whose token is drawn anew by the database with every change of public data.

    Triggers do it (seminars/freshness.py), so that no writer can forget: not a bulk update, not a
    script, not a person at the database's own prompt.
    """

    token = models.CharField(max_length=36)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="revision_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.token

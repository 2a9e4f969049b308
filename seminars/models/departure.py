"""What public talks have left, so that calendars can be updated."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Now

from seminars import sql
from seminars.models.talk import Talk

#: The dimension that a talk leaves when its text changes; the old text is in FormerWords.
WORDS = "words"

#: Dimensions whose changes already raise a talk's SEQUENCE.
SIGNIFICANT_DIMENSIONS = frozenset({"date", "venue", "attendance"})

#: How long departures and former words are retained: much longer than feeds report them, so that a
#: talk that comes back later supersedes the cancellations that programs may still have.
RETENTION = timedelta(days=400)

#: What a returning entry adds to SEQUENCE, to supersede the cancellation that feeds have sent with
#: the talk's SEQUENCE plus one.
_SEQUENCE_STEP = 2


class Departure(models.Model):
    """A talk that left a series, a topic, a group, a day … and so the feeds of those.

    `dimension` is the kind of row, `value` its id, or the word or ISO date itself. Feeds that
    contained the talk list it as canceled for 60 days; the row is retained for RETENTION.
    """

    talk = models.ForeignKey(Talk, related_name="departures", on_delete=models.CASCADE)
    dimension = models.CharField(max_length=12)
    value = models.CharField(max_length=20)
    left_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["talk", "dimension", "value"], name="departure_once_from_each"
            )
        ]
        indexes = [
            models.Index(fields=["dimension", "value"], name="departure_by_place"),
            models.Index(fields=["left_at"], name="departure_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.talk} · {self.dimension} {self.value}"

    @staticmethod
    def record(*, talks: Iterable[int], places: Iterable[tuple[str, str]], at: datetime) -> None:
        """Record that these talks have left all these places, each a dimension and a value."""
        ordered = sorted(places)
        Departure.objects.bulk_create(
            [
                Departure(talk_id=talk, dimension=dimension, value=value, left_at=at)
                for talk in talks
                for dimension, value in ordered
            ],
            update_conflicts=True,
            unique_fields=["talk", "dimension", "value"],
            update_fields=["left_at"],
        )

    @staticmethod
    def supersede(talks: Iterable[int], *, at: datetime) -> None:
        """Raise SEQUENCE of returning talks past the cancellations that feeds have sent."""
        Talk._base_manager.filter(pk__in=list(talks)).update(
            sequence=F("sequence") + _SEQUENCE_STEP, changed_at=at
        )

    @classmethod
    def any_since(cls, moment: datetime) -> bool:
        """Whether any talk has left anything or was withdrawn after this moment, in one query."""
        statement = (
            "SELECT EXISTS (SELECT 1 FROM seminars_departure WHERE left_at > %s)"
            " OR EXISTS (SELECT 1 FROM seminars_talk WHERE withdrawn_at > %s)"
        )
        [(exists,)] = sql.rows(statement, [connection.ops.adapt_datetimefield_value(moment)] * 2)
        return bool(exists)

"""What a talk must meet to be in a listing, and how one that has left it is recognized."""

from collections.abc import Iterable

from django.db.models import Exists, Q, QuerySet

from seminars.models import Departure
from seminars.models.departure import SIGNIFICANT_DIMENSIONS

NOTHING = Q(pk__in=[])


class Condition:
    """What a talk must meet `now`, and the departures of those that met it `before`."""

    def __init__(self, now: Q, before: Q = NOTHING) -> None:
        self.now = now
        self._before = before

    @property
    def before(self) -> Q:
        return self._before

    def held(self, departures: QuerySet[Departure]) -> Q:
        """Match the talks that meet it or, by these departures of theirs, recently did."""
        return self.now | Q(Exists(departures.filter(self.before)))

    def left_quietly(self, departures: QuerySet[Departure]) -> Q:
        """Match the talks that no longer meet it, and left without raising their SEQUENCE.

        `departures` are all that are retained: if an earlier one stopped counting while a later one
        still does, the SEQUENCE of the canceled entry would fall.
        """
        return ~self.now & Q(Exists(quiet(departures.filter(self.before))))


def quiet(departures: QuerySet[Departure]) -> QuerySet[Departure]:
    """Return the departures that did not raise their talk's SEQUENCE."""
    return departures.exclude(dimension__in=SIGNIFICANT_DIMENSIONS)


def departures_from(dimension: str, values: Iterable[object]) -> Q:
    """Match departures from any of these values of a dimension."""
    return Q(dimension=dimension, value__in=[str(value) for value in values])

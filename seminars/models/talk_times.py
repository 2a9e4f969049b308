"""Local times of a talk that clocks skip or show twice."""

import datetime
from collections.abc import Mapping
from datetime import UTC
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import clock


class Fold(models.IntegerChoices):
    """Which of two equal local times, on the day on which clocks go back; as `datetime.fold`."""

    FIRST = 0, _("The first")
    SECOND = 1, _("The second, after clocks go back")


def instant(
    field: str, day: datetime.date, at: datetime.time, zone: str, fold: int | None
) -> datetime.datetime:
    """Return the instant, in UTC; raise ValidationError for the field if clocks skip the time."""
    try:
        return clock.instant(day, at, zone, fold or Fold.FIRST)
    except clock.SkippedTimeError:
        sentence = gettext(
            "%(time)s doesn’t exist on this day in %(zone)s because clocks go forward."
        ) % {"time": time_format(at), "zone": zone}
        raise ValidationError({field: sentence}, code="skipped") from None


def end_error(start: datetime.time, *, has_end_date: bool) -> dict[str, str]:
    """Return what is wrong with an end before the start: over midnight, mostly the last day."""
    if has_end_date:
        return {"end_time": gettext("The talk must end after it starts.")}
    sentence = gettext("Enter the end date, or an end after %(start)s.")
    return {"end_time": sentence % {"start": time_format(start)}}


def repeated(
    zone: str, starts_at: datetime.datetime, ends_at: datetime.datetime | None
) -> dict[str, datetime.datetime]:
    """Return the first of two instants for each time that may mean either, by fold field.

    An end whose first instant is before the start is not in doubt.
    """
    firsts = {
        name: moment.astimezone(ZoneInfo(zone)).replace(fold=0).astimezone(UTC)
        for name, moment in {"start_fold": starts_at, "end_fold": ends_at}.items()
        if moment is not None and clock.happens_twice(moment, zone)
    }
    if firsts.get("end_fold", starts_at) <= starts_at:
        firsts.pop("end_fold", None)
    return firsts


def fold_labels(first: datetime.datetime, zone: str) -> Mapping[int, str]:
    """Return the labels of both times: “The first (CDT)”, “The second, after … (CST)”."""
    local = first.astimezone(ZoneInfo(zone))
    return {
        fold.value: f"{fold.label} ({local.replace(fold=fold.value).tzname()})" for fold in Fold
    }


def fold_question(first: datetime.datetime, zone: str) -> str:
    """Return the sentence that asks which of two equal times is meant."""
    at = time_format(first.astimezone(ZoneInfo(zone)).time())
    return gettext("%(time)s comes twice on this day because clocks go back. Choose which one.") % {
        "time": at
    }

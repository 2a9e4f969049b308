"""The database constraints of talks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import legacy_ids


def _web_page(field: str) -> Q:
    return (
        Q(**{field: ""})
        | Q(**{f"{field}__startswith": "https://"})
        | Q(**{f"{field}__startswith": "http://"})
    )


#: Forms show the messages; constraints without one cannot be violated in forms.
RULES: list[models.BaseConstraint] = [
    models.CheckConstraint(
        condition=Q(
            status__in=[*("tentative", "draft", "submitted", "announced", "postponed", "cancelled")]
        ),
        name="talk_status_known",
    ),
    models.CheckConstraint(
        condition=Q(attendance__in=["in-person", "online", "hybrid"]),
        name="talk_attendance_known",
    ),
    models.CheckConstraint(
        condition=Q(join_access__in=["public", "signed-in", "timed", "never"]),
        name="talk_join_access_known",
    ),
    models.CheckConstraint(
        condition=Q(date__isnull=False) | Q(status__in=["tentative", "draft"]),
        name="talk_public_has_date",
        violation_error_message=_("Only tentative talks and drafts can be undated."),
    ),
    models.CheckConstraint(
        condition=Q(date__isnull=False, starts_at__isnull=False, over_at__isnull=False)
        | Q(date__isnull=True, starts_at__isnull=True, over_at__isnull=True),
        name="talk_instants_derived",
    ),
    models.CheckConstraint(
        condition=Q(date__isnull=False)
        | Q(start_time__isnull=True, end_time__isnull=True, end_date__isnull=True),
        name="talk_times_need_date",
        violation_error_message=_("Enter a date as well."),
    ),
    models.CheckConstraint(
        condition=Q(start_time__isnull=False) | Q(end_time__isnull=True),
        name="talk_end_needs_start",
        violation_error_message=_("Enter a start time as well, or leave the end blank."),
    ),
    models.CheckConstraint(
        condition=Q(end_date__isnull=True) | Q(end_date__gt=F("date")),
        name="talk_last_day_later",
        violation_error_message=_("The end date must be after the date."),
    ),
    models.CheckConstraint(
        condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
        name="talk_ends_after_start",
        violation_error_message=_("The talk must end after it starts."),
    ),
    legacy_ids.own_id_constraint("event_id", "talk_event_id_free"),
    *(
        models.CheckConstraint(condition=_web_page(field), name=f"talk_{field}_is_web")
        for field in (
            "join_url",
            "registration_url",
            "external_url",
            "recording_url",
            "slides_url",
        )
    ),
]

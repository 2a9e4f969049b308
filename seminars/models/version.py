"""Snapshots of talks and shared rows after each change."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Version(models.Model):
    """All editable fields of one row, and of the rows that belong to it, after a change.

    The data are JSON: references as `{"id", "name"}`, dates and times in ISO 8601. The subject is
    not a foreign key, so that versions outlive it.
    """

    class Subject(models.TextChoices):
        TALK = "talk", _("Talk")
        SPEAKER = "speaker", _("Speaker")
        VENUE = "venue", _("Venue")
        SERIES = "series", _("Series")
        TOPIC = "topic", _("Topic")
        AUDIENCE = "audience", _("Audience")
        DEPARTMENT = "department", _("Department")

    class Verb(models.TextChoices):
        CREATED = "created", _("Created")
        DUPLICATED = "duplicated", _("Duplicated from another talk")
        IMPORTED = "imported", _("Imported")
        RECORDED = "recorded", _("Initial version")
        EDITED = "edited", _("Edited")
        SUBMITTED = "submitted", _("Submitted")
        APPROVED = "approved", _("Approved")
        ANNOUNCED = "announced", _("Announced")
        POSTPONED = "postponed", _("Postponed")
        RESCHEDULED = "rescheduled", _("Rescheduled")
        CANCELLED = "cancelled", _("Canceled")
        REINSTATED = "reinstated", _("Reinstated")
        WITHDRAWN = "withdrawn", _("Removed from the site")
        RESTORED = "restored", _("Restored")
        UNDONE = "undone", _("Undone")
        RESTORED_VERSION = "restored version", _("Restored to an earlier version")
        ERASED = "erased", _("Text erased")

    subject = models.CharField(max_length=20, choices=Subject.choices)
    subject_id = models.PositiveBigIntegerField()
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", null=True, on_delete=models.SET_NULL
    )
    verb = models.CharField(max_length=20, choices=Verb.choices)
    data = models.JSONField()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["subject", "subject_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "subject_id", "number"], name="version_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    subject__in=[
                        "talk",
                        "speaker",
                        "venue",
                        "series",
                        "topic",
                        "audience",
                        "department",
                    ]
                ),
                name="version_subject_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.subject_id}, {self.number}"

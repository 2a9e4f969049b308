"""Talks, with their local times as entered and the UTC instants derived from them."""

import datetime
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import legacy_ids
from seminars import clock, validators
from seminars.models import talk_rules, talk_times
from seminars.models.addresses import talk_address
from seminars.models.audience import Audience
from seminars.models.contact import Contact
from seminars.models.series import Series
from seminars.models.topic import Topic
from seminars.models.venue import Venue
from seminars.querysets import (
    PUBLIC,
    RECORDING_REQUIRES,
    VisibleTalks,
    public_recording_url,
)
from seminars.slugs import talk_slug
from seminars.text import markup

if TYPE_CHECKING:
    from seminars.models.appearance import Appearance

#: How long a talk without an end is assumed to last.
ASSUMED_LENGTH = datetime.timedelta(hours=1)

_FIRST_DAY, _LAST_DAY = datetime.date(1800, 1, 1), datetime.date(2200, 12, 31)


def site_zone() -> str:
    """Return the site's time zone, the default of new talks."""
    return settings.TIME_ZONE


_COUNTED = (
    *("status", "withdrawn_at", "series", "venue", "attendance"),
    *("recording_url", *RECORDING_REQUIRES),
)


class TalkQuerySet(VisibleTalks["Talk"]):
    """Queries for talks; the rules are in seminars/querysets.py."""


class Talk(Contact):
    """One talk. `date`, `start_time`, `end_time`, `end_date` and `timezone` are entered locally;
    `starts_at`, `ends_at` and `over_at` (UTC) are derived from them on every save.
    """

    class Status(models.TextChoices):
        TENTATIVE = "tentative", _("Tentative")
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        ANNOUNCED = "announced", _("Announced")
        POSTPONED = "postponed", _("Postponed")
        CANCELLED = "cancelled", _("Canceled")

    class Kind(models.TextChoices):
        TALK = "talk", _("Talk")
        COLLOQUIUM = "colloquium", _("Colloquium")
        LECTURE = "lecture", _("Lecture")
        DEFENCE = "defence", _("Defense")
        PANEL = "panel", _("Panel")
        WORKSHOP = "workshop", _("Workshop")
        SHORT_COURSE = "short-course", _("Short course")

    Fold = talk_times.Fold

    class Attendance(models.TextChoices):
        IN_PERSON = "in-person", _("In person")
        ONLINE = "online", _("Online")
        HYBRID = "hybrid", _("Hybrid")

    class JoinAccess(models.TextChoices):
        PUBLIC = "public", _("Everyone")
        SIGNED_IN = "signed-in", _("Signed-in people")
        TIMED = "timed", _("Everyone, shortly before the start")
        NEVER = "never", _("No one (it is emailed)")

    class RecordingConsent(models.TextChoices):
        UNKNOWN = "unknown", _("Not asked yet")
        YES = "yes", _("Yes")
        NO = "no", _("No")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event_id = legacy_ids.LegacyIdField(
        _("event number"),
        help_text=_("The talk’s number in the old calendar, used by old links."),
    )

    # What
    title = models.CharField(
        _("title"),
        max_length=500,
        blank=True,
        help_text=_("Leave blank for “Title to be announced”."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.TALK)
    language = models.CharField(
        _("language"),
        max_length=20,
        default="en",
        validators=[validators.language_tag],
    )
    series = models.ForeignKey(
        Series,
        verbose_name=_("series"),
        related_name="talks",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    co_series = models.ManyToManyField(
        Series,
        verbose_name=_("joint with"),
        related_name="joint_talks",
        blank=True,
        help_text=_("The talk also appears in these series."),
    )
    abstract = models.TextField(_("abstract"), blank=True)
    abstract_html = models.TextField(blank=True, editable=False)
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), related_name="talks", blank=True
    )
    audiences = models.ManyToManyField(
        Audience, verbose_name=_("audiences"), related_name="talks", blank=True
    )
    notice = models.CharField(
        _("notice"),
        max_length=200,
        blank=True,
        help_text=_("A short line that stands out, such as “Note the unusual room”."),
    )

    # Who
    speaker_tba = models.BooleanField(_("speaker to be announced"), default=False)

    # When, as entered
    date = models.DateField(
        _("date"),
        null=True,
        blank=True,
        validators=[MinValueValidator(_FIRST_DAY), MaxValueValidator(_LAST_DAY)],
    )
    start_time = models.TimeField(
        _("start"),
        null=True,
        blank=True,
        help_text=_("Leave blank until the time is known."),
    )
    end_time = models.TimeField(_("end"), null=True, blank=True)
    end_date = models.DateField(
        _("end date"), null=True, blank=True, help_text=_("Only if it ends on another day.")
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default=site_zone, validators=[validators.time_zone]
    )
    #: As `datetime.fold`; None if the time does not occur twice, or nobody has chosen.
    start_fold = models.PositiveSmallIntegerField(
        _("which start"), choices=Fold.choices, null=True, blank=True
    )
    end_fold = models.PositiveSmallIntegerField(
        _("which end"), choices=Fold.choices, null=True, blank=True
    )

    # When, derived
    starts_at = models.DateTimeField(null=True, editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    over_at = models.DateTimeField(null=True, editable=False)
    previous_starts_at = models.DateTimeField(null=True, editable=False)

    # Where
    venue = models.ForeignKey(
        Venue,
        verbose_name=_("venue"),
        related_name="talks",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    room = models.CharField(
        _("room"), max_length=100, blank=True, help_text=_("Leave blank for the venue’s own room.")
    )
    attendance = models.CharField(
        _("attendance"), max_length=10, choices=Attendance.choices, default=Attendance.IN_PERSON
    )

    # Join
    join_url = models.URLField(
        _("join link"), max_length=1000, blank=True, validators=[validators.web_address]
    )
    join_note = models.CharField(
        _("how to join"), max_length=300, blank=True, help_text=_("Everyone can see this line.")
    )
    join_access = models.CharField(
        _("who can see the join link"),
        max_length=10,
        choices=JoinAccess.choices,
        default=JoinAccess.SIGNED_IN,
    )
    join_opens_minutes = models.PositiveSmallIntegerField(
        _("minutes before the start"),
        default=15,
        validators=[MaxValueValidator(7 * 24 * 60)],
        help_text=_("When the join link appears, if it appears shortly before the start."),
    )
    registration_url = models.URLField(
        _("registration link"), max_length=1000, blank=True, validators=[validators.web_address]
    )
    external_url = models.URLField(
        _("external page"), max_length=1000, blank=True, validators=[validators.web_address]
    )
    refreshments = models.CharField(_("refreshments"), max_length=300, blank=True)

    # After
    recording_url = models.URLField(
        _("recording"),
        max_length=1000,
        blank=True,
        validators=[validators.web_address],
        help_text=_("Public only if the speaker allows the recording."),
    )
    recording_consent = models.CharField(
        _("recording allowed"),
        max_length=10,
        choices=RecordingConsent.choices,
        default=RecordingConsent.UNKNOWN,
    )
    slides_url = models.URLField(
        _("slides"), max_length=1000, blank=True, validators=[validators.web_address]
    )
    notes = models.TextField(
        _("notes for organizers"),
        blank=True,
        help_text=_("Travel, dinner and the like. Never shown to others."),
    )

    # State
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[TalkQuerySet] = TalkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        ordering = ["starts_at", "pk"]
        indexes = [
            # Covering what lists filter by and facets count, so that neither deep pages nor counts
            # read the talks themselves, which are long.
            models.Index(fields=["starts_at", "id", "over_at", *_COUNTED], name="talk_by_start"),
            models.Index(fields=["over_at", "starts_at", "id", *_COUNTED], name="talk_by_end"),
            # The few talks that last several days.
            models.Index(
                fields=["end_date"],
                condition=Q(end_date__isnull=False),
                name="talk_by_last_day",
            ),
            models.Index(fields=["series", "starts_at"], name="talk_by_series"),
            models.Index(
                fields=["withdrawn_at"],
                condition=Q(withdrawn_at__isnull=False),
                name="talk_by_withdrawal",
            ),
        ]
        constraints = talk_rules.RULES

    def __str__(self) -> str:
        return self.title or gettext("Title to be announced")

    @property
    def slug(self) -> str:
        """The readable last part of the talk's address, which only the id identifies."""
        return talk_slug(self.title)

    def get_absolute_url(self) -> str:
        return talk_address(self.pk, self.title)

    @property
    def is_public(self) -> bool:
        """Whether everyone may see it; the same rule as `TalkQuerySet.public`."""
        return self.status in PUBLIC and self.withdrawn_at is None

    @property
    def public_recording_url(self) -> str:
        """The address of the recording, if visitors may see it."""
        return public_recording_url(self)

    @property
    def is_off(self) -> bool:
        """Whether it does not take place at its current time: canceled or postponed."""
        return self.status in (self.Status.CANCELLED, self.Status.POSTPONED)

    @property
    def people(self) -> "list[Appearance]":
        """Everyone who appears at the talk, in order."""
        return list(self.appearances.all())

    @property
    def is_online_only(self) -> bool:
        """Whether there is no room to go to."""
        return self.attendance == self.Attendance.ONLINE

    def derive(self) -> None:
        """Compute the UTC instants from the local times.

        Raises ValidationError for the field if a time does not exist in the zone, or the talk ends
        before it starts.
        """
        self.starts_at = self.ends_at = self.over_at = None
        if self.date is None:
            return
        if self.timezone not in clock.zones():
            raise ValidationError({"timezone": gettext("Choose a time zone.")}, code="zone")
        if not _FIRST_DAY <= self.date <= (self.end_date or self.date) <= _LAST_DAY:
            raise ValidationError({"date": gettext("This date is out of range.")}, code="range")
        last_day = self.end_date or self.date
        if self.start_time is None:
            self.starts_at = clock.midnight(self.date, self.timezone)
            self.over_at = clock.end_of_day(last_day, self.timezone)
            return
        self.starts_at = self._instant("start_time", self.date, self.start_fold)
        if self.end_time is not None:
            self.ends_at = self._instant("end_time", last_day, self.end_fold)
            if self.end_fold is None and self.ends_at <= self.starts_at:
                # If the first of two ends is before the start, only the second is meant.
                self.ends_at = self._instant("end_time", last_day, self.Fold.SECOND)
            if self.ends_at <= self.starts_at:
                raise ValidationError(
                    talk_times.end_error(self.start_time, has_end_date=self.end_date is not None),
                    code="order",
                )
        elif self.end_date is not None:
            self.over_at = clock.end_of_day(self.end_date, self.timezone)
            return
        self.over_at = self.ends_at or self.starts_at + ASSUMED_LENGTH

    def repeated_times(self) -> dict[str, datetime.datetime]:
        """Return the first of two instants for each time that may mean either, by fold field."""
        if self.starts_at is None or self.start_time is None:
            return {}
        return talk_times.repeated(self.timezone, self.starts_at, self.ends_at)

    def _instant(self, field: str, day: datetime.date, fold: int | None) -> datetime.datetime:
        return talk_times.instant(field, day, getattr(self, field), self.timezone, fold)

    def clean(self) -> None:
        """Refuse fields that contradict each other, with one sentence per field."""
        super().clean()
        errors: dict[str, str] = {}
        if self.date is None:
            if self.status not in (self.Status.TENTATIVE, self.Status.DRAFT):
                errors["date"] = gettext("Only tentative talks and drafts can be undated.")
            elif self.start_time or self.end_time or self.end_date:
                errors["date"] = gettext("Enter a date as well.")
        elif self.end_time is not None and self.start_time is None:
            errors["start_time"] = gettext("Enter a start time as well, or leave the end blank.")
        elif self.end_date is not None and self.end_date <= self.date:
            errors["end_date"] = gettext("The end date must be after the date.")
        if errors:
            raise ValidationError(errors)
        self.derive()
        for name in {"start_fold", "end_fold"} - self.repeated_times().keys():
            setattr(self, name, None)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        self.abstract_html = markup.html(self.abstract)
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {
                *(*fields, "starts_at", "ends_at", "over_at"),
                *(["abstract_html"] if "abstract" in fields else []),
            }
        super().save(*args, **kwargs)
        legacy_ids.assign(self, "event_id")

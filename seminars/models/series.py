"""Series of talks, and the defaults for their new talks."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from seminars import validators
from seminars.models.addresses import series_address
from seminars.models.audience import Audience
from seminars.models.contact import Contact
from seminars.models.department import Department
from seminars.models.named import Named
from seminars.models.venue import Venue
from seminars.text import markup


class Series(Named, Contact):
    """A recurring seminar or colloquium."""

    class Weekday(models.IntegerChoices):
        """As in `date.weekday()`."""

        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    short_code = models.CharField(
        _("short code"), max_length=20, blank=True, help_text=_("For example, “CS” or “TCS+”.")
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        related_name="series",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    description = models.TextField(_("description"), blank=True)
    description_html = models.TextField(blank=True, editable=False)
    colour = models.CharField(
        _("color"), max_length=7, blank=True, validators=[validators.hex_color]
    )
    home_group = models.ForeignKey(
        Group,
        verbose_name=_("home group"),
        related_name="home_of",
        null=True,
        blank=True,
        limit_choices_to={"visibility": Group.Visibility.PUBLIC},
        help_text=_("The public group of its talks in the old calendar’s feeds."),
        on_delete=models.SET_NULL,
    )
    mailing_list = models.EmailField(_("mailing list"), blank=True)
    organisers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("organizers"),
        related_name="organised_series",
        blank=True,
        help_text=_("Staff who may view and edit all talks in this series."),
    )
    needs_approval = models.BooleanField(
        _("talks need approval"),
        default=False,
        help_text=_("Organizers submit their talks, and an administrator announces them."),
    )

    weekday = models.PositiveSmallIntegerField(
        _("usual weekday"), choices=Weekday.choices, null=True, blank=True
    )
    start_time = models.TimeField(_("usual start time"), null=True, blank=True)
    length = models.PositiveSmallIntegerField(
        _("usual length"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(24 * 60)],
        help_text=_("In minutes."),
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, validators=[validators.time_zone], blank=True
    )
    venue = models.ForeignKey(
        Venue,
        verbose_name=_("usual venue"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    audiences = models.ManyToManyField(
        Audience, verbose_name=_("audiences"), related_name="+", blank=True
    )

    class Meta(Named.Meta):
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__range=(0, 6)),
                name="series_weekday_known",
            ),
            models.CheckConstraint(
                condition=Q(length__range=(5, 24 * 60)), name="series_length_sensible"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.description_html = markup.html(self.description)
        if "description" in (fields := kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*fields, "description_html"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return series_address(self.slug)

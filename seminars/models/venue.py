"""Where talks happen."""

from urllib.parse import urlencode

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from seminars import validators
from seminars.models.addresses import venue_address


class Venue(models.Model):
    """A building, or one room in it, with directions for visitors."""

    building = models.CharField(_("building"), max_length=200)
    short_name = models.CharField(
        _("short name"), max_length=60, blank=True, help_text=_("For lists, such as “Mudd”.")
    )
    slug = models.SlugField(
        _("web address"),
        max_length=100,
        unique=True,
        help_text=_("The last part of the web address. It can’t be changed later."),
    )
    former_name = models.CharField(_("former name"), max_length=200, blank=True)
    room = models.CharField(
        _("room"),
        max_length=100,
        blank=True,
        help_text=_("Leave blank if talks take place in several rooms of the building."),
    )
    campus = models.CharField(_("campus"), max_length=100, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("state or region"), max_length=100, blank=True)
    postcode = models.CharField(_("ZIP or postal code"), max_length=20, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"\A[A-Z]{2}\Z", _("Enter two capital letters, such as US."))],
        help_text=_("Two letters, such as US or GB."),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validators.time_zone]
    )
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    access = models.TextField(_("getting there"), blank=True)
    step_free = models.TextField(_("step-free access"), blank=True)
    hearing_loop = models.BooleanField(_("hearing loop"), default=False)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["building", "room"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="venue_position_whole_and_on_earth",
                violation_error_message=_("Enter both latitude and longitude, or neither."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.building}, {self.room}" if self.room else self.building

    def get_absolute_url(self) -> str:
        return venue_address(self.slug)

    @property
    def locality(self) -> str:
        """City, region and postal code on one line: “Evanston, IL 60208”."""
        region_and_code = " ".join(filter(None, [self.region, self.postcode]))
        return ", ".join(filter(None, [self.city, region_and_code]))

    @property
    def map_url(self) -> str:
        """A map of the coordinates, or else of the address; empty without either."""
        if self.latitude is not None and self.longitude is not None:
            query = urlencode({"mlat": self.latitude, "mlon": self.longitude})
            return f"https://www.openstreetmap.org/?{query}#map=18/{self.latitude}/{self.longitude}"
        if self.street or self.city:
            query = urlencode({"query": ", ".join(filter(None, [self.street, self.locality]))})
            return f"https://www.openstreetmap.org/search?{query}"
        return ""

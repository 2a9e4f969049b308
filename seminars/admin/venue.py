"""Venues, which all series share."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from seminars.admin.rights import EditedByOrganizers
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Venue


@admin.register(Venue)
class VenueAdmin(EditedByOrganizers[Venue], VersionedAdmin[Venue]):
    list_display = ("building", "room", "street", "city", "capacity")
    search_fields = ("building", "short_name", "former_name", "room")
    prepopulated_fields = {"slug": ("building", "room")}
    fieldsets = (
        (None, {"fields": (("building", "room"), ("short_name", "former_name"), "slug")}),
        (
            _("Address"),
            {
                "fields": (
                    "campus",
                    "street",
                    ("city", "region"),
                    ("postcode", "country"),
                    ("latitude", "longitude"),
                    "timezone",
                )
            },
        ),
        (_("Access"), {"fields": ("capacity", "access", "step_free", "hearing_loop")}),
    )

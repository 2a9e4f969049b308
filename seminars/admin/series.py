"""Series: administrators edit them, organizers may view their settings."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminars.admin.rights import EditedByAdministrators, own_series, user_of
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Series


@admin.register(Series)
class SeriesAdmin(EditedByAdministrators[Series], VersionedAdmin[Series]):
    list_display = ("name", "short_code", "department", "weekday", "start_time")
    list_select_related = ("department",)
    search_fields = ("name", "short_code")
    autocomplete_fields = ("department", "venue", "audiences", "organisers", "home_group")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "short_code"),
                    "slug",
                    "department",
                    "description",
                    "colour",
                    "mailing_list",
                )
            },
        ),
        (_("Organizers"), {"fields": ("organisers", "needs_approval")}),
        (
            _("Defaults for new talks"),
            {
                "fields": (
                    ("weekday", "start_time", "length"),
                    "timezone",
                    "venue",
                    "audiences",
                    ("contact_name", "contact_phone"),
                    "contact_email",
                    "cost",
                )
            },
        ),
        (_("Old calendar"), {"classes": ("collapse",), "fields": ("home_group",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        return own_series(user_of(request))

"""Audiences, which all series share."""

from django.contrib import admin

from seminars.admin.rights import EditedByAdministrators
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Audience


@admin.register(Audience)
class AudienceAdmin(EditedByAdministrators[Audience], VersionedAdmin[Audience]):
    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug", "legacy_id")

"""Audiences: the same few for all series."""

from django.contrib import admin

from seminars.admin.recorded import Recorded
from seminars.admin.rights import ByAdministrators
from seminars.models import Audience


@admin.register(Audience)
class AudienceAdmin(ByAdministrators[Audience], Recorded[Audience]):
    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug")

"""Topics, which all series share."""

from django.contrib import admin

from seminars.admin.rights import EditedByOrganizers
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Topic


@admin.register(Topic)
class TopicAdmin(EditedByOrganizers[Topic], VersionedAdmin[Topic]):
    list_display = ("name", "kind", "parent")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name",)
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "kind", "parent", "slug")

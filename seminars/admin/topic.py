"""Topics, which all series share."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from seminars.admin.forms import VersionedForm
from seminars.admin.rights import EditedByOrganizers, user_of
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Topic
from seminars.querysets import administers


class TopicForm(VersionedForm[Topic]):
    """Accepts a number in the old calendar for categories only."""

    def clean(self) -> Any:
        data = super().clean() or self.cleaned_data
        if "legacy_id" in self.changed_data and data.get("kind") != Topic.Kind.CATEGORY:
            sentence = _("Only a category has a number in the old calendar.")
            self.add_error("legacy_id", forms.ValidationError(sentence, code="kind"))
        return data


@admin.register(Topic)
class TopicAdmin(EditedByOrganizers[Topic], VersionedAdmin[Topic]):
    form = TopicForm
    list_display = ("name", "kind", "parent")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name",)
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "kind", "parent", "slug", "legacy_id")

    def get_fields(self, request: HttpRequest, obj: Topic | None = None) -> Any:
        """Return the fields; only administrators set the number in the old calendar."""
        fields = super().get_fields(request, obj)
        shown = administers(user_of(request))
        return fields if shown else [one for one in fields if one != "legacy_id"]

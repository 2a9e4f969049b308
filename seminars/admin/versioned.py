"""ModelAdmins that record every save in the history and detect edit conflicts."""

from contextlib import AbstractContextManager
from typing import Any, Generic

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import QuerySet
from django.forms.formsets import all_valid
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.text import capfirst

from seminars.admin.autocomplete import WithAutocomplete, is_key
from seminars.admin.conflict import (
    Conflict,
    base_number,
    conflict_of,
    merge,
    posted_values,
    rejected_values,
    unchanged_references,
    version_number,
)
from seminars.admin.forms import WIDGETS, VersionedForm
from seminars.admin.history import WithHistory
from seminars.admin.rights import Row, user_of
from seminars.models import Audience, Topic
from seminars.services import changes, deleting, snapshots, versions
from seminars.services.errors import ConflictError
from seminars.services.snapshots import Merged, Side

_CONFLICT = "_seminars_conflict"


class VersionedAdmin(WithHistory[Row], WithAutocomplete[Row], admin.ModelAdmin[Row], Generic[Row]):
    """Saves a form and its inlines as one change, based on the version that it showed."""

    form: Any = VersionedForm
    formfield_overrides = WIDGETS
    change_form_template = "admin/seminars/change_form.html"
    show_full_result_count = False
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> Any:
        """The slug is read-only once saved, because subscribed calendars keep using the address."""
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "slug"] if obj is not None and "slug" in self._field_names else fixed

    def get_prepopulated_fields(self, request: HttpRequest, obj: Row | None = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    @property
    def _field_names(self) -> set[str]:
        return {one.name for one in self.model._meta.fields}

    def change(self, row: Row, request: HttpRequest) -> AbstractContextManager[Any]:
        """Return the context in which the row is saved."""
        return changes.changing_shared(
            subject=row,  # type: ignore[arg-type]
            by=user_of(request),
            now=timezone.now(),
            base=base_number(request.POST.get("base")) if row.pk else None,
        )

    def save_model(
        self, request: HttpRequest, obj: Row, form: forms.ModelForm[Row], change: bool
    ) -> None:
        """Do nothing; `save_related` saves everything at once."""

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[Row], formsets: Any, change: bool
    ) -> None:
        with self.change(form.instance, request):
            form.instance.save()
            super().save_related(request, form, formsets, change)

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        """Delete through the service for rows that have one."""
        if isinstance(obj, Topic | Audience):
            deleting.delete(subject=obj, now=timezone.now())
        else:
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Row]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def snapshot(self, form: forms.ModelForm[Row], formsets: Any) -> snapshots.Snapshot:
        """Return a snapshot of the form's valid values."""
        return snapshots.cleaned(self.model, form.cleaned_data)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if "_saveasnew" in request.POST:
            # Django handles this button even if it is not shown, and then fails.
            data = request.POST.copy()
            del data["_saveasnew"]
            request.POST = data  # type: ignore[assignment]
        self._merge(request, object_id)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ConflictError:
            # Someone saved between the check above and the lock.
            self._merge(request, object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _merge(self, request: HttpRequest, object_id: str | None) -> None:
        """Rebase an outdated form on the latest version.

        It is shown again instead of being saved, with the changes of both.
        """
        if request.method != "POST" or not object_id:
            return
        base = base_number(request.POST.get("base"))
        row = self.get_object(request, object_id)
        if row is None or not self.has_change_permission(request, row):
            return
        try:
            versions.refuse_conflict(versions.latest(row), base)  # type: ignore[arg-type]
        except ConflictError as error:
            self._show_both(request, row, error, base_known=base != versions.UNKNOWN)

    def _show_both(
        self, request: HttpRequest, row: Row, error: ConflictError, *, base_known: bool
    ) -> None:
        made = self.get_form(
            request, row, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, row))
        )
        shown = made(instance=row)
        values = {name: posted_values(shown[name]) for name in shown.fields}
        sent = made(request.POST, instance=row)
        formsets, _inlines = self._create_formsets(  # type: ignore[attr-defined]
            request, sent.instance, change=True
        )
        sent.is_valid()
        all_valid(formsets)
        mine = self.snapshot(sent, formsets)
        mine |= unchanged_references(sent, request.POST, error.base.data if error.base else {})
        merged = merge(error, mine)
        data = request.POST.copy()
        data["base"] = str(error.theirs.number)
        for name, one in merged.items():
            if one.side is Side.THEIRS and name in values:
                data.setlist(name, values[name])
        self.merge_rows(data, row, merged)
        request.POST = data  # type: ignore[assignment]
        conflict = conflict_of(self.model, error, merged, base_known=base_known)
        conflict.conflicting.extend(rejected_values(sent, request.POST, error, mine))
        if base_known or conflict.conflicting:
            setattr(request, _CONFLICT, conflict)

    def merge_rows(self, data: QueryDict, row: Row, merged: dict[str, Merged]) -> None:
        """Merge the form's inlines; by default there are none."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, title | (extra_context or {}))

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Row], *args: Any
    ) -> HttpResponse | None:
        """Run the action on the chosen rows, ignoring malformed keys."""
        data = request.POST.copy()
        chosen = data.getlist(ACTION_CHECKBOX_NAME)
        data.setlist(ACTION_CHECKBOX_NAME, [one for one in chosen if is_key(one)])
        request.POST = data  # type: ignore[assignment]
        return super().response_action(request, queryset, *args)

    def get_form(
        self, request: HttpRequest, obj: Row | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Row]]:
        made = super().get_form(request, obj, change=change, **kwargs)
        made.conflict = getattr(request, _CONFLICT, None)  # type: ignore[attr-defined]
        return made

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        conflict: Conflict | None = getattr(request, _CONFLICT, None)
        row = context.get("original")
        base: int | None = base_number(request.POST.get("base")) if row is not None else None
        if row is not None and base == versions.UNKNOWN:
            base = version_number(versions.latest(row))
        context |= {"conflict": conflict, "base": base}
        return super().render_change_form(request, context, *args, **kwargs)

"""The administration of talks."""

from contextlib import AbstractContextManager
from itertools import groupby
from operator import attrgetter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from seminars.admin import warnings
from seminars.admin.autocomplete import Checkboxes
from seminars.admin.conflict import base_number, merge_appearances, write_appearances
from seminars.admin.forms import hint
from seminars.admin.new_talk import WithDefaults
from seminars.admin.previews import WithPreviews
from seminars.admin.rights import own_series, user_of
from seminars.admin.states import NewDateForm, WithStates, actions_for, rescheduled_message
from seminars.admin.talk_form import FIELDSETS, STAYS_POSTPONED, AppearanceInline, TalkForm
from seminars.admin.talk_list import TalkList, badge
from seminars.admin.versioned import VersionedAdmin
from seminars.models import Talk
from seminars.querysets import administers, organizes
from seminars.services import snapshots
from seminars.services.approval import needs_approval
from seminars.services.editing import editing
from seminars.services.snapshots import Merged, Side

#: Actions that buttons below the form take after saving, by button name.
_AFTER_SAVING = {"_announce": "announce", "_submit": "submit"}


#: The attribute of a request that says whether its form has changed the talk.
_CHANGED = "_seminars_changed"


@admin.register(Talk)
class TalkAdmin(WithStates, WithDefaults, WithPreviews, TalkList, VersionedAdmin[Talk]):
    form = TalkForm
    fieldsets = FIELDSETS
    inlines = (AppearanceInline,)
    autocomplete_fields = ("series", "co_series", "venue", "topics", "audiences")
    change_form_template = "admin/seminars/talk/change_form.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return organizes(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        if obj is None:
            return organizes(request.user)
        return Talk.objects.editable_by(request.user).filter(pk=obj.pk).exists()

    def has_change_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        """A withdrawn talk is read-only until it is restored."""
        if obj is not None and obj.withdrawn_at is not None:
            return False
        return self.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return organizes(request.user) and own_series(user_of(request)).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        """Talks are withdrawn instead of deleted, so that calendars are updated."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Talk]:
        return Talk.objects.editable_by(request.user)

    def view_on_site(self, talk: Talk) -> str | None:
        return talk.get_absolute_url() if talk.is_public else None

    def get_form(
        self, request: HttpRequest, obj: Talk | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Talk]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = user_of(request)  # type: ignore[attr-defined]
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Talk | None = None) -> Any:
        """Hide fields that do not apply.

        Joint series need a second series to choose; the event number is for administrators, and the
        checkbox that keeps a talk postponed is for postponed talks.
        """
        fieldsets = super().get_fieldsets(request, obj)
        hidden = set[str]()
        if obj is None or obj.status != Talk.Status.POSTPONED or obj.withdrawn_at is not None:
            hidden.add(STAYS_POSTPONED)
        if administers(request.user):
            return _without(hidden, fieldsets)
        hidden.add("event_id")
        if own_series(user_of(request)).count() < 2 and not (obj and obj.co_series.exists()):
            hidden.add("co_series")
        return _without(hidden, fieldsets)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Organizers have few series, which are listed without autocomplete."""
        names = list(super().get_autocomplete_fields(request))
        if administers(request.user):
            return names
        return [name for name in names if name not in ("series", "co_series")]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "co_series" and not administers(request.user):
            kwargs["widget"] = Checkboxes
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # Only speakers, venues and topics can be created from this form.
        if db_field.name in ("series", "co_series", "audiences") and field is not None:
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = field.widget.can_delete_related = False
        return field

    def change(self, row: Talk, request: HttpRequest) -> AbstractContextManager[Any]:
        return editing(
            talk=row,
            by=user_of(request),
            now=timezone.now(),
            base=base_number(request.POST.get("base")) if row.pk else None,
            stays_postponed=STAYS_POSTPONED in request.POST,
        )

    def save_model(self, request: HttpRequest, obj: Talk, form: Any, change: bool) -> None:
        if not change and "_tentative" in request.POST:
            obj.status = Talk.Status.TENTATIVE

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        talk: Talk = form.instance
        was_postponed = talk.status == Talk.Status.POSTPONED
        changed = form.has_changed() or any(one.has_changed() for one in formsets)
        setattr(request, _CHANGED, changed)
        super().save_related(request, form, formsets, change)
        if was_postponed and talk.status == Talk.Status.ANNOUNCED:
            self.message_user(request, rescheduled_message(talk), messages.SUCCESS)

    def snapshot(self, form: forms.ModelForm[Talk], formsets: Any) -> snapshots.Snapshot:
        return snapshots.cleaned(Talk, form.cleaned_data, formsets[0].people())

    def merge_rows(self, data: QueryDict, row: Talk, merged: dict[str, Merged]) -> None:
        people = merged[snapshots.APPEARANCES]
        if people.side not in (Side.NOBODY, Side.MINE):
            present = {(one.speaker_id, str(one.role)): one.pk for one in row.appearances.all()}
            write_appearances(data, "appearances", merge_appearances(people, present), row.pk)

    def response_add(
        self, request: HttpRequest, obj: Talk, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._saved(request, obj, _("The talk has been saved."))

    def response_change(self, request: HttpRequest, obj: Talk) -> HttpResponse:
        return self._saved(request, obj, _("Your changes have been saved."))

    def _saved(self, request: HttpRequest, talk: Talk, sentence: str) -> HttpResponse:
        """Take the action of the button, if any, and show the form again with its warnings."""
        # Enter in the field of the new date presses the form's first button.
        beside = request.POST.get("_verb") or (request.POST.get("new-date") and "reschedule")
        if not beside or getattr(request, _CHANGED, True):
            self.message_user(request, sentence, messages.SUCCESS)
        if beside:
            return self.act_after_saving(request, talk, beside)
        for button, verb in _AFTER_SAVING.items():
            if button in request.POST:
                self.move(request, talk, verb)
        return HttpResponseRedirect(self.page(talk))

    def page(self, talk: Talk) -> str:
        return self.address("change", talk.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        talk: Talk | None = context.get("original")
        user = user_of(request)
        context["may_announce"] = administers(user)
        if talk is None:
            chosen = context["adminform"].form.initial.get("series")
            wanted = own_series(user).filter(pk=chosen, needs_approval=True).exists()
            context["may_announce"] = administers(user) or not wanted
        else:
            context["may_announce"] = administers(user) or not needs_approval(talk)
            context |= {
                "badge": badge(talk),
                "actions": actions_for(talk, user),
                "new_date": _new_date(request, talk),
            }
            if request.method == "GET" and self.has_change_permission(request, talk):
                _warn(context, talk, user)
        return super().render_change_form(request, context, *args, **kwargs)


def _without(hidden: set[str], fieldsets: Any) -> list[tuple[Any, Any]]:
    remaining = [
        (title, {**one, "fields": [name for name in one["fields"] if name not in hidden]})
        for title, one in fieldsets
    ]
    return [(title, one) for title, one in remaining if one["fields"]]


def _new_date(request: HttpRequest, talk: Talk) -> NewDateForm | None:
    """Return the form that reschedules a talk, with earlier input; None if it cannot be."""
    if talk.status not in ("announced", "postponed") or talk.withdrawn_at is not None:
        return None
    for data in (request.GET, request.POST):
        if data.get("new-date"):
            return NewDateForm(data, prefix="new")
    return NewDateForm.of(talk)


def _warn(context: dict[str, Any], talk: Talk, user: User) -> None:
    """Show warnings beside their fields, and link to them above the form."""
    form = context["adminform"].form
    fields = {name: form[name] for name in form.fields}
    for inline in context["inline_admin_formsets"]:
        for row in inline.formset.initial_forms:
            fields[f"{warnings.SPEAKER}-{row.instance.pk}"] = row["speaker"]
    found = [one for one in warnings.of(talk, timezone.now(), user) if one.field in fields]
    for name, shown in groupby(sorted(found, key=attrgetter("field")), attrgetter("field")):
        hint(fields[name], [one.sentence for one in shown])
    context["warnings"] = [(fields[one.field].id_for_label, one.label) for one in found]

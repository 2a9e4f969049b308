"""The form of a talk and its speakers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from seminars.admin.autocomplete import WithAutocomplete
from seminars.admin.forms import AdminForm, VersionedForm
from seminars.admin.rights import own_series
from seminars.models import Appearance, Series, Talk
from seminars.models.talk_times import fold_labels, fold_question
from seminars.querysets import administers
from seminars.services.defaults import speaker_defaults

_COLLAPSED = ("collapse",)
#: The checkbox below the date of a postponed talk, which is not a field of the model.
STAYS_POSTPONED = "stays_postponed"
#: Shown only for times that occur twice.
FOLDS = ("start_fold", "end_fold")

FIELDSETS: list[tuple[Any, Any]] = [
    (
        _("Talk"),
        {
            "fields": [
                "series",
                "co_series",
                "title",
                ("kind", "language"),
                "abstract",
                "topics",
                "notice",
            ]
        },
    ),
    (None, {"fields": ["speaker_tba"]}),
    (
        _("Date and time"),
        {
            "fields": [
                ("date", "start_time", "end_time"),
                ("end_date", "timezone"),
                FOLDS,
                STAYS_POSTPONED,
            ]
        },
    ),
    (_("Location"), {"fields": ["attendance", ("venue", "room"), "refreshments"]}),
    (
        _("Joining and registration"),
        {
            "fields": [
                "join_url",
                "join_note",
                ("join_access", "join_opens_minutes"),
                "registration_url",
                "external_url",
            ]
        },
    ),
    (_("Recording and slides"), {"fields": [("recording_consent", "recording_url"), "slides_url"]}),
    (
        _("Audience, contact and cost"),
        {
            "classes": _COLLAPSED,
            "fields": ["audiences", ("contact_name", "contact_phone"), "contact_email", "cost"],
        },
    ),
    (_("Organizers only"), {"classes": _COLLAPSED, "fields": ["notes"]}),
    (_("Old calendar"), {"classes": _COLLAPSED, "fields": ["event_id"]}),
]


class TalkForm(VersionedForm[Talk]):
    """A talk's form for `user`, which is set on the class for each request."""

    user: User

    stays_postponed = forms.BooleanField(
        label=_("Keep postponed"),
        required=False,
        help_text=_("Otherwise, a new date or start time announces the talk again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "series" in self.fields:
            self._limit_series()
        venue = self.instance.venue
        if "room" in self.fields and venue is not None and venue.room:
            sentence = gettext("Leave blank for %(room)s.") % {"room": venue.room}
            self.fields["room"].help_text = sentence
        for name in FOLDS:
            if name in self.fields:
                self.fields[name].widget = forms.HiddenInput()
        self._show_folds()

    def _show_folds(self) -> None:
        """Show the choice between the first and the second of two equal times."""
        zone = self.instance.timezone
        for name, first in self.instance.repeated_times().items():
            if name in self.fields:
                field = self.fields[name]
                field.widget = forms.Select()
                field.choices = [("", "---------"), *fold_labels(first, zone).items()]  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """Ask which of two equal times is meant."""
        super()._post_clean()  # type: ignore[misc]
        if not {"date", "start_time", "end_time", "end_date", "timezone"}.isdisjoint(self.errors):
            return
        self._show_folds()
        for name, first in self.instance.repeated_times().items():
            if name in self.fields and getattr(self.instance, name) is None:
                self.add_error(name, fold_question(first, self.instance.timezone))

    def _limit_series(self) -> None:
        """Offer only this person's series; a joint talk of another series stays in it."""
        if administers(self.user):
            return
        own = own_series(self.user)
        series = self.fields["series"]
        assert isinstance(series, forms.ModelChoiceField)  # noqa: S101 - it is a foreign key
        series.required, series.empty_label = True, None
        series.queryset = own
        current = self.instance.series_id or 0
        if self.instance.pk and not own.filter(pk=current).exists():
            series.disabled, series.required = True, False
            series.queryset = Series.objects.filter(pk=current)
        if "co_series" in self.fields:
            joint = self.instance.co_series.values("pk") if self.instance.pk else own.none()
            others = self.fields["co_series"]
            assert isinstance(others, forms.ModelMultipleChoiceField)  # noqa: S101 - as above
            others.queryset = Series.objects.filter(
                Q(pk__in=own.values("pk")) | Q(pk__in=joint)
            ).order_by("name")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("series") and cleaned["series"] in (cleaned.get("co_series") or ()):
            sentence = _("The talk is already in this series. Choose only other series.")
            self.add_error("co_series", ValidationError(sentence, code="twice"))
        return cleaned


class AppearanceForm(AdminForm[Appearance]):
    """The form of one speaker at the talk."""


class AppearanceFormSet(BaseInlineFormSet[Appearance, Talk, AppearanceForm]):
    def add_fields(self, form: AppearanceForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove from this talk")

    def clean(self) -> None:
        """Complete new rows with their position, and with the speaker's defaults.

        A script in the browser fills in the defaults as well; this is for people without
        JavaScript, who leave both texts empty.
        """
        super().clean()
        self._refuse_duplicates()
        last = max((form.instance.position for form in self.initial_forms), default=-1)
        for form in self.extra_forms:
            speaker = form.cleaned_data.get("speaker") if hasattr(form, "cleaned_data") else None
            if speaker is None or form in self.deleted_forms:
                continue
            last = form.instance.position = max(last + 1, form.instance.position)
            if not form.instance.affiliation and not form.instance.biography:
                for name, value in speaker_defaults(speaker).items():
                    setattr(form.instance, name, value)

    def _refuse_duplicates(self) -> None:
        """Refuse new rows for people who already have that role but are not in this form."""
        new = [one.instance for one in self.extra_forms if one not in self.deleted_forms]
        new = [one for one in new if one.speaker_id]
        if not new or self.instance.pk is None:
            return
        shown = [one.instance.pk for one in self.initial_forms]
        others = self.instance.appearances.exclude(pk__in=shown)
        present = set(others.values_list("speaker", "role"))
        if any((one.speaker_id, one.role) in present for one in new):
            raise ValidationError(self.get_unique_error_message(()), code="unique")

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        return gettext("Someone is listed twice in the same role. Remove one of them.")

    def get_form_error(self) -> str:
        return gettext("This person is listed twice in this role.")

    def people(self) -> Iterable[Appearance]:
        """The appearances that remain after validation, in order."""
        # `deleted_forms` is empty while another row has errors.
        remaining = [one for one in self.forms if not one.cleaned_data.get("DELETE")]
        people = (one.instance for one in remaining if one.instance.speaker_id)
        return sorted(people, key=lambda one: one.position)


class AppearanceInline(WithAutocomplete[Any], admin.StackedInline[Appearance, Talk]):
    """Speakers, with affiliation and biography as of this talk."""

    model = Appearance
    form = AppearanceForm
    formset = AppearanceFormSet  # type: ignore[assignment]
    verbose_name_plural = _("Speakers")
    verbose_name = _("speaker")
    autocomplete_fields = ("speaker",)
    fieldsets = ((None, {"fields": (("speaker", "role", "position"), "affiliation", "biography")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appearance]:
        return super().get_queryset(request).select_related("speaker")

    def get_extra(self, request: HttpRequest, obj: Talk | None = None, **kwargs: Any) -> int:
        """One empty row for the first speaker; a button adds more."""
        return 0 if obj is not None and obj.appearances.exists() else 1

    def has_add_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        return self._may(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Talk | None = None) -> bool:
        return True

    def _may(self, request: HttpRequest, talk: Talk | None) -> bool:
        # The talk's own form has already checked whether this person may edit it.
        return talk is None or talk.withdrawn_at is None

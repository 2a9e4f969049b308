"""The base of the administration's forms."""

from typing import Any, Generic

from django import forms
from django.conf import global_settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_noop

from seminars import clock, validators
from seminars.admin.conflict import Conflict
from seminars.admin.rights import Row
from seminars.admin.typed_fields import DAY, HOUR, TypedDateField, TypedTimeField
from seminars.text import markup

WIDGETS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateField: {"form_class": TypedDateField, "widget": DAY},
    models.TimeField: {"form_class": TypedTimeField, "widget": HOUR},
    models.URLField: {
        "assume_scheme": "https",
        "error_messages": {"invalid": validators.web_address.message},
    },
}

#: Fields in Markdown with math, which are previewed while they are typed.
_MARKED_UP = ("abstract", "biography", "description")


#: The languages that Django knows by name, without national variants.
_LANGUAGES = {code: name for code, name in global_settings.LANGUAGES if "-" not in code} | {
    "zh": gettext_noop("Chinese")
}


def zone_choices() -> list[tuple[str, str]]:
    """Return all time zones, with an empty choice first."""
    return [("", "---------"), *((name, name.replace("_", " ")) for name in sorted(clock.zones()))]


def language_choices(chosen: str) -> list[tuple[str, str]]:
    """Return the languages by name, and the chosen one if it is another; English comes first."""
    named = {code: gettext(name) for code, name in _LANGUAGES.items()}
    if chosen and chosen not in named:
        named[chosen] = chosen
    return sorted(named.items(), key=lambda item: (item[0] != "en", item[1].casefold()))


class AdminForm(forms.ModelForm[Row], Generic[Row]):
    """A form with widgets for time zones and long texts, and at most one error per field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "timezone" in self.fields:
            self.fields["timezone"].widget = forms.Select(choices=zone_choices())
        if "language" in self.fields:
            chosen = str(self["language"].value() or "")
            self.fields["language"].widget = forms.Select(choices=language_choices(chosen))
        for name in _MARKED_UP:
            if name in self.fields:
                self.fields[name].widget.attrs |= {
                    "data-marked-up": "",
                    "maxlength": markup.MAX_LENGTH,
                    "rows": 8,
                }

    def full_clean(self) -> None:
        """Validate, keeping only the first error of each field, which mostly causes the others."""
        super().full_clean()
        for name, errors in self.errors.items():
            if name != NON_FIELD_ERRORS:
                del errors[1:]

    def clean(self) -> dict[str, Any] | None:
        """Refuse texts that are too long to be rendered."""
        cleaned = super().clean()
        for name in _MARKED_UP:
            sentence = markup.length_error((self.cleaned_data or {}).get(name) or "")
            if sentence:
                self.add_error(name, ValidationError(sentence, code="too-long"))
        return cleaned


class VersionedForm(AdminForm[Row], Generic[Row]):
    """A form that may be shown again because someone else has saved first."""

    #: Set by `VersionedAdmin.get_form` while a conflict is shown.
    conflict: Conflict | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.conflict is not None:
            self.add_error(None, ValidationError(self.conflict.sentence, code="conflict"))
        return cleaned


def hint(field: forms.BoundField, sentences: list[str]) -> None:
    """Put sentences before a field's help text, where screen readers read them with it."""
    marks = format_html_join("", '<span class="hint">{}</span>', ((one,) for one in sentences))
    # A bound field copies the text when it is made, and the template reads the copy.
    field.help_text = field.field.help_text = format_html("{}{}", marks, field.field.help_text)

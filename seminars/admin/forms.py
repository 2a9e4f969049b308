"""What all forms of the administration share."""

from typing import Any, Generic

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from seminars import clock, validators
from seminars.admin.conflict import Clash
from seminars.admin.rights import Row
from seminars.text import markup

#: The browser's own pickers: they speak the reader's language, and work on a phone.
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput({"type": "time"}, format="%H:%M")
WIDGETS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateField: {"widget": DAY},
    models.TimeField: {"widget": HOUR},
    models.URLField: {
        "assume_scheme": "https",
        "error_messages": {"invalid": validators.web_address.message},
    },
}

#: Fields that are Markdown with maths, and are previewed while one types.
_MARKED_UP = ("abstract", "biography", "description")


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone, after none."""
    return [("", "---------"), *((name, name.replace("_", " ")) for name in sorted(clock.zones()))]


class RecordedForm(forms.ModelForm[Row], Generic[Row]):
    """A form that may be shown again because somebody else saved first."""

    #: Set by `Recorded.get_form` while a clash is being shown.
    clash: Clash | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prepare(self)

    def full_clean(self) -> None:
        super().full_clean()
        keep_first_sentences(self)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        refuse_long_texts(self)
        if self.clash is not None:
            self.add_error(None, ValidationError(self.clash.sentence, code="clash"))
        return cleaned


def prepare(form: forms.ModelForm[Any]) -> None:
    """Gives the form's zones, long texts and links the widgets that suit them."""
    if "timezone" in form.fields:
        form.fields["timezone"].widget = forms.Select(choices=zone_choices())
    if "slug" in form.fields:
        form.fields["slug"].label = _("Web address")
    for name in _MARKED_UP:
        if name in form.fields:
            form.fields[name].widget.attrs |= {
                "data-marked-up": "",
                "maxlength": markup.MAX_LENGTH,
                "rows": 8,
            }


def refuse_long_texts(form: forms.ModelForm[Any]) -> None:
    """Says of each text that is too long to be marked up how long it may be."""
    for name in _MARKED_UP:
        sentence = markup.too_long((form.cleaned_data or {}).get(name) or "")
        if sentence:
            form.add_error(name, ValidationError(sentence, code="too-long"))


def keep_first_sentences(form: forms.ModelForm[Any]) -> None:
    """Leaves one sentence to each field: what comes after the first mostly follows from it."""
    for name, errors in form.errors.items():
        if name != NON_FIELD_ERRORS:
            del errors[1:]


def hint(field: forms.Field, sentences: list[str]) -> None:
    """Puts sentences beside a field, before its help: screen readers read them with it."""
    marks = format_html_join("", '<span class="hint">{}</span>', ((one,) for one in sentences))
    field.help_text = format_html("{}{}", marks, field.help_text)

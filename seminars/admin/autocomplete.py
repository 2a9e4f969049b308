"""Widgets that choose rows by key, and treat malformed keys as unknown rows."""

from typing import Any, Generic

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest

from seminars.admin.rights import Row

#: A key that no row has.
_UNKNOWN = "0"


def is_key(text: str) -> bool:
    """Whether the text is a valid key, which must fit into eight bytes."""
    return text.isascii() and text.isdigit() and len(text) < 19


class _SafeKeys(ChoiceWidget):
    """Ignores keys that the database could not look up."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        if isinstance(sent, list):
            return [one if is_key(one) else _UNKNOWN for one in sent]
        return sent if not sent or is_key(sent) else _UNKNOWN

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_key(one)], attrs)


class AutocompleteOne(_SafeKeys, AutocompleteSelect):  # type: ignore[misc]
    """An autocomplete field for one row."""


class AutocompleteMany(_SafeKeys, AutocompleteSelectMultiple):  # type: ignore[misc]
    """An autocomplete field for several rows."""


class Checkboxes(_SafeKeys, forms.CheckboxSelectMultiple):
    """Checkboxes for a small number of rows."""


class WithAutocomplete(BaseModelAdmin[Row], Generic[Row]):
    """Uses these widgets for the fields in `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteOne(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteMany(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

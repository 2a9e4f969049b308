"""Choosing rows by their keys: whatever is sent as a key, the answer is a sentence."""

from typing import Any, Generic

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest

from seminars.admin.rights import Row

#: A key that no row has.
_NOBODY = "0"


def is_key(text: str) -> bool:
    """Whether a database can look for a row of this key; it has eight bytes for it."""
    return text.isascii() and text.isdigit() and len(text) < 19


class _Keys(ChoiceWidget):
    """Shows and passes on nothing that a database cannot look for."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        if isinstance(sent, list):
            return [one if is_key(one) else _NOBODY for one in sent]
        return sent if not sent or is_key(sent) else _NOBODY

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_key(one)], attrs)


class Search(_Keys, AutocompleteSelect):  # type: ignore[misc]
    """One row, found by typing."""


class SearchMany(_Keys, AutocompleteSelectMultiple):  # type: ignore[misc]
    """Some rows, found by typing."""


class Boxes(_Keys, forms.CheckboxSelectMultiple):
    """Some of a few rows, each with a box."""


class WithSearches(BaseModelAdmin[Row], Generic[Row]):
    """Rows are found by typing in the fields that `autocomplete_fields` names."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Search(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchMany(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

"""The forms of groups."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Group


class NewGroupForm(forms.ModelForm[Group]):
    """All that a new group needs, in one step."""

    class Meta:
        model = Group
        fields = ["name", "visibility", "description"]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "visibility": forms.RadioSelect(),
            "description": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts: ClassVar[dict[str, object]] = {
            "description": _("What the group is about, in a few words.")
        }


class GroupForm(NewGroupForm):
    """All that a manager may change of a group."""

    homepage = forms.URLField(
        label=_("Homepage"), required=False, max_length=500, assume_scheme="https"
    )

    class Meta(NewGroupForm.Meta):
        fields = ["name", "visibility", "description", "homepage", "contact"]

"""The forms of groups."""

import re
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts import pictures
from accounts.models import Group, GroupPicture, Membership
from accounts.services.groups import RESERVED
from accounts.services.invitations import LINK_ROLES

#: How many people are invited at once.
_AT_ONCE = 50


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
    address = forms.SlugField(
        label=_("Web address"),
        required=False,
        max_length=60,
        help_text=_("The end of its page’s address. The old one leads here."),
    )

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("A JPEG, PNG or WebP file. Whoever sees the group sees it."),
        error_messages={"empty": _("This file is empty. Choose another one.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    no_picture = forms.BooleanField(label=_("Take the picture away"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if GroupPicture.objects.facts_of(self.instance) is None:
            del self.fields["no_picture"]
        if self.instance.is_private:
            # It is random: a chosen one would tell by being taken that there is such a group.
            del self.fields["address"]
        else:
            self.fields["address"].initial = self.instance.slug

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].lower()
        if address in RESERVED:
            raise ValidationError(_("This address is taken. Choose another one."), code="taken")
        return address

    def clean_picture(self) -> pictures.Picture | None:
        sent: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        if sent is None:
            return None
        if (sent.size or 0) > settings.MOST_UPLOADED:
            raise ValidationError(
                _("This file is larger than %(most)d MB. Make the picture smaller first."),
                params={"most": settings.MOST_UPLOADED // 2**20},
                code="large",
            )
        try:
            return pictures.read(sent.read())
        except pictures.PictureError as wrong:
            raise ValidationError(str(wrong), code="picture") from wrong

    def ask_again(self) -> None:
        """Says that a picture was not kept when something else was wrong: no browser sends it
        again by itself.
        """
        if self.errors and self.cleaned_data.get("picture"):
            self.add_error("picture", _("Choose the picture again: nothing has been saved yet."))

    class Meta(NewGroupForm.Meta):
        fields = ["name", "visibility", "description", "homepage", "contact"]


class InviteForm(forms.Form):
    """People to be invited by mail, and as what."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One or several, with a comma, a space or a new line between them."),
    )
    role = forms.ChoiceField(
        label=_("They become"), choices=Membership.Role.choices, initial=Membership.Role.MEMBER
    )

    def clean_addresses(self) -> list[str]:
        # Of “Ada Lovelace <ada@example.org>” the address.
        bare = re.sub(r"[^<>,;\n]*<([^<>]*)>", r" \1 ", self.cleaned_data["addresses"])
        found = [one.lower() for one in re.split(r"[\s,;]+", bare) if one]
        wrong = [one for one in found if not _is_address(one)]
        if wrong:
            raise ValidationError(
                _("“%(wrong)s” is not an e-mail address. Nobody has been invited yet."),
                params={"wrong": wrong[0][:100]},
                code="address",
            )
        if len(found) > _AT_ONCE:
            raise ValidationError(
                _("Invite %(most)d people at once at the most."),
                params={"most": _AT_ONCE},
                code="many",
            )
        return list(dict.fromkeys(found))


class LinkForm(forms.Form):
    """A link that whoever has it can join by."""

    role = forms.ChoiceField(
        label=_("They become"), choices=[(role, role.label) for role in LINK_ROLES]
    )
    days = forms.TypedChoiceField(
        label=_("It can be used"),
        coerce=int,
        initial=7,
        choices=[
            ("1", _("For a day")),
            ("7", _("For a week")),
            ("30", _("For 30 days")),
            ("0", _("Until it is withdrawn")),
        ],
    )


class NoteForm(forms.Form):
    """What the group's members should know of a talk."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        help_text=_("Only people who belong to the group see it."),
    )


class AskForm(forms.Form):
    """A wish to join."""

    words = forms.CharField(label=_("A few words to its managers"), required=False, max_length=300)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254

"""The forms of groups."""

import re
import unicodedata
import uuid
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts import pictures
from accounts.models import Group, GroupPicture, MailChoice, Membership
from accounts.services.groups import RESERVED
from accounts.services.invitations import LINK_ROLES

#: How many people can be invited at once.
_MAX_INVITED = 50


class NewGroupForm(forms.ModelForm[Group]):
    """Creates a group."""

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
    """Edits a group."""

    homepage = forms.URLField(
        label=_("Homepage"), required=False, max_length=500, assume_scheme="https"
    )
    address = forms.SlugField(
        label=_("Web address"),
        required=False,
        max_length=60,
        help_text=_("The last part of the group’s address. Old links keep working."),
        error_messages={"invalid": _("Use only letters a to z, digits and hyphens.")},
    )

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("A JPEG, PNG or WebP file, shown to everyone who can see the group."),
        error_messages={"empty": _("This file is empty. Choose another one.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    no_picture = forms.BooleanField(label=_("Remove picture"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if GroupPicture.objects.without_image(self.instance) is None:
            del self.fields["no_picture"]
        if not self.instance.is_listed:
            # It is random: if a chosen one were taken, that would reveal the group.
            del self.fields["address"]
        else:
            self.fields["address"].initial = self.instance.slug

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].lower()
        if address in RESERVED:
            raise ValidationError(_("This address is taken. Choose another one."), code="taken")
        return address

    def clean_picture(self) -> pictures.Picture | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        if upload is None:
            return None
        if (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
            raise ValidationError(
                _("This file is larger than %(max)d MB. Make the image smaller first."),
                params={"max": settings.MAX_UPLOAD_BYTES // 2**20},
                code="large",
            )
        try:
            return pictures.read(upload.read())
        except pictures.PictureError as error:
            raise ValidationError(str(error), code="picture") from error

    def ask_for_picture_again(self) -> None:
        """Ask for the picture again if another field is wrong, since browsers do not resend it."""
        if self.errors and self.cleaned_data.get("picture"):
            self.add_error(
                "picture", _("Nothing has been saved yet. Please choose the picture again.")
            )

    class Meta(NewGroupForm.Meta):
        fields = ["name", "visibility", "description", "homepage", "contact"]


class InviteForm(forms.Form):
    """Invites people by email."""

    addresses = forms.CharField(
        label=_("Email addresses"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Separate several addresses with commas, spaces or new lines."),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.MEMBER
    )

    def clean_addresses(self) -> list[str]:
        # Reduce “Ada Lovelace <ada@example.org>” to the address.
        bare = re.sub(r"[^<>,;\n]*<([^<>]*)>", r" \1 ", self.cleaned_data["addresses"])
        addresses = [one.lower() for one in re.split(r"[\s,;]+", bare) if one]
        invalid = [one for one in addresses if not _is_address(one)]
        if invalid:
            raise ValidationError(
                _("“%(address)s” is not an email address. No invitations have been sent yet."),
                params={"address": invalid[0][:100]},
                code="address",
            )
        if len(addresses) > _MAX_INVITED:
            raise ValidationError(
                _("You can invite at most %(max)d people at once."),
                params={"max": _MAX_INVITED},
                code="many",
            )
        return list(dict.fromkeys(addresses))


class LinkForm(forms.Form):
    """Creates a link that anyone can use to join."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role, role.label) for role in LINK_ROLES])
    days = forms.TypedChoiceField(
        label=_("Expires after"),
        coerce=int,
        initial=7,
        choices=[
            ("1", _("1 day")),
            ("7", _("7 days")),
            ("30", _("30 days")),
            ("0", _("Never")),
        ],
    )


class NoteForm(forms.Form):
    """A note on a talk for the group's members."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        help_text=_("Only members of the group see it."),
    )


class GroupMessageForm(forms.Form):
    """A message to all members of a group."""

    subject = forms.CharField(label=_("Subject"), max_length=100)
    text = forms.CharField(
        label=_("Message"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 9})
    )
    replies = forms.BooleanField(label=_("Let people reply to me by email"), required=False)
    #: Distinguishes a double click from a second message.
    once = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4
        self.fields["replies"].help_text = _(
            "The message will show your address, %(address)s, to all members."
        ) % {"address": address}

    def clean_subject(self) -> str:
        return _printable(" ".join(self.cleaned_data["subject"].split()))

    def clean_text(self) -> str:
        lines = self.cleaned_data["text"].splitlines()
        return "\n".join(_printable(line.replace("\t", "    ")).rstrip() for line in lines)

    def clean_once(self) -> str:
        return str(self.cleaned_data["once"] or uuid.uuid4())


class MailChoiceForm(forms.ModelForm[MailChoice]):
    """Which emails a member receives; a personal group has no messages."""

    class Meta:
        model = MailChoice
        fields = ["letters", "weekly"]
        labels: ClassVar[dict[str, object]] = {
            "letters": _("Messages from the managers"),
            "weekly": _("Weekly email with the week’s talks"),
        }
        help_texts: ClassVar[dict[str, object]] = {
            "letters": _("On by default."),
            "weekly": _(
                "Off by default. Lists the talks of the next seven days, and any that were moved or"
                " canceled. Nothing is sent in a week without talks."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.membership.group.personal_of_id:
            del self.fields["letters"]


class JoinRequestForm(forms.Form):
    """Asks to join a group."""

    words = forms.CharField(label=_("Message to the managers"), required=False, max_length=300)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _printable(line: str) -> str:
    """Return the line without the control characters that pasted text may contain."""
    return "".join(letter for letter in line if unicodedata.category(letter) not in ("Cc", "Cs"))

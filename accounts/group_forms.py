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
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from accounts import pictures
from accounts.models import Group, GroupPicture, MailChoice, Membership
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
        error_messages={"invalid": _("Use letters a to z, digits and hyphens only, no spaces.")},
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
        if (sent.size or 0) > settings.MAX_UPLOAD_BYTES:
            raise ValidationError(
                _("This file is larger than %(most)d MB. Make the picture smaller first."),
                params={"most": settings.MAX_UPLOAD_BYTES // 2**20},
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


class LetterForm(forms.Form):
    """A message to everybody in a group."""

    subject = forms.CharField(label=_("Subject"), max_length=100)
    text = forms.CharField(
        label=_("Message"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 9})
    )
    replies = forms.BooleanField(label=_("Let people answer me by mail"), required=False)
    #: Tells a second click from a second message.
    once = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4
        self.fields["replies"].help_text = escape(
            _("Your address, %(address)s, is then in the message: everybody in the group sees it.")
            % {"address": address}
        )

    def clean_subject(self) -> str:
        return _printable(" ".join(self.cleaned_data["subject"].split()))

    def clean_text(self) -> str:
        lines = self.cleaned_data["text"].splitlines()
        return "\n".join(_printable(line.replace("\t", "    ")).rstrip() for line in lines)

    def clean_once(self) -> str:
        return str(self.cleaned_data["once"] or uuid.uuid4())


class MailForm(forms.ModelForm[MailChoice]):
    """What somebody gets of a group's mail; of their own group there is nobody to write to."""

    class Meta:
        model = MailChoice
        fields = ["letters", "weekly"]
        labels: ClassVar[dict[str, object]] = {
            "letters": _("Messages that its managers write to everybody in it"),
            "weekly": _("The week’s talks, once a week in the morning"),
        }
        help_texts: ClassVar[dict[str, object]] = {
            "letters": _("You get them unless you say no here."),
            "weekly": _(
                "You get them only if you say so here: the talks of the next seven days, with what"
                " is cancelled or moved. In a week without talks nothing comes."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.membership.group.personal_of_id:
            del self.fields["letters"]


class AskForm(forms.Form):
    """A wish to join."""

    words = forms.CharField(label=_("A few words to its managers"), required=False, max_length=300)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _printable(line: str) -> str:
    """The line without the control characters that other programs put into what is pasted."""
    return "".join(letter for letter in line if unicodedata.category(letter) not in ("Cc", "Cs"))

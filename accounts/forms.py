"""django-allauth's forms with this site's labels and help texts, and without placeholders."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth
from allauth.account.utils import user_field  # type: ignore[attr-defined]
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import rehearse_signup

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_EMAIL, _PASSWORD = _("Email"), _("Password")
_CURRENT_PASSWORD, _NEW_PASSWORD = _("Current password"), _("New password")
#: Describes what AUTH_PASSWORD_VALIDATORS require.
_PASSWORD_HELP = _("At least 8 characters. A few unrelated words are easy to remember.")


class _PlainForm:
    """A form whose fields have labels, and no placeholders that repeat them.

    A new password is typed once: browsers can show it, and a mistyped one can be reset by email.
    """

    labels: dict[str, "StrPromise"] = {}
    help_texts: dict[str, "StrPromise"] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")


class SignInForm(_PlainForm, allauth.LoginForm):
    labels = {"login": _EMAIL, "password": _PASSWORD}


class SignUpForm(_PlainForm, allauth.SignupForm):
    labels = {"email": _EMAIL, "password1": _PASSWORD}
    help_texts = {
        "email": _("We’ll email you a code to confirm it."),
        "name": _("Shown to other members."),
        "password1": _PASSWORD_HELP,
    }
    field_order = ["email", "name", "password1"]

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Do the same work if the address has an account, so that time does not tell."""
        if self.account_already_exists:
            rehearse_signup(self.cleaned_data["password1"], name=self.cleaned_data["name"])
        result: tuple[Any, Any] = super().try_save(request)
        return result

    def custom_signup(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        user_field(user, "name", self.cleaned_data["name"], commit=True)


class ReauthenticateForm(_PlainForm, allauth.ReauthenticateForm):
    labels = {"password": _PASSWORD}


class AddEmailForm(_PlainForm, allauth.AddEmailForm):
    labels = {"email": _("New email")}
    help_texts = {
        "email": _(
            "We’ll email you a code to confirm it. Until then, your current email stays in use."
        )
    }


class ChangePasswordForm(_PlainForm, allauth.ChangePasswordForm):
    labels = {"oldpassword": _CURRENT_PASSWORD, "password1": _NEW_PASSWORD}
    help_texts = {"password1": _PASSWORD_HELP}


class SetPasswordForm(_PlainForm, allauth.SetPasswordForm):
    labels = {"password1": _NEW_PASSWORD}
    help_texts = {"password1": _PASSWORD_HELP}


class ResetPasswordForm(_PlainForm, allauth.ResetPasswordForm):
    labels = {"email": _EMAIL}

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Also make a token for an address without an account, so that time does not tell."""
        if not self.users:
            allauth.default_token_generator.make_token(User(pk=0))
        email: str = super().save(request, **kwargs)
        return email


class ResetPasswordKeyForm(_PlainForm, allauth.ResetPasswordKeyForm):
    labels = {"password1": _NEW_PASSWORD}
    help_texts = {"password1": _PASSWORD_HELP}


class ConfirmCodeForm(_PlainForm, allauth.ConfirmEmailVerificationCodeForm):
    labels = {"code": _("Code")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A phone's keyboard must not correct the code into words.
        self.fields["code"].widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}

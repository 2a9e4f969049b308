"""The forms of signing in, in the site's words: django-allauth's own, without placeholders."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth
from allauth.account.utils import user_field  # type: ignore[attr-defined]
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_ADDRESS, _PASSWORD = _("E-mail address"), _("Password")
_CURRENT, _NEW = _("Current password"), _("New password")
#: Says what AUTH_PASSWORD_VALIDATORS ask for.
_GOOD_PASSWORD = _("At least 8 characters. A few unrelated words are easy to keep in mind.")


class _Plain:
    """A form whose fields have a label each, and no placeholder that repeats it.

    A new password is typed once: a browser can show it, and a mistyped one is reset by mail.
    """

    labels: dict[str, "StrPromise"] = {}
    helps: dict[str, "StrPromise"] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")


class SignInForm(_Plain, allauth.LoginForm):
    labels = {"login": _ADDRESS, "password": _PASSWORD}


class SignUpForm(_Plain, allauth.SignupForm):
    labels = {"email": _ADDRESS, "password1": _PASSWORD}
    helps = {
        "email": _("We send a code there, to make sure that it is yours."),
        "name": _("As others should see it."),
        "password1": _GOOD_PASSWORD,
    }
    field_order = ["email", "name", "password1"]

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def custom_signup(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        user_field(user, "name", self.cleaned_data["name"], commit=True)


class PasswordAgainForm(_Plain, allauth.ReauthenticateForm):
    labels = {"password": _PASSWORD}


class NewAddressForm(_Plain, allauth.AddEmailForm):
    labels = {"email": _("New e-mail address")}
    helps = {"email": _("We send a code there. Until you type it, the old address stays.")}


class ChangePasswordForm(_Plain, allauth.ChangePasswordForm):
    labels = {"oldpassword": _CURRENT, "password1": _NEW}
    helps = {"password1": _GOOD_PASSWORD}


class SetPasswordForm(_Plain, allauth.SetPasswordForm):
    labels = {"password1": _NEW}
    helps = {"password1": _GOOD_PASSWORD}


class ForgottenPasswordForm(_Plain, allauth.ResetPasswordForm):
    labels = {"email": _ADDRESS}


class NewPasswordForm(_Plain, allauth.ResetPasswordKeyForm):
    labels = {"password1": _NEW}
    helps = {"password1": _GOOD_PASSWORD}


class CodeForm(_Plain, allauth.ConfirmEmailVerificationCodeForm):
    labels = {"code": _("Code")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Letters of a code are no words, and a telephone's keyboard would make them some.
        self.fields["code"].widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}

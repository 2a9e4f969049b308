"""The page where a person enters an emailed code."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmEmailVerificationCodeView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse


class ConfirmCodeView(ConfirmEmailVerificationCodeView):
    """Resends an email also to an address that has an account already, which gets no code.

    Otherwise the time that sending takes would tell who has an account.
    """

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        process = self._process
        response: HttpResponse = super()._resend_form_valid(form)  # type: ignore[no-untyped-call]
        if process is not None and process.user is None:
            get_adapter().send_account_already_exists_mail(process.email)
        return response


confirm_code = login_not_required(ConfirmCodeView.as_view())

"""How this site signs people in: what django-allauth leaves to each site."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_login_redirect_url
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.letters import letter
from accounts.models import User
from accounts.signals import signed_in

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """The site's policy. It trusts no address that leads elsewhere, and writes SITE_URL in mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The address and the password do not go together."),
        "email_taken": _("This address belongs to another account."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This is not the code that we sent."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("Wait a moment before you ask for another code."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, and try again."),
    }

    def is_safe_url(self, url: str) -> bool:
        """Whether `url` is a path within this site: anything with a host of its own is refused."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Answers 429 where there were too many wrong passwords, as for every other limit."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def post_login(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        *,
        email_verification: str,
        signal_kwargs: dict[str, Any] | None,
        email: str | None,
        signup: bool,
        redirect_url: str | None,
    ) -> HttpResponse:
        """Lets receivers of `signed_in` finish what was begun, and goes where they say."""
        target = get_login_redirect_url(request, redirect_url, signup=signup)
        answers = signed_in.send(sender=User, request=request, user=user, redirect_url=target)
        chosen = next((answer for _receiver, answer in answers if answer is not None), target)
        return super().post_login(
            request,
            user,
            email_verification=email_verification,
            signal_kwargs=signal_kwargs,
            email=email,
            signup=signup,
            redirect_url=chosen,
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.SITE_URL}{path}"

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Plain text only, as all of the site's mail."""
        return letter(template_prefix, email, context, headers)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Answers 503 where the mail server does not take the message: nobody waits in vain."""
        try:
            self.render_mail(template_prefix, email, {"email": email} | context).send()
        except (OSError, SMTPException) as error:
            logger.exception("Mail could not be sent (%s)", template_prefix)
            page = render(current.request, "account/mail_failed.html", status=503)
            raise ImmediateHttpResponse(page) from error

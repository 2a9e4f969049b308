"""The django-allauth adapter: this site's policy for signing in, and its emails."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account import signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_login_redirect_url
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.messages import compose
from accounts.models import User
from accounts.signals import signed_in

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Allows redirects within the site only, and puts SITE_URL in emails."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is inactive."),
        "duplicate_email": _("This is already your email address."),
        "email_password_mismatch": _("Incorrect email or password."),
        "email_taken": _("Another account already uses this email address."),
        "enter_current_password": _("Incorrect current password."),
        "incorrect_code": _("Incorrect code."),
        "incorrect_password": _("Incorrect password."),
        "rate_limited": _("Please wait a moment before requesting another code."),
        "too_many_login_attempts": _("Too many attempts. Try again in a few minutes."),
    }

    def is_safe_url(self, url: str) -> bool:
        """Whether `url` is a path on this site; a URL with a host is never safe."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Respond with 429 after too many wrong passwords, as for every other limit."""
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
        """Let receivers of `signed_in` finish what was begun, and redirect where they say.

        Replaces allauth's own method, which would add a second message after sign-up.
        """
        target = get_login_redirect_url(request, redirect_url, signup=signup)
        answers = signed_in.send(
            sender=User, request=request, user=user, redirect_url=target, signup=signup
        )
        finished = next((answer for _receiver, answer in answers if answer is not None), None)
        response = HttpResponseRedirect(finished or target)
        signals.user_logged_in.send(
            sender=User, request=request, response=response, user=user, **(signal_kwargs or {})
        )
        if not signup:
            template, context = "account/messages/logged_in.txt", {"user": user}
            self.add_message(request, messages.SUCCESS, template, context)
        elif finished is None:
            self.add_message(request, messages.SUCCESS, "account/messages/welcome.txt")
        return response

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
        """Compose the email in plain text, like all of the site's emails."""
        return compose(template_prefix, email, context, headers)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Respond with 503 if the mail server does not accept the message."""
        try:
            self.render_mail(template_prefix, email, {"email": email} | context).send()
        except (OSError, SMTPException) as error:
            logger.exception("Email could not be sent (%s)", template_prefix)
            page = render(current.request, "account/mail_failed.html", status=503)
            raise ImmediateHttpResponse(page) from error

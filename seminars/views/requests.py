"""Requests as views know them once a decorator, middleware or check has had its say."""

from typing import TypeGuard

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class HtmxRequest(HttpRequest):
    """One that may come from HTMX."""

    htmx: HtmxDetails


class SignedInRequest(HtmxRequest):
    """Behind `login_required`."""

    user: User


def is_signed_in(request: HtmxRequest) -> TypeGuard[SignedInRequest]:
    return request.user.is_authenticated

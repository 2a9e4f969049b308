"""Types of requests that middleware, a decorator or a check has narrowed."""

from typing import TypeGuard

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class HtmxRequest(HttpRequest):
    """A request that may come from HTMX."""

    htmx: HtmxDetails


class SignedInRequest(HtmxRequest):
    """A request of a signed-in person, as after `login_required`."""

    user: User


def is_signed_in(request: HtmxRequest) -> TypeGuard[SignedInRequest]:
    return request.user.is_authenticated

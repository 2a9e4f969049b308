"""Marks the answers that are the same for every visitor, for config/page_cache.py to keep."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponseBase]


def read_only(view: View) -> View:
    """Return the view so that it answers 405 to everything but GET and HEAD.

    It is exempt from the CSRF check, which would answer 403 first.
    """
    return csrf_exempt(require_safe(view))


def shared(view: View) -> View:
    """Return the view with its responses marked as cacheable for all visitors.

    It must only read, and put nothing personal into them, such as a form's token. Responses that
    are `private` or `no-store`, such as a private group's, are not marked.
    """

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        control = response.get("Cache-Control", "")
        if response.status_code == 200 and "private" not in control and "no-store" not in control:
            response.shared = True  # type: ignore[attr-defined]
        return response

    return read_only(wrapped)


def framed(view: View) -> View:
    """Return the view so that any site may show it in a frame, which is otherwise forbidden."""
    allowed = csp_replace({"frame-ancestors": ["*"]})
    return allowed(xframe_options_exempt(view))

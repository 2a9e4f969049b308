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
    """The view, at whose address there is nothing to send: 405 to all but GET and HEAD.

    Without the check of forms, which would first answer 403 and tell of a form that is no good.
    """
    return csrf_exempt(require_safe(view))


def shared(view: View) -> View:
    """The view, which only reads, and whose answers to visitors hold nothing personal: no form's
    token, no session.

    Answers that are `private` or `no-store`, such as a private group's, are left as they are.
    """

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(*args, **kwargs)
        control = answer.get("Cache-Control", "")
        if answer.status_code == 200 and "private" not in control and "no-store" not in control:
            answer.shared = True  # type: ignore[attr-defined]
        return answer

    return read_only(wrapped)


def framed(view: View) -> View:
    """The view, whose answers any site may show in a frame of its own pages. No other's may be."""
    allowed = csp_replace({"frame-ancestors": ["*"]})
    return allowed(xframe_options_exempt(view))

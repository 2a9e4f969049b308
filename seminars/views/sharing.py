"""Marks the answers that are the same for every visitor, for config/answers.py to keep."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_exempt

View = Callable[..., HttpResponseBase]


def shared(view: View) -> View:
    """The view, whose answers to visitors hold nothing personal: no form's token, no session.

    Answers that are `private` or `no-store`, such as a private group's, are left as they are.
    """

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(*args, **kwargs)
        control = answer.get("Cache-Control", "")
        if answer.status_code == 200 and "private" not in control and "no-store" not in control:
            answer.shared = True  # type: ignore[attr-defined]
        return answer

    return wrapped


def framed(view: View) -> View:
    """The view, whose answers any site may show in a frame of its own pages. No other's may be."""
    allowed = csp_replace({"frame-ancestors": ["*"]})
    return allowed(xframe_options_exempt(view))

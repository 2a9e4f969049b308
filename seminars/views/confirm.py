"""A page that asks for confirmation before something that cannot be undone."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from seminars.views.groups.guard import render_uncached
from seminars.views.requests import SignedInRequest


def ask(
    request: SignedInRequest,
    question: str,
    why: str,
    *,
    button: str,
    back: str,
    keep: str = "",
    sent: dict[str, str] | None = None,
) -> HttpResponse:
    """Return the page; its button posts `sent` to the same address, and `back` cancels."""
    context: dict[str, object] = {"question": question, "why": why, "button": button, "back": back}
    context |= {"keep": keep or _("Cancel"), "sent": sent or {}}
    return render_uncached(request, "seminars/ask.html", context)

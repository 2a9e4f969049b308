"""Error pages, and one-line errors for programs that read feeds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from seminars.views.feed_keys import keep_private
from seminars.views.feeds import plain_text
from seminars.views.groups.guard import NotAllowedError


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a page, or one sentence at a feed's address."""
    if _is_for_feed(request):
        # Privately, for the address may hold a key.
        return keep_private(plain_text(_("Bad request: too many or invalid parameters."), 400))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a page that gives the reason if the exception has one for people to read."""
    context = {"reason": str(exception)} if isinstance(exception, NotAllowedError) else {}
    return render(request, "403.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: a page, or one sentence at a feed's address."""
    if _is_for_feed(request):
        return plain_text(_("Calendar or feed not found."), 404)
    return defaults.page_not_found(request, exception)


def _is_for_feed(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and not {"suffix", "form"}.isdisjoint(match.kwargs)

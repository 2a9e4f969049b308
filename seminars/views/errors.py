"""What is said at addresses where nothing is, and at those that cannot be read."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults

from seminars.views.feed_keys import keep_private
from seminars.views.feeds import PLAIN


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: a page for people, and one sentence where a calendar program asked for a feed."""
    if _asks_for_feed(request):
        return _said(_("There is no such calendar or feed."), 404)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, of which the same holds: what is sent is too much, or forged."""
    if _asks_for_feed(request):
        # Privately, for the address may hold a key.
        return keep_private(_said(_("This address cannot be read: it asks for too much."), 400))
    return defaults.bad_request(request, exception)


def _asks_for_feed(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and not {"suffix", "form"}.isdisjoint(match.kwargs)


def _said(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type=PLAIN)

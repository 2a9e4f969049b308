"""What is said at addresses where nothing is, and at those that cannot be read."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import bad_request, page_not_found

from seminars.views.feeds import PLAIN


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: a page for people, and one sentence where a calendar program asked for a feed."""
    if _is_feed(request):
        return _plain(_("There is no such calendar or feed."), 404)
    return page_not_found(request, exception)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 likewise, for what Django itself refuses, such as more than a thousand parameters."""
    if _is_feed(request):
        return _plain(_("This address cannot be read, or it has too many parameters."), 400)
    return bad_request(request, exception)


def _is_feed(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and "suffix" in match.kwargs


def _plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=status, content_type=PLAIN)

"""What is said at addresses where nothing is."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from seminars.views.feeds import PLAIN


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: a page for people, and one sentence where a calendar program asked for a feed."""
    match = request.resolver_match
    if match is not None and "suffix" in match.kwargs:
        sentence = _("There is no such calendar or feed.")
        return HttpResponse(sentence + "\n", status=404, content_type=PLAIN)
    return page_not_found(request, exception)

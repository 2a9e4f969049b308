"""Listings and talks in the formats that calendar programs and feed readers take."""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seminars.formats import FORMATS, cached
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.views.shortcuts import GoneError, talk_or_gone

PLAIN = "text/plain; charset=utf-8"

Response = TypeVar("Response", bound=HttpResponseBase)

# Public feeds are the same for everyone: a file that an organizer saves and passes on must not
# contain drafts, and caches may store one response for all.
VISITOR = AnonymousUser()


@require_safe
def talks(request: HttpRequest, suffix: str) -> HttpResponse:
    """Return the talks that match the query's filters."""
    try:
        listing = Listing.find(filters=Filters.read(request.GET), now=timezone.now())
    except BadFilterError as wrong:
        return refusal(wrong)
    return feed_of(suffix, listing, name="talks")


@require_safe
def talk(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """Return one talk as a file; a withdrawn talk is canceled in formats that report that."""
    now = timezone.now()
    try:
        shown = talk_or_gone(Talk.objects.with_details(), pk, viewer=VISITOR, now=now)
    except GoneError:
        withdrawn = Talk.objects.recently_withdrawn(now).with_details().filter(pk=pk)
        departed = withdrawn.annotate(left_at=F("withdrawn_at")).first()
        if departed is None or not FORMATS[suffix].takes_departed:
            return plain_text(_("This talk has been withdrawn."), 410)
        shown, listing = departed, Listing.of_withdrawn_talk(departed, now=now)
    else:
        listing = Listing.of_talk(shown, now=now)
    return _file(suffix, FORMATS[suffix].render(listing, [shown]), name=f"talk-{pk}")


def refusal(wrong: BadFilterError) -> HttpResponse:
    """Return 400 with one sentence that says what is wrong with the address."""
    return plain_text(wrong.sentence, 400)


def plain_text(sentence: str, status: int) -> HttpResponse:
    """Return one sentence, for programs that cannot read an error page."""
    return HttpResponse(f"{sentence}\n", status=status, content_type=PLAIN)


def feed_of(suffix: str, listing: Listing, *, name: str) -> HttpResponse:
    """Return the listing's feed as a file of this name, which a browser may also show."""
    return _file(suffix, cached.rendered(FORMATS[suffix], listing), name=name)


def _file(suffix: str, body: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=FORMATS[suffix].media_type)
    response["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
    return allow_cross_origin(response)


def allow_cross_origin(response: Response) -> Response:
    """Let scripts on other sites' pages read the response; return it.

    With a star no cookies are sent (Fetch standard, 3.3.5), so they read what visitors see.
    """
    response["Access-Control-Allow-Origin"] = "*"
    return response

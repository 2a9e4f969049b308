"""Listings and talks in the formats that calendar programs and feed readers take."""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
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

Answer = TypeVar("Answer", bound=HttpResponseBase)

# Public feeds are a visitor's, whoever asks: a file that an organiser saves and passes on must
# not contain drafts, and every cache may keep one answer for all.
VISITOR = AnonymousUser()


@require_safe
def talks(request: HttpRequest, suffix: str) -> HttpResponse:
    """All talks, narrowed by the filters in the address."""
    try:
        listing = Listing.find(filters=Filters.read(request.GET), now=timezone.now())
    except BadFilterError as wrong:
        return refusal(wrong)
    return feed_of(suffix, listing, name="talks")


@require_safe
def talk(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """One talk as a file of its own."""
    now = timezone.now()
    try:
        found = talk_or_gone(Talk.objects.with_details(), pk, viewer=VISITOR, now=now)
    except GoneError:
        return HttpResponse(
            _("This talk has been withdrawn.") + "\n", status=410, content_type=PLAIN
        )
    return answer_with(suffix, Listing.of_talk(found, now=now), [found], name=f"talk-{pk}")


def refusal(wrong: BadFilterError) -> HttpResponse:
    """400 and the one sentence that says what is wrong with the address."""
    return HttpResponse(wrong.sentence + "\n", status=400, content_type=PLAIN)


def feed_of(suffix: str, listing: Listing, *, name: str) -> HttpResponse:
    """The listing's feed in the format, as a file of this name that a browser may also show."""
    return _file(suffix, cached.rendered(FORMATS[suffix], listing), name=name)


def answer_with(suffix: str, listing: Listing, talks: list[Talk], *, name: str) -> HttpResponse:
    """The talks in the format, as `feed_of` does."""
    return _file(suffix, FORMATS[suffix].render(listing, talks), name=name)


def _file(suffix: str, body: bytes, *, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=FORMATS[suffix].media_type)
    answer["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
    return open_to_pages(answer)


def open_to_pages(answer: Answer) -> Answer:
    """The answer, which scripts of other sites' pages may read.

    With a star no cookies are sent (Fetch standard, 3.3.5), so they read what a visitor reads.
    """
    answer["Access-Control-Allow-Origin"] = "*"
    return answer

"""The old calendar's feeds and event pages, at the URLs that other sites use."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.legacy_ids import OWN_ID_BASE
from accounts.models import Group
from seminars.formats import Format
from seminars.listings.listing import Listing
from seminars.listings.query_values import BadFilterError
from seminars.models import Talk
from seminars.planitpurple import FORMATS, parameters
from seminars.planitpurple.parameters import Parameters
from seminars.views.caching import read_only
from seminars.views.feed_keys import keep_private
from seminars.views.feeds import allow_cross_origin, plain_text
from seminars.views.shortcuts import GoneError, talk_or_gone

#: A feed with more talks is streamed, so that it is never in memory as a whole.
MAX_BUFFERED_TALKS = 1000


@require_safe
def feed(request: HttpRequest, form: str, feed: int | None = None) -> HttpResponseBase:
    """Return the talks of the saved feed in the path, or of the calendars in the query, as a
    visitor sees them.
    """
    try:
        wanted = Parameters.read(request.GET, feed)
        listing = parameters.listing_of(wanted, now=timezone.now())
    except BadFilterError as error:
        missing = error.parameter == "feed"
        response: HttpResponseBase = plain_text(error.sentence, 404 if missing else 400)
    else:
        response = _rendered(FORMATS[form], wanted, listing)
        name = f"calendar-{feed}" if feed else "calendars"
        suffix = FORMATS[form].suffix
        response["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
    return keep_private(response) if "token" in request.GET else allow_cross_origin(response)


def _rendered(form: Format, wanted: Parameters, listing: Listing) -> HttpResponseBase:
    talks = parameters.talks_of(wanted, listing)
    ids = parameters.ids_of(wanted, talks)
    in_chunks = parameters.in_chunks(talks, ids)
    if form.chunks and len(ids) > MAX_BUFFERED_TALKS:
        return StreamingHttpResponse(form.chunks(listing, in_chunks), content_type=form.media_type)
    all_talks = list(in_chunks)
    if form.takes_departed and wanted.max_talks is None:
        all_talks += listing.departed()
    return HttpResponse(form.render(listing, all_talks), content_type=form.media_type)


@read_only
def feed_page(request: HttpRequest, feed: int) -> HttpResponse:
    """Redirect to the page of the group that replaces a saved feed."""
    return _group_page(request, Group.objects.with_feed_id(min(feed, parameters.MAX_ID)))


@read_only
def calendar_page(request: HttpRequest, calendar: int) -> HttpResponse:
    """Redirect to the page of the group with this number."""
    number = min(calendar, parameters.MAX_ID)
    return _group_page(request, Group.objects.filter(calendar_id=number).first())


def _group_page(request: HttpRequest, group: Group | None) -> HttpResponse:
    """Redirect to the group's page; 404 if it is not public and the person does not belong to it,
    because numbers can be guessed and its address may be secret.
    """
    if group is not None and not group.is_readable_with(request.GET.get("token", "")):
        group = Group.objects.of(request.user).filter(pk=group.pk).first()
    if group is None:
        raise Http404
    return HttpResponseRedirect(group.get_absolute_url())


@read_only
def event(request: HttpRequest, event: int, code: str = "") -> HttpResponse:
    """Redirect to the talk's page, by its number from the old calendar or the site's own.

    The old calendar put a code for the group after the number.
    """
    numbered = Talk.objects.filter(event_id=min(event, parameters.MAX_ID)).first()
    key = numbered.pk if numbered else event - OWN_ID_BASE
    try:
        talk = talk_or_gone(Talk.objects.all(), key, viewer=request.user, now=timezone.now())
    except GoneError:
        return render(request, "410.html", status=410)
    return HttpResponseRedirect(talk.get_absolute_url())

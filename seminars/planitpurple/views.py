"""The old calendar's feeds and event pages, at the addresses that other sites read."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.legacy_ids import OWN_ID_BASE
from seminars.formats import Format
from seminars.listings.filters import BadFilterError
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.planitpurple import FORMATS, parameters
from seminars.planitpurple.parameters import Asked
from seminars.views.caching import read_only
from seminars.views.feed_keys import keep_private
from seminars.views.feeds import PLAIN, allow_cross_origin
from seminars.views.shortcuts import GoneError, talk_or_gone

#: A feed of more talks is sent while it is made, and never is in memory as a whole.
MOST_AT_ONCE = 1000


@require_safe
def feed(request: HttpRequest, form: str, calendar: int | None = None) -> HttpResponseBase:
    """The talks of the calendar, or of those that the query names; a visitor's, whoever asks."""
    try:
        asked = Asked.read(request.GET, calendar)
        listing = parameters.listing_of(asked, now=timezone.now())
    except BadFilterError as wrong:
        missing = calendar is not None and wrong.parameter == "cal"
        answer: HttpResponseBase = HttpResponse(
            wrong.sentence + "\n", status=404 if missing else 400, content_type=PLAIN
        )
    else:
        answer = _answer(FORMATS[form], asked, listing)
        name = f"calendar-{calendar}" if calendar else "calendars"
        suffix = FORMATS[form].suffix
        answer["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
    return keep_private(answer) if "token" in request.GET else allow_cross_origin(answer)


def _answer(form: Format, asked: Asked, listing: Listing) -> HttpResponseBase:
    talks = parameters.talks_of(asked, listing)
    keys = parameters.keys_of(asked, talks)
    found = parameters.in_parts(talks, keys)
    if form.chunks and len(keys) > MOST_AT_ONCE:
        return StreamingHttpResponse(form.chunks(listing, found), content_type=form.media_type)
    every = list(found)
    if form.takes_departed and asked.most is None:
        every += listing.departed()
    return HttpResponse(form.render(listing, every), content_type=form.media_type)


@read_only
def event(request: HttpRequest, event: int) -> HttpResponse:
    """Leads to the talk's page, by the number that came along or by the site's own."""
    numbered = Talk.objects.filter(event_id=min(event, parameters.LARGEST)).first()
    key = numbered.pk if numbered else event - OWN_ID_BASE
    try:
        found = talk_or_gone(Talk.objects.all(), key, viewer=request.user, now=timezone.now())
    except GoneError:
        return render(request, "410.html", status=410)
    return HttpResponseRedirect(found.get_absolute_url())

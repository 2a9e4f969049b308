"""The public pages: the home page, the list of talks, one talk."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from seminars import cards
from seminars.facets.options import choices
from seminars.listings import conditions
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.listings.related import related
from seminars.listings.rows import rows_at
from seminars.models import Talk
from seminars.querysets import Viewer
from seminars.rendering import json_ld
from seminars.views.paging import page_context
from seminars.views.requests import HtmxRequest
from seminars.views.shortcuts import GoneError, talk_or_gone
from seminars.views.upcoming import upcoming
from seminars.wording.join_link import join_link


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the next talks by day."""
    now = timezone.now()
    listing = Listing.find(filters=Filters(), now=now, viewer=request.user)
    context = upcoming(request.user, now)._asdict() | {"listing": listing, "now": now}
    return render(request, "seminars/home.html", context)


@require_safe
def talks(request: HtmxRequest) -> HttpResponse:
    """Show the talks that match the query's filters."""
    now = timezone.now()
    try:
        filters = Filters.read(request.GET)
        listing = Listing.find(filters=filters, now=now, viewer=request.user)
    except BadFilterError as wrong:
        every = Listing.find(filters=Filters(), now=now, viewer=request.user)
        # 422 is the only error that HTMX shows in place (components/htmx.html).
        return render(
            request,
            "seminars/talks.html",
            {"choices": choices(every, request.GET), "now": now, "wrong": wrong},
            status=422 if request.htmx else 400,
        )
    context = page_context(listing)
    context["choices"] = offered = choices(context["listing"], request.GET)
    context["ranked"] = offered.total > 1 and context["listing"].is_ranked(offered.total)
    response = render(request, "seminars/talks.html", context)
    return _with_address(response, request, listing.address(filters.page))


def _with_address(response: HttpResponse, request: HtmxRequest, address: str) -> HttpResponse:
    """Let HTMX show the address in the browser's bar.

    Not if it is there already: going back would then lead to the same page.
    """
    if not request.htmx:
        return response
    return push_url(response, address if address != request.htmx.current_url_abs_path else False)


@require_safe
def talk(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Show everything about one talk; an outdated slug redirects to the current one."""
    now = timezone.now()
    talks = Talk.objects.with_details().prefetch_related("co_series__department")
    try:
        shown = talk_or_gone(talks, pk, viewer=request.user, now=now)
    except GoneError:
        return render(request, "410.html", status=410)
    if slug != shown.slug:
        return HttpResponsePermanentRedirect(shown.get_absolute_url())
    context: dict[str, object] = {
        "talk": shown,
        "join_link": join_link(shown, signed_in=request.user.is_authenticated, now=now),
        "saved": pk in conditions.saved_by([pk], request.user),
        "can_edit": Talk.objects.editable_by(request.user).filter(pk=pk).exists(),
        "now": now,
    }
    context |= _metadata(shown, now)
    neighbors = _neighbors(shown, request.user)
    without = [one.pk for one in neighbors.values() if one]
    best = related(shown, viewer=request.user, now=now, without=without)
    context["related"] = rows_at(best)
    return render(request, "seminars/talk.html", context | neighbors)


def _metadata(talk: Talk, now: datetime) -> dict[str, str]:
    """Return a public talk's picture and JSON-LD for other sites and search engines."""
    image = cards.address(talk)
    if not image:
        return {}
    return {"image": image, "json_ld": json_ld.script(json_ld.event(talk, image=image, now=now))}


def _neighbors(talk: Talk, viewer: Viewer) -> dict[str, Talk | None]:
    """Return the previous and the next talk of the series."""
    if talk.series is None or talk.starts_at is None:
        return {}
    visible = Talk.objects.visible_to(viewer).only(
        "title", "date", "start_time", "starts_at", "language"
    )
    return {"previous": visible.before(talk).first(), "next": visible.after(talk).first()}

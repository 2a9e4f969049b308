"""The pages that everybody sees: home, the list of talks, one talk."""

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
from seminars.views.paging import page_of
from seminars.views.requests import HtmxRequest
from seminars.views.shortcuts import GoneError, talk_or_gone
from seminars.views.upcoming import upcoming
from seminars.wording.join_link import join_link


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is on: the next talks, by day."""
    now = timezone.now()
    listing = Listing.find(filters=Filters(), now=now, viewer=request.user)
    context = upcoming(request.user, now)._asdict() | {"listing": listing, "now": now}
    return render(request, "seminars/home.html", context)


@require_safe
def talks(request: HtmxRequest) -> HttpResponse:
    """All talks, upcoming or past, narrowed by the filters in the address."""
    now = timezone.now()
    try:
        filters = Filters.read(request.GET)
        listing = Listing.find(filters=filters, now=now, viewer=request.user)
    except BadFilterError as wrong:
        every = Listing.find(filters=Filters(), now=now, viewer=request.user)
        # HTMX shows 422 in place, and no other failure.
        return render(
            request,
            "seminars/talks.html",
            {"choices": choices(every, request.GET), "now": now, "wrong": wrong},
            status=422 if request.htmx else 400,
        )
    context = page_of(listing)
    context["choices"] = found = choices(context["listing"], request.GET)
    context["ranked"] = found.total > 1 and context["listing"].is_ranked(found.total)
    answer = render(request, "seminars/talks.html", context)
    return _in_bar(answer, request, listing.address(filters.page))


def _in_bar(answer: HttpResponse, request: HtmxRequest, address: str) -> HttpResponse:
    """The answer, which puts its address into the bar if that is another than the one there, for
    going back would lead to the same page.
    """
    if not request.htmx:
        return answer
    return push_url(answer, address if address != request.htmx.current_url_abs_path else False)


@require_safe
def talk(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One talk with all that is known of it; a wrong slug leads to the right one."""
    now = timezone.now()
    talks = Talk.objects.with_details().prefetch_related("co_series__department")
    try:
        found = talk_or_gone(talks, pk, viewer=request.user, now=now)
    except GoneError:
        return render(request, "410.html", status=410)
    if slug != found.slug:
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    context: dict[str, object] = {
        "talk": found,
        "join_link": join_link(found, signed_in=request.user.is_authenticated, now=now),
        "saved": pk in conditions.kept_among([pk], request.user),
        "can_edit": Talk.objects.editable_by(request.user).filter(pk=pk).exists(),
        "now": now,
    }
    context |= _told(found, now)
    around = _around(found, request.user)
    shown = [one.pk for one in around.values() if one]
    best = related(found, viewer=request.user, now=now, without=shown)
    context["related"] = rows_at(best)
    return render(request, "seminars/talk.html", context | around)


def _told(talk: Talk, now: datetime) -> dict[str, str]:
    """What other sites and search engines are told of a public talk."""
    image = cards.address(talk)
    if not image:
        return {}
    return {"image": image, "json_ld": json_ld.script(json_ld.event(talk, image=image, now=now))}


def _around(talk: Talk, viewer: Viewer) -> dict[str, Talk | None]:
    """The talks of its series before and after it, as far as both have a date."""
    if talk.series is None or talk.starts_at is None:
        return {}
    visible = Talk.objects.visible_to(viewer).only("title", "date", "language")
    return {"previous": visible.before(talk).first(), "next": visible.after(talk).first()}

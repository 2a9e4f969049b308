"""The pages that everybody sees: home, the list of talks, one talk."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from seminars import agenda, joining
from seminars.filters import BadFilterError, Filters
from seminars.listings import Listing
from seminars.models import Talk
from seminars.querysets import Viewer
from seminars.rows import rows_of
from seminars.views.choices import choices
from seminars.views.finding import GoneError, talk_or_gone
from seminars.views.paging import PAGE, page_of
from seminars.views.requests import HtmxRequest


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is on: the next talks, by day."""
    now = timezone.now()
    listing = Listing.find(filters=Filters(), now=now, viewer=request.user)
    talks = rows_of(listing.for_page()[: PAGE + 1])
    return render(
        request,
        "seminars/home.html",
        {
            "listing": listing,
            "sections": agenda.sections(talks[:PAGE], now),
            "more": len(talks) > PAGE,
            "now": now,
        },
    )


@require_safe
def talks(request: HtmxRequest) -> HttpResponse:
    """All talks, upcoming or past, narrowed by the filters in the address."""
    now = timezone.now()
    context: dict[str, object] = {"choices": choices(request.GET, request.user), "now": now}
    try:
        filters = Filters.read(request.GET)
        listing = Listing.find(filters=filters, now=now, viewer=request.user)
    except BadFilterError as wrong:
        # HTMX shows 422 in place, and no other failure.
        status = 422 if request.htmx else 400
        return render(request, "seminars/talks.html", context | {"wrong": wrong}, status=status)
    answer = render(request, "seminars/talks.html", context | page_of(listing))
    return push_url(answer, listing.address(filters.page)) if request.htmx else answer


@require_safe
def talk(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One talk with all that is known of it; a wrong slug leads to the right one."""
    now = timezone.now()
    talks = Talk.objects.with_details().marked_for(request.user)
    try:
        found = talk_or_gone(talks, pk, viewer=request.user, now=now)
    except GoneError:
        return render(request, "410.html", status=410)
    if slug != found.slug:
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    context = {
        "talk": found,
        "joining": joining.joining(found, signed_in=request.user.is_authenticated, now=now),
        "can_edit": Talk.objects.editable_by(request.user).filter(pk=pk).exists(),
        "now": now,
    }
    return render(request, "seminars/talk.html", context | _around(found, request.user))


def _around(talk: Talk, viewer: Viewer) -> dict[str, Talk | None]:
    """The talks of its series before and after it, as far as both have a date."""
    if talk.series is None or talk.starts_at is None:
        return {}
    visible = Talk.objects.visible_to(viewer)
    return {"previous": visible.before(talk).first(), "next": visible.after(talk).first()}

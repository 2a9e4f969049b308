"""What talks belong to, each with a page and feeds: series, departments, topics, venues, speakers.

Every page is the Listing of its noun, and its feeds are the same Listing in another format.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from seminars.formats import FORMATS
from seminars.listings import scopes
from seminars.listings.agenda import Day
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.listings.scopes import Noun
from seminars.models import Department, Series, Topic, Venue
from seminars.text import markup
from seminars.views.feeds import VISITOR, feed_of, refusal
from seminars.views.paging import lately_of, page_of


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Series.objects.select_related("department", "venue"), slug=slug)
    return _page(request, found, "series")


@require_safe
def department(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Department, slug=slug)
    now = timezone.now()
    rows = list(found.series.all())
    counts = scopes.upcoming_counts(
        scopes.LINKS[Series], [row.pk for row in rows], viewer=request.user, now=now
    )
    every = [(row, counts.get(row.pk, 0)) for row in rows]
    return _page(request, found, "department", {"every_series": every})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Topic.objects.select_related("parent"), slug=slug)
    beside = Topic.objects.filter(parent__isnull=False, parent=found.parent_id).exclude(pk=found.pk)
    return _page(request, found, "topic", {"children": found.children.all(), "siblings": beside})


@require_safe
def venue(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, get_object_or_404(Venue, slug=slug), "venue")


@require_safe
def speaker(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """There only for those who may see a talk of theirs; a wrong slug leads to the right one."""
    found = get_object_or_404(scopes.speakers_known_to(request.user), pk=pk)
    if slug != found.slug:
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    return _page(request, found, "speaker")


@require_safe
def feed(request: HttpRequest, nouns: QuerySet[Any], slug: str, suffix: str) -> HttpResponse:
    """A visitor's feed of the one that has this slug."""
    return _feed(request, get_object_or_404(nouns, slug=slug), suffix, name=slug)


@require_safe
def speaker_feed(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """A visitor's feed of a speaker's talks, there only where one is public; and, in the formats
    that tell of it, where the last one has been withdrawn, for as long as that is told.
    """
    now = timezone.now()
    found = scopes.speakers_known_to(VISITOR).filter(pk=pk).first()
    if found:
        return _feed(request, found, suffix, name=f"speaker-{pk}")
    if not (FORMATS[suffix].takes_departed and scopes.has_left_lately(pk, now)):
        raise Http404
    try:
        filters = Filters.read(request.GET)
        listing = Listing.of_former_speaker(pk, filters=filters, now=now)
    except BadFilterError as wrong:
        return refusal(wrong)
    return feed_of(suffix, listing, name=f"speaker-{pk}")


def _page(
    request: HttpRequest, noun: Noun, name: str, more: dict[str, Any] | None = None
) -> HttpResponse:
    """The noun's own facts and its talks, by days; what is wrong with its filters is said there."""
    about = getattr(noun, "description", "") or getattr(noun, "biography", "")
    context = {"noun": noun, name: noun, "heading": scopes.name_of(noun)} | (more or {})
    context["description"] = markup.excerpt(about)
    status = 200
    try:
        listing = Listing.of(
            noun, filters=Filters.read(request.GET), now=timezone.now(), viewer=request.user
        )
    except BadFilterError as wrong:
        context, status = context | {"wrong": wrong}, 400
    else:
        shown, lately = page_of(listing), lately_of(listing)
        context |= shown | {"lately": lately, "recorded": _recorded(listing, shown["days"], lately)}
    return render(request, f"seminars/nouns/{name}.html", context, status=status)


def _recorded(listing: Listing, *parts: list[Day]) -> bool:
    """Whether the page leads to recordings: where it shows one, or nothing but them."""
    rows = (row for days in parts for day in days for row in day.rows)
    return listing.filters.recording or any(row.recording_url for row in rows)


def _feed(request: HttpRequest, noun: Noun, suffix: str, *, name: str) -> HttpResponse:
    try:
        listing = Listing.of(noun, filters=Filters.read(request.GET), now=timezone.now())
    except BadFilterError as wrong:
        return refusal(wrong)
    return feed_of(suffix, listing, name=name)

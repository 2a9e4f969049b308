"""The pages and feeds of series, departments, topics, venues and speakers.

A page shows the Listing of its subject, and its feeds are the same Listing in other formats.
"""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from seminars.formats import FORMATS
from seminars.listings import scopes
from seminars.listings.agenda import Day
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.listings.subjects import PageSubject, SubjectKind, heading
from seminars.models import Department, Speaker, Topic
from seminars.querysets import SERIES, Viewer
from seminars.text import markup
from seminars.views.feeds import VISITOR, feed_of, refusal
from seminars.views.paging import page_context, recent_days


@require_safe
def page(request: HttpRequest, kind: SubjectKind, pk: int = 0, slug: str = "") -> HttpResponse:
    """The page of one subject; an outdated slug of a speaker redirects to the current one."""
    rows = kind.visible_to(request.user).select_related(*kind.select_related)
    subject = get_object_or_404(rows, **({"slug": slug} if kind.has_slug_key else {"pk": pk}))
    if slug != subject.slug:
        return HttpResponsePermanentRedirect(subject.get_absolute_url())
    return _page(request, kind, subject)


@require_safe
def feed(request: HttpRequest, kind: SubjectKind, suffix: str, **key: Any) -> HttpResponse:
    """The feed of one subject, with what visitors may see; signing in makes no difference."""
    subject = kind.visible_to(VISITOR).filter(**key).first()
    if subject is None:
        return _feed_of_former_speaker(request, kind, suffix, key)
    try:
        listing = Listing.of(subject, filters=Filters.read(request.GET), now=timezone.now())
    except BadFilterError as wrong:
        return refusal(wrong)
    return feed_of(suffix, listing, name=_file_name(kind, key))


def _feed_of_former_speaker(
    request: HttpRequest, kind: SubjectKind, suffix: str, key: dict[str, Any]
) -> HttpResponse:
    """The feed of a speaker whose last public talk was withdrawn recently, in the formats that
    report withdrawn talks.
    """
    now = timezone.now()
    if kind.model is not Speaker or not FORMATS[suffix].takes_departed:
        raise Http404
    if not scopes.has_recently_departed(key["pk"], now):
        raise Http404
    try:
        filters = Filters.read(request.GET)
        listing = Listing.of_former_speaker(key["pk"], filters=filters, now=now)
    except BadFilterError as wrong:
        return refusal(wrong)
    return feed_of(suffix, listing, name=_file_name(kind, key))


def _file_name(kind: SubjectKind, key: dict[str, Any]) -> str:
    value = key[kind.key]
    return str(value) if kind.has_slug_key else f"{kind.name}-{value}"


def _page(request: HttpRequest, kind: SubjectKind, subject: PageSubject) -> HttpResponse:
    """The facts about the subject and its talks by day, with an error where a filter is invalid."""
    about = getattr(subject, "description", "") or getattr(subject, "biography", "")
    context: dict[str, Any] = {"subject": subject, kind.name: subject, "heading": heading(subject)}
    context |= _related(subject, request.user) | {"description": markup.excerpt(about)}
    status = 200
    try:
        listing = Listing.of(
            subject, filters=Filters.read(request.GET), now=timezone.now(), viewer=request.user
        )
    except BadFilterError as wrong:
        context, status = context | {"wrong": wrong}, 400
    else:
        shown, recent = page_context(listing), recent_days(listing)
        has_recordings = _has_recordings(listing, shown["days"], recent)
        context |= shown | {"recent": recent, "has_recordings": has_recordings}
    return render(request, f"seminars/subjects/{kind.name}.html", context, status=status)


def _related(subject: Model, viewer: Viewer) -> dict[str, Any]:
    """Return the other subjects that the page links to."""
    if isinstance(subject, Department):
        rows = list(subject.series.all())
        counts = scopes.upcoming_counts(
            SERIES, [row.pk for row in rows], viewer=viewer, now=timezone.now()
        )
        return {"every_series": [(row, counts.get(row.pk, 0)) for row in rows]}
    if isinstance(subject, Topic):
        siblings = Topic.objects.filter(parent__isnull=False, parent=subject.parent_id)
        return {
            "children": subject.children.all(),
            "siblings": siblings.exclude(pk=subject.pk),
        }
    return {}


def _has_recordings(listing: Listing, *parts: list[Day]) -> bool:
    """Whether the page shows a recording, or was asked for recordings only."""
    rows = (row for days in parts for day in days for row in day.rows)
    return "recording" in listing.filters.flags or any(row.public_recording_url for row in rows)

"""The lists of series, departments, topics, venues and speakers, with how much is on in each."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from seminars.listings import scopes
from seminars.listings.filters import BadFilterError, page_number
from seminars.models import Department, Series, Venue

#: How many rows a page shows; of topics, how many that are part of no other.
PAGE = 100

_HEADINGS = {
    "series": _("Series"),
    "departments": _("Departments"),
    "topics": _("Topics"),
    "venues": _("Venues"),
    "speakers": _("Speakers"),
}


@require_safe
def series(request: HttpRequest) -> HttpResponse:
    return _index(request, "series", Series.objects.select_related("department", "venue"))


@require_safe
def departments(request: HttpRequest) -> HttpResponse:
    return _index(request, "departments", Department.objects.all())


@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    return _index(request, "venues", Venue.objects.all())


@require_safe
def speakers(request: HttpRequest) -> HttpResponse:
    """Those of whom the viewer may know, in the order of the names that they are sorted by."""
    return _index(request, "speakers", scopes.speakers_known_to(request.user))


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """All topics, each under the one that it is part of."""
    return _index(request, "topics", scopes.topic_tree(viewer=request.user, now=timezone.now()))


def _index(
    request: HttpRequest, name: str, rows: QuerySet[Any] | Sequence[scopes.Branch]
) -> HttpResponse:
    """A page of the rows, with how many upcoming talks each has."""
    context: dict[str, object] = {"path": request.path, "heading": _HEADINGS[name]}
    status = 200
    try:
        page = page_number(request.GET)
    except BadFilterError as wrong:
        context, status = context | {"wrong": wrong}, 400
    else:
        first = (page - 1) * PAGE
        found = list(rows[first : first + PAGE + 1])
        context |= {"rows": _counted(rows, found[:PAGE], request), "page": page}
        context["more"] = len(found) > PAGE
        later = f"?page={page}" if page > 1 else ""
        context["here"] = f"{settings.SITE_URL}{request.path}{later}"
    return render(request, f"seminars/nouns/{name}_index.html", context, status=status)


def _counted(
    rows: QuerySet[Any] | Sequence[scopes.Branch], shown: list[Any], request: HttpRequest
) -> list[Any]:
    """Each row with its count; branches know theirs."""
    if not isinstance(rows, QuerySet):
        return shown
    link, keys = scopes.LINKS[rows.model], [row.pk for row in shown]
    counts = scopes.upcoming_counts(link, keys, viewer=request.user, now=timezone.now())
    return [(row, counts.get(row.pk, 0)) for row in shown]

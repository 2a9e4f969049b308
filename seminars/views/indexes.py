"""The index pages of series, departments, topics, venues and speakers."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from seminars.listings import scopes
from seminars.listings.filters import BadFilterError, page_number
from seminars.listings.subjects import SubjectKind
from seminars.models import Topic

#: How many rows a page shows; topics below others are not counted.
PAGE_SIZE = 100


@require_safe
def index(request: HttpRequest, kind: SubjectKind) -> HttpResponse:
    """One page of all subjects of a kind, each with its number of upcoming talks."""
    rows: QuerySet[Any] | Sequence[scopes.Branch]
    if kind.model is Topic:
        rows = scopes.topic_tree(viewer=request.user, now=timezone.now())
    else:
        rows = kind.visible_to(request.user).select_related(*kind.select_related)
    context: dict[str, object] = {"path": request.path, "heading": kind.plural_label}
    status = 200
    try:
        page = page_number(request.GET)
    except BadFilterError as wrong:
        context, status = context | {"wrong": wrong}, 400
    else:
        first = (page - 1) * PAGE_SIZE
        listed = list(rows[first : first + PAGE_SIZE + 1])
        context |= {"rows": _counted(kind, listed[:PAGE_SIZE], request), "page": page}
        context["more"] = len(listed) > PAGE_SIZE
        query = f"?page={page}" if page > 1 else ""
        context["here"] = f"{settings.SITE_URL}{request.path}{query}"
    return render(request, f"seminars/subjects/{kind.folder}_index.html", context, status=status)


def _counted(kind: SubjectKind, shown: list[Any], request: HttpRequest) -> list[Any]:
    """Return each row with its number of upcoming talks; branches of topics have theirs."""
    if kind.model is Topic:
        return shown
    keys = [row.pk for row in shown]
    counts = scopes.upcoming_counts(kind.link, keys, viewer=request.user, now=timezone.now())
    return [(row, counts.get(row.pk, 0)) for row in shown]

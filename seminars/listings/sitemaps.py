"""The addresses of all public pages, in parts of limited size."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, QuerySet
from django.urls import reverse

from accounts.models import Group
from seminars.listings.subjects import KINDS, PageSubject, SubjectKind
from seminars.models import Talk
from seminars.slugs import talk_slug

#: How many ids a part spans, and so at most how many addresses; the protocol allows 50,000.
SPAN = 10_000

_INDEXES = ("home", "talks", *(kind.index_name for kind in KINDS), "groups")
_VISITOR = AnonymousUser()

Entry = tuple[str, datetime | None]


def parts() -> list[tuple[str, int]]:
    """Return the kind and number of every part that is not empty; one small query for each."""
    parts = [("pages", 1)]
    for kind, (rows, _entry) in _ROWS.items():
        last = rows().model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        parts += [
            (kind, part)
            for part in range(1, (last - 1) // SPAN + 2)
            if _part(rows(), part).exists()
        ]
    return parts


def addresses(kind: str, part: int) -> Iterator[Entry]:
    """Yield each path in one part, and when its page was last changed, if known."""
    if kind == "pages" and part == 1:
        yield from ((reverse(name), None) for name in _INDEXES)
    elif kind in _ROWS:
        rows, entry = _ROWS[kind]
        yield from map(entry, _part(rows(), part).order_by("pk").iterator())


def _part(rows: QuerySet[Any], part: int) -> QuerySet[Any]:
    return rows.filter(pk__gt=(part - 1) * SPAN, pk__lte=part * SPAN)


def _page(row: PageSubject | Group) -> Entry:
    return row.get_absolute_url(), None


def _talk(values: tuple[int, str, datetime]) -> Entry:
    """Without a model instance and `reverse`, because a part has ten thousand talks."""
    pk, title, changed_at = values
    return f"{_talks()}{pk}/{talk_slug(title)}/", changed_at


def _subjects(kind: SubjectKind) -> QuerySet[Any]:
    """Return the rows of a kind with what their addresses are made from."""
    return kind.visible_to(_VISITOR).only("slug" if kind.has_slug_key else "name")


@cache
def _talks() -> str:
    return reverse("talks")


_ROWS: dict[str, tuple[Callable[[], QuerySet[Any]], Callable[..., Entry]]] = {
    "talks": (lambda: Talk.objects.public().values_list("pk", "title", "changed_at"), _talk),
    **{kind.folder: (partial(_subjects, kind), _page) for kind in KINDS},
    "groups": (Group.objects.listed, _page),
}

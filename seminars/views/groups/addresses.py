"""Find what a link to this site leads to, and pages by the name of their subject."""

from collections.abc import Iterator
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from accounts.models import Group
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.subjects import BY_NAME, KINDS, PageSubject, kind_of
from seminars.querysets import Viewer

#: How many pages are offered for a name.
MAX_RESULTS = 12

#: The kinds whose matches come first, in this order.
_FIRST_KINDS = ("series", "topic", "department", "group")
_LISTS = ("talks", "calendar", "calendar-month")
_SCHEMES = ("http", "https", "webcal")


class BadAddressError(ValueError):
    """An address that does not lead to talks; the text is a sentence for the person."""


class PageMatch(NamedTuple):
    """A page with talks whose subject has a matching name; `kind` is a label."""

    kind: str
    name: str
    address: str


def is_address(text: str) -> bool:
    """Whether the text is meant as an address, not a name."""
    return "/" in text and not any(letter.isspace() for letter in text)


def target_of(address: str, viewer: Viewer) -> PageSubject | Group | Filters:
    """Return what the page or calendar at this address shows, including its filters.

    Raise BadAddressError unless it is a page of talks that the viewer may see.
    """
    parts = _on_this_site(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        raise BadAddressError(_("That link doesn’t lead to a page on this site.")) from None
    name = (match.url_name or "").partition(".")[0]
    subject: PageSubject | Group | None = None
    if kind := BY_NAME.get(name.removesuffix("-by-id")):
        rows = kind.visible_to(viewer)
        subject = rows.filter(**{kind.key: match.kwargs[kind.key]}).first()
    elif name == "group":
        subject = Group.objects.visible_to(viewer).filter(slug=match.kwargs["slug"]).first()
    elif name not in _LISTS:
        raise BadAddressError(
            _(
                "That page can’t be followed. Paste the link of a series, speaker, topic, venue,"
                " department or group, or of a search."
            )
        )
    if subject is None and name not in _LISTS:
        raise BadAddressError(_("That link doesn’t lead to a page on this site."))
    return _with_query(subject, parts.query)


def pages_named(words: str, viewer: Viewer) -> list[PageMatch]:
    """Return pages with all these words in their names; of groups, public ones and the viewer's."""
    return list(islice(_pages_named(words.replace("\0", " ").split()[:8], viewer), MAX_RESULTS))


def _pages_named(words: list[str], viewer: Viewer) -> Iterator[PageMatch]:
    groups = Group.objects.listed() | Group.objects.of(viewer)
    tables: dict[str, tuple[str, QuerySet[Any], tuple[str, ...]]] = {
        name: (_("Group"), groups, ("name",)) if name == "group" else _table(name)
        for name in dict.fromkeys([*_FIRST_KINDS, *BY_NAME])
    }
    for kind, rows, columns in tables.values() if words else ():
        for word in words:
            any_column = (Q(**{f"{column}__icontains": word}) for column in columns)
            rows = rows.filter(_any(any_column))
        for row in rows[:MAX_RESULTS]:
            yield PageMatch(kind, str(row), row.get_absolute_url())


def _table(name: str) -> tuple[str, QuerySet[Any], tuple[str, ...]]:
    """Return the label of a kind, its rows with public pages, and the fields with their names."""
    kind = BY_NAME[name]
    return str(kind.label), kind.visible_to(AnonymousUser()), kind.name_fields


def _any(conditions: Iterator[Q]) -> Q:
    return reduce(or_, conditions)


def _on_this_site(address: str) -> SplitResult:
    """Split an address of this site, with or without https://; raise BadAddressError for others."""
    here = urlsplit(settings.SITE_URL).netloc.lower()
    if address.lower().startswith(f"{here}/"):
        address = f"//{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        raise BadAddressError(_("That isn’t a link.")) from None
    if parts.scheme not in ("", *_SCHEMES) or parts.netloc.lower() not in ("", here):
        raise BadAddressError(
            _("That link leads to another site. Paste one that starts with %(here)s.")
            % {"here": settings.SITE_URL}
        )
    return parts


def _with_query(subject: PageSubject | Group | None, query: str) -> PageSubject | Group | Filters:
    """Return the subject, or if the query filters its page, filters that include the subject."""
    params = QueryDict(query, mutable=True)
    for name in ("when", "page"):
        params.pop(name, None)
    try:
        if subject is not None and not Filters.read(params).query():
            return subject
        if isinstance(subject, Group):
            params.appendlist("group", subject.slug)
        elif subject is not None:
            kind = kind_of(subject)
            if not kind.has_slug_key:
                params.pop(kind.name, None)
            params.appendlist(kind.name, str(getattr(subject, kind.key)))
        filters = Filters.read(params)
    except BadFilterError as error:
        raise BadAddressError(error.sentence) from None
    return _sole_subject(filters) or filters


def _sole_subject(filters: Filters) -> PageSubject | None:
    """Return the subject if the filters consist of a single one, else None."""
    for kind in KINDS:
        slugs: tuple[str, ...] = getattr(filters, kind.name) if kind.has_slug_key else ()
        if len(slugs) == 1 and filters.query() == urlencode({kind.name: slugs[0]}):
            subject: PageSubject | None
            subject = kind.model._default_manager.filter(slug=slugs[0]).first()
            return subject
    return None

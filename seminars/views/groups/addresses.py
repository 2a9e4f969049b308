"""What the addresses of this site's pages lead to, and the pages of what goes by a name."""

from collections.abc import Iterator
from itertools import islice
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
MOST_FOUND = 12

#: The kinds whose matches come first, in this order.
_FIRST_KINDS = ("series", "topic", "department", "group")
_LISTS = ("talks", "calendar", "calendar-month")
_SCHEMES = ("http", "https", "webcal")


class BadAddressError(ValueError):
    """An address that leads to nothing that has talks; its text is a sentence for a person."""


class Found(NamedTuple):
    """A page with talks: what it is of, its name and its address."""

    kind: str
    name: str
    address: str


def is_address(text: str) -> bool:
    """Whether somebody means an address, and not a name."""
    return "/" in text and not any(letter.isspace() for letter in text)


def behind(address: str, viewer: Viewer) -> PageSubject | Group | Filters:
    """What the page or calendar at this address holds, with the filters in it.

    Raises BadAddressError for all but pages of talks, and for what is not there for the viewer.
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
    return _narrowed(subject, parts.query)


def called(words: str, viewer: Viewer) -> list[Found]:
    """The pages of what has all these words in its name; the groups among them are public."""
    return list(islice(_called(words.replace("\0", " ").split()[:8], viewer), MOST_FOUND))


def _called(words: list[str], viewer: Viewer) -> Iterator[Found]:
    groups = Group.objects.listed() | Group.objects.of(viewer)
    tables: dict[str, tuple[str, QuerySet[Any], tuple[str, ...]]] = {
        name: (_("Group"), groups, ("name",)) if name == "group" else _table(name)
        for name in dict.fromkeys([*_FIRST_KINDS, *BY_NAME])
    }
    for kind, rows, columns in tables.values() if words else ():
        for word in words:
            any_column = (Q(**{f"{column}__icontains": word}) for column in columns)
            rows = rows.filter(_either(any_column))
        for row in rows[:MOST_FOUND]:
            yield Found(kind, str(row), row.get_absolute_url())


def _table(name: str) -> tuple[str, QuerySet[Any], tuple[str, ...]]:
    """Return the label of a kind, its rows with public pages, and the fields with their names."""
    kind = BY_NAME[name]
    return str(kind.label), kind.visible_to(AnonymousUser()), kind.name_fields


def _either(conditions: Iterator[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _on_this_site(address: str) -> SplitResult:
    """The address in its parts, also where it was given without https://."""
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


def _narrowed(subject: PageSubject | Group | None, query: str) -> PageSubject | Group | Filters:
    """The subject, or where the query narrows its page further the filters that say both."""
    wanted = QueryDict(query, mutable=True)
    for name in ("when", "page"):
        wanted.pop(name, None)
    try:
        if subject is not None and not Filters.read(wanted).query():
            return subject
        if isinstance(subject, Group):
            wanted.appendlist("group", subject.slug)
        elif subject is not None:
            kind = kind_of(subject)
            if not kind.has_slug_key:
                wanted.pop(kind.name, None)
            wanted.appendlist(kind.name, str(getattr(subject, kind.key)))
        filters = Filters.read(wanted)
    except BadFilterError as wrong:
        raise BadAddressError(wrong.sentence) from None
    return _only_one(filters) or filters


def _only_one(filters: Filters) -> PageSubject | None:
    """What the filters name, where they name one thing and ask nothing else."""
    for kind in KINDS:
        slugs: tuple[str, ...] = getattr(filters, kind.name) if kind.has_slug_key else ()
        if len(slugs) == 1 and filters.query() == urlencode({kind.name: slugs[0]}):
            found: PageSubject | None
            found = kind.model._default_manager.filter(slug=slugs[0]).first()
            return found
    return None

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
from seminars.listings import scopes
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.scopes import Noun
from seminars.models import Department, Series, Speaker, Topic, Venue
from seminars.querysets import Viewer

#: How many pages are offered for a name.
MOST_FOUND = 12

_BY_SLUG: dict[str, type[Series | Topic | Venue | Department]] = {
    "series": Series,
    "topic": Topic,
    "venue": Venue,
    "department": Department,
}
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


def behind(address: str, viewer: Viewer) -> Noun | Group | Filters:
    """What the page or calendar at this address holds, with the filters in it.

    Raises BadAddressError for all but pages of talks, and for what is not there for the viewer.
    """
    parts = _on_this_site(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        raise BadAddressError(_("There is no page of this site at that address.")) from None
    name = (match.url_name or "").partition(".")[0]
    noun: Noun | Group | None = None
    if name in _BY_SLUG:
        noun = _BY_SLUG[name]._default_manager.filter(slug=match.kwargs["slug"]).first()
    elif name in ("speaker", "speaker-by-id"):
        noun = scopes.speakers_known_to(viewer).filter(pk=match.kwargs["pk"]).first()
    elif name == "group":
        noun = Group.objects.visible_to(viewer).filter(slug=match.kwargs["slug"]).first()
    elif name not in _LISTS:
        raise BadAddressError(
            _(
                "That page cannot be followed. Give the address of a series, speaker, topic, venue,"
                " department or group, or of a search."
            )
        )
    if noun is None and name not in _LISTS:
        raise BadAddressError(_("There is no page of this site at that address."))
    return _narrowed(noun, parts.query)


def called(words: str, viewer: Viewer) -> list[Found]:
    """The pages of what has all these words in its name; the groups among them are public."""
    return list(islice(_called(words.replace("\0", " ").split()[:8], viewer), MOST_FOUND))


def _called(words: list[str], viewer: Viewer) -> Iterator[Found]:
    groups = Group.objects.listed() | Group.objects.of(viewer)
    speakers = scopes.speakers_known_to(AnonymousUser())
    tables: tuple[tuple[str, QuerySet[Any], tuple[str, ...]], ...] = (
        (_("Series"), Series.objects.all(), ("name", "short_code")),
        (_("Topic"), Topic.objects.all(), ("name",)),
        (_("Department"), Department.objects.all(), ("name",)),
        (_("Group"), groups, ("name",)),
        (_("Venue"), Venue.objects.all(), ("building", "room")),
        (_("Speaker"), speakers, ("name",)),
    )
    for kind, rows, columns in tables if words else ():
        for word in words:
            any_column = (Q(**{f"{column}__icontains": word}) for column in columns)
            rows = rows.filter(_either(any_column))
        for row in rows[:MOST_FOUND]:
            yield Found(kind, str(row), row.get_absolute_url())


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
        raise BadAddressError(_("That is not a web address.")) from None
    if parts.scheme not in ("", *_SCHEMES) or parts.netloc.lower() not in ("", here):
        raise BadAddressError(
            _("That is an address of another site. Give one that begins with %(here)s.")
            % {"here": settings.SITE_URL}
        )
    return parts


def _narrowed(noun: Noun | Group | None, query: str) -> Noun | Group | Filters:
    """The noun, or where the query narrows its page further the filters that say both."""
    wanted = QueryDict(query, mutable=True)
    for name in ("when", "page"):
        wanted.pop(name, None)
    try:
        if noun is not None and not Filters.read(wanted).query():
            return noun
        if isinstance(noun, Speaker):
            wanted["speaker"] = str(noun.pk)
        elif noun is not None:
            kind = "group" if isinstance(noun, Group) else scopes.LINKS[type(noun)].name
            wanted.appendlist(kind, noun.slug)
        filters = Filters.read(wanted)
    except BadFilterError as wrong:
        raise BadAddressError(wrong.sentence) from None
    return _only_one(filters) or filters


def _only_one(filters: Filters) -> Noun | None:
    """What the filters name, where they name one thing and ask nothing else."""
    for name, model in _BY_SLUG.items():
        slugs = getattr(filters, name)
        if len(slugs) == 1 and filters.query() == urlencode({name: slugs[0]}):
            found: Noun | None = model._default_manager.filter(slug=slugs[0]).first()
            return found
    return None

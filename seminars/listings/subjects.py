"""The kinds of things that have a page with their talks: one declaration for each.

Addresses, index pages, feeds, embedded lists, sitemaps and filters loop over `KINDS`.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from seminars.models import Appearance, Department, Series, Speaker, Talk, Topic, Venue
from seminars.querysets import DEPARTMENT, SERIES, SPEAKER, TOPIC, VENUE, Link, Viewer

#: A row that has a page of its own, with its talks.
PageSubject = Series | Department | Topic | Venue | Speaker


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of row that has a page with its talks, an index page, feeds and a filter."""

    #: The name of the filter, of the page's route, and of the field of a follow rule.
    name: str
    #: The folder of its addresses.
    folder: str
    model: type[Any]
    link: Link
    label: StrPromise
    plural_label: StrPromise
    #: The fields in which a name is looked for.
    name_fields: tuple[str, ...] = ("name",)
    #: The foreign keys that its page and its index page read.
    select_related: tuple[str, ...] = ()
    #: Whether a slug identifies a row; otherwise its id does.
    has_slug_key: bool = True

    @property
    def index_name(self) -> str:
        """The name of the route to its index page."""
        return f"{self.name}-index"

    @property
    def key(self) -> str:
        """The field that identifies a row in addresses."""
        return "slug" if self.has_slug_key else "pk"

    @property
    def route(self) -> str:
        """The route to a row, without a suffix or a trailing slash."""
        return f"{self.folder}/<{'slug:slug' if self.has_slug_key else 'id:pk'}>"

    def visible_to(self, viewer: Viewer) -> QuerySet[Any]:
        """Return the rows whose pages this viewer may see."""
        if self.model is Speaker:
            return speakers_visible_to(viewer)
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows


KINDS = (
    SubjectKind(
        name="series",
        folder="series",
        model=Series,
        link=SERIES,
        label=_("Series"),
        plural_label=_("Series"),
        name_fields=("name", "short_code"),
        select_related=("department", "venue"),
    ),
    SubjectKind(
        name="department",
        folder="departments",
        model=Department,
        link=DEPARTMENT,
        label=_("Department"),
        plural_label=_("Departments"),
    ),
    SubjectKind(
        name="topic",
        folder="topics",
        model=Topic,
        link=TOPIC,
        label=_("Topic"),
        plural_label=_("Topics"),
        select_related=("parent",),
    ),
    SubjectKind(
        name="venue",
        folder="venues",
        model=Venue,
        link=VENUE,
        label=_("Venue"),
        plural_label=_("Venues"),
        name_fields=("building", "room"),
    ),
    SubjectKind(
        name="speaker",
        folder="speakers",
        model=Speaker,
        link=SPEAKER,
        label=_("Speaker"),
        plural_label=_("Speakers"),
        has_slug_key=False,
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
_BY_MODEL = {kind.model: kind for kind in KINDS}


def kind_of(subject: PageSubject) -> SubjectKind:
    return _BY_MODEL[type(subject)]


def heading(subject: PageSubject) -> str:
    """Return the heading of its page."""
    return str(subject) if isinstance(subject, Venue) else subject.name


def feed_path(subject: PageSubject) -> str:
    """Return the path of its feeds, without their suffix."""
    kind = kind_of(subject)
    return f"/{kind.folder}/{getattr(subject, kind.key)}"


def speakers_visible_to(viewer: Viewer) -> QuerySet[Speaker]:
    """Return the speakers of talks that this viewer may see; other names are confidential."""
    visible = Appearance.objects.filter(
        speaker=OuterRef("pk"),
        role__in=SPEAKER.roles,
        talk__in=Talk.objects.visible_to(viewer).values("pk"),
    )
    return Speaker.objects.filter(Exists(visible))

"""Listing: a titled, filtered set of talks. Pages and feeds get talks in no other way."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import FeedKey, Group, User
from seminars import clock
from seminars.cache import revision
from seminars.cache.revision import State
from seminars.listings import conditions, scopes
from seminars.listings.condition import Condition
from seminars.listings.dimension_types import ANY_DAYS
from seminars.listings.filters import Days, Filters, When
from seminars.listings.scopes import Scope
from seminars.listings.subjects import PageSubject, feed_path
from seminars.models import Departure, Talk, TalkQuerySet
from seminars.months import Month
from seminars.querysets import GROUP, SPEAKER, TOMBSTONE, Viewer
from seminars.search import lookup
from seminars.search.lookup import SearchResult

#: How far back a feed reaches unless it is told otherwise.
FEED_PAST = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A set of talks at a moment, as a viewer may see them, with its title and address.

    `path` is the address of its page; `feed_path` with a dot and a format's suffix that of a feed,
    which takes the same filters; it is empty where there are none. The calendar file of one talk is
    a listing without a title.
    """

    title: str
    path: str
    feed_path: str
    now: datetime
    filters: Filters = field(default_factory=Filters)
    viewer: Viewer = field(default_factory=AnonymousUser)
    #: What its filters name, one scope a filter.
    narrowed: tuple[Scope, ...] = ()
    #: What its filters' words found, if they have any.
    search: SearchResult | None = None
    #: The series, venue, group … whose page it is; None: all talks.
    scope: Scope | None = None
    #: The groups by whose numbers the old calendar's feeds were asked for it.
    calendars: tuple[Group, ...] = ()
    #: What its talks must meet, once it has been asked for: of a group that is several questions.
    _met: list[Condition] = field(init=False, repr=False, compare=False, default_factory=list)
    _state: list[State] = field(init=False, repr=False, compare=False, default_factory=list)

    @classmethod
    def find(cls, *, filters: Filters, now: datetime, viewer: Viewer | None = None) -> "Listing":
        """The listing of all talks, narrowed.

        Raises BadFilterError where a filter names something that is not there for the viewer.
        """
        viewer = viewer or AnonymousUser()
        filters = scopes.at_present(filters, viewer)
        narrowed = tuple(scopes.named_by(filters, viewer))
        names = [name for scope in narrowed for name in scope.names]
        phrases = [*filters.phrases(), *filters.time_phrases()]
        return cls(
            title=" · ".join([*(names or [_("Talks") if phrases else _("All talks")]), *phrases]),
            path="/talks/",
            feed_path="/talks",
            now=now,
            filters=filters,
            viewer=viewer,
            narrowed=narrowed,
            search=lookup.find(filters.words) if filters.words else None,
        )

    @classmethod
    def of(
        cls, subject: PageSubject, *, filters: Filters, now: datetime, viewer: Viewer | None = None
    ) -> "Listing":
        """The talks of a series, department, topic, venue or speaker; raises as `find` does."""
        scope = scopes.of(subject)
        return replace(
            cls.find(filters=filters, now=now, viewer=viewer),
            title=scope.names[0],
            path=subject.get_absolute_url(),
            feed_path=feed_path(subject),
            scope=scope,
        )

    @classmethod
    def of_former_speaker(cls, pk: int, *, filters: Filters, now: datetime) -> "Listing":
        """Return the listing of a speaker whose talks are no longer public, for calendars that had
        them; without the name, which may be why. Raises what `find` raises.
        """
        return replace(
            cls.find(filters=filters, now=now),
            title=_("Talks"),
            path=f"/speakers/{pk}/",
            feed_path=f"/speakers/{pk}",
            scope=Scope(SPEAKER, (pk,), value=str(pk)),
        )

    @classmethod
    def of_month(
        cls, month: Month, *, filters: Filters, now: datetime, viewer: Viewer | None = None
    ) -> "Listing":
        """The listing of all talks, narrowed, whose page is that of a month; raises as `find`."""
        return replace(cls.find(filters=filters, now=now, viewer=viewer), path=month.path)

    @classmethod
    def of_group(
        cls,
        group: Group,
        *,
        filters: Filters,
        now: datetime,
        viewer: Viewer | None = None,
        key: FeedKey | None = None,
    ) -> "Listing":
        """The talks that a group keeps, with the feeds that the viewer's `key` opens, if any."""
        return replace(
            cls.find(filters=filters, now=now, viewer=viewer),
            title=group.name,
            path=f"/groups/{group.slug}/",
            feed_path=f"/feeds/{key.key}" if key else f"/groups/{group.slug}",
            scope=Scope(GROUP, (group.pk,), (group.name,), value=group.slug),
        )

    @classmethod
    def of_calendars(
        cls,
        groups: tuple[Group, ...],
        *,
        first: date,
        last: date,
        narrowed: tuple[Scope, ...],
        now: datetime,
    ) -> "Listing":
        """The talks of these days that the old calendar's feeds show of groups; of none: all.

        The viewer may read the groups.
        """
        one = groups[0] if len(groups) == 1 else None
        return cls(
            title=one.name if one else settings.SITE_NAME,
            path=one.get_absolute_url() if one else "/talks/",
            feed_path="",
            now=now,
            filters=Filters(days=Days(first, last)),
            narrowed=narrowed,
            scope=Scope(GROUP, tuple(group.pk for group in groups)) if groups else None,
            calendars=groups,
        )

    @classmethod
    def of_person(
        cls, user: User, *, filters: Filters, now: datetime, key: FeedKey | None = None
    ) -> "Listing":
        """The talks of all groups that this person belongs to, each once."""
        mine = Group.objects.of(user).order_by("pk").values_list("pk", flat=True)
        return replace(
            cls.find(filters=filters, now=now, viewer=user),
            title=_("My talks"),
            path="/me/",
            feed_path=f"/feeds/{key.key}" if key else "",
            scope=Scope(GROUP, tuple(mine)),
        )

    @classmethod
    def of_talk(cls, talk: Talk, *, now: datetime) -> "Listing":
        """The listing that one talk's own calendar file is made from."""
        return cls(title="", path=talk.get_absolute_url(), feed_path=f"/talks/{talk.pk}", now=now)

    def with_words(self, typed: str) -> "Listing":
        """The same with other words."""
        filters = replace(self.filters, words=typed)
        return replace(self, filters=filters, search=lookup.find(typed) if typed else None)

    @property
    def when(self) -> When:
        """Which part of time a page shows.

        Upcoming, unless it is told otherwise or given days; recordings are of past talks.
        """
        return self.filters.when or self.filters.implied_when

    @property
    def state(self) -> State:
        """That of the data at its moment, when it was first asked for: so all parts of a page go by
        the same, and what changes in the meantime is kept under an old one.
        """
        if not self._state:
            self._state.append(revision.state(self.now))
        return self._state[0]

    def for_page(self) -> TalkQuerySet:
        """The talks of the page, soonest first; of past talks the latest first."""
        return self._ordered(self._narrowed())

    def without_search(self) -> TalkQuerySet:
        """Return the talks that match apart from the searched text, in the order of the page."""
        return self._ordered(replace(self, search=None)._narrowed())

    def _ordered(self, talks: TalkQuerySet) -> TalkQuerySet:
        talks = self._timed(talks)
        if self.when is When.ALL and self.search:
            # Upcoming ones before past ones, also where too many match to be ranked.
            return talks.order_by("-starts_at", "-pk")
        return talks

    @property
    def has_required_terms(self) -> bool:
        """Whether a search asks for something, and not only to leave something out."""
        return bool(self.search and self.search.query.required)

    def is_ranked(self, talks: int) -> bool:
        """Whether so many talks are in the order of a search."""
        return self.has_required_terms and talks <= lookup.MAX_RANKED

    def matching(self) -> TalkQuerySet:
        """The talks of all its pages, in no order."""
        return self._timed(self._narrowed()).order_by()

    def _timed(self, talks: TalkQuerySet) -> TalkQuerySet:
        if self.when is When.PAST:
            return talks.past(self.now)
        if self.when is When.UPCOMING:
            return talks.upcoming(self.now)
        return talks.filter(starts_at__isnull=False).order_by("starts_at", "pk")

    def for_days(self, first: date, last: date) -> tuple[TalkQuerySet, TalkQuerySet]:
        """The talks of a calendar with these days: those that began before, those that begin then.

        Some of the days next to these are among them: a talk without an hour is under its own date,
        whose midnight may be elsewhere. Apart, for each has an index of its own.
        """
        day = timedelta(days=1)
        begins = clock.midnight(first - day, settings.TIME_ZONE)
        ends = clock.end_of_day(last + day, settings.TIME_ZONE)
        talks = self._narrowed()
        if self.filters.when is When.UPCOMING:
            talks = talks.upcoming(self.now)
        elif self.filters.when is When.PAST:
            talks = talks.past(self.now)
        lasting = talks.filter(starts_at__lt=begins, end_date__gte=first - day)
        beginning = talks.filter(starts_at__gte=begins, starts_at__lt=ends)
        return lasting.order_by("end_date", "pk"), beginning.order_by("starts_at", "pk")

    def for_feed(self) -> TalkQuerySet:
        """The talks of its feeds, soonest first; unless told otherwise, back to 90 days ago.

        Public ones for every viewer: a file that an organizer passes on must not contain drafts.
        """
        talks = self._narrowed().public()
        for condition in self._in_time():
            talks = talks.filter(condition.now)
        return _soonest_first(talks).with_details()

    def departed(self) -> TalkQuerySet:
        """The talks that its feeds held in the last 60 days and hold no more, soonest first.

        Each has `left_at`, the moment at which it left, and `left_quietly`: whether that has not
        raised its own SEQUENCE. Withdrawn ones are among them, and those that were taken out of the
        group or moved to another series, topic, day ….
        """
        if not Departure.any_since(self.now - TOMBSTONE):
            return Talk.objects.none()
        recent = Departure.objects.filter(left_at__gt=self.now - TOMBSTONE)
        left = recent.filter(talk=OuterRef("pk"))
        # First the few that can be meant at all, of an archive that may be long.
        withdrawn = Talk.objects.recently_withdrawn(self.now).order_by().values("pk")
        few = withdrawn.union(recent.order_by().values("talk"))
        talks = Talk.objects.public_or_recently_withdrawn(self.now).filter(pk__in=few)
        stands, places, quietly = Q(), Q(pk__in=[]), Q(pk__in=[])
        words = [conditions.of_words(self.search)] if self.search else []
        for condition in (*self._conditions(), *words, *self._in_time()):
            stands &= condition.now
            places |= condition.before
            quietly |= condition.left_quietly(left)
            talks = talks.filter(condition.held(left))
        latest = left.filter(places).order_by("-left_at").values("left_at")[:1]
        talks = talks.exclude(stands, withdrawn_at__isnull=True) if places else talks
        return (
            _soonest_first(talks)
            .annotate(
                left_at=Coalesce("withdrawn_at", latest),
                left_quietly=ExpressionWrapper(quietly, output_field=BooleanField()),
            )
            .with_details()
        )

    def _in_time(self) -> list[Condition]:
        """The part of time that its feeds hold, besides the days of its filters."""
        if self.filters.when in (When.UPCOMING, When.PAST):
            return [conditions.of_time(self.filters.when, self.now)]
        if self.filters.when is None and not self.filters.has_days:
            return [conditions.of_time_since(FEED_PAST, self.now)]
        return []

    @property
    def has_feeds(self) -> bool:
        """Whether its feeds open at their address; one that names a private group wants a key."""
        return self.feed_path.startswith("/feeds/") or all(one.is_open for one in self.narrowed)

    def address(self, page: int = 1) -> str:
        """The address of the page on this site, or of a later part of it, with its filters."""
        return _with_query(self.path, self.filters.query(), f"page={page}" if page > 1 else "")

    def list_address(self) -> str:
        """The address of the list of all talks that its filters leave."""
        return _with_query("/talks/", self.filters.query())

    def day_address(self, day: date) -> str:
        """The address of the list of those of one day."""
        return replace(self, filters=replace(self.filters, days=Days(day, day))).list_address()

    def month_address(self, month: Month) -> str:
        """The address of a month of the calendar, with its filters, but for another year's."""
        year = self.filters.year if self.filters.year == month.year else None
        return _with_query(month.path, replace(self.filters, year=year).query())

    def calendar_address(self) -> str:
        """The address of the calendar with its talks, this month's; empty where it has none."""
        filters = replace(self.filters, when=None, days=ANY_DAYS, year=None)
        if self.scope is None:
            return _with_query("/calendar/", filters.query())
        if not self.scope.value:
            return ""
        own = urlencode({self.scope.link.name: self.scope.value})
        return _with_query("/calendar/", own, filters.query())

    def page_url(self) -> str:
        """The whole address of the page, with the listing's filters."""
        return settings.SITE_URL + self.address()

    def feed_url(self, suffix: str) -> str:
        """The whole address of the feed in this format, with the listing's filters."""
        return settings.SITE_URL + _with_query(f"{self.feed_path}.{suffix}", self.filters.query())

    def _narrowed(self) -> TalkQuerySet:
        talks = Talk.objects.visible_to(self.viewer)
        for condition in self._conditions():
            talks = talks.filter(condition.now)
        if self.search:
            talks = talks.filter(self.search.condition())
        return talks

    def _conditions(self) -> list[Condition]:
        """What a talk must meet, each of which it can leave; words are not remembered."""
        if not self._met:
            for scope in filter(None, (self.scope, *self.narrowed)):
                self._met.append(conditions.of_scope(scope, self.viewer))
            self._met.extend(conditions.of_filters(self.filters))
        return self._met


def _soonest_first(talks: TalkQuerySet) -> TalkQuerySet:
    return talks.filter(starts_at__isnull=False).order_by("starts_at", "pk")


def _with_query(path: str, *queries: str) -> str:
    query = "&".join(filter(None, queries))
    return f"{path}?{query}" if query else path

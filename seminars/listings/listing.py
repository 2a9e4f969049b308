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

#: How far back a feed reaches by default.
FEED_PAST = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The talks that a viewer may see at a moment, filtered, with a title and an address.

    `path` is the address of its page. `feed_path` with a dot and a format's suffix is that of a
    feed, which takes the same filters; it is empty if there are no feeds. One talk's calendar file
    is a listing without a title.
    """

    title: str
    path: str
    feed_path: str
    now: datetime
    filters: Filters = field(default_factory=Filters)
    viewer: Viewer = field(default_factory=AnonymousUser)
    #: The scopes that its filters name, one for each filter.
    narrowed: tuple[Scope, ...] = ()
    #: The matches of the searched text, if there is any.
    search: SearchResult | None = None
    #: The series, venue, group … whose page it is; None: all talks.
    scope: Scope | None = None
    #: The groups whose numbers the old calendar's feeds gave.
    calendars: tuple[Group, ...] = ()
    #: The conditions of its talks, kept once they are made: those of a group take several queries.
    _made: list[Condition] = field(init=False, repr=False, compare=False, default_factory=list)
    _state: list[State] = field(init=False, repr=False, compare=False, default_factory=list)

    @classmethod
    def find(cls, *, filters: Filters, now: datetime, viewer: Viewer | None = None) -> "Listing":
        """Return the listing of all talks that match the filters.

        Raise BadFilterError if a filter names a row that does not exist for the viewer.
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
        """Return the talks of a series, department, topic, venue or speaker; raise as `find`."""
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
        """Return the listing of a speaker without public talks, for calendars that had some.

        The name is omitted, as it may be why the talks were removed. Raise as `find`.
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
        """Return the filtered listing of all talks, at the address of a month; raise as `find`."""
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
        """Return the talks in a group, with the feeds that the viewer's `key` opens, if any."""
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
        """Return the talks of these days in these groups, or all, for the old calendar's feeds.

        The caller has checked that the groups may be read.
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
        """Return the talks in all groups that this person belongs to, each once."""
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
        """Return the listing for one talk's own calendar file."""
        return cls(title="", path=talk.get_absolute_url(), feed_path=f"/talks/{talk.pk}", now=now)

    @classmethod
    def of_withdrawn_talk(cls, talk: Talk, *, now: datetime) -> "Listing":
        """Return the listing for the calendar file of a talk whose title must not be repeated."""
        return replace(cls.of_talk(talk, now=now), path=f"/talks/{talk.pk}/")

    def with_words(self, typed: str) -> "Listing":
        """Return the same listing for another searched text."""
        filters = replace(self.filters, words=typed)
        return replace(self, filters=filters, search=lookup.find(typed) if typed else None)

    @property
    def when(self) -> When:
        """The part of time that a page shows: upcoming, unless a filter says or implies another."""
        return self.filters.when or self.filters.implied_when

    @property
    def state(self) -> State:
        """The state of the data at its moment, read once.

        All parts of a page then agree. One that is built while data changes is cached under the old
        state, and so is never served as current.
        """
        if not self._state:
            self._state.append(revision.state(self.now))
        return self._state[0]

    def for_page(self) -> TalkQuerySet:
        """Return the talks of the page, soonest first; past talks latest first."""
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
        """Whether a search requires terms, and does not only exclude some."""
        return bool(self.search and self.search.query.required)

    def is_ranked(self, talks: int) -> bool:
        """Whether this number of matches is small enough to be sorted by relevance."""
        return self.has_required_terms and talks <= lookup.MAX_RANKED

    def matching(self) -> TalkQuerySet:
        """Return the talks of all its pages, in no order."""
        return self._timed(self._narrowed()).order_by()

    def _timed(self, talks: TalkQuerySet) -> TalkQuerySet:
        if self.when is When.PAST:
            return talks.past(self.now)
        if self.when is When.UPCOMING:
            return talks.upcoming(self.now)
        return talks.filter(starts_at__isnull=False).order_by("starts_at", "pk")

    def for_days(self, first: date, last: date) -> tuple[TalkQuerySet, TalkQuerySet]:
        """Return the talks that last into these days, and those that begin on them.

        They are apart because each has an index of its own. A day on either side is included, as a
        talk without an hour is listed under its own date, whose midnight may be another instant.
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
        """Return the talks of its feeds, soonest first, by default from 90 days ago on.

        Only public talks, even for organizers, who pass these files on.
        """
        talks = self._narrowed().public()
        for condition in self._in_time():
            talks = talks.filter(condition.now)
        return _soonest_first(talks).with_details()

    def has_more_than(self, number: int) -> bool:
        """Whether its feeds have more talks than this; one query that reads at most one row."""
        return self.for_feed().prefetch_related(None).values("pk")[number : number + 1].exists()

    def departed(self) -> TalkQuerySet:
        """Return the talks that left its feeds in the last 60 days, soonest first.

        They were withdrawn, removed from the group, or moved to another series, topic, day ….
        Each has `left_at`, the moment when it left, and `left_quietly`: whether that did not raise
        its own SEQUENCE.
        """
        if not Departure.any_since(self.now - TOMBSTONE):
            return Talk.objects.none()
        recent = Departure.objects.filter(left_at__gt=self.now - TOMBSTONE)
        retained = Departure.objects.filter(talk=OuterRef("pk"))
        of_talk = recent.filter(talk=OuterRef("pk"))
        # First the few candidates, as the archive may be long.
        withdrawn = Talk.objects.recently_withdrawn(self.now).order_by().values("pk")
        candidates = withdrawn.union(recent.order_by().values("talk"))
        talks = Talk.objects.public_or_recently_withdrawn(self.now).filter(pk__in=candidates)
        matches, places, quietly = Q(), Q(pk__in=[]), Q(pk__in=[])
        words = [conditions.of_words(self.search)] if self.search else []
        for condition in (*self._conditions(), *words, *self._in_time()):
            matches &= condition.now
            places |= condition.before
            quietly |= condition.left_quietly(retained)
            talks = talks.filter(condition.held(of_talk))
        latest = of_talk.filter(places).order_by("-left_at").values("left_at")[:1]
        talks = talks.exclude(matches, withdrawn_at__isnull=True) if places else talks
        return (
            _soonest_first(talks)
            .annotate(
                left_at=Coalesce("withdrawn_at", latest),
                left_quietly=ExpressionWrapper(quietly, output_field=BooleanField()),
            )
            .with_details()
        )

    def _in_time(self) -> list[Condition]:
        """Return the conditions of time for its feeds, apart from the days of its filters."""
        if self.filters.when in (When.UPCOMING, When.PAST):
            return [conditions.of_time(self.filters.when, self.now)]
        if self.filters.when is None and not self.filters.has_days:
            return [conditions.of_time_since(FEED_PAST, self.now)]
        return []

    @property
    def has_feeds(self) -> bool:
        """Whether its feeds open at their address; those that name a private group need a key."""
        return self.feed_path.startswith("/feeds/") or all(one.is_open for one in self.narrowed)

    def address(self, page: int = 1) -> str:
        """Return the path of the page, or of a later part of it, with the filters."""
        return _with_query(self.path, self.filters.query(), f"page={page}" if page > 1 else "")

    def list_address(self) -> str:
        """Return the path of the list of all talks that match the filters."""
        return _with_query("/talks/", self.filters.query())

    def day_address(self, day: date) -> str:
        """Return the path of the list of one day's talks."""
        return replace(self, filters=replace(self.filters, days=Days(day, day))).list_address()

    def month_address(self, month: Month) -> str:
        """Return the path of a month, with the filters; a year only if it is the month's."""
        year = self.filters.year if self.filters.year == month.year else None
        return _with_query(month.path, replace(self.filters, year=year).query())

    def calendar_address(self) -> str:
        """Return the path of this month with its talks; empty if a month cannot show them."""
        filters = replace(self.filters, when=None, days=ANY_DAYS, year=None)
        if self.scope is None:
            return _with_query("/calendar/", filters.query())
        if not self.scope.value:
            return ""
        own = urlencode({self.scope.link.name: self.scope.value})
        return _with_query("/calendar/", own, filters.query())

    def page_url(self) -> str:
        """Return the absolute URL of the page, with the filters."""
        return settings.SITE_URL + self.address()

    def feed_url(self, suffix: str) -> str:
        """Return the absolute URL of the feed in this format, with the filters."""
        return settings.SITE_URL + _with_query(f"{self.feed_path}.{suffix}", self.filters.query())

    def _narrowed(self) -> TalkQuerySet:
        talks = Talk.objects.visible_to(self.viewer)
        for condition in self._conditions():
            talks = talks.filter(condition.now)
        if self.search:
            talks = talks.filter(self.search.condition())
        return talks

    def _conditions(self) -> list[Condition]:
        """Return the conditions of its scopes and filters."""
        if not self._made:
            for scope in filter(None, (self.scope, *self.narrowed)):
                self._made.append(conditions.of_scope(scope, self.viewer))
            self._made.extend(conditions.of_filters(self.filters))
        return self._made


def _soonest_first(talks: TalkQuerySet) -> TalkQuerySet:
    return talks.filter(starts_at__isnull=False).order_by("starts_at", "pk")


def _with_query(path: str, *queries: str) -> str:
    query = "&".join(filter(None, queries))
    return f"{path}?{query}" if query else path

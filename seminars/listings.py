"""Listing: a titled, filtered set of talks. Pages and feeds get talks in no other way."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import FeedKey, Group, User
from seminars import clock, scopes
from seminars.filters import Filters, When
from seminars.models import Departure, Talk
from seminars.querysets import GROUP, TOMBSTONE, TalkQuerySet, Viewer
from seminars.scopes import Noun, Scope

#: How far back a feed reaches unless it is told otherwise.
FEED_PAST = timedelta(days=90)


class Condition:
    """What a talk must meet `now`, and the departures of those that met it `before`."""

    __slots__ = ("before", "now")

    def __init__(self, now: Q, dimension: str, **value: object) -> None:
        self.now = now
        self.before = Q(dimension=dimension, **value)


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
    #: The series, venue, group … whose page it is; None: all talks.
    scope: Scope | None = None

    @classmethod
    def find(cls, *, filters: Filters, now: datetime, viewer: Viewer | None = None) -> "Listing":
        """The listing of all talks, narrowed.

        Raises BadFilterError where a filter names something that is not there for the viewer.
        """
        viewer = viewer or AnonymousUser()
        narrowed = tuple(scopes.named_by(filters, viewer))
        names = [name for scope in narrowed for name in scope.names]
        return cls(
            title=" · ".join(names) or _("All talks"),
            path="/talks/",
            feed_path="/talks",
            now=now,
            filters=filters,
            viewer=viewer,
            narrowed=narrowed,
        )

    @classmethod
    def of(
        cls, noun: Noun, *, filters: Filters, now: datetime, viewer: Viewer | None = None
    ) -> "Listing":
        """The talks of a series, department, topic, venue or speaker; raises as `find` does."""
        scope = scopes.of(noun)
        return replace(
            cls.find(filters=filters, now=now, viewer=viewer),
            title=scope.names[0],
            path=noun.get_absolute_url(),
            feed_path=scopes.feed_path(noun),
            scope=scope,
        )

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
            scope=Scope(GROUP, (group.pk,), (group.name,)),
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

    @property
    def when(self) -> When:
        """Which part of time a page shows.

        Upcoming, unless it is told otherwise or given days; recordings are of past talks.
        """
        if self.filters.when:
            return self.filters.when
        if self.filters.has_days:
            return When.ALL
        return When.PAST if self.filters.recording else When.UPCOMING

    def for_page(self) -> TalkQuerySet:
        """The talks of the page, soonest first; of past talks the latest first."""
        talks = self._narrowed().marked_for(self.viewer)
        if self.when is When.PAST:
            return talks.past(self.now)
        if self.when is When.UPCOMING:
            return talks.upcoming(self.now)
        return talks.filter(starts_at__isnull=False).order_by("starts_at", "pk")

    def for_feed(self) -> TalkQuerySet:
        """The talks of its feeds, soonest first; unless told otherwise, back to 90 days ago.

        Public ones, whoever asks: a file that an organiser passes on must not contain drafts.
        """
        return self._when_fed(self._narrowed().public()).with_details()

    def departed(self) -> TalkQuerySet:
        """The talks that its feeds held in the last 60 days and hold no more, soonest first.

        Each has `left_at`, the moment at which it left. Withdrawn ones are among them, and those
        that were taken out of the group or moved to another series, topic, day ….
        """
        talks = Talk.objects.remembered(self.now)
        left = Departure.objects.filter(talk=OuterRef("pk"), left_at__gt=self.now - TOMBSTONE)
        stands, places = Q(), Q(pk__in=[])
        for condition in self._conditions():
            stands &= condition.now
            places |= condition.before
            talks = talks.filter(condition.now | Exists(left.filter(condition.before)))
        if self.filters.words:
            talks = talks.with_words(self.filters.words)
        latest = left.filter(places).order_by("-left_at").values("left_at")[:1]
        talks = talks.exclude(stands, withdrawn_at__isnull=True) if places else talks
        return (
            self._when_fed(talks).annotate(left_at=Coalesce("withdrawn_at", latest)).with_details()
        )

    def _when_fed(self, talks: TalkQuerySet) -> TalkQuerySet:
        talks = talks.filter(starts_at__isnull=False)
        if self.filters.when is When.UPCOMING:
            talks = talks.upcoming(self.now)
        elif self.filters.when is When.PAST:
            talks = talks.past(self.now)
        elif self.filters.when is None and not self.filters.has_days:
            # From local midnight, so that the answer changes once a day and not at each reading.
            day = timezone.localdate(self.now) - FEED_PAST
            talks = talks.filter(over_at__gt=clock.midnight(day, settings.TIME_ZONE))
        return talks.order_by("starts_at", "pk")

    @property
    def has_feeds(self) -> bool:
        """Whether its feeds open at their address; one that names a private group wants a key."""
        return self.feed_path.startswith("/feeds/") or all(one.is_open for one in self.narrowed)

    def address(self, page: int = 1) -> str:
        """The address of the page on this site, or of a later part of it, with its filters."""
        return _with_query(self.path, self.filters.query(), f"page={page}" if page > 1 else "")

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
        if self.filters.words:
            talks = talks.with_words(self.filters.words)
        return talks

    def _conditions(self) -> Iterator[Condition]:
        """What a talk must meet, each of which it can leave; words are not remembered."""
        for scope in filter(None, (self.scope, *self.narrowed)):
            keys = [str(key) for key in scope.keys]
            yield Condition(
                Talk.objects.that_lead_to(scope.link, scope.keys), scope.link.name, value__in=keys
            )
        for first, last in self._spans():
            if first:
                yield Condition(
                    Q(starts_at__gte=clock.midnight(first, settings.TIME_ZONE)),
                    "date",
                    value__gte=first.isoformat(),
                )
            if last:
                yield Condition(
                    Q(starts_at__lt=clock.end_of_day(last, settings.TIME_ZONE)),
                    "date",
                    value__lte=last.isoformat(),
                )
        if kinds := self.filters.attendance:
            yield Condition(Q(attendance__in=kinds), "attendance", value__in=kinds)
        if self.filters.recording:
            yield Condition(~Q(recording_url=""), "recording", value="yes")

    def _spans(self) -> list[tuple[date | None, date | None]]:
        """The days, first and last, within each of which a talk must begin."""
        spans = [(self.filters.starting, self.filters.ending)]
        if year := self.filters.year:
            spans.append((date(year, 1, 1), date(year, 12, 31)))
        return spans


def _with_query(path: str, *queries: str) -> str:
    query = "&".join(filter(None, queries))
    return f"{path}?{query}" if query else path

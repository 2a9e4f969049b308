"""Listing: a titled, filtered set of talks. Pages and feeds get talks in no other way."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import FeedKey, Group, User
from seminars import clock
from seminars.filters import Filters, When, unknown_value
from seminars.models import Series, Talk
from seminars.querysets import TalkQuerySet, Viewer

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
    #: Found by `find`; a name for each slug that `filters.series` lists.
    series: tuple[Series, ...] = ()
    #: The ids of the groups one of which must keep the talk; None: no matter which.
    groups: tuple[int, ...] | None = None

    @classmethod
    def find(cls, *, filters: Filters, now: datetime, viewer: Viewer | None = None) -> "Listing":
        """The listing of all talks, narrowed; raises BadFilterError for an unknown series."""
        found = {series.slug: series for series in Series.objects.filter(slug__in=filters.series)}
        for slug in filters.series:
            if slug not in found:
                raise unknown_value("series", slug)
        return cls(
            title=" · ".join(series.name for series in found.values()) or _("All talks"),
            path="/talks/",
            feed_path="/talks",
            now=now,
            filters=filters,
            viewer=viewer or AnonymousUser(),
            series=tuple(found.values()),
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
            groups=(group.pk,),
        )

    @classmethod
    def of_person(
        cls, user: User, *, filters: Filters, now: datetime, key: FeedKey | None = None
    ) -> "Listing":
        """The talks of all groups that this person belongs to, each once."""
        return replace(
            cls.find(filters=filters, now=now, viewer=user),
            title=_("My talks"),
            path="/me/",
            feed_path=f"/feeds/{key.key}" if key else "",
            groups=tuple(Group.objects.of(user).order_by("pk").values_list("pk", flat=True)),
        )

    @classmethod
    def of_talk(cls, talk: Talk, *, now: datetime) -> "Listing":
        """The listing that one talk's own calendar file is made from."""
        return cls(title="", path=talk.get_absolute_url(), feed_path=f"/talks/{talk.pk}", now=now)

    @property
    def when(self) -> When:
        """Which part of time a page shows: upcoming, unless it is told otherwise or given days."""
        if self.filters.when:
            return self.filters.when
        return When.ALL if self.filters.starting or self.filters.ending else When.UPCOMING

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
        talks = self._narrowed().public().filter(starts_at__isnull=False)
        if self.filters.when is When.UPCOMING:
            talks = talks.upcoming(self.now)
        elif self.filters.when is When.PAST:
            talks = talks.past(self.now)
        elif self.filters.when is None and not (self.filters.starting or self.filters.ending):
            # From local midnight, so that the answer changes once a day and not at each reading.
            day = timezone.localdate(self.now) - FEED_PAST
            talks = talks.filter(over_at__gt=clock.midnight(day, settings.TIME_ZONE))
        return talks.order_by("starts_at", "pk").with_details()

    def page_url(self) -> str:
        """The whole address of the page, with the listing's filters."""
        return settings.SITE_URL + self._with_query(self.path)

    def feed_url(self, suffix: str) -> str:
        """The whole address of the feed in this format, with the listing's filters."""
        return settings.SITE_URL + self._with_query(f"{self.feed_path}.{suffix}")

    def _with_query(self, path: str) -> str:
        query = self.filters.query()
        return f"{path}?{query}" if query else path

    def _narrowed(self) -> TalkQuerySet:
        talks = Talk.objects.visible_to(self.viewer)
        if self.groups is not None:
            talks = talks.in_groups(self.groups)
        if self.series:
            talks = talks.in_series(series.pk for series in self.series)
        if self.filters.starting:
            talks = talks.filter(
                starts_at__gte=clock.midnight(self.filters.starting, settings.TIME_ZONE)
            )
        if self.filters.ending:
            talks = talks.filter(
                starts_at__lt=clock.end_of_day(self.filters.ending, settings.TIME_ZONE)
            )
        if self.filters.words:
            talks = talks.with_words(self.filters.words)
        return talks

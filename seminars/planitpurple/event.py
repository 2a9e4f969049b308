"""The facts of a talk as the old calendar's feeds present them.

All of them require an end: a talk without one ends when it starts, and a talk without a start time
lasts until the last minute of its day.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import legacy_ids
from accounts.models import Group
from seminars import wording
from seminars.formats import description
from seminars.formats.labels import labels_of
from seminars.listings.listing import Listing
from seminars.models import Audience, Talk, Topic, Venue
from seminars.text.plain import plain
from seminars.wording.join_link import JoinLink, join_link

# The only time zones that the old calendar named; its readers fail at any other name.
_ZONES = {
    "CT": "America/Chicago",
    "ET": "America/New_York",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AST": "America/Halifax",
}


class Times(NamedTuple):
    """The start and end in a zone's local time, and the zone's name in the old calendar."""

    start: datetime
    end: datetime
    zone: str


def times(talk: Talk, zone: str) -> Times:
    """Return the local times of a talk, which must have a date."""
    assert talk.starts_at is not None and talk.over_at is not None  # noqa: S101 - feeds have only such
    end = talk.ends_at or talk.starts_at
    if talk.start_time is None or (talk.end_date and talk.end_time is None):
        end = talk.over_at - timedelta(minutes=1)
    tz = ZoneInfo(zone)
    name = _zone_name(zone, talk.starts_at, end) or _zone_name(site_zone(talk), talk.starts_at)
    return Times(talk.starts_at.astimezone(tz), end.astimezone(tz), name)


def zone_of(talk: Talk) -> str:
    """Return the zone of the talk's local times: its own if the old calendar had a name for it, or
    if the talk has no start time, because elsewhere its day would span two; else the site's.
    """
    assert talk.starts_at is not None  # noqa: S101 - feeds have only such
    own = talk.timezone
    ends = filter(None, (talk.starts_at, talk.ends_at))
    return own if talk.start_time is None or _zone_name(own, *ends) else site_zone(talk)


def site_zone(talk: Talk) -> str:
    """Return the site's zone, or Chicago's if the old calendar had no name for it."""
    assert talk.starts_at is not None  # noqa: S101 - feeds have only such
    is_named = _zone_name(settings.TIME_ZONE, talk.starts_at)
    return settings.TIME_ZONE if is_named else _ZONES["CT"]


def _zone_name(zone: str, *moments: datetime) -> str:
    """Return the name of a zone whose clocks agree with this one's at these moments, or nothing."""
    clock = _offsets(zone, *moments)
    names = (name for name, other in _ZONES.items() if _offsets(other, *moments) == clock)
    return next(names, "")


def _offsets(zone: str, *moments: datetime) -> list[timedelta | None]:
    return [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in moments]


def hour(moment: datetime) -> str:
    """Return a time of day in American style, such as “1:00 PM”."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def title(talk: Talk) -> str:
    """Return the title, marked if the talk is postponed, for which the feeds have no element."""
    text = plain(wording.title(talk))
    if talk.status == Talk.Status.POSTPONED:
        return _("Postponed: %(talk)s") % {"talk": text}
    return text


def number(talk: Talk) -> int:
    return talk.event_id or legacy_ids.OWN_ID_BASE + talk.pk


def event_url(talk: Talk) -> str:
    """Return the absolute URL that redirects to the talk by its number."""
    return settings.SITE_URL + reverse("old-event", args=[number(talk)])


def texts(listing: Listing, talk: Talk) -> tuple[str, str, JoinLink]:
    """Return the description as plain text and as HTML, and the meeting link."""
    meeting = join_link(talk, signed_in=False, now=listing.now)
    text = description.for_calendar(talk, labels_of(talk), meeting)
    return text.plain(), text.html(), meeting


def venue(talk: Talk) -> Venue | None:
    """Return the venue, unless the talk is online only."""
    return None if talk.is_online_only else talk.venue


def location(talk: Talk) -> str:
    """Return the campus, or “Online”."""
    if talk.is_online_only:
        return "Online"
    return talk.venue.campus if talk.venue else ""


def room(talk: Talk) -> str:
    return "" if talk.is_online_only else wording.room(talk)


def group(listing: Listing, talk: Talk) -> Group | None:
    """Return the series' home group, or else the feed's only calendar.

    A group that is not public is named only in a feed that its token opened.
    """
    home = talk.series.home_group if talk.series else None
    if home and (home.visibility == Group.Visibility.PUBLIC or home in listing.calendars):
        return home
    return listing.calendars[0] if len(listing.calendars) == 1 else None


def category(talk: Talk) -> Topic | None:
    """Return the first of the talk's categories by name."""
    categories = [topic for topic in talk.topics.all() if topic.kind == Topic.Kind.CATEGORY]
    return min(categories, key=lambda topic: (topic.name, topic.pk), default=None)


def audiences(talk: Talk) -> list[Audience]:
    """Return the audiences by name, in the same order whatever the database's collation."""
    return sorted(talk.audiences.all(), key=lambda one: (one.name, one.pk))

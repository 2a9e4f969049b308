"""What the old calendar's feeds say of a talk, in the words that their readers look for.

They all want an end, so a talk whose end is not known ends when it starts; one whose hour is not
known lasts the whole day, to its last minute.
"""

import re
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

# What no document of XML 1.0 may hold (its section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The clocks of North America, by the names that hold in winter and in summer.
_CLOCKS = {
    f"{letters}{season}T": f"{letters}T" if letters != "A" else "AST"
    for letters in ("E", "C", "M", "P", "A")
    for season in "SD"
}


class Times(NamedTuple):
    """Start and end by the clocks of one zone, whose short name is `zone`."""

    start: datetime
    end: datetime
    zone: str


def times(talk: Talk, zone: str) -> Times:
    """When the talk is, by the clocks of the zone. It must have a date."""
    assert talk.starts_at is not None and talk.over_at is not None  # noqa: S101 - feeds have no other
    end = talk.ends_at or talk.starts_at
    if talk.start_time is None or (talk.end_date and talk.end_time is None):
        end = talk.over_at - timedelta(minutes=1)
    clocks = ZoneInfo(zone)
    return Times(
        talk.starts_at.astimezone(clocks), end.astimezone(clocks), _clock(talk.starts_at, zone)
    )


def _clock(moment: datetime, zone: str) -> str:
    label = wording.zone_label(moment, zone)
    # CST is China's time too.
    return _CLOCKS.get(label, label) if zone.startswith(("America/", "US/")) else label


def hour(moment: datetime) -> str:
    """A time of day as Americans write it: “1:00 PM”."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def title(talk: Talk) -> str:
    """The title; a postponed talk's says so, for the feeds know only cancelled ones."""
    said = plain(wording.title(talk))
    if talk.status == Talk.Status.POSTPONED:
        return _("Postponed: %(talk)s") % {"talk": said}
    return said


def number(talk: Talk) -> int:
    return talk.event_id or legacy_ids.OWN_ID_BASE + talk.pk


def address(talk: Talk) -> str:
    """The whole address that leads to the talk by its number."""
    return settings.SITE_URL + reverse("old-event", args=[number(talk)])


def texts(listing: Listing, talk: Talk) -> tuple[str, str, JoinLink]:
    """The description as plain text and as HTML, and how to join."""
    meeting = join_link(talk, signed_in=False, now=listing.now)
    said = description.for_calendar(talk, labels_of(talk), meeting)
    return said.plain(), said.html(), meeting


def place(talk: Talk) -> Venue | None:
    """Where to go, if anywhere."""
    return None if talk.is_online_only else talk.venue


def location(talk: Talk) -> str:
    """The campus, or that the talk is online."""
    if talk.is_online_only:
        return "Online"
    return talk.venue.campus if talk.venue else ""


def room(talk: Talk) -> str:
    return "" if talk.is_online_only else wording.room(talk)


def group(listing: Listing, talk: Talk) -> Group | None:
    """The series' home group; where it has none, the one that the feed is of.

    One that is not public is named to those only who have opened it.
    """
    home = talk.series.home_group if talk.series else None
    if home and (home.visibility == Group.Visibility.PUBLIC or home in listing.calendars):
        return home
    return listing.calendars[0] if len(listing.calendars) == 1 else None


def category(talk: Talk) -> Topic | None:
    """The first of its categories by name."""
    every = [topic for topic in talk.topics.all() if topic.kind == Topic.Kind.CATEGORY]
    return min(every, key=lambda topic: (topic.name, topic.pk), default=None)


def audiences(talk: Talk) -> list[Audience]:
    """By name, in the same order from every database."""
    return sorted(talk.audiences.all(), key=lambda one: (one.name, one.pk))


def allowed(text: str) -> str:
    """The text without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)

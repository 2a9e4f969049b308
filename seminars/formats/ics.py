"""iCalendar (RFC 5545, with the calendar's own properties of RFC 7986)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone
from icalendar.prop import vCategory, vDuration, vText, vUnknown, vUri

from seminars import wording
from seminars.clock import happens_twice
from seminars.formats import description
from seminars.formats.base import Format
from seminars.formats.vtimezone import vtimezone
from seminars.joining import joining
from seminars.listings import Listing
from seminars.models import Talk

#: How often calendar programs are asked to read a feed again.
REFRESH = timedelta(hours=1)

_UTC = ("UTC", "Etc/UTC")

_STATUS = {
    Talk.Status.ANNOUNCED: "CONFIRMED",
    Talk.Status.CANCELLED: "CANCELLED",
    # Nobody shall walk to an empty room; its headline says that it is postponed.
    Talk.Status.POSTPONED: "CANCELLED",
}


class Text(vText):
    r"""A TEXT value. The library takes "\N" in a text, as in LaTeX, for a line break."""

    def __new__(cls, value: str) -> "Text":
        return super().__new__(cls, wording.plain(value))

    def to_ical(self) -> bytes:
        r"""Escapes as RFC 5545, section 3.3.11, says."""
        text = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return text.replace("\n", "\\n").encode()


@dataclass(frozen=True, slots=True)
class Span:
    """When an event is: days, of which the end is the first day after; instants in UTC or a zone.

    `zone` is the IANA name that needs a VTIMEZONE, empty for days and UTC.
    """

    start: date
    end: date | None = None
    zone: str = ""

    @classmethod
    def of(cls, talk: Talk) -> "Span | None":
        """The talk's; None while it has no date.

        A time of day that happens twice cannot be told apart by TZID, so it is written in UTC, and
        the other end of the talk with it.
        """
        if talk.date is None or talk.starts_at is None:
            return None
        if talk.start_time is None:
            return cls(talk.date, (talk.end_date or talk.date) + timedelta(days=1))
        # Of a talk that lasts several days, and of whose end the hour is not known, all the last.
        end = talk.ends_at or (talk.over_at if talk.end_date else None)
        zone = "" if talk.timezone in _UTC or _ambiguous(talk, end) else talk.timezone
        tz = ZoneInfo(zone) if zone else UTC
        return cls(talk.starts_at.astimezone(tz), end.astimezone(tz) if end else None, zone)


def _ambiguous(talk: Talk, end: datetime | None) -> bool:
    return any(happens_twice(one, talk.timezone) for one in (talk.starts_at, end) if one)


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    """The calendar of the talks; those without a date have no place in one."""
    spans = [(talk, span) for talk in talks if (span := Span.of(talk))]
    calendar = _calendar(listing)
    for zone in _timezones(span for _talk, span in spans):
        calendar.add_component(zone)
    for talk, span in spans:
        calendar.add_component(_event(listing, talk, span))
    written: bytes = calendar.to_ical(sorted=False)
    return written


def _calendar(listing: Listing) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Seminars//Seminars//EN")
    calendar.add("CALSCALE", "GREGORIAN")
    if listing.title:
        calendar.add("NAME", Text(listing.title))
        calendar.add("X-WR-CALNAME", Text(listing.title))
    calendar.add("URL", vUri(listing.page_url()))
    calendar.add("SOURCE", vUri(listing.feed_url("ics")), {"VALUE": "URI"})
    calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    return calendar


def _timezones(spans: Iterable[Span]) -> list[Timezone]:
    """One for each zone in use, in the order of their names."""
    used: dict[str, list[datetime]] = {}
    for span in spans:
        if span.zone:
            ends = [one for one in (span.start, span.end) if isinstance(one, datetime)]
            used.setdefault(span.zone, []).extend(one.astimezone(UTC) for one in ends)
    return [vtimezone(zone, min(used[zone]), max(used[zone])) for zone in sorted(used)]


def _event(listing: Listing, talk: Talk, span: Span) -> Event:
    event = Event()
    event.add("UID", str(talk.uid))
    event.add("DTSTAMP", talk.changed_at)
    event.add("CREATED", talk.created_at)
    event.add("LAST-MODIFIED", talk.changed_at)
    event.add("SEQUENCE", talk.sequence)
    event.add("STATUS", _STATUS.get(Talk.Status(talk.status), "TENTATIVE"))
    event.add("DTSTART", span.start)
    if span.end:
        event.add("DTEND", span.end)
    if not isinstance(span.start, datetime):
        event.add("TRANSP", "TRANSPARENT")
    event.add("SUMMARY", Text(wording.headline(talk)))
    if place := wording.place_line(talk):
        event.add("LOCATION", Text(place))
    venue = talk.venue
    if venue and venue.latitude is not None and not talk.is_online_only:
        # As digits: the library would write very small numbers with an exponent.
        event.add("GEO", vUnknown(f"{venue.latitude:.6f};{venue.longitude:.6f}"))
    _add_texts(event, listing, talk)
    return event


def _add_texts(event: Event, listing: Listing, talk: Talk) -> None:
    way_in = joining(talk, signed_in=listing.viewer.is_authenticated, now=listing.now)
    event.add("DESCRIPTION", Text(description.for_calendar(talk, way_in)))
    event.add("URL", vUri(description.address(talk)))
    if way_in.url:
        event.add("CONFERENCE", vUri(way_in.url), {"VALUE": "URI", "LABEL": _("Join")})
    if contact := description.contact(talk):
        event.add("CONTACT", Text(contact))
    if names := sorted(topic.name for topic in talk.topics.all()):
        categories = vCategory(names)
        categories.cats = [Text(name) for name in names]
        event.add("CATEGORIES", categories)


FORMAT = Format(
    suffix="ics", media_type="text/calendar; charset=utf-8", label="iCalendar", render=render
)

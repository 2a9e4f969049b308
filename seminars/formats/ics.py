"""iCalendar (RFC 5545), with properties of RFC 7986 and HTML for Outlook.

Nothing of RFC 9073 is used: no common program reads its venues, and many do not expect components
within an event.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import cards, wording
from seminars.clock import happens_twice
from seminars.formats import calendar_links, calendar_size, description
from seminars.formats.base import Entries, Format, Offer, is_personal, modified_at
from seminars.formats.calendar_size import Detail, Part
from seminars.formats.content_lines import date_line, encode, parameter, text, uri, utc
from seminars.formats.css_colors import nearest
from seminars.formats.labels import Labels, labels_of
from seminars.formats.vtimezone import vtimezone
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.querysets import SERIES
from seminars.text.plain import plain
from seminars.wording.join_link import JoinLink, join_link

#: How often calendar programs should refresh a feed: every hour (RFC 5545, section 3.3.6).
REFRESH = "PT1H"

_UTC = ("UTC", "Etc/UTC")

_STATUS: dict[str, str] = {
    Talk.Status.ANNOUNCED: "CONFIRMED",
    Talk.Status.CANCELLED: "CANCELLED",
    # So that nobody goes to an empty room; its title says that it is postponed.
    Talk.Status.POSTPONED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Span:
    """The start and end of an event: days with an exclusive end, or instants in UTC or a zone.

    `zone` is the IANA name for TZID, empty for days and UTC.
    """

    start: date
    end: date | None = None
    zone: str = ""

    @classmethod
    def of(cls, talk: Talk) -> "Span | None":
        """Return the talk's, or None if it has no date.

        A local time that occurs twice, when clocks are set back, is ambiguous with TZID, so both
        ends of the talk are written in UTC then.
        """
        if talk.date is None or talk.starts_at is None:
            return None
        if talk.start_time is None:
            return cls(talk.date, (talk.end_date or talk.date) + timedelta(days=1))
        # A talk over several days whose end time is unknown lasts through its last day.
        end = talk.ends_at or (talk.over_at if talk.end_date else None)
        zone = "" if talk.timezone in _UTC or _ambiguous(talk, end) else talk.timezone
        tz = ZoneInfo(zone) if zone else UTC
        return cls(talk.starts_at.astimezone(tz), end.astimezone(tz) if end else None, zone)


def _ambiguous(talk: Talk, end: datetime | None) -> bool:
    return any(happens_twice(one, talk.timezone) for one in (talk.starts_at, end) if one)


@dataclass(frozen=True, slots=True)
class Event:
    """A talk's VEVENT; empty for a talk without a date.

    It needs the VTIMEZONE of `zone` for instants (UTC) from `first` to `last`. `colours` are those
    of the talk's series, with the series' ids.
    """

    parts: tuple[Part, ...] = ()
    zone: str = ""
    first: datetime | None = None
    last: datetime | None = None
    colours: tuple[tuple[int, str], ...] = ()

    @property
    def body(self) -> bytes:
        return b"".join(one.octets for one in self.parts)


def event(listing: Listing, talk: Talk, labels: Labels) -> Event:
    """Return the talk's entry in the listing's calendar."""
    span = Span.of(talk)
    if span is None:
        return Event()
    ends = [one.astimezone(UTC) for one in (span.start, span.end) if isinstance(one, datetime)]
    return Event(
        tuple(_parts(listing, talk, labels, span)),
        span.zone,
        min(ends, default=None),
        max(ends, default=None),
        tuple((one.pk, one.colour) for one in (talk.series, *labels.co_series) if one),
    )


def whole(listing: Listing, events: Sequence[Event]) -> bytes:
    """Return the calendar of the events."""
    parts = [encode(["BEGIN:VCALENDAR", *_calendar(listing, events)])]
    parts += _timezones(events)
    detail = calendar_size.detail_of([one.parts for one in events])
    parts += [calendar_size.at(detail, one.parts) for one in events]
    if not any(parts[1:]):
        parts.append(_placeholder(listing))
    return b"".join([*parts, encode(["END:VCALENDAR"])])


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    """Return the calendar of the talks."""
    return whole(listing, [event(listing, talk, labels_of(talk)) for talk in talks])


def _calendar(listing: Listing, events: Sequence[Event]) -> Iterator[str]:
    yield "VERSION:2.0"
    yield "PRODID:-//Seminars//Seminars//EN"
    yield "CALSCALE:GREGORIAN"
    if listing.title:
        yield f"NAME:{text(listing.title)}"
        yield f"X-WR-CALNAME:{text(listing.title)}"
    yield f"URL:{uri(listing.page_url())}"
    if not is_personal(listing):
        yield f"SOURCE;VALUE=URI:{uri(listing.feed_url('ics'))}"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"
    yield f"X-PUBLISHED-TTL:{REFRESH}"
    if colour := _colour(listing, events):
        yield f"COLOR:{nearest(colour)}"
        yield f"X-APPLE-CALENDAR-COLOR:{colour.upper()}"


def _colour(listing: Listing, events: Sequence[Event]) -> str:
    """Return the color of the listing's series; empty without exactly one series or any talks."""
    scopes = filter(None, (listing.scope, *listing.narrowed))
    wanted = [scope.keys for scope in scopes if scope.link == SERIES]
    if len(wanted) != 1:
        return ""
    colours = (one for event in events for one in event.colours)
    return next((colour for series, colour in colours if wanted == [(series,)]), "")


def _timezones(events: Iterable[Event]) -> list[bytes]:
    """Return the VTIMEZONEs in use, by name."""
    used: dict[str, list[datetime]] = {}
    for one in events:
        if one.zone and one.first and one.last:
            used.setdefault(one.zone, []).extend((one.first, one.last))
    return [vtimezone(zone, min(used[zone]), max(used[zone])) for zone in sorted(used)]


def _placeholder(listing: Listing) -> bytes:
    """Return the site's time zone for this year: a calendar must have a component (RFC 5545,
    section 3.6), and some programs reject an empty one.
    """
    year = listing.now.year
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC)
    return vtimezone(settings.TIME_ZONE, first, last)


def _departed(talk: Talk, span: Span, left_at: datetime) -> Iterator[str]:
    """Yield the entry of a talk that has left this calendar: cancelled and without a description.

    Its SEQUENCE (RFC 5545, section 3.8.7.4) must be greater than the one that programs have. If the
    talk left without a change of its own, it is raised here.
    """
    changed = utc(max(left_at, talk.changed_at))
    yield "BEGIN:VEVENT"
    yield f"UID:{talk.uid}"
    yield f"DTSTAMP:{changed}"
    yield f"CREATED:{utc(talk.created_at)}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{talk.sequence + getattr(talk, 'left_quietly', False)}"
    yield "STATUS:CANCELLED"
    yield from _times(span)
    yield f"SUMMARY:{text(wording.departed_headline(talk))}"
    yield "END:VEVENT"


def _times(span: Span) -> Iterator[str]:
    yield date_line("DTSTART", span.start, span.zone)
    if span.end:
        yield date_line("DTEND", span.end, span.zone)
    if not isinstance(span.start, datetime):
        yield "TRANSP:TRANSPARENT"


def _parts(listing: Listing, talk: Talk, labels: Labels, span: Span) -> Iterator[Part]:
    left_at: datetime | None = getattr(talk, "left_at", None)
    if left_at is not None:
        yield Part(encode(_departed(talk, span, left_at)))
        return
    meeting = join_link(talk, signed_in=listing.viewer.is_authenticated, now=listing.now)
    described = description.for_calendar(talk, labels, meeting)
    short = description.for_long_calendar(talk)
    yield Part(encode(_event(listing, talk, span)))
    yield Part(encode(_apple_location(talk)), Detail.LEAST)
    yield Part(encode([f"DESCRIPTION:{text(described.plain())}"]), Detail.SHORT)
    yield Part(encode([f"DESCRIPTION:{text(short.plain())}"]), only_from=Detail.SHORT)
    alternative = f"X-ALT-DESC;FMTTYPE=text/html:{text(described.document())}"
    yield Part(encode([alternative]), Detail.TEXT)
    yield Part(encode([f"URL:{uri(description.page_url(talk))}"]))
    if picture := cards.address(talk):
        # FULLSIZE: in the details of the event, not next to its title (RFC 7986, section 6.1).
        image = f"IMAGE;VALUE=URI;DISPLAY=FULLSIZE;FMTTYPE=image/png:{uri(picture)}"
        yield Part(encode([image]), Detail.LEAST)
    yield Part(encode([*_details(talk, labels, meeting), "END:VEVENT"]))


def _event(listing: Listing, talk: Talk, span: Span) -> Iterator[str]:
    # Some programs compare only these instants.
    changed = utc(modified_at(listing, talk))
    yield "BEGIN:VEVENT"
    yield f"UID:{talk.uid}"
    yield f"DTSTAMP:{changed}"
    yield f"CREATED:{utc(talk.created_at)}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{talk.sequence}"
    yield f"STATUS:{_STATUS.get(talk.status, 'TENTATIVE')}"
    yield from _times(span)
    yield f"SUMMARY:{text(wording.headline(talk))}"
    if place := wording.place_line(talk):
        yield f"LOCATION:{text(place)}"
    venue = talk.venue
    if venue and venue.latitude is not None and not talk.is_online_only:
        yield f"GEO:{venue.latitude:.6f};{venue.longitude:.6f}"


def _apple_location(talk: Talk) -> Iterator[str]:
    """Yield the property by which Apple's programs show a map and the travel time.

    It has no specification; the radius is in meters.
    """
    venue = talk.venue
    if venue is None or venue.latitude is None or talk.is_online_only:
        return
    address = wording.address(venue)
    title = ", ".join(filter(None, [venue.building, wording.room(talk)]))
    parameters = [
        "X-APPLE-STRUCTURED-LOCATION;VALUE=URI",
        *([f"X-ADDRESS={parameter(address)}"] if address else []),
        "X-APPLE-RADIUS=50",
        f"X-TITLE={parameter(title)}",
    ]
    yield f"{';'.join(parameters)}:geo:{venue.latitude:.6f},{venue.longitude:.6f}"


def _details(talk: Talk, labels: Labels, meeting: JoinLink) -> Iterator[str]:
    if meeting.url:
        yield f"CONFERENCE;VALUE=URI;LABEL={parameter(_('Join'))}:{uri(meeting.url)}"
    if contact := description.contact(talk):
        # Not an ORGANIZER: that is for events with attendees (section 3.8.4.3), and programs treat
        # such an event as an invitation that needs a response.
        yield f"CONTACT:{text(contact)}"
    # ical.js, and so Thunderbird, takes a comma after a backslash for a part of the name.
    topics = (plain(topic.name).rstrip("\\") for topic in labels.topics)
    if names := sorted(filter(None, topics)):
        yield f"CATEGORIES:{','.join(map(text, names))}"
    if talk.series and talk.series.colour:
        yield f"COLOR:{nearest(talk.series.colour)}"


FORMAT = Format(
    suffix="ics",
    media_type="text/calendar; charset=utf-8",
    label="iCalendar",
    render=render,
    entries=Entries(event, whole),
    takes_departed=True,
    copied=gettext_lazy("Calendar link (iCal)"),
    offers=(
        Offer(
            label=gettext_lazy("Apple Calendar and other apps"),
            link=lambda address, _name: calendar_links.webcal(address),
        ),
        Offer(
            label=gettext_lazy("Google Calendar"),
            link=lambda address, _name: calendar_links.google_subscription(address),
        ),
        Offer(label=gettext_lazy("Outlook.com"), link=calendar_links.outlook_subscription),
        Offer(
            label=gettext_lazy("Outlook (work or school)"),
            link=calendar_links.outlook_work_subscription,
        ),
    ),
)

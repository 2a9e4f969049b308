"""iCalendar (RFC 5545), with the properties that RFC 7986 adds, and HTML as Outlook reads it.

Of RFC 9073 nothing is written: no program that is in wide use reads its venues, and components
within an event are new to many.
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
from seminars.formats import calendar_links, description
from seminars.formats.base import Entries, Format, Offer, is_personal
from seminars.formats.colours import nearest
from seminars.formats.content_lines import parameter, text, uri, utc, when, written
from seminars.formats.labels import Labels, labels_of
from seminars.formats.vtimezone import vtimezone
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.querysets import SERIES
from seminars.text.plain import plain
from seminars.wording.join_link import join_link, last_change_at

#: How often calendar programs are asked to read a feed again: each hour (RFC 5545, 3.3.6).
REFRESH = "PT1H"

_UTC = ("UTC", "Etc/UTC")

_STATUS: dict[str, str] = {
    Talk.Status.ANNOUNCED: "CONFIRMED",
    Talk.Status.CANCELLED: "CANCELLED",
    # Nobody shall walk to an empty room; its headline says that it is postponed.
    Talk.Status.POSTPONED: "CANCELLED",
}


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


@dataclass(frozen=True, slots=True)
class Event:
    """A talk's VEVENT; none for a talk without a date, which has no place in a calendar.

    `zone` is the one whose VTIMEZONE it needs, for instants (UTC) from `first` to `last`; `colours`
    those of the talk's series, by their ids.
    """

    body: bytes = b""
    zone: str = ""
    first: datetime | None = None
    last: datetime | None = None
    colours: tuple[tuple[int, str], ...] = ()


def event(listing: Listing, talk: Talk, labels: Labels) -> Event:
    """Return the talk's entry in the listing's calendar."""
    span = Span.of(talk)
    if span is None:
        return Event()
    ends = [one.astimezone(UTC) for one in (span.start, span.end) if isinstance(one, datetime)]
    return Event(
        written(_event(listing, talk, labels, span)),
        span.zone,
        min(ends, default=None),
        max(ends, default=None),
        tuple((one.pk, one.colour) for one in (talk.series, *labels.co_series) if one),
    )


def whole(listing: Listing, events: Sequence[Event]) -> bytes:
    """The calendar of the events."""
    parts = [written(["BEGIN:VCALENDAR", *_calendar(listing, events)])]
    parts += _timezones(events)
    parts += [one.body for one in events]
    if not any(parts[1:]):
        parts.append(_something(listing))
    return b"".join([*parts, written(["END:VCALENDAR"])])


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    """The calendar of the talks."""
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
    """That of the series that the listing is of, if it is of one, and has a talk to tell it by."""
    scopes = filter(None, (listing.scope, *listing.narrowed))
    wanted = [scope.keys for scope in scopes if scope.link == SERIES]
    if len(wanted) != 1:
        return ""
    colours = (one for event in events for one in event.colours)
    return next((colour for series, colour in colours if wanted == [(series,)]), "")


def _timezones(events: Iterable[Event]) -> list[bytes]:
    """One for each zone in use, in the order of their names."""
    used: dict[str, list[datetime]] = {}
    for one in events:
        if one.zone and one.first and one.last:
            used.setdefault(one.zone, []).extend((one.first, one.last))
    return [vtimezone(zone, min(used[zone]), max(used[zone])) for zone in sorted(used)]


def _something(listing: Listing) -> bytes:
    """The site's zone this year: a calendar must hold something (RFC 5545, section 3.6), and some
    programs take one without anything for a broken one.
    """
    year = listing.now.year
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC)
    return vtimezone(settings.TIME_ZONE, first, last)


def _departed(talk: Talk, span: Span, left_at: datetime) -> Iterator[str]:
    """The entry of a talk that this calendar holds no more: cancelled, and no text of it.

    Where leaving is no change of the talk itself, the entry outdoes the one that programs have by a
    SEQUENCE of its own (RFC 5545, section 3.8.7.4); else the talk's has risen already.
    """
    left = utc(max(left_at, talk.changed_at))
    yield "BEGIN:VEVENT"
    yield f"UID:{talk.uid}"
    yield f"DTSTAMP:{left}"
    yield f"CREATED:{utc(talk.created_at)}"
    yield f"LAST-MODIFIED:{left}"
    yield f"SEQUENCE:{talk.sequence + getattr(talk, 'left_quietly', False)}"
    yield "STATUS:CANCELLED"
    yield from _when(span)
    yield f"SUMMARY:{text(wording.departed_headline(talk))}"
    yield "END:VEVENT"


def _when(span: Span) -> Iterator[str]:
    yield when("DTSTART", span.start, span.zone)
    if span.end:
        yield when("DTEND", span.end, span.zone)
    if not isinstance(span.start, datetime):
        yield "TRANSP:TRANSPARENT"


def _event(listing: Listing, talk: Talk, labels: Labels, span: Span) -> Iterator[str]:
    left_at: datetime | None = getattr(talk, "left_at", None)
    if left_at is not None:
        yield from _departed(talk, span, left_at)
        return
    # A link that opened or closed is news to programs which compare these moments alone.
    changed = utc(max(filter(None, [talk.changed_at, last_change_at(talk, listing.now)])))
    yield "BEGIN:VEVENT"
    yield f"UID:{talk.uid}"
    yield f"DTSTAMP:{changed}"
    yield f"CREATED:{utc(talk.created_at)}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{talk.sequence}"
    yield f"STATUS:{_STATUS.get(talk.status, 'TENTATIVE')}"
    yield from _when(span)
    yield f"SUMMARY:{text(wording.headline(talk))}"
    if place := wording.place_line(talk):
        yield f"LOCATION:{text(place)}"
    venue = talk.venue
    if venue and venue.latitude is not None and not talk.is_online_only:
        yield f"GEO:{venue.latitude:.6f};{venue.longitude:.6f}"
    yield from _texts(listing, talk, labels)
    yield "END:VEVENT"


def _texts(listing: Listing, talk: Talk, labels: Labels) -> Iterator[str]:
    way_in = join_link(talk, signed_in=listing.viewer.is_authenticated, now=listing.now)
    described = description.for_calendar(talk, labels, way_in)
    yield f"DESCRIPTION:{text(described.plain())}"
    yield f"X-ALT-DESC;FMTTYPE=text/html:{text(described.document())}"
    yield f"URL:{uri(description.address(talk))}"
    if picture := cards.address(talk):
        # For the page of the event, never beside or instead of its title (RFC 7986, section 6.1).
        yield f"IMAGE;VALUE=URI;DISPLAY=FULLSIZE;FMTTYPE=image/png:{uri(picture)}"
    if way_in.url:
        yield f"CONFERENCE;VALUE=URI;LABEL={parameter(_('Join'))}:{uri(way_in.url)}"
    if contact := description.contact(talk):
        # Not an ORGANIZER: a talk that nobody is invited to has none (section 3.8.4.3), and
        # programs take an event with one for a meeting that waits for an answer.
        yield f"CONTACT:{text(contact)}"
    # ical.js, and so Thunderbird, takes the comma after a backslash for a part of the name.
    every = (plain(topic.name).rstrip("\\") for topic in labels.topics)
    if names := sorted(filter(None, every)):
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
    copied=gettext_lazy("Calendar address"),
    offers=(
        Offer(
            label=gettext_lazy("Open in my calendar program"),
            link=lambda address, _name: calendar_links.webcal(address),
        ),
        Offer(
            label=gettext_lazy("Google Calendar"),
            link=lambda address, _name: calendar_links.google_subscription(address),
        ),
        Offer(label=gettext_lazy("Outlook"), link=calendar_links.outlook_subscription),
    ),
)

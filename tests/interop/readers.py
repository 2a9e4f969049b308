"""Independent programs that read our calendars, with their results in one form."""

import datetime
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import icalendar
import recurring_ical_events
import vobject
from ical.calendar_stream import IcsCalendarStream

UTC = datetime.UTC
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event as a reader understood it: whole days, or instants in UTC.

    `zone` is the name of the start's zone, “UTC” for UTC and empty for days; `clock` is the start
    in local time there.
    """

    uid: str
    sequence: int
    created: datetime.datetime
    changed: datetime.datetime
    status: str
    start: datetime.date
    end: datetime.date | None
    zone: str
    clock: str
    summary: str
    location: str
    description: str
    html: str
    url: str
    image: str
    categories: tuple[str, ...]


def by_icalendar(feed: bytes) -> list[Event]:
    return [_of_icalendar(one) for one in icalendar.Calendar.from_ical(feed).walk("VEVENT")]


def by_recurring_ical_events(feed: bytes) -> list[Event]:
    """Return the occurrences, which are what calendar programs display."""
    occurrences = recurring_ical_events.of(icalendar.Calendar.from_ical(feed))
    events = occurrences.between(datetime.datetime(1800, 1, 1), datetime.datetime(2201, 1, 1))  # noqa: DTZ001
    # It gives an event without an end zero length (RFC 5545, section 3.6.1).
    return [
        replace(one, end=None) if one.end == one.start else one
        for one in map(_of_icalendar, events)
    ]


def _of_icalendar(event: Any) -> Event:
    def text(name: str) -> str:
        return str(event.get(name, ""))

    start = event["DTSTART"].dt
    return Event(
        uid=text("UID"),
        sequence=int(event["SEQUENCE"]),
        created=event["CREATED"].dt.astimezone(UTC),
        changed=event["LAST-MODIFIED"].dt.astimezone(UTC),
        status=text("STATUS"),
        start=_moment(start),
        end=_moment(event["DTEND"].dt) if "DTEND" in event else None,
        zone=_zone(str(start.tzinfo) if isinstance(start, datetime.datetime) else "", start),
        clock=_clock(start),
        summary=text("SUMMARY"),
        location=text("LOCATION"),
        description=text("DESCRIPTION"),
        html=_unescaped(text("X-ALT-DESC")),
        url=text("URL"),
        image=text("IMAGE"),
        categories=tuple(map(str, event.get("CATEGORIES", ()))),
    )


def by_vobject(feed: bytes) -> list[Event]:
    text = feed.decode()
    for zone in vobject.readOne(text).contents.get("vtimezone", []):
        # Otherwise it would reuse the first zone of this name that it read, and take any zone
        # without transitions between 2000 and 2020 for UTC.
        vobject.icalendar.registerTzid(zone.tzid.value, zone.tzinfo)
    return [_of_vobject(one) for one in vobject.readOne(text).contents.get("vevent", [])]


def _of_vobject(event: Any) -> Event:
    def text(name: str) -> str:
        return str(event.getChildValue(name, ""))

    start = event.dtstart.value
    return Event(
        uid=text("uid"),
        sequence=int(text("sequence")),
        created=event.created.value.astimezone(UTC),
        changed=event.last_modified.value.astimezone(UTC),
        status=text("status"),
        start=_moment(start),
        end=_moment(event.getChildValue("dtend")),
        zone=_zone(getattr(event.dtstart, "x_vobj_original_tzid_param", ""), start),
        clock=_clock(start),
        summary=text("summary"),
        location=text("location"),
        description=text("description"),
        html=text("x-alt-desc"),
        url=text("url"),
        image=text("image"),
        categories=tuple(event.getChildValue("categories", ())),
    )


def by_ical(feed: bytes) -> list[Event]:
    calendar = IcsCalendarStream.calendar_from_ics(feed.decode())
    return [
        Event(
            uid=one.uid or "",
            sequence=one.sequence or 0,
            created=_instant(one.created),
            changed=_instant(one.last_modified),
            status=one.status or "",
            start=_moment(one.start),
            end=_moment(one.dtend),
            zone=_zone(str(getattr(one.start, "tzinfo", "")), one.start),
            clock=_clock(one.start),
            summary=one.summary or "",
            location=one.location or "",
            description=one.description or "",
            html=next(
                (_unescaped(more.value) for more in one.extras if more.name == "x-alt-desc"), ""
            ),
            url=str(one.url),
            image="".join(str(picture.uri) for picture in one.image),
            # It splits them at every comma, even an escaped one.
            categories=ANY,
        )
        for one in calendar.events
    ]


@contextmanager
def by_node(folder: Path) -> Iterator["Reader"]:
    """Read with ical.js, as installed in the folder; one process reads all calendars."""
    with _by_process(["node", str(HERE / "read.mjs"), str(folder)]) as read:
        yield read


@contextmanager
def by_ruby() -> Iterator["Reader"]:
    """Read with ruby-icalendar; one process reads all calendars."""
    with _by_process(["ruby", str(HERE / "read.rb")]) as read:
        yield read


@contextmanager
def _by_process(command: list[str]) -> Iterator["Reader"]:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, responses = process.stdin, process.stdout

        def read(feed: bytes) -> list[Event]:
            requests.write(json.dumps(feed.decode()).encode() + b"\n")
            requests.flush()
            return [_of_json(one) for one in json.loads(responses.readline())]

        yield read


def _of_json(read: dict[str, Any]) -> Event:
    html, categories = _unescaped(read.pop("html")), tuple(read.pop("categories"))
    moments = {name: _parsed(read.pop(name)) for name in ("created", "changed", "start", "end")}
    return Event(html=html, categories=categories, **moments, **read)


Reader = Callable[[bytes], list[Event]]

#: The readers in Python.
READERS: tuple[Reader, ...] = (by_icalendar, by_recurring_ical_events, by_vobject, by_ical)


def _parsed(value: str | None) -> Any:
    if value is None:
        return None
    return datetime.datetime.fromisoformat(value) if "T" in value else _day(value)


def _day(value: str) -> datetime.date:
    return datetime.date.fromisoformat(value)


def _moment(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime.datetime) else value


def _instant(value: datetime.datetime | None) -> datetime.datetime:
    assert value is not None
    return value.astimezone(UTC)


def _zone(name: str, start: datetime.date) -> str:
    if not isinstance(start, datetime.datetime):
        return ""
    return name or "UTC"


def _clock(start: datetime.date) -> str:
    if not isinstance(start, datetime.datetime):
        return ""
    return start.strftime("%Y-%m-%dT%H:%M:%S")


def _unescaped(value: str) -> str:
    """Unescape a property that a reader does not know, and therefore did not unescape itself."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)

"""The old calendar's JSON: a list of objects in which numbers and flags are strings.

Missing values are empty strings, except for two that are null. Times are local times of the site.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from seminars.formats.base import Format
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.planitpurple import event

_Object = dict[str, Any]


def chunks(listing: Listing, talks: Iterable[Talk]) -> Iterator[bytes]:
    """Yield the list, one talk at a time."""
    separator = "[\n"
    for talk in talks:
        event = _identity(listing, talk) | _when(talk) | _texts_and_links(listing, talk)
        event |= _where(talk) | _other_facts(talk)
        yield (separator + json.dumps(event, ensure_ascii=False)).encode()
        separator = ",\n"
    yield b"[]\n" if separator == "[\n" else b"\n]\n"


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    return b"".join(chunks(listing, talks))


def _identity(listing: Listing, talk: Talk) -> _Object:
    group = event.group(listing, talk)
    return {
        "id": str(event.number(talk)),
        "event_id": str(talk.series_id or event.number(talk)),
        "cal_id": str(group.calendar_id) if group else "",
        "calendar_name": group.name if group else "",
        "title": event.title(talk),
    }


def _when(talk: Talk) -> _Object:
    start, end, zone = event.times(talk, event.site_zone(talk))
    if talk.start_time is None:
        # In the talk's own zone: elsewhere, its day would span two.
        start, end, _zone = event.times(talk, talk.timezone)
    return {
        "eventdate": start.date().isoformat(),
        "start_time": f"{start:%H:%M:%S}",
        "start_time_display_format": event.hour(start),
        "end_time": f"{end:%H:%M:%S}",
        "end_time_display_format": event.hour(end),
        "eventdate_ical_format": _date_and_time(start),
        "eventend_ical_format": _date_and_time(end),
        "time_zone": zone,
        "is_allday": _flag(talk.start_time is None),
        "is_cancelled": _flag(talk.is_off),
        "is_hybrid": _flag(talk.attendance == Talk.Attendance.HYBRID),
    }


def _date_and_time(moment: datetime) -> str:
    return f"{moment.month}/{moment.day}/{moment.year} {event.hour(moment)}"


def _texts_and_links(listing: Listing, talk: Talk) -> _Object:
    plain, html, meeting = event.texts(listing, talk)
    return {
        "description": plain,
        "description_html": html,
        "url": event.event_url(talk),
        "web_address": talk.external_url or None,
        "registration_link": talk.registration_url,
        "webcast_link": meeting.url,
    }


def _where(talk: Talk) -> _Object:
    venue = event.venue(talk)
    street, city, region = (venue.street, venue.city, venue.region) if venue else ("", "", "")
    return {
        "building_name": venue.building if venue else "",
        "address_1": street,
        "address_2": event.room(talk),
        "city": city,
        "state": region,
        "zip": venue.postcode if venue else "",
        "facility_address_1": street,
        "facility_city": city,
        "facility_state": region,
        "centerpoint": f"{venue.latitude},{venue.longitude}"
        if venue and venue.latitude is not None
        else None,
        "location_name": event.location(talk),
    }


def _other_facts(talk: Talk) -> _Object:
    category = event.category(talk)
    return {
        "cost": talk.cost,
        "category_id": str(category.legacy_number) if category else "",
        "category_name": category.name if category else "",
        "audiences": [
            {"id": str(one.legacy_number), "name": one.name} for one in event.audiences(talk)
        ],
        "contact_name": talk.contact_name,
        "contact_phone": talk.contact_phone,
        "contact_email": talk.contact_email,
        "image_sm": "",
        "image_med": "",
        "image_hero": "",
        "create_date": _local_time(talk.created_at),
        "modify_date": _local_time(talk.changed_at),
    }


def _local_time(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d %H:%M:%S}"


def _flag(value: bool) -> str:
    return "1" if value else "0"


FORMAT = Format(
    suffix="json",
    media_type="application/json; charset=utf-8",
    label="JSON",
    render=render,
    chunks=chunks,
)

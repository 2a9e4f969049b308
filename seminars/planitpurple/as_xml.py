"""The old calendar's XML: a `planitpurple` element with one `event` per talk, soonest first.

Readers use parsers and regular expressions, so elements without a value are present and empty, and
`event` has no attributes. Times are local times of the talk's zone, or of the site's if the old
calendar had no name for the talk's.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from django.conf import settings

from seminars.formats.base import Format
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.planitpurple import event
from seminars.text.plain import xml_text


def chunks(listing: Listing, talks: Iterable[Talk]) -> Iterator[bytes]:
    """Yield the document, one talk at a time."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<planitpurple>\n'
    for talk in talks:
        event = "".join([*_what(talk), *_where(talk), *_other_facts(listing, talk)])
        yield f"<event>\n{event}</event>\n".encode()
    yield b"</planitpurple>\n"


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    return b"".join(chunks(listing, talks))


def _element(name: str, text: object = "") -> str:
    content = escape(xml_text(str(text)), quote=False)
    return f"<{name}>{content}</{name}>\n" if content else f"<{name}/>\n"


def _parent(name: str, children: Iterable[str]) -> str:
    content = "".join(children)
    return f"<{name}>\n{content}</{name}>\n" if content else f"<{name}/>\n"


def _what(talk: Talk) -> Iterator[str]:
    start, end, zone = event.times(talk, event.zone_of(talk))
    yield _element("title", event.title(talk))
    yield _element("date", f"{start:%B} {start.day}, {start.year}")
    yield _element("time", _time_range(talk))
    yield f'<isodate format="YYYY-MM-DD HH24:MI">{start.date()} {start:%H:%M}</isodate>\n'
    yield _element("start_datetime", int(start.timestamp()))
    yield _element("end_datetime", int(end.timestamp()))
    yield _element("time_zone", zone)


def _time_range(talk: Talk) -> str:
    """Return “12:00 PM - 1:00 PM”; empty for a talk without a start time."""
    if talk.start_time is None:
        return ""
    start, end, _zone = event.times(talk, event.zone_of(talk))
    if talk.end_time is None:
        return event.hour(start)
    return f"{event.hour(start)} - {event.hour(end)}"


def _where(talk: Talk) -> Iterator[str]:
    venue = event.venue(talk)
    yield _element("location", event.location(talk))
    yield _element("locationurl", venue.map_url if venue else "")
    address = {
        "building_name": venue.building if venue else "",
        "address_1": venue.street if venue else "",
        "address_2": event.room(talk),
        "city": venue.city if venue else "",
        "state": venue.region if venue else "",
        "zip": venue.postcode if venue else "",
    }
    yield _parent("address", (_element(name, text) for name, text in address.items()))
    yield _element("is_hybrid", int(talk.attendance == Talk.Attendance.HYBRID))


def _other_facts(listing: Listing, talk: Talk) -> Iterator[str]:
    plain, html, meeting = event.texts(listing, talk)
    category = event.category(talk)
    group = event.group(listing, talk)
    yield _element("webcast_link", meeting.url)
    yield _element("registration_link", talk.registration_url)
    yield _element("cost", talk.cost)
    yield _parent("audiences", (_element("audience", one.name) for one in event.audiences(talk)))
    yield _element("event_category_id", category.legacy_number if category else "")
    yield _element("category-name", category.name if category else "")
    contact = {"name": talk.contact_name, "phone": talk.contact_phone, "email": talk.contact_email}
    yield _parent("contact", (_element(name, text) for name, text in contact.items()))
    group_facts = {
        "id": group.calendar_id if group else "",
        "name": group.name if group else "",
        "url": settings.SITE_URL + group.get_absolute_url() if group else "",
    }
    yield _parent("group", (_element(name, text) for name, text in group_facts.items()))
    yield from map(_element, ("image_sm", "image_med", "image_hero"))
    yield _element("ppurl", event.event_url(talk))
    yield _element("externalurl", talk.external_url)
    yield _element("description", plain)
    # A CDATA section cannot contain its own end (XML 1.0, section 2.7).
    safe = xml_text(html).replace("]]>", "]]]]><![CDATA[>")
    yield f"<description_html><![CDATA[{safe}]]></description_html>\n"
    if talk.is_off:
        yield _element("cancelled")


FORMAT = Format(
    suffix="xml",
    media_type="application/xml; charset=utf-8",
    label="XML",
    render=render,
    chunks=chunks,
)

"""The old calendar's XML: a `planitpurple` element with one `event` a talk, soonest first.

Readers take it apart with parsers and with regular expressions, so elements without a value are
there and empty, and `event` has no attributes. Times are by the talk's own clocks.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from django.conf import settings

from seminars.formats.base import Format
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.planitpurple import event


def chunks(listing: Listing, talks: Iterable[Talk]) -> Iterator[bytes]:
    """The document, one talk after the other."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<planitpurple>\n'
    for talk in talks:
        event = "".join([*_what(talk), *_where(talk), *_more(listing, talk)])
        yield f"<event>\n{event}</event>\n".encode()
    yield b"</planitpurple>\n"


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    return b"".join(chunks(listing, talks))


def _element(name: str, text: object = "") -> str:
    said = escape(event.allowed(str(text)), quote=False)
    return f"<{name}>{said}</{name}>\n" if said else f"<{name}/>\n"


def _parent(name: str, children: Iterable[str]) -> str:
    inside = "".join(children)
    return f"<{name}>\n{inside}</{name}>\n" if inside else f"<{name}/>\n"


def _what(talk: Talk) -> Iterator[str]:
    start, end, zone = event.times(talk, talk.timezone)
    yield _element("title", event.title(talk))
    yield _element("date", f"{start:%B} {start.day}, {start.year}")
    yield _element("time", _hours(talk))
    yield f'<isodate format="YYYY-MM-DD HH24:MI">{start.date()} {start:%H:%M}</isodate>\n'
    yield _element("start_datetime", int(start.timestamp()))
    yield _element("end_datetime", int(end.timestamp()))
    yield _element("time_zone", zone)


def _hours(talk: Talk) -> str:
    """“12:00 PM - 1:00 PM”; empty for a talk whose hour is not known."""
    if talk.start_time is None:
        return ""
    start, end, _zone = event.times(talk, talk.timezone)
    if talk.end_time is None:
        return event.hour(start)
    return f"{event.hour(start)} - {event.hour(end)}"


def _where(talk: Talk) -> Iterator[str]:
    venue = event.place(talk)
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


def _more(listing: Listing, talk: Talk) -> Iterator[str]:
    plain, html, meeting = event.texts(listing, talk)
    category = event.category(talk)
    group = event.group(listing, talk)
    yield _element("webcast_link", meeting.url)
    yield _element("registration_link", talk.registration_url)
    yield _element("cost", talk.cost)
    yield _parent("audiences", (_element("audience", one.name) for one in event.audiences(talk)))
    yield _element("event_category_id", category.pk if category else "")
    yield _element("category-name", category.name if category else "")
    contact = {"name": talk.contact_name, "phone": talk.contact_phone, "email": talk.contact_email}
    yield _parent("contact", (_element(name, text) for name, text in contact.items()))
    said = {
        "id": group.calendar_id if group else "",
        "name": group.name if group else "",
        "url": settings.SITE_URL + group.get_absolute_url() if group else "",
    }
    yield _parent("group", (_element(name, text) for name, text in said.items()))
    yield from map(_element, ("image_sm", "image_med", "image_hero"))
    yield _element("ppurl", event.address(talk))
    yield _element("externalurl", talk.external_url)
    yield _element("description", plain)
    # The end of a section cannot stand within it (XML 1.0, section 2.7).
    safe = event.allowed(html).replace("]]>", "]]]]><![CDATA[>")
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

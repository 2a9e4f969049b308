"""A talk as schema.org describes events (https://schema.org/Event), for search engines.

It contains only what visitors may know, since the page is the same for everyone. Empty values are
left out; nothing is guessed.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from seminars import wording
from seminars.models import Appearance, Series, Speaker, Talk, Venue
from seminars.models.named import by_name
from seminars.rendering.html import script_json
from seminars.rendering.players import video_file_or_player
from seminars.text import markup
from seminars.text.plain import plain
from seminars.wording.join_link import join_link

_Node = dict[str, Any]

_SCHEMA = "https://schema.org"
#: How many characters of an abstract are included.
_MAX_EXCERPT_LENGTH = 600
_STATUS = {
    Talk.Status.CANCELLED: f"{_SCHEMA}/EventCancelled",
    Talk.Status.POSTPONED: f"{_SCHEMA}/EventPostponed",
}
_MODES = {
    Talk.Attendance.IN_PERSON: f"{_SCHEMA}/OfflineEventAttendanceMode",
    Talk.Attendance.ONLINE: f"{_SCHEMA}/OnlineEventAttendanceMode",
    Talk.Attendance.HYBRID: f"{_SCHEMA}/MixedEventAttendanceMode",
}


def script(node: _Node) -> SafeString:
    """Return the JSON to put between `<script type="application/ld+json">` and `</script>`."""
    return script_json({"@context": _SCHEMA, **node})


def site() -> _Node:
    """Describe the site, so that search engines show its name."""
    return {"@type": "WebSite", "name": settings.SITE_NAME, "url": f"{settings.SITE_URL}/"}


def event(talk: Talk, *, image: str, now: datetime) -> _Node:
    """Describe a talk from `TalkQuerySet.with_details`; `image` is its picture's address."""
    page = _absolute(talk.get_absolute_url())
    short_course = talk.kind == Talk.Kind.SHORT_COURSE
    about = markup.excerpt(talk.abstract, _MAX_EXCERPT_LENGTH) or wording.summary(talk)
    return _compact(
        {
            "@type": "CourseInstance" if short_course else "EducationEvent",
            # Without the title, since that may change.
            "@id": _absolute(reverse("talk-by-id", args=[talk.pk])),
            "url": page,
            "identifier": str(talk.uid),
            "name": wording.title(talk),
            "description": plain(about),
            "image": image,
            "inLanguage": wording.language_tag(talk),
            **_times(talk),
            "eventAttendanceMode": _MODES[Talk.Attendance(talk.attendance)],
            "location": _location(talk, page, now),
            "performer": [_person(one) for one in wording.speakers(talk)],
            "organizer": _organizers(talk),
            "superEvent": [_series(one) for one in _all_series(talk)],
            "about": [_thing(one) for one in by_name(talk.topics.all())],
            "audience": [
                {"@type": "Audience", "audienceType": one.name}
                for one in by_name(talk.audiences.all())
            ],
            **_cost(talk, page, now),
            **_recording_and_slides(talk, about=plain(about), image=image, now=now),
            "sameAs": talk.external_url,
        }
    )


def _times(talk: Talk) -> _Node:
    """Return the status and the start and end; empty without a date."""
    if talk.date is None or talk.starts_at is None:
        return {}
    moved = talk.previous_starts_at
    rescheduled = f"{_SCHEMA}/EventRescheduled" if moved else f"{_SCHEMA}/EventScheduled"
    end = _moment(talk.ends_at, talk) if talk.ends_at else talk.end_date and str(talk.end_date)
    return {
        "eventStatus": _STATUS.get(Talk.Status(talk.status), rescheduled),
        "startDate": _moment(talk.starts_at, talk) if talk.start_time else str(talk.date),
        "endDate": end,
        "previousStartDate": _moment(moved, talk) if moved else None,
    }


def _moment(moment: datetime, talk: Talk) -> str:
    """Return the instant in the talk's own time zone as ISO 8601.

    In UTC if the zone's offset is not in whole minutes, as in the 19th century.
    """
    local = moment.astimezone(ZoneInfo(talk.timezone))
    offset = local.utcoffset() or timedelta()
    return (local.astimezone(UTC) if offset.total_seconds() % 60 else local).isoformat()


def _location(talk: Talk, page: str, now: datetime) -> list[_Node]:
    """Return the physical and the virtual place; search engines require at least one.

    A place that is to be announced has the name of the organizer.
    """
    places = []
    if not talk.is_online_only:
        places.append(_place(talk, talk.venue))
    if talk.attendance != Talk.Attendance.IN_PERSON:
        # A link that not everyone may see is not included: the page says how to get it.
        link = join_link(talk, signed_in=False, now=now)
        places.append({"@type": "VirtualLocation", "url": link.url or page})
    return places


def _place(talk: Talk, venue: Venue | None) -> _Node:
    organizer = _organizers(talk)[0]["name"]
    if venue is None:
        # Search engines require an address, which may be a text.
        return {"@type": "Place", "name": talk.room or organizer, "address": organizer}
    address = _compact(
        {
            "streetAddress": venue.street,
            "addressLocality": venue.city,
            "addressRegion": venue.region,
            "postalCode": venue.postcode,
            "addressCountry": venue.country,
        }
    )
    position = None
    if venue.latitude is not None and venue.longitude is not None:
        latitude, longitude = float(venue.latitude), float(venue.longitude)
        position = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    return _compact(
        {
            "@type": "Place",
            "name": ", ".join(filter(None, [venue.building, wording.room(talk)])),
            "url": _absolute(venue.get_absolute_url()),
            "address": {"@type": "PostalAddress", **_compact(address)}
            if _compact(address)
            else venue.campus or organizer,
            "geo": position,
            "hasMap": venue.map_url,
            "maximumAttendeeCapacity": venue.capacity,
        }
    )


def _person(one: Appearance) -> _Node:
    speaker: Speaker = one.speaker
    orcid = f"https://orcid.org/{speaker.orcid}" if speaker.orcid else ""
    return _compact(
        {
            "@type": "Person",
            "name": speaker.name,
            "url": _absolute(speaker.get_absolute_url()),
            "sameAs": [same for same in (orcid, speaker.homepage) if same],
            "affiliation": _organization(one.affiliation) if one.affiliation else None,
        }
    )


def _organization(name: str, address: str = "") -> _Node:
    return _compact({"@type": "Organization", "name": name, "url": address})


def _organizers(talk: Talk) -> list[_Node]:
    """Return the departments of its series, or the site, which bears the institution's name."""
    departments = {one.department.pk: one.department for one in _all_series(talk) if one.department}
    return [
        _organization(one.name, one.homepage or _absolute(one.get_absolute_url()))
        for one in departments.values()
    ] or [_organization(settings.SITE_NAME, f"{settings.SITE_URL}/")]


def _all_series(talk: Talk) -> list[Series]:
    return [*filter(None, [talk.series]), *by_name(talk.co_series.all())]


def _series(series: Series) -> _Node:
    page = _absolute(series.get_absolute_url())
    return {"@type": "EventSeries", "@id": page, "name": series.name, "url": page}


def _thing(topic: Any) -> _Node:
    return {"@type": "Thing", "name": topic.name, "url": _absolute(topic.get_absolute_url())}


def _cost(talk: Talk, page: str, now: datetime) -> _Node:
    """Return the cost and where to register, as long as people can still come."""
    over = talk.over_at is not None and talk.over_at <= now
    if over or talk.status in _STATUS or not (talk.cost or talk.registration_url):
        return {}
    free = talk.cost.strip(" .").casefold() in ("free", "free of charge")
    offer = {
        "@type": "Offer",
        "url": talk.registration_url or page,
        "description": talk.cost,
        "price": 0 if free else None,
        # Search engines ask for it with each price, also with this one.
        "priceCurrency": "USD" if free else None,
        "availability": f"{_SCHEMA}/InStock",
        "validFrom": _moment(talk.published_at or talk.created_at, talk),
    }
    return {"isAccessibleForFree": free or None, "offers": _compact(offer)}


def _recording_and_slides(talk: Talk, *, about: str, image: str, now: datetime) -> _Node:
    common = {"name": wording.title(talk), "inLanguage": wording.language_tag(talk)}
    is_over = talk.over_at is not None and talk.over_at <= now
    video = {
        "@type": "VideoObject",
        **common,
        "url": talk.public_recording_url,
        "description": about,
        "thumbnailUrl": image,
        # No one says when a recording was uploaded; before the end of its talk it cannot be.
        "uploadDate": _moment(talk.over_at if is_over and talk.over_at else talk.changed_at, talk),
        **video_file_or_player(talk.public_recording_url),
    }
    slides = {"@type": "PresentationDigitalDocument", **common, "url": talk.slides_url}
    return {
        "recordedIn": _compact(video) if talk.public_recording_url else None,
        "workFeatured": _compact(slides) if talk.slides_url else None,
    }


def _absolute(path: str) -> str:
    return settings.SITE_URL + path


def _compact(node: _Node) -> _Node:
    """Return the node without empty values, and with single items instead of lists of one."""
    filled = {name: value for name, value in node.items() if value not in (None, "", [])}
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in filled.items()
    }

"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), with all public facts in `_talk`.

As JSON Feed requires, its own keys are left out if they are empty. `_talk` always has all keys,
with null for unknown facts and empty lists. Instants are RFC 3339 in UTC; `date`, `start_time`,
`end_time` and `end_date` are local times of `timezone`, as they were announced.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.conf import settings

from seminars import cards, wording
from seminars.formats import description
from seminars.formats.base import Format, Offer, instant, is_personal, modified_at
from seminars.formats.labels import labels_of
from seminars.listings.listing import Listing
from seminars.models import Appearance, Series, Talk, Venue
from seminars.models.named import Named, by_name
from seminars.wording.join_link import JoinLink, join_link

_Object = dict[str, Any]


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    """Return the feed; without a title of its own it has the site's name."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": listing.title or settings.SITE_NAME,
        "home_page_url": listing.page_url(),
        **({} if is_personal(listing) else {"feed_url": listing.feed_url("json")}),
        "language": settings.LANGUAGE_CODE,
        "items": [_item(listing, talk) for talk in talks],
    }
    return (json.dumps(feed, ensure_ascii=False) + "\n").encode()


def _item(listing: Listing, talk: Talk) -> _Object:
    meeting = join_link(talk, signed_in=listing.viewer.is_authenticated, now=listing.now)
    item = {
        "id": str(talk.uid),
        "url": description.page_url(talk),
        "external_url": talk.external_url,
        "title": wording.with_status(talk, wording.title(talk)),
        "image": cards.address(talk),
        "content_text": description.for_reader(talk, labels_of(talk), meeting).plain(),
        "date_published": _instant_or_none(talk.published_at or talk.created_at),
        "date_modified": _instant_or_none(modified_at(listing, talk)),
        "authors": [_author(one) for one in wording.speakers(talk)],
        "tags": [topic.name for topic in by_name(talk.topics.all())],
        "language": talk.language,
        "_talk": _talk(talk, meeting),
    }
    return {key: value for key, value in item.items() if value}


def _author(appearance: Appearance) -> _Object:
    author = {"name": appearance.speaker.name, "url": appearance.speaker.homepage}
    return {key: value for key, value in author.items() if value}


def _talk(talk: Talk, meeting: JoinLink) -> _Object:
    return _null_if_empty(
        _what(talk)
        | _when(talk)
        | _who(talk)
        | _where(talk)
        | {"display": _display(talk)}
        | _participation(talk, meeting)
    )


def _display(talk: Talk) -> _Object:
    """Return the talk's time, people and place in the words of its page, for other sites."""
    venue = "" if talk.is_online_only or not talk.venue else talk.venue.building
    return _null_if_empty(
        {
            "when": wording.site_when(talk),
            "own_when": wording.own_when(talk),
            "who": wording.speaker_line(talk),
            "where": ", ".join(filter(None, [venue, wording.room(talk)]))
            if venue
            else wording.short_place(talk),
        }
    )


def _null_if_empty(facts: _Object) -> _Object:
    """Return the facts with null for empty texts."""
    return {key: None if value == "" else value for key, value in facts.items()}


def _what(talk: Talk) -> _Object:
    series = talk.series
    department = series.department if series else None
    return {
        "id": talk.pk,
        "uid": str(talk.uid),
        "sequence": talk.sequence,
        "status": talk.status,
        "kind": talk.kind,
        "language": talk.language,
        "title": talk.title,
        "series": _series(series) if series else None,
        "co_series": [_series(one) for one in by_name(talk.co_series.all())],
        "department": _name_and_slug(department) if department else None,
        "abstract": talk.abstract,
        "notice": talk.notice,
        "topics": [
            _name_and_slug(topic) | {"kind": topic.kind} for topic in by_name(talk.topics.all())
        ],
        "audiences": [_name_and_slug(audience) for audience in by_name(talk.audiences.all())],
    }


def _when(talk: Talk) -> _Object:
    return {
        "date": _iso(talk.date),
        "start_time": _iso(talk.start_time),
        "end_time": _iso(talk.end_time),
        "end_date": _iso(talk.end_date),
        "timezone": talk.timezone,
        "starts_at": _instant_or_none(talk.starts_at),
        "ends_at": _instant_or_none(talk.ends_at),
        "previous_starts_at": _instant_or_none(talk.previous_starts_at),
    }


def _who(talk: Talk) -> _Object:
    return {
        "speaker_tba": talk.speaker_tba,
        "appearances": [
            _null_if_empty(
                {
                    "name": one.speaker.name,
                    "affiliation": one.affiliation,
                    "biography": one.biography,
                    "role": one.role,
                    "homepage": one.speaker.homepage,
                    "orcid": one.speaker.orcid,
                }
            )
            for one in talk.appearances.all()
        ],
    }


def _where(talk: Talk) -> _Object:
    return {
        "attendance": talk.attendance,
        "venue": _venue(talk.venue) if talk.venue else None,
        "room": wording.room(talk),
    }


def _venue(venue: Venue) -> _Object:
    facts = {
        "building": venue.building,
        "former_name": venue.former_name,
        "room": venue.room,
        "campus": venue.campus,
        "street": venue.street,
        "city": venue.city,
        "region": venue.region,
        "postcode": venue.postcode,
        "country": venue.country,
        "latitude": None if venue.latitude is None else float(venue.latitude),
        "longitude": None if venue.longitude is None else float(venue.longitude),
        "map_url": venue.map_url,
        "access": venue.access,
        "step_free": venue.step_free,
        "hearing_loop": venue.hearing_loop,
    }
    return _null_if_empty(facts)


def _participation(talk: Talk, meeting: JoinLink) -> _Object:
    """How to take part, and what is published later; the meeting link only if it may be shown."""
    contact = _null_if_empty(
        {"name": talk.contact_name, "phone": talk.contact_phone, "email": talk.contact_email}
    )
    return {
        "join_state": meeting.state,
        "join_url": meeting.url,
        "join_opens_at": _instant_or_none(meeting.opens_at),
        "join_note": meeting.note,
        "registration_url": talk.registration_url,
        "external_url": talk.external_url,
        "recording_url": talk.public_recording_url,
        "slides_url": talk.slides_url,
        "cost": talk.cost,
        "refreshments": talk.refreshments,
        "contact": contact if any(contact.values()) else None,
    }


def _name_and_slug(named: Named) -> _Object:
    return {"name": named.name, "slug": named.slug}


def _series(series: Series) -> _Object:
    return _null_if_empty(_name_and_slug(series) | {"short_code": series.short_code})


def _iso(value: date | time | None) -> str | None:
    return value.isoformat() if value is not None else None


def _instant_or_none(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None


FORMAT = Format(
    suffix="json",
    media_type="application/feed+json; charset=utf-8",
    label="JSON Feed",
    render=render,
    offers=(Offer(label="JSON Feed"),),
)

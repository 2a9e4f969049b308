"""Links that put a talk, or subscribe to a listing, in the calendar services people use."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings

from seminars import wording
from seminars.models import Talk


def webcal(address: str) -> str:
    """The feed's address with the scheme that calendar programs on a computer or phone open."""
    return "webcal://" + address.partition("://")[2]


def google_subscription(address: str) -> str:
    """Google Calendar's page that subscribes to a feed; it wants the webcal form."""
    return "https://calendar.google.com/calendar/r?" + urlencode({"cid": webcal(address)})


def outlook_subscription(address: str, name: str) -> str:
    """Outlook.com's page that subscribes to a feed under a name."""
    query = urlencode({"url": address, "name": name})
    return f"https://outlook.live.com/calendar/0/addfromweb?{query}"


def google_event(talk: Talk) -> str:
    """Google Calendar's form for a new event with the talk's facts; empty without a date.

    It takes UTC instants, or whole days of which the last is not included.
    """
    if talk.starts_at is None or talk.over_at is None or talk.date is None:
        return ""
    if talk.start_time is None:
        after = (talk.end_date or talk.date) + timedelta(days=1)
        dates = f"{talk.date:%Y%m%d}/{after:%Y%m%d}"
    else:
        dates = f"{_stamp(talk.starts_at)}/{_stamp(talk.over_at)}"
    query = {
        "action": "TEMPLATE",
        "text": wording.headline(talk),
        "dates": dates,
        "details": settings.SITE_URL + talk.get_absolute_url(),
        "location": wording.place_line(talk),
    }
    return "https://calendar.google.com/calendar/render?" + urlencode(query)


def outlook_event(talk: Talk) -> str:
    """Outlook.com's form for a new event with the talk's facts; empty without a date."""
    if talk.starts_at is None or talk.over_at is None or talk.date is None:
        return ""
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": wording.headline(talk),
        "startdt": talk.starts_at.isoformat(),
        "enddt": talk.over_at.isoformat(),
        "body": settings.SITE_URL + talk.get_absolute_url(),
        "location": wording.place_line(talk),
    }
    if talk.start_time is None:
        after = (talk.end_date or talk.date) + timedelta(days=1)
        query |= {"startdt": talk.date.isoformat(), "enddt": after.isoformat(), "allday": "true"}
    return "https://outlook.live.com/calendar/0/deeplink/compose?" + urlencode(query)


def _stamp(moment: datetime) -> str:
    """The basic form of a UTC instant (ISO 8601, RFC 5545 section 3.3.5)."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"

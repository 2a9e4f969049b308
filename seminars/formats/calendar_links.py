"""Links that add a talk, or subscribe to a listing, in popular calendar services."""

from datetime import timedelta
from urllib.parse import quote, urlencode

from django.conf import settings

from seminars import wording
from seminars.formats.content_lines import utc
from seminars.models import Talk

#: Where Outlook on the web opens: for personal accounts, and for those of work or school.
_PERSONAL, _WORK = "https://outlook.live.com", "https://outlook.office.com"


def webcal(address: str) -> str:
    """Return the feed's URL with the scheme that calendar apps open."""
    return "webcal://" + address.partition("://")[2]


def google_subscription(address: str) -> str:
    """Return the URL that subscribes to a feed in Google Calendar, which requires webcal."""
    return "https://calendar.google.com/calendar/r?" + _encoded({"cid": webcal(address)})


def outlook_subscription(address: str, name: str) -> str:
    """Return the URL that subscribes to a feed in Outlook.com under a name."""
    return _outlook_subscription(_PERSONAL, address, name)


def outlook_work_subscription(address: str, name: str) -> str:
    """Return the same for an account of work or school (Microsoft 365)."""
    return _outlook_subscription(_WORK, address, name)


def _outlook_subscription(site: str, address: str, name: str) -> str:
    return f"{site}/calendar/0/addfromweb?{_encoded({'url': address, 'name': name})}"


def google_event(talk: Talk) -> str:
    """Return the URL of a new event in Google Calendar for the talk; empty without a date.

    Google takes instants in UTC, or days with an exclusive end.
    """
    if talk.starts_at is None or talk.over_at is None or talk.date is None:
        return ""
    if talk.start_time is None:
        after = (talk.end_date or talk.date) + timedelta(days=1)
        dates = f"{talk.date:%Y%m%d}/{after:%Y%m%d}"
    else:
        dates = f"{utc(talk.starts_at)}/{utc(talk.over_at)}"
    query = {
        "action": "TEMPLATE",
        "text": wording.headline(talk),
        "dates": dates,
        "details": settings.SITE_URL + talk.get_absolute_url(),
        "location": wording.place_line(talk),
    }
    return "https://calendar.google.com/calendar/render?" + _encoded(query)


def outlook_event(talk: Talk) -> str:
    """Return the URL of a new event in Outlook.com for the talk; empty without a date."""
    return _outlook_event(_PERSONAL, talk)


def outlook_work_event(talk: Talk) -> str:
    """Return the same for an account of work or school (Microsoft 365)."""
    return _outlook_event(_WORK, talk)


def _outlook_event(site: str, talk: Talk) -> str:
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
    return f"{site}/calendar/0/deeplink/compose?{_encoded(query)}"


def _encoded(query: dict[str, str]) -> str:
    """Return the query with %20 for spaces, because Outlook shows a “+” as it is."""
    return urlencode(query, quote_via=quote)

"""The one rule for who may see a talk's join link, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from seminars.models import Talk

#: How long after its start a meeting without a known end counts as over.
OPEN_END = timedelta(hours=3)

#: What people call the meeting of a host, by the end of its name.
_SERVICES = {
    "zoom.us": "Zoom",
    "zoomgov.com": "Zoom",
    "teams.microsoft.com": "Microsoft Teams",
    "teams.live.com": "Microsoft Teams",
    "meet.google.com": "Google Meet",
    "webex.com": "Webex",
    "gotomeeting.com": "GoTo Meeting",
    "whereby.com": "Whereby",
    "meet.jit.si": "Jitsi Meet",
}


@dataclass(frozen=True, slots=True)
class JoinLink:
    """How a reader may join a talk.

    `url` is given only if `state` is "open", `opens_at` (UTC) only if it is "later", and the `note`
    of the organizers as long as there is a meeting to join. "none": there is nothing to join;
    "sign-in": only for people who are signed in; "over": the meeting has ended; "mail": the link
    will be emailed.
    """

    state: Literal["none", "open", "sign-in", "later", "over", "mail"]
    url: str = ""
    opens_at: datetime | None = None
    note: str = ""


def join_link(talk: Talk, *, signed_in: bool, now: datetime) -> JoinLink:
    """Return how a reader may join the talk at `now`.

    Nobody can join a canceled or postponed talk. Every link closes some time after the talk, and
    with it the note, which may hold a passcode: both may be used for the next meeting.
    """
    if talk.is_off or not (talk.join_url or talk.join_note):
        return JoinLink("none")
    closes_at = closing_time(talk)
    if closes_at is not None and now >= closes_at:
        return JoinLink("over") if talk.join_url else JoinLink("none")
    if not talk.join_url:
        return JoinLink("none", note=talk.join_note)
    return _before_closing(talk, signed_in=signed_in, now=now)


def _before_closing(talk: Talk, *, signed_in: bool, now: datetime) -> JoinLink:
    visible = JoinLink("open", talk.join_url, note=talk.join_note)
    if talk.join_access == Talk.JoinAccess.PUBLIC:
        return visible
    if talk.join_access == Talk.JoinAccess.SIGNED_IN:
        return visible if signed_in else JoinLink("sign-in", note=talk.join_note)
    if opens_at := _opening_time(talk):
        if now >= opens_at:
            return visible
        return JoinLink("later", opens_at=opens_at, note=talk.join_note)
    return JoinLink("mail", note=talk.join_note)


def closing_time(talk: Talk) -> datetime | None:
    """Return when (UTC) the talk's join link closes; None while it has no date."""
    if talk.starts_at is None or talk.over_at is None:
        return None
    if talk.ends_at is not None:
        return talk.ends_at + timedelta(minutes=settings.JOIN_LINK_MINUTES_AFTER)
    if talk.start_time is not None and talk.end_date is None:
        return talk.starts_at + OPEN_END
    return talk.over_at


def _opening_time(talk: Talk) -> datetime | None:
    if talk.join_access == Talk.JoinAccess.TIMED and talk.starts_at:
        return talk.starts_at - timedelta(minutes=talk.join_opens_minutes)
    return None


def service_name(url: str) -> str:
    """Return what people call the meeting at an address, such as “Zoom”; else its host."""
    host = urlsplit(url).hostname or ""
    known = (name for end, name in _SERVICES.items() if host == end or host.endswith(f".{end}"))
    return next(known, host.removeprefix("www."))


def ended_line(talk: Talk) -> str:
    """Return what stands in place of a link that has closed."""
    return _("The online meeting (%(service)s) has ended.") % {
        "service": service_name(talk.join_url)
    }


def _changes(talk: Talk) -> list[datetime]:
    """Return when (UTC) the result of `join_link` changes without an edit."""
    if talk.is_off or not (talk.join_url or talk.join_note):
        return []
    opens_at = _opening_time(talk) if talk.join_url else None
    return [moment for moment in (opens_at, closing_time(talk)) if moment]


def next_change_at(talk: Talk, now: datetime) -> datetime | None:
    """Return when (UTC) the result of `join_link` next changes without an edit, if ever."""
    return min((moment for moment in _changes(talk) if moment > now), default=None)


def last_change_at(talk: Talk, now: datetime) -> datetime | None:
    """Return when (UTC) the result of `join_link` last changed without an edit, if ever."""
    return max((moment for moment in _changes(talk) if moment <= now), default=None)

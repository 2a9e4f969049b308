"""The one rule for who may see a talk's join link, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from seminars.models import Talk


@dataclass(frozen=True, slots=True)
class JoinLink:
    """How a reader may join a talk.

    `url` is given only if `state` is "open", and `opens_at` (UTC) only if it is "later".
    "none": there is nothing to join; "sign-in": only for people who are signed in; "over": the
    talk has ended; "mail": the link will be emailed.
    """

    state: Literal["none", "open", "sign-in", "later", "over", "mail"]
    url: str = ""
    opens_at: datetime | None = None


def join_link(talk: Talk, *, signed_in: bool, now: datetime) -> JoinLink:
    """Return how a reader may join the talk at `now`.

    Nobody can join a canceled or postponed talk. A link that opens shortly before the talk closes
    when it is over, since it may be used for the next meeting.
    """
    if not talk.join_url or talk.is_off:
        return JoinLink("none")
    if talk.join_access == Talk.JoinAccess.PUBLIC:
        return JoinLink("open", talk.join_url)
    if talk.join_access == Talk.JoinAccess.SIGNED_IN:
        return JoinLink("open", talk.join_url) if signed_in else JoinLink("sign-in")
    if opening_times := _opening_times(talk):
        opens_at, closes_at = opening_times
        if now < opens_at:
            return JoinLink("later", opens_at=opens_at)
        return JoinLink("open", talk.join_url) if now < closes_at else JoinLink("over")
    return JoinLink("mail")


def _opening_times(talk: Talk) -> tuple[datetime, datetime] | None:
    """Return when (UTC) a timed link opens and closes."""
    if talk.join_access == Talk.JoinAccess.TIMED and talk.starts_at and talk.over_at:
        return talk.starts_at - timedelta(minutes=talk.join_opens_minutes), talk.over_at
    return None


def next_change_at(talk: Talk, now: datetime) -> datetime | None:
    """Return when (UTC) the result of `join_link` next changes without an edit, if ever."""
    return min((moment for moment in _opening_times(talk) or () if moment > now), default=None)


def last_change_at(talk: Talk, now: datetime) -> datetime | None:
    """Return when (UTC) the result of `join_link` last changed without an edit, if ever."""
    if join_link(talk, signed_in=True, now=now).state not in ("open", "over"):
        return None
    return max((moment for moment in _opening_times(talk) or () if moment <= now), default=None)

"""The one rule that decides what page, feed, API and mail may say of a talk's join link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from seminars.models import Talk


@dataclass(frozen=True, slots=True)
class JoinLink:
    """What may be said: `url` only where `state` is "open"; `opens_at` (UTC) only for "later".

    "none": nothing to join; "sign-in": for people who are signed in; "later": shown from
    `opens_at`; "over": the time has passed; "mail": the link comes by mail.
    """

    state: Literal["none", "open", "sign-in", "later", "over", "mail"]
    url: str = ""
    opens_at: datetime | None = None


def join_link(talk: Talk, *, signed_in: bool, now: datetime) -> JoinLink:
    """How this reader may join the talk at `now`.

    Nobody can join a talk that is cancelled or postponed. A link that opens at a time closes when
    the talk is over, since it may be used for the next meeting.
    """
    if not talk.join_url or talk.is_off:
        return JoinLink("none")
    if talk.join_access == Talk.JoinAccess.PUBLIC:
        return JoinLink("open", talk.join_url)
    if talk.join_access == Talk.JoinAccess.SIGNED_IN:
        return JoinLink("open", talk.join_url) if signed_in else JoinLink("sign-in")
    if moments := _moments(talk):
        opens_at, closes_at = moments
        if now < opens_at:
            return JoinLink("later", opens_at=opens_at)
        return JoinLink("open", talk.join_url) if now < closes_at else JoinLink("over")
    return JoinLink("mail")


def _moments(talk: Talk) -> tuple[datetime, datetime] | None:
    """When (UTC) a link opens and closes that is for a time only."""
    if talk.join_access == Talk.JoinAccess.TIMED and talk.starts_at and talk.over_at:
        return talk.starts_at - timedelta(minutes=talk.join_opens_minutes), talk.over_at
    return None


def changes_at(talk: Talk, now: datetime) -> datetime | None:
    """When, in UTC, time alone will next change what `join_link` says; None: it never will."""
    return min((moment for moment in _moments(talk) or () if moment > now), default=None)


def changed_at(talk: Talk, now: datetime) -> datetime | None:
    """When, in UTC, time alone last changed what `join_link` says; None: it never did."""
    if join_link(talk, signed_in=True, now=now).state not in ("open", "over"):
        return None
    return max((moment for moment in _moments(talk) or () if moment <= now), default=None)

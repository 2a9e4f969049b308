"""Talks that stand in no database, their calendar, and what it must say."""

import datetime
import itertools
import uuid
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from seminars import cards, wording
from seminars.clock import happens_twice
from seminars.formats import FORMATS, description
from seminars.formats.labels import labels_of
from seminars.listings.listing import Listing
from seminars.models import Appearance, Speaker, Talk, Topic
from seminars.text import markup
from seminars.text.plain import plain
from seminars.wording.join_link import join_link
from tests.factories import NOW
from tests.judges.readers import Event

_numbers = itertools.count(1)


def talk(*, speaker: str = "", topics: Sequence[Topic] = (), **fields: Any) -> Talk:
    """An announced talk, with its instants derived.

    Raises ValidationError where a clock change skips its time, or it would end before it starts.
    """
    defaults = {"status": Talk.Status.ANNOUNCED, "created_at": NOW, "changed_at": NOW}
    made = Talk(pk=next(_numbers), uid=uuid.uuid4(), **defaults | fields)
    made.derive()
    made.abstract_html = markup.html(made.abstract)
    speaking = [Appearance(talk=made, speaker=Speaker(name=speaker))] if speaker else []
    # What `with_details` has read stands here.
    made._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "appearances": speaking,
        "topics": list(topics),
        "audiences": [],
        "co_series": [],
    }
    return made


def calendar(talks: Sequence[Talk], now: datetime.datetime = NOW) -> bytes:
    """The calendar of these talks, as visitors get it."""
    listing = Listing(title="Judged", path="/talks/", feed_path="/talks", now=now)
    return FORMATS["ics"].render(listing, talks)


_STATUS = {"announced": "CONFIRMED", "cancelled": "CANCELLED", "postponed": "CANCELLED"}


def expected(talks: Sequence[Talk], now: datetime.datetime = NOW) -> list[Event]:
    """What every reader must make of the talks, by their UIDs, told by their own fields."""
    return sorted((_expected(one, now) for one in talks), key=lambda event: event.uid)


def _expected(talk: Talk, now: datetime.datetime) -> Event:
    assert talk.date is not None
    start: datetime.date = talk.date
    end: datetime.date | None = (talk.end_date or talk.date) + datetime.timedelta(days=1)
    zone = clock = ""
    if talk.start_time is not None:
        assert talk.starts_at is not None
        start, end = talk.starts_at, talk.ends_at or (talk.over_at if talk.end_date else None)
        twice = any(happens_twice(one, talk.timezone) for one in (start, end) if one)
        zone = "UTC" if twice or talk.timezone == "Etc/UTC" else talk.timezone
        clock = start.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S")
    described = description.for_calendar(
        talk, labels_of(talk), join_link(talk, signed_in=False, now=now)
    )
    return Event(
        uid=str(talk.uid),
        sequence=talk.sequence,
        created=talk.created_at.replace(microsecond=0),
        changed=talk.changed_at.replace(microsecond=0),
        status=_STATUS[talk.status],
        start=start,
        end=end,
        zone=zone,
        clock=clock,
        summary=plain(wording.headline(talk)),
        location=plain(wording.place_line(talk)),
        description=plain(described.plain()),
        html=plain(described.document()),
        url=f"http://testserver{talk.get_absolute_url()}",
        image=f"http://testserver/talks/{talk.pk}/card-{cards.of_talk(talk).version}.png",
        categories=tuple(
            # See formats/ics.py for what ends in a backslash.
            sorted(filter(None, (plain(topic.name).rstrip("\\") for topic in talk.topics.all())))
        ),
    )

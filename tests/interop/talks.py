"""Talks that are in no database, their calendar, and what readers must make of it."""

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
from seminars.wording.join_link import join_link, last_change_at
from tests.factories import NOW
from tests.interop.readers import Event

_numbers = itertools.count(1)


def talk(*, speaker: str = "", topics: Sequence[Topic] = (), **fields: Any) -> Talk:
    """Return an announced talk, with derived instants.

    Raises ValidationError if a clock change skips its time, or if it ends before it starts.
    """
    defaults = {"status": Talk.Status.ANNOUNCED, "created_at": NOW, "changed_at": NOW}
    result = Talk(pk=next(_numbers), uid=uuid.uuid4(), **defaults | fields)
    result.derive()
    result.abstract_html = markup.html(result.abstract)
    speaking = [Appearance(talk=result, speaker=Speaker(name=speaker))] if speaker else []
    # As if read `with_details`, because there is no database.
    result._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "appearances": speaking,
        "topics": list(topics),
        "audiences": [],
        "co_series": [],
    }
    return result


def calendar(talks: Sequence[Talk], now: datetime.datetime = NOW) -> bytes:
    """Return the calendar of the talks, as visitors get it."""
    listing = Listing(title="Talks", path="/talks/", feed_path="/talks", now=now)
    return FORMATS["ics"].render(listing, talks)


_STATUS = {"announced": "CONFIRMED", "cancelled": "CANCELLED", "postponed": "CANCELLED"}


def expected(talks: Sequence[Talk], now: datetime.datetime = NOW) -> list[Event]:
    """Return the events that every reader must read, sorted by UID, from the talks' fields."""
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
        changed=max(filter(None, [talk.changed_at, last_change_at(talk, now)])).replace(
            microsecond=0
        ),
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
            # For names that end in a backslash see formats/ics.py.
            sorted(filter(None, (plain(topic.name).rstrip("\\") for topic in talk.topics.all())))
        ),
    )

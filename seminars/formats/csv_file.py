"""CSV (RFC 4180) that spreadsheets open directly: one talk per row.

The byte order mark tells Excel that it is UTF-8. The column names are stable, whatever the site's
language; new columns come last. Lists are separated by “; ”.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy

from seminars import wording
from seminars.formats import description
from seminars.formats.base import Format, Offer, instant
from seminars.listings.listing import Listing
from seminars.models import Talk
from seminars.text import markup
from seminars.text.plain import plain
from seminars.wording.join_link import join_link

#: The first characters of cells that spreadsheets take for formulas; some accept the wide forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(listing: Listing, talks: Sequence[Talk]) -> bytes:
    """Return the table. `date`, `end_date` and the times are local times of `timezone`, as they
    were announced; columns that end in `_at` are instants in UTC.
    """
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for talk in talks:
        row = _what_and_who(talk) | _when_and_where(talk) | _other_facts(listing, talk)
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return table.getvalue().encode("utf-8-sig")


_COLUMNS = (
    *("id", "uid", "status", "kind", "language", "series", "co_series", "title"),
    *("speakers", "affiliations", "hosts"),
    *("date", "start_time", "end_time", "end_date", "timezone", "starts_at", "ends_at"),
    *("attendance", "building", "room", "address", "join_url", "join_note", "registration_url"),
    *("topics", "audiences", "cost", "refreshments", "contact", "notice", "abstract"),
    *("url", "external_url", "recording_url", "slides_url", "published_at", "changed_at"),
)


def _what_and_who(talk: Talk) -> dict[str, Any]:
    speaking = wording.speakers(talk)
    return {
        "id": talk.pk,
        "uid": talk.uid,
        "status": talk.status,
        "kind": talk.kind,
        "language": talk.language,
        "series": talk.series.name if talk.series else "",
        "co_series": _joined(sorted(series.name for series in talk.co_series.all())),
        "title": talk.title,
        "speakers": _joined([one.speaker.name for one in speaking]),
        "affiliations": _joined([one.affiliation for one in speaking]),
        "hosts": _joined([one.speaker.name for one in wording.hosts(talk)]),
    }


def _when_and_where(talk: Talk) -> dict[str, Any]:
    venue = None if talk.is_online_only else talk.venue
    return {
        "date": talk.date,
        "start_time": talk.start_time,
        "end_time": talk.end_time,
        "end_date": talk.end_date,
        "timezone": talk.timezone,
        "starts_at": talk.starts_at,
        "ends_at": talk.ends_at,
        "attendance": talk.attendance,
        "building": venue.building if venue else "",
        "room": "" if talk.is_online_only else wording.room(talk),
        "address": wording.address(venue) if venue else "",
    }


def _other_facts(listing: Listing, talk: Talk) -> dict[str, Any]:
    meeting = join_link(talk, signed_in=listing.viewer.is_authenticated, now=listing.now)
    return {
        "join_url": meeting.url,
        "join_note": meeting.note,
        "registration_url": talk.registration_url,
        "topics": _joined(sorted(topic.name for topic in talk.topics.all())),
        "audiences": _joined(sorted(audience.name for audience in talk.audiences.all())),
        "cost": talk.cost,
        "refreshments": talk.refreshments,
        "contact": description.contact(talk),
        "notice": talk.notice,
        "abstract": markup.plain(talk.abstract),
        "url": description.page_url(talk),
        "external_url": talk.external_url,
        "recording_url": talk.public_recording_url,
        "slides_url": talk.slides_url,
        "published_at": talk.published_at,
        "changed_at": talk.changed_at,
    }


def _joined(values: list[str]) -> str:
    return "; ".join(values) if any(values) else ""


def _cell(value: Any) -> str:
    """Return the value as text; a quote keeps spreadsheets from running it as a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    text = plain(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


FORMAT = Format(
    suffix="csv",
    media_type="text/csv; charset=utf-8; header=present",
    label="CSV",
    render=render,
    offers=(Offer(label=gettext_lazy("Spreadsheet (CSV)")),),
)

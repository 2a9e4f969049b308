"""Talks as plain text in emails."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Group
from seminars import wording
from seminars.listings.agenda import day_of
from seminars.listings.rows import Row
from seminars.models import GroupTalk, Talk
from seminars.text.plain import plain
from seminars.wording.facts import TalkFacts


def by_day(rows: Iterable[Row], notes: Mapping[int, str]) -> str:
    """Return the talks in order under headings for their days, each with its note and address."""
    blocks, last = [], None
    for row in rows:
        day = day_of(row)
        if day is not None and day != last:
            blocks.append(underlined(wording.day(day)))
        last = day
        blocks.append(_entry(row, notes.get(row.id, "")))
    return "\n\n".join(blocks)


def notes_on(group: Group, rows: Iterable[Row]) -> dict[int, str]:
    """Return the group's notes on these talks, in one query."""
    talks = GroupTalk.objects.filter(group=group, talk__in=[row.id for row in rows])
    return dict(talks.exclude(note="").values_list("talk_id", "note"))


def underlined(heading: str) -> str:
    """Return the heading above a line of dashes."""
    return f"{heading}\n{'-' * len(heading)}"


def _entry(talk: TalkFacts, note: str) -> str:
    hybrid = _("Hybrid") if talk.attendance == Talk.Attendance.HYBRID else ""
    lines = [
        " · ".join(filter(None, [_times(talk), wording.short_place(talk), hybrid])),
        wording.status_notice(talk),
        wording.title(talk),
        wording.speaker_line(talk),
        talk.series.name if talk.series else "",
        talk.notice,
        _("Note: %(note)s") % {"note": note} if note else "",
        settings.SITE_URL + talk.get_absolute_url(),
    ]
    return "\n".join(filter(None, map(plain, lines)))


def _times(talk: TalkFacts) -> str:
    """Return the time in the site's zone, and in the talk's own if the clocks differ."""
    line, own_time = wording.time_line(talk), wording.own_time(talk)
    if own_time:
        line = f"{line} ({own_time})"
    last = wording.last_site_day(talk)
    return f"{line}, {_('until %(day)s') % {'day': wording.short_day(last)}}" if last else line

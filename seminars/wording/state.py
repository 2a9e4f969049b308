"""Whether a talk is canceled, postponed or moved, in words."""

from django.utils.translation import gettext as _

from seminars.models import Talk
from seminars.wording.facts import TalkFacts
from seminars.wording.when import moment_line


def bad_news_first(talk: TalkFacts, line: str) -> str:
    """The line about the talk, marked where it is cancelled or postponed."""
    if talk.status == Talk.Status.CANCELLED:
        return _("Cancelled: %(talk)s") % {"talk": line}
    if talk.status == Talk.Status.POSTPONED:
        return _("Postponed: %(talk)s") % {"talk": line}
    return line


def moved_from(talk: TalkFacts) -> str:
    """When it was to start before it was moved, by the talk's own clock; empty if it was not."""
    if talk.previous_starts_at is None:
        return ""
    return moment_line(talk.previous_starts_at, talk.timezone)


def news(talk: TalkFacts) -> str:
    """What people must know who have it in their calendar already; empty where there is nothing."""
    if talk.status == Talk.Status.CANCELLED:
        return _("This talk is cancelled.")
    if talk.status == Talk.Status.POSTPONED:
        return _("This talk is postponed. Its new date is to be announced.")
    if formerly := moved_from(talk):
        return _("This talk has moved. It was to start on %(when)s.") % {"when": formerly}
    return ""

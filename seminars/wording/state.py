"""Phrases for talks that are canceled, postponed or moved."""

from django.conf import settings
from django.utils.translation import gettext as _

from seminars.models import Talk
from seminars.wording.facts import TalkFacts
from seminars.wording.when import moment_line


def with_status(talk: TalkFacts, line: str) -> str:
    """Return the line, with “Canceled:” or “Postponed:” before it if the talk is off."""
    if talk.status == Talk.Status.CANCELLED:
        return _("Canceled: %(talk)s") % {"talk": line}
    if talk.status == Talk.Status.POSTPONED:
        return _("Postponed: %(talk)s") % {"talk": line}
    return line


def previous_start(talk: TalkFacts) -> str:
    """Return when a moved talk was originally to start, in the site's time zone; else ""."""
    if talk.previous_starts_at is None:
        return ""
    return moment_line(talk.previous_starts_at, settings.TIME_ZONE)


def status_notice(talk: TalkFacts) -> str:
    """Return a sentence saying that the talk is canceled, postponed or moved; else ""."""
    if talk.status == Talk.Status.CANCELLED:
        return _("This talk has been canceled.")
    if talk.status == Talk.Status.POSTPONED:
        return _("This talk has been postponed. A new date will be announced.")
    if when := previous_start(talk):
        return _("This talk has moved. It was originally scheduled for %(when)s.") % {"when": when}
    return ""

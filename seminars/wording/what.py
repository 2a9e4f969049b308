"""One-line texts about a talk: its title, headline, summary and description."""

import re

from django.utils.translation import gettext as _

from seminars.models import Talk
from seminars.text import markup, tex_text
from seminars.text.plain import plain
from seminars.wording.facts import TalkFacts
from seminars.wording.state import with_status
from seminars.wording.when import when_line
from seminars.wording.where import short_place
from seminars.wording.who import speaker_line, speaker_names

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def title(talk: TalkFacts) -> str:
    """Return the title, or “Title to be announced”."""
    return talk.title or _("Title to be announced")


def headline(talk: TalkFacts) -> str:
    """Return one line for calendars: “Canceled: CS Seminar: Ada Lovelace — On engines”.

    Formulas in the title are in Unicode.
    """
    people, topic = speaker_names(talk), tex_text.without_formulas(title(talk))
    line = f"{people} — {topic}" if people else topic
    if talk.series:
        line = f"{talk.series.name}: {line}"
    return with_status(talk, line)


def departed_headline(talk: Talk) -> str:
    """Return one line for a talk that has left a calendar.

    The text of a withdrawn talk is not repeated: “Withdrawn: CS Seminar”.
    """
    if talk.withdrawn_at is None:
        return _("No longer in this calendar: %(talk)s") % {"talk": headline(talk)}
    return _("Withdrawn: %(talk)s") % {"talk": talk.series.name if talk.series else _("talk")}


def summary(talk: TalkFacts) -> str:
    """Return who, when and where on one line, for people who see only a link to the talk."""
    facts = [speaker_line(talk), when_line(talk), short_place(talk)]
    return " · ".join(filter(None, facts))


def description(talk: Talk) -> str:
    """Return who, when, where and the start of the abstract, in about 300 characters."""
    facts = summary(talk)
    abstract = markup.excerpt(talk.abstract, max(80, 300 - len(facts)))
    return plain(" — ".join(filter(None, [facts, abstract])))


def language_tag(talk: TalkFacts) -> str:
    """Return the talk's language if it looks like a valid tag (RFC 5646, section 2.1), else ""."""
    return talk.language if _LANGUAGE.fullmatch(talk.language) else ""

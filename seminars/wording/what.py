"""A talk in one line: its title, its headline, a summary."""

import re

from django.utils.translation import gettext as _

from seminars.models import Talk
from seminars.text import markup
from seminars.text.plain import plain
from seminars.wording.facts import TalkFacts
from seminars.wording.state import bad_news_first
from seminars.wording.when import when_line
from seminars.wording.where import short_place
from seminars.wording.who import speaker_line, speaker_names

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def title(talk: TalkFacts) -> str:
    """The title, or that it is still to be announced."""
    return talk.title or _("Title to be announced")


def headline(talk: TalkFacts) -> str:
    """One line for calendars: “CS Seminar: Ada Lovelace — On engines”, with the bad news first."""
    who = speaker_names(talk)
    line = f"{who} — {title(talk)}" if who else title(talk)
    if talk.series:
        line = f"{talk.series.name}: {line}"
    return bad_news_first(talk, line)


def departed_headline(talk: Talk) -> str:
    """One line for the entry of a talk that a calendar holds no more.

    What was withdrawn is not said again: “Withdrawn: CS Seminar”.
    """
    if talk.withdrawn_at is None:
        return _("No longer in this calendar: %(talk)s") % {"talk": headline(talk)}
    return _("Withdrawn: %(talk)s") % {"talk": talk.series.name if talk.series else _("talk")}


def summary(talk: TalkFacts) -> str:
    """Who, when and where in one line, for whoever sees only a link to the talk."""
    facts = [speaker_line(talk), when_line(talk), short_place(talk)]
    return " · ".join(filter(None, facts))


def described(talk: Talk) -> str:
    """Who, when and where, and how the abstract begins, in at most some 300 characters."""
    facts = summary(talk)
    about = markup.excerpt(talk.abstract, max(80, 300 - len(facts)))
    return plain(" — ".join(filter(None, [facts, about])))


def language_tag(talk: TalkFacts) -> str:
    """The talk's language where it is a well-formed tag, roughly (RFC 5646, section 2.1)."""
    return talk.language if _LANGUAGE.fullmatch(talk.language) else ""

"""Phrases for the people of a talk."""

import unicodedata
from collections.abc import Sequence
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from seminars.models import Appearance
from seminars.wording.facts import AppearanceFacts, TalkFacts

A = TypeVar("A", bound=AppearanceFacts)
A_co = TypeVar("A_co", bound=AppearanceFacts, covariant=True)


class WithPeople(Protocol[A_co]):
    """A talk with everyone who appears at it."""

    @property
    def people(self) -> Sequence[A_co]: ...


def speakers(talk: WithPeople[A]) -> list[A]:
    """Return everyone who speaks at the talk, in order; hosts are not included."""
    return [one for one in talk.people if one.role != Appearance.Role.HOST]


def hosts(talk: WithPeople[A]) -> list[A]:
    """Return everyone who hosts the talk."""
    return [one for one in talk.people if one.role == Appearance.Role.HOST]


def names(people: Sequence[AppearanceFacts]) -> str:
    """Return the names as a sentence lists them: “A”, “A and B”, “A, B and C”."""
    return _joined([one.speaker.name for one in people])


def speaker_names(talk: TalkFacts) -> str:
    """Return the speakers' names, or “Speaker to be announced”; empty if there is none."""
    line = names(speakers(talk))
    return line or (_("Speaker to be announced") if talk.speaker_tba else "")


def speaker_line(talk: TalkFacts) -> str:
    """Return the speakers with their affiliations: “Ada Lovelace (London) and Bob”."""
    people = [
        f"{one.speaker.name} ({one.affiliation})" if one.affiliation else one.speaker.name
        for one in speakers(talk)
    ]
    return _joined(people) or speaker_names(talk)


def _joined(items: list[str]) -> str:
    """Return the items as a sentence lists them."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def initial(sort_name: str) -> str:
    """Return the letter that a name is listed under, without accent: “E” for “Éluard, Paul”."""
    return unicodedata.normalize("NFKD", sort_name[:1])[:1].upper()

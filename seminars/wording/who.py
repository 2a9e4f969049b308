"""The people of a talk in words."""

import unicodedata
from collections.abc import Sequence
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from seminars.models import Appearance
from seminars.wording.facts import AppearanceFacts, TalkFacts

A = TypeVar("A", bound=AppearanceFacts)
A_co = TypeVar("A_co", bound=AppearanceFacts, covariant=True)


class WithPeople(Protocol[A_co]):
    """A talk, for those who appear at it."""

    @property
    def people(self) -> Sequence[A_co]: ...


_NOT_SPEAKING = (Appearance.Role.HOST,)


def speaking(talk: WithPeople[A]) -> list[A]:
    """Those who speak at the talk, in their order; hosts do not."""
    return [one for one in talk.people if one.role not in _NOT_SPEAKING]


def hosting(talk: WithPeople[A]) -> list[A]:
    """Those who host the talk."""
    return [one for one in talk.people if one.role in _NOT_SPEAKING]


def names(people: Sequence[AppearanceFacts]) -> str:
    """Names as a sentence lists them: “A”, “A and B”, “A, B and C”."""
    every = [one.speaker.name for one in people]
    if len(every) < 2:
        return "".join(every)
    return _("%(first)s and %(last)s") % {"first": ", ".join(every[:-1]), "last": every[-1]}


def speaker_names(talk: TalkFacts) -> str:
    """The speakers' names, or that they are to be announced; empty where there is none."""
    line = names(speaking(talk))
    return line or (_("Speaker to be announced") if talk.speaker_tba else "")


def speaker_line(talk: TalkFacts) -> str:
    """The speakers with their affiliations at the talk: “Ada Lovelace (London) and Bob”."""
    people = [
        f"{one.speaker.name} ({one.affiliation})" if one.affiliation else one.speaker.name
        for one in speaking(talk)
    ]
    if not people:
        return speaker_names(talk)
    if len(people) == 1:
        return people[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(people[:-1]), "last": people[-1]}


def initial(sort_name: str) -> str:
    """The letter under which a list has the name, without its accent: “E” of “Éluard, Paul”."""
    return unicodedata.normalize("NFKD", sort_name[:1])[:1].upper()

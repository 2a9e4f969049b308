"""What a picture says, and the version of it that its address names."""

import hashlib
import re
from dataclasses import astuple, dataclass

from django.conf import settings
from django.urls import reverse

from seminars import wording
from seminars.models import Talk
from seminars.text.plain import plain

#: Raised whenever what is drawn of the same words changes, so that every picture is drawn anew.
_DRAWING = 2
#: How many characters of one text count; no line of a picture holds more.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Card:
    """The words and colours of one picture. Equal cards give equal pictures.

    `news` is the bad one, such as that the talk is cancelled; `colour` is `#rrggbb`.
    """

    title: str
    site: str
    colour: str
    series: str = ""
    news: str = ""
    people: str = ""
    when: str = ""
    place: str = ""
    language: str = ""

    @property
    def version(self) -> str:
        said = "\n".join([str(_DRAWING), *astuple(self)])
        return hashlib.sha256(said.encode()).hexdigest()[:20]


def of_talk(talk: Talk) -> Card:
    """The talk's, as TalkQuerySet.with_rows reads it."""
    return Card(
        title=_line(wording.title(talk)),
        site=_line(settings.SITE_NAME),
        colour=(talk.series.colour if talk.series else "") or settings.SITE_ACCENT,
        series=_line(talk.series.name) if talk.series else "",
        news=str(Talk.Status(talk.status).label) if talk.is_off else "",
        people=_line(wording.speaker_line(talk)),
        when=_line(wording.when_line(talk)),
        place=_line(wording.short_place(talk)),
        language=talk.language,
    )


def address(talk: Talk) -> str:
    """The whole address of the talk's picture; empty for a talk that is not public, which has none.

    It names all that the picture shows, so it changes with that, and is kept anywhere for ever.
    """
    if not talk.is_public:
        return ""
    return settings.SITE_URL + reverse("talk-card", args=[talk.pk, of_talk(talk).version])


def of_site() -> Card:
    """The one of every page that is not a talk's."""
    return Card(title=_line(settings.SITE_NAME), site="", colour=settings.SITE_ACCENT, when=_host())


def _host() -> str:
    return settings.SITE_URL.partition("://")[2]


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", plain(text))[:_LONGEST].strip()

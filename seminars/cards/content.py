"""The texts of a picture, and the version in its address."""

import hashlib
import re
from dataclasses import astuple, dataclass

from django.conf import settings
from django.urls import reverse

from seminars import wording
from seminars.models import Talk
from seminars.text.plain import plain

#: To be raised whenever the same texts are drawn differently, so that all pictures are redrawn.
_DESIGN = 2
#: How many characters of a text are used; no line of a picture has room for more.
_MAX_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Card:
    """The texts and the color of a picture. Equal cards give equal pictures.

    `status` is empty unless the talk is canceled or postponed; `color` is `#rrggbb`.
    """

    title: str
    site: str
    color: str
    series: str = ""
    status: str = ""
    people: str = ""
    when: str = ""
    place: str = ""
    language: str = ""

    @property
    def version(self) -> str:
        text = "\n".join([str(_DESIGN), *astuple(self)])
        return hashlib.sha256(text.encode()).hexdigest()[:20]


def of_talk(talk: Talk) -> Card:
    """Return the card of a talk from `TalkQuerySet.with_rows`."""
    return Card(
        title=_line(wording.title(talk)),
        site=_line(settings.SITE_NAME),
        color=(talk.series.colour if talk.series else "") or settings.SITE_ACCENT,
        series=_line(talk.series.name) if talk.series else "",
        status=str(Talk.Status(talk.status).label) if talk.is_off else "",
        people=_line(wording.speaker_line(talk)),
        when=_line(wording.when_line(talk)),
        place=_line(wording.short_place(talk)),
        language=talk.language,
    )


def address(talk: Talk) -> str:
    """Return the address of the talk's picture; "" for a talk that is not public.

    It changes with the picture, so that any cache may store it forever.
    """
    if not talk.is_public:
        return ""
    return settings.SITE_URL + reverse("talk-card", args=[talk.pk, of_talk(talk).version])


def of_site() -> Card:
    """Return the card of every page that is not a talk's."""
    return Card(title=_line(settings.SITE_NAME), site="", color=settings.SITE_ACCENT, when=_host())


def _host() -> str:
    return settings.SITE_URL.partition("://")[2]


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", plain(text))[:_MAX_LENGTH].strip()

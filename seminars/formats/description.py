"""A talk as one text, plain or HTML, for programs that show one beside title, time and place."""

import html
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import wording
from seminars.formats.labels import Labels
from seminars.models import Talk
from seminars.text import markup
from seminars.text.plain import plain
from seminars.wording.join_link import JoinLink

# Without the full stop of a sentence that ends with one.
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]’”])")
_FORMULA = re.compile(
    r'<math(?: [a-z]+="[^"]*")*? alttext="([^"]*)"(?: [a-z]+="[^"]*")*>.*?</math>', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Prose:
    """A marked-up text under a heading: as it was typed, and its stored HTML."""

    heading: str
    source: str
    html: str


_Part = str | _Prose


@dataclass(frozen=True, slots=True)
class Description:
    """The paragraphs of a text, and the two ways to write it."""

    parts: tuple[_Part, ...]

    def plain(self) -> str:
        """The text, paragraphs parted by blank lines."""
        texts = [
            _lines(part.heading, markup.plain(part.source)) if isinstance(part, _Prose) else part
            for part in self.parts
        ]
        return "\n\n".join(filter(None, map(plain, texts)))

    def html(self) -> str:
        """HTML for the body of a page, with headings from h2 on, and formulas as MathML."""
        return "\n".join(filter(None, map(_block, self.parts)))

    def document(self) -> str:
        """A whole HTML document for mail programs, with formulas as TeX.

        They know no MathML, and would make “x2” of a square.
        """
        spelled = _FORMULA.sub(lambda found: f"<code>{_reescaped(found[1])}</code>", self.html())
        return f"<!doctype html><html><body>{spelled}</body></html>"


def address(talk: Talk) -> str:
    """The whole address of the talk's page."""
    return settings.SITE_URL + talk.get_absolute_url()


def for_calendar(talk: Talk, labels: Labels, join_link: JoinLink) -> Description:
    """What calendars show below the time and place; the last line is the talk's page."""
    waiting = _("The time is to be announced.") if talk.start_time is None else ""
    return Description(
        (
            wording.status_notice(talk),
            talk.notice,
            waiting,
            *_body(talk, labels, join_link),
            address(talk),
        ),
    )


def for_reader(talk: Talk, labels: Labels, join_link: JoinLink) -> Description:
    """What feed readers show, which know of no time or place but have a link to the page."""
    when_and_where = _lines(wording.when_line(talk), wording.place_line(talk))
    return Description(
        (wording.status_notice(talk), when_and_where, talk.notice, *_body(talk, labels, join_link))
    )


def contact(talk: Talk) -> str:
    """Whom to ask, on one line: name, telephone and e-mail address."""
    return ", ".join(filter(None, [talk.contact_name, talk.contact_phone, talk.contact_email]))


def _block(part: _Part) -> str:
    if isinstance(part, _Prose):
        return f"<h2>{html.escape(plain(part.heading))}</h2>\n{part.html.strip()}"
    lines = plain(part)
    return f"<p>{_linked(lines)}</p>" if lines else ""


def _linked(lines: str) -> str:
    """The lines as HTML, in which web addresses lead somewhere."""
    pieces = _LINK.split(lines)
    written = [html.escape(piece) for piece in pieces]
    written[1::2] = [f'<a href="{one}">{one}</a>' for one in written[1::2]]
    return "".join(written).replace("\n", "<br>\n")


def _reescaped(attribute: str) -> str:
    """What an attribute holds, as text: in attributes “<” may stand as it is."""
    return html.escape(html.unescape(attribute), quote=False)


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _fact(label: str, value: str) -> str:
    return f"{label}: {value}"


def _body(talk: Talk, labels: Labels, join_link: JoinLink) -> list[_Part]:
    return [
        _people(talk),
        _Prose(_("Abstract"), talk.abstract, talk.abstract_html) if talk.abstract else "",
        *_biographies(talk),
        _getting_there(talk),
        _join_link(talk, join_link),
        _lines(
            talk.recording_url and _fact(_("Recording"), talk.recording_url),
            talk.slides_url and _fact(_("Slides"), talk.slides_url),
        ),
        _practical(talk, labels),
    ]


def _people(talk: Talk) -> str:
    speakers, hosts = wording.speakers(talk), wording.hosts(talk)
    line = wording.speaker_line(talk)
    if speakers:
        line = _fact(ngettext("Speaker", "Speakers", len(speakers)), line)
    if not hosts:
        return line
    return _lines(line, _fact(ngettext("Host", "Hosts", len(hosts)), wording.names(hosts)))


def _biographies(talk: Talk) -> list[_Part]:
    return [
        _Prose(_("About %(name)s") % {"name": one.speaker.name}, one.biography, one.biography_html)
        for one in talk.appearances.all()
        if one.biography
    ]


def _getting_there(talk: Talk) -> str:
    venue = talk.venue
    if venue is None or talk.is_online_only:
        return ""
    formerly = {"building": venue.building, "former": venue.former_name}
    return _lines(
        _("%(building)s was formerly %(former)s.") % formerly if venue.former_name else "",
        venue.access,
        venue.step_free and _fact(_("Step-free access"), venue.step_free),
        _("There is a hearing loop.") if venue.hearing_loop else "",
    )


def _join_link(talk: Talk, join_link: JoinLink) -> str:
    hybrid = talk.attendance == Talk.Attendance.HYBRID
    if talk.is_off:
        return ""
    return _lines(
        _("You can come in person or take part online.") if hybrid else "",
        _way_in(talk, join_link),
        talk.join_note,
        talk.registration_url and _fact(_("Registration"), talk.registration_url),
    )


def _way_in(talk: Talk, join_link: JoinLink) -> str:
    if join_link.state == "open":
        return _fact(_("Join"), join_link.url)
    if join_link.state == "sign-in":
        line = _("People who are signed in find the join link at %(address)s")
    elif join_link.opens_at:
        line = _("The join link appears on %(when)s, at %(address)s")
    elif join_link.state == "mail":
        line = _("The join link comes by mail. More is at %(address)s")
    else:
        return ""
    opens = wording.moment_line(join_link.opens_at, talk.timezone) if join_link.opens_at else ""
    return line % {"address": address(talk), "when": opens}


def _practical(talk: Talk, labels: Labels) -> str:
    audiences = ", ".join(sorted(audience.name for audience in labels.audiences))
    whom = contact(talk)
    return _lines(
        talk.refreshments and _fact(_("Refreshments"), talk.refreshments),
        talk.cost and _fact(_("Cost"), talk.cost),
        audiences and _fact(_("Audience"), audiences),
        whom and _fact(_("Contact"), whom),
        talk.external_url and _fact(_("See also"), talk.external_url),
    )

"""A talk as one text, plain or HTML, for programs that show it below title, time and place."""

import html
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import wording
from seminars.formats.labels import Labels
from seminars.models import Talk
from seminars.text import markup, tex_text
from seminars.text.plain import plain
from seminars.wording.join_link import JoinLink

# Without the punctuation at the end of a sentence.
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]’”])")
_FORMULA = re.compile(
    r'<math(?: [a-z]+="[^"]*")*? alttext="([^"]*)"(?: [a-z]+="[^"]*")*>.*?</math>', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Prose:
    """A text in Markdown under a heading, with its stored HTML."""

    heading: str
    source: str
    html: str


_Part = str | _Prose


@dataclass(frozen=True, slots=True)
class Description:
    """The paragraphs of a text, which can be rendered as plain text or HTML."""

    parts: tuple[_Part, ...]

    def plain(self) -> str:
        """Return plain text, with blank lines between paragraphs."""
        texts = [
            _joined(part.heading, markup.plain(part.source, in_unicode=True))
            if isinstance(part, _Prose)
            else part
            for part in self.parts
        ]
        return "\n\n".join(filter(None, map(plain, texts)))

    def html(self) -> str:
        """Return HTML for the body of a page, with headings from h2 and formulas in MathML."""
        return "\n".join(filter(None, map(_block, self.parts)))

    def document(self) -> str:
        """Return a complete HTML document for Outlook, with formulas in Unicode or else in TeX.

        It does not support MathML and would show a square as “x2”.
        """
        text = _FORMULA.sub(_without_mathml, self.html())
        return f"<!doctype html><html><body>{text}</body></html>"


def page_url(talk: Talk) -> str:
    """Return the absolute URL of the talk's page."""
    return settings.SITE_URL + talk.get_absolute_url()


def for_calendar(talk: Talk, labels: Labels, join_link: JoinLink) -> Description:
    """Return the description for calendars, which show time and place; the URL comes last."""
    time_missing = _("The time is to be announced.") if talk.start_time is None else ""
    return Description(
        (
            wording.status_notice(talk),
            talk.notice,
            time_missing,
            *_body(talk, labels, join_link),
            page_url(talk),
        ),
    )


def for_long_calendar(talk: Talk) -> Description:
    """Return a short description for calendars of many talks; the page has the rest."""
    return Description((wording.status_notice(talk), talk.notice, _people(talk), page_url(talk)))


def for_reader(talk: Talk, labels: Labels, join_link: JoinLink) -> Description:
    """Return the description for feed readers, which show a link but no time or place."""
    when_and_where = _joined(wording.when_line(talk), wording.place_line(talk))
    return Description(
        (wording.status_notice(talk), when_and_where, talk.notice, *_body(talk, labels, join_link))
    )


def contact(talk: Talk) -> str:
    """Return the contact on one line: name, telephone and email address."""
    return ", ".join(filter(None, [talk.contact_name, talk.contact_phone, talk.contact_email]))


def _block(part: _Part) -> str:
    if isinstance(part, _Prose):
        return f"<h2>{html.escape(plain(part.heading))}</h2>\n{part.html.strip()}"
    lines = plain(part)
    return f"<p>{_linked(lines)}</p>" if lines else ""


def _linked(lines: str) -> str:
    """Return the lines as HTML, with URLs as links."""
    parts = _LINK.split(lines)
    escaped = [html.escape(part) for part in parts]
    escaped[1::2] = [f'<a href="{url}">{url}</a>' for url in escaped[1::2]]
    return "".join(escaped).replace("\n", "<br>\n")


def _without_mathml(formula: re.Match[str]) -> str:
    # In attributes “<” need not be escaped.
    tex = html.unescape(formula[1])
    if (text := tex_text.unicode(tex)) is not None:
        return html.escape(text, quote=False)
    return f"<code>{html.escape(tex, quote=False)}</code>"


def _joined(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _labeled(label: str, value: str) -> str:
    return f"{label}: {value}"


def _body(talk: Talk, labels: Labels, join_link: JoinLink) -> list[_Part]:
    return [
        _people(talk),
        _Prose(_("Abstract"), talk.abstract, talk.abstract_html) if talk.abstract else "",
        *_biographies(talk),
        _directions(talk),
        _participation(talk, join_link),
        _joined(
            talk.public_recording_url and _labeled(_("Recording"), talk.public_recording_url),
            talk.slides_url and _labeled(_("Slides"), talk.slides_url),
        ),
        _practical(talk, labels),
    ]


def _people(talk: Talk) -> str:
    speakers, hosts = wording.speakers(talk), wording.hosts(talk)
    line = wording.speaker_line(talk)
    if speakers:
        line = _labeled(ngettext("Speaker", "Speakers", len(speakers)), line)
    if not hosts:
        return line
    return _joined(line, _labeled(ngettext("Host", "Hosts", len(hosts)), wording.names(hosts)))


def _biographies(talk: Talk) -> list[_Part]:
    return [
        _Prose(_("About %(name)s") % {"name": one.speaker.name}, one.biography, one.biography_html)
        for one in talk.appearances.all()
        if one.biography
    ]


def _directions(talk: Talk) -> str:
    venue = talk.venue
    if venue is None or talk.is_online_only:
        return ""
    formerly = {"building": venue.building, "former": venue.former_name}
    return _joined(
        _("%(building)s was formerly %(former)s.") % formerly if venue.former_name else "",
        venue.access,
        venue.step_free and _labeled(_("Step-free access"), venue.step_free),
        _("There is a hearing loop.") if venue.hearing_loop else "",
    )


def _participation(talk: Talk, join_link: JoinLink) -> str:
    hybrid = talk.attendance == Talk.Attendance.HYBRID
    if talk.is_off:
        return ""
    return _joined(
        _("You can attend in person or online.") if hybrid else "",
        _meeting_line(talk, join_link),
        join_link.note,
        talk.registration_url and _labeled(_("Registration"), talk.registration_url),
    )


def _meeting_line(talk: Talk, join_link: JoinLink) -> str:
    if join_link.state == "open":
        return _labeled(_("Join"), join_link.url)
    if join_link.state == "sign-in":
        line = _("Sign in to see the meeting link: %(url)s")
    elif join_link.opens_at:
        line = _("The meeting link will appear on %(when)s at %(url)s")
    elif join_link.state == "mail":
        line = _("The meeting link will be emailed to you. Details: %(url)s")
    else:
        return ""
    opens_at, zone = join_link.opens_at, settings.TIME_ZONE
    opens = wording.moment_line(opens_at, zone) if opens_at else ""
    return line % {"url": page_url(talk), "when": opens}


def _practical(talk: Talk, labels: Labels) -> str:
    audiences = ", ".join(sorted(audience.name for audience in labels.audiences))
    contact_line = contact(talk)
    return _joined(
        talk.refreshments and _labeled(_("Refreshments"), talk.refreshments),
        talk.cost and _labeled(_("Cost"), talk.cost),
        audiences and _labeled(_("Audience"), audiences),
        contact_line and _labeled(_("Contact"), contact_line),
        talk.external_url and _labeled(_("See also"), talk.external_url),
    )

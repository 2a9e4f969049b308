"""A talk in plain text, for programs that show one text beside title, time and place."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import markup, wording
from seminars.joining import Joining
from seminars.models import Talk


def address(talk: Talk) -> str:
    """The whole address of the talk's page."""
    return settings.SITE_URL + talk.get_absolute_url()


def for_calendar(talk: Talk, joining: Joining) -> str:
    """What calendars show below the time and place; the last line is the talk's page."""
    waiting = _("The time is to be announced.") if talk.start_time is None else ""
    return _joined(_news(talk), talk.notice, waiting, *_body(talk, joining), address(talk))


def for_reader(talk: Talk, joining: Joining) -> str:
    """What feed readers show, which know of no time or place but have a link to the page."""
    when_and_where = _lines(wording.when_line(talk), wording.place_line(talk))
    return _joined(_news(talk), talk.notice, when_and_where, *_body(talk, joining))


def contact(talk: Talk) -> str:
    """Whom to ask, on one line: name, telephone and e-mail address."""
    return ", ".join(filter(None, [talk.contact_name, talk.contact_phone, talk.contact_email]))


def _joined(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, map(wording.plain, paragraphs)))


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _fact(label: str, value: str) -> str:
    return f"{label}: {value}" if value else ""


def _news(talk: Talk) -> str:
    """What people must know who have it in their calendar already."""
    if talk.status == Talk.Status.CANCELLED:
        return _("This talk is cancelled.")
    if talk.status == Talk.Status.POSTPONED:
        return _("This talk is postponed. Its new date is to be announced.")
    if formerly := wording.moved_from(talk):
        return _("This talk has moved. It was to start on %(when)s.") % {"when": formerly}
    return ""


def _body(talk: Talk, joining: Joining) -> list[str]:
    return [
        _people(talk),
        _lines(_("Abstract"), markup.plain(talk.abstract)) if talk.abstract else "",
        *_biographies(talk),
        _getting_there(talk),
        _joining(talk, joining),
        _lines(_fact(_("Recording"), talk.recording_url), _fact(_("Slides"), talk.slides_url)),
        _practical(talk),
    ]


def _people(talk: Talk) -> str:
    speakers, hosts = wording.speaking(talk), wording.hosting(talk)
    line = wording.speaker_line(talk)
    if speakers:
        line = _fact(ngettext("Speaker", "Speakers", len(speakers)), line)
    return _lines(line, _fact(ngettext("Host", "Hosts", len(hosts)), wording.names(hosts)))


def _biographies(talk: Talk) -> list[str]:
    return [
        _lines(_("About %(name)s") % {"name": one.speaker.name}, markup.plain(one.biography))
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
        _fact(_("Step-free access"), venue.step_free),
        _("There is a hearing loop.") if venue.hearing_loop else "",
    )


def _joining(talk: Talk, joining: Joining) -> str:
    page = {"address": address(talk)}
    line = ""
    if joining.state == "open":
        line = _fact(_("Join"), joining.url)
    elif joining.state == "sign-in":
        line = _("People who are signed in find the join link at %(address)s") % page
    elif joining.opens_at:
        when = {"when": wording.moment_line(joining.opens_at, talk.timezone)}
        line = _("The join link appears on %(when)s, at %(address)s") % (page | when)
    elif joining.state == "mail":
        line = _("The join link comes by mail. More is at %(address)s") % page
    hybrid = talk.attendance == Talk.Attendance.HYBRID
    return _lines(
        _("You can come in person or take part online.") if hybrid else "",
        line,
        talk.join_note,
        _fact(_("Registration"), talk.registration_url),
    )


def _practical(talk: Talk) -> str:
    audiences = sorted(audience.name for audience in talk.audiences.all())
    return _lines(
        _fact(_("Refreshments"), talk.refreshments),
        _fact(_("Cost"), talk.cost),
        _fact(_("Audience"), ", ".join(audiences)),
        _fact(_("Contact"), contact(talk)),
        _fact(_("See also"), talk.external_url),
    )

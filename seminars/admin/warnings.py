"""What looks wrong about a saved talk, shown beside its fields; nothing prevents saving."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.models import Viewer
from seminars import wording
from seminars.admin import missing
from seminars.models import Appearance, Series, Talk, TalkQuerySet
from seminars.models.talk_times import fold_question

#: Longer talks are not checked for clashes, so that the index on the start narrows the query.
_MAX_LENGTH = timedelta(days=35)

#: The field of warnings about a speaker, followed by the appearance's id.
SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning: the form's field, or `speaker-<id>`, a short label, and the whole sentence."""

    field: str
    label: str
    sentence: str


def of(talk: Talk, now: datetime, viewer: Viewer) -> list[Warned]:
    """Return the talk's warnings; of talks hidden from the viewer they reveal only the series."""
    if talk.status == Talk.Status.CANCELLED or talk.withdrawn_at is not None:
        return []
    gaps = missing.of(missing.annotated(Talk.objects.filter(pk=talk.pk), now).get(), now)
    warnings = [Warned(gap.field, str(gap.warning), str(gap.hint)) for gap in gaps]
    warnings += _about_time(talk, now)
    warnings += _zone_clash(talk)
    warnings += _about_recording(talk)
    if talk.starts_at is not None and talk.start_time is not None:
        warnings += _room_clashes(talk, viewer)
        warnings += _speaker_clashes(talk, viewer)
    return warnings


def _about_time(talk: Talk, now: datetime) -> Iterator[Warned]:
    if talk.date is None:
        if talk.status == Talk.Status.DRAFT:
            yield Warned("date", _("No date"), _("No date yet. Announcing requires one."))
        return
    for name, first in talk.repeated_times().items():
        if getattr(talk, name) is None:
            question = fold_question(first, talk.timezone)
            yield Warned(name, _("A time that comes twice"), question)
    usual = talk.series.weekday if talk.series else None
    if usual is not None and talk.date.weekday() != usual:
        day = Series.Weekday(talk.date.weekday()).label
        sentence = _("This is a %(day)s; talks in this series are usually on a %(usual)s.") % {
            "day": day,
            "usual": Series.Weekday(usual).label,
        }
        yield Warned("date", _("On a %(day)s") % {"day": day}, sentence)
    if talk.end_date is not None and talk.end_date - talk.date > _MAX_LENGTH:
        days = {"days": (talk.end_date - talk.date).days}
        yield Warned(
            "end_date",
            _("%(days)d days long") % days,
            _("This is %(days)d days after the start.") % days,
        )
    if talk.over_at and talk.over_at <= now and talk.status != Talk.Status.ANNOUNCED:
        yield Warned("date", _("In the past"), _("This is in the past."))


def _about_recording(talk: Talk) -> Iterator[Warned]:
    if talk.recording_url and not talk.public_recording_url:
        if talk.recording_consent == Talk.RecordingConsent.NO:
            sentence = _("Visitors don’t see this link because the speaker doesn’t allow it.")
        else:
            sentence = _("Visitors don’t see this link until the speaker allows the recording.")
        yield Warned("recording_url", _("Recording not public"), sentence)


def _zone_clash(talk: Talk) -> Iterator[Warned]:
    """Warn if clocks at the venue show another time than the talk's."""
    zone = talk.venue.timezone if talk.venue and not talk.is_online_only else ""
    if not zone or talk.starts_at is None or talk.start_time is None:
        return
    there, here = (talk.starts_at.astimezone(ZoneInfo(one)) for one in (zone, talk.timezone))
    if there.utcoffset() != here.utcoffset():
        sentence = _("Clocks at %(venue)s show %(there)s when this talk starts at %(here)s.") % {
            "venue": talk.venue,
            "there": time_format(there.time()),
            "here": time_format(here.time()),
        }
        yield Warned("timezone", _("Not the venue’s time zone"), sentence)


def _room_clashes(talk: Talk, viewer: Viewer) -> Iterator[Warned]:
    room = wording.room(talk)
    if talk.venue is None or not room or talk.is_online_only:
        return
    there = _at_the_same_time(talk).filter(venue=talk.venue)
    there = there.exclude(attendance=Talk.Attendance.ONLINE)
    others = there.filter(Q(room=room) | Q(room="", venue__room=room)).with_rows()[:3]
    visible = _visible_to(others, viewer)
    for other in others:
        if other.pk in visible:
            label = _("Room clash, %(when)s") % {"when": _hours(other, talk)}
            yield Warned("room", label, f"{label}: “{wording.headline(other)}”.")
        else:
            label = _("Room clash")
            sentence = _("Room clash: a talk that has not been announced (%(series)s).")
            yield Warned("room", label, sentence % {"series": _series(other)})


def _speaker_clashes(talk: Talk, viewer: Viewer) -> Iterator[Warned]:
    own = {one.speaker_id: one.pk for one in talk.appearances.all()}
    busy = (
        Appearance.objects.filter(speaker__in=own, talk__in=_at_the_same_time(talk).values("pk"))
        .select_related("speaker", "talk__series")
        .order_by("talk__starts_at", "pk")
    )[:10]
    visible = _visible_to([one.talk for one in busy], viewer)
    for one in busy:
        values = {"name": one.speaker.name}
        if one.talk_id in visible:
            label = _("Speaker clash, %(when)s") % {"when": _hours(one.talk, talk)}
            sentence = _("%(clash)s: %(name)s is at “%(talk)s”.")
            values |= {"clash": label, "talk": wording.title(one.talk)}
        else:
            label = _("Speaker clash")
            sentence = _(
                "Speaker clash: %(name)s is at a talk that has not been announced (%(series)s)."
            )
            values |= {"series": _series(one.talk)}
        yield Warned(f"{SPEAKER}-{own[one.speaker_id]}", label, sentence % values)


def _hours(other: Talk, talk: Talk) -> str:
    """Return when the other talk is, with its date and zone only if they differ."""
    if other.start_time is None or (other.date, other.timezone) != (talk.date, talk.timezone):
        return wording.when_line(other)
    return wording.hours(other.start_time, None if other.end_date else other.end_time)


def _visible_to(talks: Iterable[Talk], viewer: Viewer) -> set[int]:
    """Return the ids of the talks that the viewer may see."""
    visible = Talk.objects.visible_to(viewer).filter(pk__in=[one.pk for one in talks])
    return set(visible.values_list("pk", flat=True))


def _series(talk: Talk) -> str:
    return talk.series.name if talk.series else _("no series")


def _at_the_same_time(talk: Talk) -> TalkQuerySet:
    """Return other talks that overlap with this one, of all series, also unannounced ones."""
    if talk.starts_at is None:
        return Talk.objects.none()
    return (
        Talk.objects.filter(
            starts_at__gt=talk.starts_at - _MAX_LENGTH,
            starts_at__lt=talk.over_at,
            over_at__gt=talk.starts_at,
            start_time__isnull=False,
            withdrawn_at__isnull=True,
        )
        .exclude(status__in=[Talk.Status.CANCELLED, Talk.Status.POSTPONED])
        .exclude(pk=talk.pk)
    )

"""What looks wrong about a saved talk, said beside the field; none of it prevents saving."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Viewer
from seminars import wording
from seminars.admin import missing
from seminars.models import Appearance, Series, Talk, TalkQuerySet

#: Talks that began longer ago are not asked whether they still go on: the index on the start then
#: leaves few of 100,000.
_LONGEST = timedelta(days=35)

#: The name under which warnings about the speakers are given, by the appearance's id.
SPEAKER = "speaker"


def of(talk: Talk, now: datetime, viewer: Viewer) -> dict[str, list[str]]:
    """The sentences, by the form's field; those about one speaker under `speaker-<id>`.

    Of a talk that the viewer may not see they say only in which series it is.
    """
    found: dict[str, list[str]] = defaultdict(list)
    if talk.status == Talk.Status.CANCELLED or talk.withdrawn_at is not None:
        return found
    for gap in missing.of(missing.annotated(Talk.objects.filter(pk=talk.pk), now).get(), now):
        found[gap.field].append(str(gap.hint))
    _when(talk, now, found)
    if talk.starts_at is not None and talk.start_time is not None:
        _room(talk, viewer, found)
        _people(talk, viewer, found)
    return found


def _when(talk: Talk, now: datetime, found: dict[str, list[str]]) -> None:
    if talk.date is None:
        if talk.status == Talk.Status.DRAFT:
            found["date"].append(_("There is no date yet; it cannot be announced without one."))
        return
    usual = talk.series.weekday if talk.series else None
    if usual is not None and talk.date.weekday() != usual:
        found["date"].append(
            _("This is a %(day)s; talks of this series are usually on a %(usual)s.")
            % {
                "day": Series.Weekday(talk.date.weekday()).label,
                "usual": Series.Weekday(usual).label,
            }
        )
    if talk.end_date is not None and talk.end_date - talk.date > _LONGEST:
        found["end_date"].append(
            _("This is %(days)d days after it starts.") % {"days": (talk.end_date - talk.date).days}
        )
    if talk.over_at and talk.over_at <= now and talk.status != Talk.Status.ANNOUNCED:
        found["date"].append(_("This is in the past."))


def _room(talk: Talk, viewer: Viewer, found: dict[str, list[str]]) -> None:
    room = wording.room(talk)
    if talk.venue is None or not room or talk.is_online_only:
        return
    there = _at_the_same_time(talk).filter(venue=talk.venue)
    there = there.exclude(attendance=Talk.Attendance.ONLINE)
    others = there.filter(Q(room=room) | Q(room="", venue__room=room)).with_rows()[:3]
    seen = _seen(others, viewer)
    for other in others:
        if other.pk in seen:
            sentence = _("This room is taken then by “%(talk)s” (%(when)s).")
            words = {"talk": wording.headline(other), "when": wording.when_line(other)}
        else:
            sentence = _("This room is taken then by a talk that is not announced yet (%(where)s).")
            words = {"where": _series(other)}
        found["room"].append(sentence % words)


def _people(talk: Talk, viewer: Viewer, found: dict[str, list[str]]) -> None:
    mine = {one.speaker_id: one.pk for one in talk.appearances.all()}
    busy = (
        Appearance.objects.filter(speaker__in=mine, talk__in=_at_the_same_time(talk).values("pk"))
        .select_related("speaker", "talk__series")
        .order_by("talk__starts_at", "pk")
    )[:10]
    seen = _seen([one.talk for one in busy], viewer)
    for one in busy:
        if one.talk_id in seen:
            sentence = _("%(name)s is at “%(talk)s” at the same time.")
            words = {"name": one.speaker.name, "talk": wording.title(one.talk)}
        else:
            sentence = _(
                "%(name)s is at a talk that is not announced yet at the same time (%(where)s)."
            )
            words = {"name": one.speaker.name, "where": _series(one.talk)}
        found[f"{SPEAKER}-{mine[one.speaker_id]}"].append(sentence % words)


def _seen(talks: Iterable[Talk], viewer: Viewer) -> set[int]:
    """Which of the talks the viewer may see."""
    visible = Talk.objects.visible_to(viewer).filter(pk__in=[one.pk for one in talks])
    return set(visible.values_list("pk", flat=True))


def _series(talk: Talk) -> str:
    return talk.series.name if talk.series else _("in no series")


def _at_the_same_time(talk: Talk) -> TalkQuerySet:
    """The other talks whose hours overlap with this one's, of all series, also unannounced ones."""
    if talk.starts_at is None:
        return Talk.objects.none()
    return (
        Talk.objects.filter(
            starts_at__gt=talk.starts_at - _LONGEST,
            starts_at__lt=talk.over_at,
            over_at__gt=talk.starts_at,
            start_time__isnull=False,
            withdrawn_at__isnull=True,
        )
        .exclude(status__in=[Talk.Status.CANCELLED, Talk.Status.POSTPONED])
        .exclude(pk=talk.pk)
    )

"""What a talk is missing: one rule each, for the list's filter and marks and the form's hints."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars.models import Appearance, Talk, TalkQuerySet


@dataclass(frozen=True, slots=True)
class Gap:
    """A missing detail: its label in lists and as a warning, the form's field, and a hint."""

    label: str | Promise
    warning: str | Promise
    field: str
    hint: str | Promise
    rule: Q


def gaps(now: datetime) -> Mapping[str, Gap]:
    """Return the gaps by their names in the list's filter.

    Canceled and withdrawn talks have none. Room, time and link matter until a talk is over, and a
    recording after that, if the speaker agreed to one.
    """
    on = Q(withdrawn_at__isnull=True) & ~Q(status=Talk.Status.CANCELLED)
    return {
        **_always(on),
        **_before_end(on & (Q(over_at__gt=now) | Q(over_at__isnull=True))),
        **_after_end(on & Q(over_at__lte=now)),
    }


def _always(on: Q) -> dict[str, Gap]:
    people = Exists(Appearance.objects.filter(talk=OuterRef("pk")))
    return {
        "title": Gap(_("title"), _("No title"), "title", _("No title yet."), on & Q(title="")),
        "speaker": Gap(
            _("speaker"),
            _("No speaker"),
            "speaker_tba",
            _("No speaker yet. Add one, or check this box."),
            on & Q(speaker_tba=False) & Q(~people),
        ),
        "abstract": Gap(
            _("abstract"), _("No abstract"), "abstract", _("No abstract yet."), on & Q(abstract="")
        ),
    }


def _before_end(ahead: Q) -> dict[str, Gap]:
    remote = Q(attendance__in=[Talk.Attendance.ONLINE, Talk.Attendance.HYBRID])
    roomless = Q(room="") & (Q(venue__isnull=True) | Q(venue__room=""))
    return {
        "hour": Gap(
            _("time"),
            _("No start time"),
            "start_time",
            _("No start time yet."),
            ahead & Q(date__isnull=False, start_time__isnull=True),
        ),
        "room": Gap(
            _("room"),
            _("No room"),
            "room",
            _("No room yet."),
            ahead & ~Q(attendance=Talk.Attendance.ONLINE) & roomless,
        ),
        "join-link": Gap(
            _("join link"),
            _("No join link"),
            "join_url",
            _("People can’t join yet: add a link or a note on how to join."),
            ahead & remote & Q(join_url="", join_note=""),
        ),
    }


def _after_end(over: Q) -> dict[str, Gap]:
    return {
        "recording": Gap(
            _("recording"),
            _("No recording"),
            "recording_url",
            _("Recording is allowed, but the link is missing."),
            over & Q(recording_consent=Talk.RecordingConsent.YES, recording_url=""),
        ),
    }


def any_gap(now: datetime) -> Q:
    """Return the condition that a talk has any gap."""
    return reduce(or_, (gap.rule for gap in gaps(now).values()))


def annotated(talks: TalkQuerySet, now: datetime) -> TalkQuerySet:
    """Annotate the talks with a boolean `missing_…` for every gap."""
    return talks.annotate(
        **{
            _column(name): Case(
                When(gap.rule, then=Value(True)), default=False, output_field=BooleanField()
            )
            for name, gap in gaps(now).items()
        }
    )


def of(talk: Talk, now: datetime) -> list[Gap]:
    """Return the gaps of a talk that `annotated` has queried."""
    return [gap for name, gap in gaps(now).items() if getattr(talk, _column(name))]


def _column(name: str) -> str:
    return f"missing_{name.replace('-', '_')}"

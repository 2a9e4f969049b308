"""What a talk still lacks: one rule each, for the list's filter, its marks and the form's hints."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars.models import Appearance, Talk, TalkQuerySet


@dataclass(frozen=True, slots=True)
class Gap:
    """Something to be filled in: what it is called in a list, the form's field, and its hint."""

    label: str | Promise
    field: str
    hint: str | Promise
    rule: Q


def gaps(now: datetime) -> Mapping[str, Gap]:
    """The gaps, by the name that the list's filter has for them.

    Nothing is asked of a talk that was cancelled or withdrawn; place, hour and link no more once
    it is over; a recording only then, where the speaker agreed to one.
    """
    on = Q(withdrawn_at__isnull=True) & ~Q(status=Talk.Status.CANCELLED)
    return {
        **_before_and_after(on),
        **_before(on & (Q(over_at__gt=now) | Q(over_at__isnull=True))),
        **_after(on & Q(over_at__lte=now)),
    }


def _before_and_after(on: Q) -> dict[str, Gap]:
    people = Exists(Appearance.objects.filter(talk=OuterRef("pk")))
    return {
        "title": Gap(_("title"), "title", _("There is no title yet."), on & Q(title="")),
        "speaker": Gap(
            _("speaker"),
            "speaker_tba",
            _("There is no speaker yet, and it is not said that one will be announced."),
            on & Q(speaker_tba=False) & Q(~people),
        ),
        "abstract": Gap(
            _("abstract"), "abstract", _("There is no abstract yet."), on & Q(abstract="")
        ),
    }


def _before(ahead: Q) -> dict[str, Gap]:
    remote = Q(attendance__in=[Talk.Attendance.ONLINE, Talk.Attendance.HYBRID])
    roomless = Q(room="") & (Q(venue__isnull=True) | Q(venue__room=""))
    return {
        "hour": Gap(
            _("hour"),
            "start_time",
            _("The hour is not known yet."),
            ahead & Q(date__isnull=False, start_time__isnull=True),
        ),
        "room": Gap(
            _("room"),
            "room",
            _("There is no room yet."),
            ahead & ~Q(attendance=Talk.Attendance.ONLINE) & roomless,
        ),
        "join-link": Gap(
            _("join link"),
            "join_url",
            _("People cannot join yet: there is neither a link nor a line that says how."),
            ahead & remote & Q(join_url="", join_note=""),
        ),
    }


def _after(over: Q) -> dict[str, Gap]:
    return {
        "recording": Gap(
            _("recording"),
            "recording_url",
            _("The talk may be shown as a recording; its address is missing."),
            over & Q(recording_consent=Talk.RecordingConsent.YES, recording_url=""),
        ),
    }


def marked(talks: TalkQuerySet, now: datetime) -> TalkQuerySet:
    """The talks, each with a boolean `lacks_…` for every gap, found in the same query."""
    return talks.annotate(
        **{
            _column(name): Case(
                When(gap.rule, then=Value(True)), default=False, output_field=BooleanField()
            )
            for name, gap in gaps(now).items()
        }
    )


def of(talk: Talk, now: datetime) -> list[Gap]:
    """The gaps of a talk that `marked` found."""
    return [gap for name, gap in gaps(now).items() if getattr(talk, _column(name))]


def _column(name: str) -> str:
    return f"lacks_{name.replace('-', '_')}"

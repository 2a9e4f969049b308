"""The page that asks before a talk is canceled, postponed or removed, and takes the reason."""

from dataclasses import dataclass
from typing import NamedTuple, cast

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Membership
from seminars.listings import group_reasons
from seminars.models import Talk
from seminars.querysets import Viewer


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before an action, what it does, and the field that takes the reason."""

    title: str | Promise
    effect: str | Promise
    button: str | Promise
    field: str
    label: str | Promise


_PUBLIC_NOTE = _("Notice for visitors")

QUESTIONS = {
    "cancel": Question(
        _("Cancel this talk?"),
        _("It stays on the site, marked as canceled, and calendars show it as canceled."),
        _("Cancel the talk"),
        "notice",
        _PUBLIC_NOTE,
    ),
    "postpone": Question(
        _("Postpone this talk?"),
        _("It stays on the site without a date, and calendars cross it out until it has one."),
        _("Postpone the talk"),
        "notice",
        _PUBLIC_NOTE,
    ),
    "withdraw": Question(
        _("Remove this talk from the site?"),
        _(
            "It disappears from the site, and calendars show it as canceled. You can restore it for"
            " 60 days."
        ),
        _("Remove the talk"),
        "notes",
        _("Notes for organizers"),
    ),
}


class Affected(NamedTuple):
    """How many people are in groups that have the talk, and how many such groups there are."""

    people: int
    groups: int


def affected(talk: Talk, viewer: Viewer) -> Affected:
    """Count the members of groups that have the talk, added or by what they follow."""
    if talk.published_at is None and not talk.is_public:
        return Affected(0, 0)
    every = Group.objects.values_list("pk", flat=True)
    groups = {group for group, _talk in group_reasons.of_talks(every, [talk.pk], viewer)}
    people = Membership.objects.filter(group__in=groups).values("user").distinct().count()
    return Affected(people, len(groups))


class ReasonForm(forms.Form):
    """The text that goes with the action, starting with the talk's current one."""

    note = forms.CharField(required=False)

    @classmethod
    def of(cls, name: str, talk: Talk, request: HttpRequest) -> "ReasonForm":
        question = QUESTIONS[name]
        field = Talk._meta.get_field(question.field)
        form = cls(request.POST or None, initial={"note": getattr(talk, question.field)})
        made = cast("models.CharField[str, str]", field).formfield(label=str(question.label))
        form.fields["note"] = made or form.fields["note"]
        return form

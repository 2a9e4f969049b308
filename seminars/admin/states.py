"""A talk's state by one click: on its own page, and for many in the list."""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from seminars import wording
from seminars.admin.conflict import base_number
from seminars.admin.forms import DAY, HOUR
from seminars.admin.rights import person
from seminars.models import Talk
from seminars.querysets import PUBLIC, administers
from seminars.services import talks, versions
from seminars.services.approval import needs_approval
from seminars.services.errors import RefusedError

_UNANNOUNCED = ("tentative", "draft", "submitted")
_STANDING = ("announced", "postponed")
#: No date and no time is said in more characters than these.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Move:
    """A verb as staff meet it: on a button, in the list's menu, and when it is done."""

    verb: talks.Verb
    label: str | Promise
    done: str | Promise
    statuses: tuple[str, ...] = ()
    in_bulk: bool = True


MOVES = {
    "announce": Move(
        talks.announce, gettext_lazy("Announce"), gettext_lazy("announced"), _UNANNOUNCED
    ),
    "submit": Move(
        talks.submit,
        gettext_lazy("Submit for approval"),
        gettext_lazy("submitted"),
        ("tentative", "draft"),
    ),
    "approve": Move(
        talks.approve,
        gettext_lazy("Approve and announce"),
        gettext_lazy("approved and announced"),
        ("submitted",),
    ),
    "postpone": Move(
        talks.postpone, gettext_lazy("Postpone"), gettext_lazy("postponed"), ("announced",)
    ),
    "cancel": Move(talks.cancel, gettext_lazy("Cancel"), gettext_lazy("cancelled"), _STANDING),
    "reinstate": Move(
        talks.reinstate,
        gettext_lazy("Reinstate"),
        gettext_lazy("reinstated"),
        ("postponed", "cancelled"),
    ),
    "undo": Move(
        talks.undo,
        gettext_lazy("Undo the last change of state"),
        gettext_lazy("put back"),
        PUBLIC,
    ),
    "duplicate": Move(
        talks.duplicate,
        gettext_lazy("Duplicate"),
        gettext_lazy("duplicated, each as a draft a week later"),
        (*_UNANNOUNCED, *PUBLIC),
    ),
    "withdraw": Move(
        talks.withdraw,
        gettext_lazy("Withdraw"),
        gettext_lazy("withdrawn"),
        (*_UNANNOUNCED, *PUBLIC),
    ),
    "restore_withdrawn": Move(
        talks.restore_withdrawn, gettext_lazy("Restore"), gettext_lazy("restored")
    ),
}


def moves_for(talk: Talk, by: User) -> list[tuple[str, str]]:
    """The verbs that a talk's page offers this person, each with the text on its button."""
    if talk.withdrawn_at is not None:
        return [("restore_withdrawn", str(MOVES["restore_withdrawn"].label))]
    offered = [name for name, move in MOVES.items() if talk.status in move.statuses]
    approval = needs_approval(talk)
    out = {"announce" if talk.status == Talk.Status.SUBMITTED else "approve"}
    if approval and not administers(by):
        out |= {"announce", "approve"}
    else:
        out.add("submit")
    if not talks.may_duplicate(talk, by):
        out.add("duplicate")
    return [(name, str(MOVES[name].label)) for name in offered if name not in out]


class NewDateForm(forms.Form):
    """When a talk takes place instead, in its own time zone."""

    date = forms.DateField(label=gettext_lazy("New date"), widget=DAY)
    start_time = forms.TimeField(label=gettext_lazy("Start"), required=False, widget=HOUR)
    end_time = forms.TimeField(label=gettext_lazy("End"), required=False, widget=HOUR)

    @classmethod
    def of(cls, talk: Talk) -> "NewDateForm":
        """Filled with the hours that the talk has."""
        return cls(initial={"start_time": talk.start_time, "end_time": talk.end_time}, prefix="new")

    @property
    def sent(self) -> str:
        """What was typed, as the query of an address, which must not be long."""
        typed = {name: str(self[name].value() or "")[:_LONGEST] for name in self.fields}
        return urlencode({self.add_prefix(name): value for name, value in typed.items()})


def takes_place(talk: Talk) -> SafeString:
    """What is said of a talk that has a new date."""
    return format_html(_("The talk now takes place on {}."), wording.when_line(talk))


def _actions(
    name: str, modeladmin: admin.ModelAdmin[Talk], request: HttpRequest, queryset: QuerySet[Talk]
) -> None:
    chosen = list(queryset.select_related("series"))
    hidden = {talk.pk for talk in chosen if talk.withdrawn_at is not None}
    done, refused = talks.in_bulk(
        MOVES[name].verb, talks=chosen, by=person(request), now=timezone.now()
    )
    outcomes = Counter(_done(name, talk, was_withdrawn=talk.pk in hidden) for talk in done)
    for outcome, count in outcomes.items():
        counted = ngettext("%(count)d talk %(done)s.", "%(count)d talks %(done)s.", count)
        sentence = counted % {"count": count, "done": outcome}
        modeladmin.message_user(request, sentence, messages.SUCCESS)
    for talk, why in refused:
        modeladmin.message_user(request, f"“{wording.headline(talk)}”: {why}", messages.WARNING)


#: What those mean who would delete a talk, by the button that does it.
_INSTEAD = {
    "cancel": gettext_lazy(
        "Press Cancel if it does not take place: it stays on the site, and in calendars struck out."
    ),
    "withdraw": gettext_lazy(
        "Press Withdraw if it should not have been entered: it leaves the site, and is cancelled"
        " in the calendars that have it."
    ),
    "restore_withdrawn": gettext_lazy("This one is withdrawn already, so nobody sees it."),
}
#: What a talk is again once its last change of state is taken back.
_AGAIN = {
    "tentative": gettext_lazy("tentative again"),
    "draft": gettext_lazy("made a draft again"),
    "submitted": gettext_lazy("submitted again"),
    "announced": gettext_lazy("announced again"),
    "postponed": gettext_lazy("postponed again"),
    "cancelled": gettext_lazy("cancelled again"),
}


def _done(name: str, after: Talk, *, was_withdrawn: bool) -> str:
    """What the verb did to the talk; undoing says what came of it."""
    if name != "undo":
        return str(MOVES[name].done)
    if after.withdrawn_at is not None:
        return str(MOVES["withdraw"].done)
    return str(MOVES["restore_withdrawn"].done if was_withdrawn else _AGAIN[after.status])


class WithStates(admin.ModelAdmin[Talk]):
    """The buttons above a talk's form, and the actions of the list."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.state_view)
        return [path("<int:pk>/state/", view, name="seminars_talk_state"), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found = {
            name: (partial(_actions, name), name, move.label)
            for name, move in MOVES.items()
            if name != "approve" or administers(request.user)
        }
        return found if self.has_change_permission(request) else {}

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Leads to the buttons that do what is meant, for nobody deletes a talk."""
        talk = self.get_object(request, object_id)
        if talk is None:
            return super().delete_view(request, object_id, extra_context)
        offered = {name for name, _label in moves_for(talk, person(request))}
        told = [
            _("Talks are not deleted, for calendar programs would keep them."),
            *(sentence for name, sentence in _INSTEAD.items() if name in offered),
        ]
        self.message_user(request, " ".join(map(str, told)), messages.WARNING)
        return HttpResponseRedirect(self.page(talk))

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Does one verb to one talk, by POST only."""
        talk = self.get_object(request, str(pk))
        if talk is None:
            raise Http404
        if request.method != "POST":
            raise PermissionDenied
        name = request.POST.get("verb", "")
        if name == "reschedule":
            return self._reschedule(request, talk)
        if name not in MOVES:
            raise Http404
        if self._is_late(request, talk):
            return HttpResponseRedirect(self.page(talk))
        return HttpResponseRedirect(self.page(self.move(request, talk, name)))

    def _is_late(self, request: HttpRequest, talk: Talk) -> bool:
        """Whether the button stood on a page that somebody else's change has made old; says so."""
        base = base_number(request.POST.get("base"))
        if base == versions.UNKNOWN:
            return False
        late = versions.changed_by_others(talk, since=base, than=person(request))
        if late:
            sentence = _(
                "Somebody else has changed this talk since you opened it, so nothing is done yet."
                " This is how it is now: look at it, then press the button again."
            )
            self.message_user(request, sentence, messages.WARNING)
        return late

    def page(self, talk: Talk) -> str:
        """The address of a talk's form."""
        return f"{'../' * 2}{talk.pk}/change/"

    def move(self, request: HttpRequest, talk: Talk, name: str) -> Talk:
        """Does the verb and says what came of it; gives the talk to show next."""
        was_withdrawn = talk.withdrawn_at is not None
        try:
            after = MOVES[name].verb(talk=talk, by=person(request), now=timezone.now())
        except RefusedError as why:
            self.message_user(request, str(why), messages.ERROR)
            return talk
        done = _done(name, after, was_withdrawn=was_withdrawn)
        if name == "duplicate":
            sentence = _("This is the copy, a draft a week later.")
        elif after.withdrawn_at is not None:
            sentence = _("The talk is withdrawn. It can be restored for 60 days.")
        else:
            sentence = _("The talk is %(done)s.") % {"done": done}
        self.message_user(request, sentence, messages.SUCCESS)
        return after

    def _reschedule(self, request: HttpRequest, talk: Talk) -> HttpResponse:
        """Moves the talk; what was typed comes back where that cannot be."""
        form = NewDateForm(request.POST, prefix="new")
        if form.is_valid() and not self._is_late(request, talk):
            by, now = person(request), timezone.now()
            try:
                talks.reschedule(talk=talk, by=by, now=now, **form.cleaned_data)
            except RefusedError as why:
                self.message_user(request, str(why), messages.ERROR)
            else:
                self.message_user(request, takes_place(talk), messages.SUCCESS)
                return HttpResponseRedirect(self.page(talk))
        return HttpResponseRedirect(f"{self.page(talk)}?{form.sent}")

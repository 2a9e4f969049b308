"""Status changes with one click, on a talk's page and for many talks in the list."""

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
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from seminars import wording
from seminars.admin.asking import QUESTIONS, ReasonForm, affected
from seminars.admin.conflict import base_number, version_number
from seminars.admin.rights import user_of
from seminars.admin.typed_fields import TypedDateField, TypedTimeField
from seminars.models import Talk
from seminars.querysets import PUBLIC, administers
from seminars.services import snapshots, talks, versions
from seminars.services.approval import needs_approval
from seminars.services.errors import RefusedError

_UNANNOUNCED = ("tentative", "draft", "submitted")
_SCHEDULED = ("announced", "postponed")
#: No date or time is longer than this.
_MAX_INPUT = 40


@dataclass(frozen=True, slots=True)
class StateAction:
    """An action with its labels on buttons and in the list's menu, and its past participle."""

    verb: talks.Verb
    label: str | Promise
    done: str | Promise
    statuses: tuple[str, ...] = ()
    list_label: str | Promise = ""


ACTIONS = {
    "announce": StateAction(
        talks.announce, gettext_lazy("Announce"), gettext_lazy("announced"), _UNANNOUNCED
    ),
    "submit": StateAction(
        talks.submit,
        gettext_lazy("Submit for approval"),
        gettext_lazy("submitted"),
        ("tentative", "draft"),
    ),
    "retract": StateAction(
        talks.retract,
        gettext_lazy("Return to draft"),
        gettext_lazy("returned to draft"),
        ("submitted",),
    ),
    "approve": StateAction(
        talks.approve,
        gettext_lazy("Approve and announce"),
        gettext_lazy("approved and announced"),
        ("submitted",),
    ),
    "postpone": StateAction(
        talks.postpone,
        gettext_lazy("Postpone…"),
        gettext_lazy("postponed"),
        ("announced",),
        gettext_lazy("Postpone"),
    ),
    "cancel": StateAction(
        talks.cancel,
        gettext_lazy("Cancel this talk…"),
        gettext_lazy("canceled"),
        _SCHEDULED,
        gettext_lazy("Cancel"),
    ),
    "reinstate": StateAction(
        talks.reinstate,
        gettext_lazy("Reinstate"),
        gettext_lazy("reinstated"),
        ("postponed", "cancelled"),
    ),
    "undo": StateAction(
        talks.undo,
        gettext_lazy("Undo last status change"),
        gettext_lazy("undone"),
        PUBLIC,
    ),
    "duplicate": StateAction(
        talks.duplicate,
        gettext_lazy("Duplicate"),
        gettext_lazy("duplicated as a draft one week later"),
        (*_UNANNOUNCED, *PUBLIC),
    ),
    "withdraw": StateAction(
        talks.withdraw,
        gettext_lazy("Remove from the site…"),
        gettext_lazy("removed from the site"),
        (*_UNANNOUNCED, *PUBLIC),
        gettext_lazy("Remove from the site"),
    ),
    "restore_withdrawn": StateAction(
        talks.restore_withdrawn, gettext_lazy("Restore"), gettext_lazy("restored")
    ),
}


def actions_for(talk: Talk, by: User) -> list[tuple[str, str]]:
    """Return the actions that this person may take on the talk, with their labels."""
    if talk.withdrawn_at is not None:
        return [("restore_withdrawn", str(ACTIONS["restore_withdrawn"].label))]
    offered = [name for name, action in ACTIONS.items() if talk.status in action.statuses]
    approval = needs_approval(talk)
    hidden = {"announce" if talk.status == Talk.Status.SUBMITTED else "approve"}
    if approval and not administers(by):
        hidden |= {"announce", "approve"}
    else:
        hidden.add("submit")
    if not talks.may_duplicate(talk, by):
        hidden.add("duplicate")
    labels = {name: str(ACTIONS[name].label) for name in offered if name not in hidden}
    if "undo" in labels and (change := _undoable(talk)):
        labels["undo"] = _("Undo “%(change)s”") % {"change": change}
    return list(labels.items())


def _undoable(talk: Talk) -> str:
    """Return the last status change as a past participle; empty if it cannot be undone."""
    try:
        before, after = talks.last_status_change(talk)
    except RefusedError:
        return ""
    if before[snapshots.WITHDRAWN_AT] != after[snapshots.WITHDRAWN_AT]:
        removed = after[snapshots.WITHDRAWN_AT] is not None
        return str(ACTIONS["withdraw" if removed else "restore_withdrawn"].done)
    return str(Talk.Status(after["status"]).label).lower()


class NewDateForm(forms.Form):
    """The new time of a talk, in its own time zone."""

    date = TypedDateField(label=gettext_lazy("New date"))
    start_time = TypedTimeField(label=gettext_lazy("Start"), required=False)
    end_time = TypedTimeField(label=gettext_lazy("End"), required=False)
    end_date = TypedDateField(label=gettext_lazy("End date, if another"), required=False)

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the fields part of the talk's form, so that what is typed there is saved first."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["form"] = "talk_form"

    @classmethod
    def of(cls, talk: Talk) -> "NewDateForm":
        """Return the form with the talk's current times."""
        return cls(initial={"start_time": talk.start_time, "end_time": talk.end_time}, prefix="new")

    @property
    def query(self) -> str:
        """The input as a query string, which must not be long."""
        typed = {name: str(self[name].value() or "")[:_MAX_INPUT] for name in self.fields}
        return urlencode({self.add_prefix(name): value for name, value in typed.items()})


def rescheduled_message(talk: Talk) -> SafeString:
    """Return the message for a talk with a new date."""
    return format_html(_("The talk now takes place on {}."), wording.when_line(talk))


def _apply_to_all(
    name: str, modeladmin: admin.ModelAdmin[Talk], request: HttpRequest, queryset: QuerySet[Talk]
) -> None:
    chosen = list(queryset.select_related("series"))
    hidden = {talk.pk for talk in chosen if talk.withdrawn_at is not None}
    done, refused = talks.in_bulk(
        ACTIONS[name].verb, talks=chosen, by=user_of(request), now=timezone.now()
    )
    outcomes = Counter(_outcome(name, talk, was_withdrawn=talk.pk in hidden) for talk in done)
    for outcome, count in outcomes.items():
        counted = ngettext("%(count)d talk %(done)s.", "%(count)d talks %(done)s.", count)
        sentence = counted % {"count": count, "done": outcome}
        modeladmin.message_user(request, sentence, messages.SUCCESS)
    for talk, why in refused:
        modeladmin.message_user(request, f"“{wording.headline(talk)}”: {why}", messages.WARNING)


#: Advice for people who want to delete a talk, by the action to use instead.
_INSTEAD = {
    "cancel": gettext_lazy(
        "Use “Cancel this talk…” if it won’t take place: it stays on the site, and is crossed"
        " out in calendars."
    ),
    "withdraw": gettext_lazy(
        "Use “Remove from the site…” if it was entered by mistake: it disappears from the site, and"
        " is canceled in calendars."
    ),
    "restore_withdrawn": gettext_lazy("This one has already been removed."),
}


def _outcome(name: str, after: Talk, *, was_withdrawn: bool) -> str:
    """Return the past participle of what the action did to the talk."""
    if name != "undo":
        return str(ACTIONS[name].done)
    if after.withdrawn_at is not None:
        return str(ACTIONS["withdraw"].done)
    if was_withdrawn:
        return str(ACTIONS["restore_withdrawn"].done)
    return _("set back to “%(status)s”") % {"status": after.get_status_display().lower()}


class WithStates(admin.ModelAdmin[Talk]):
    """Adds the buttons above a talk's form, and the list's actions."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.state_view)
        return [path("<int:pk>/state/", view, name="seminars_talk_state"), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = {
            name: (partial(_apply_to_all, name), name, action.list_label or action.label)
            for name, action in ACTIONS.items()
            if name != "approve" or administers(request.user)
        }
        return actions if self.has_change_permission(request) else {}

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the talk with advice, because talks are never deleted."""
        talk = self.get_object(request, object_id)
        if talk is None:
            return super().delete_view(request, object_id, extra_context)
        offered = {name for name, _label in actions_for(talk, user_of(request))}
        advice = [
            _("Talks can’t be deleted, because calendars would keep them."),
            *(sentence for name, sentence in _INSTEAD.items() if name in offered),
        ]
        self.message_user(request, " ".join(map(str, advice)), messages.WARNING)
        return HttpResponseRedirect(self.page(talk))

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take one action on one talk by POST; by GET, ask first."""
        talk = self.get_object(request, str(pk))
        if talk is None:
            raise Http404
        if request.method != "POST":
            return self._ask(request, talk, request.GET.get("verb", ""))
        name = request.POST.get("verb", "")
        if name == "reschedule":
            return self._reschedule(request, talk)
        if name not in ACTIONS:
            raise Http404
        if self._is_outdated(request, talk):
            return HttpResponseRedirect(self.page(talk))
        return HttpResponseRedirect(self.page(self.move(request, talk, name)))

    def _ask(self, request: HttpRequest, talk: Talk, name: str) -> HttpResponse:
        """Say whom the action will affect, and take the reason."""
        offered = {one for one, _label in actions_for(talk, user_of(request))}
        if name not in QUESTIONS or name not in offered:
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": talk,
            "verb": name,
            "question": QUESTIONS[name],
            "title": QUESTIONS[name].title,
            "form": ReasonForm.of(name, talk, request),
            "affected": affected(talk, user_of(request)),
            "was_public": talk.is_public,
            "base": version_number(versions.latest(talk)),
        }
        return render(request, "admin/seminars/talk/ask.html", context)

    def act_after_saving(self, request: HttpRequest, talk: Talk, name: str) -> HttpResponse:
        """Take an action chosen beside the form, once what was typed into the form is saved."""
        if name == "reschedule":
            return self._reschedule(request, talk)
        if name in QUESTIONS:
            return HttpResponseRedirect(f"{self.address('state', talk.pk)}?verb={name}")  # type: ignore[attr-defined]
        if name not in ACTIONS:
            raise Http404
        return HttpResponseRedirect(self.page(self.move(request, talk, name)))

    def _is_outdated(self, request: HttpRequest, talk: Talk) -> bool:
        """Whether someone else has changed the talk since the page was loaded; if so, say it."""
        base = base_number(request.POST.get("base"))
        if base == versions.UNKNOWN:
            return False
        outdated = versions.changed_by_others(talk, since=base, than=user_of(request))
        if outdated:
            sentence = _(
                "Someone else has changed this talk since you opened it, so nothing has been done."
                " Review the talk below, then try again."
            )
            self.message_user(request, sentence, messages.WARNING)
        return outdated

    def page(self, talk: Talk) -> str:
        """Return the address of a talk's form."""
        return f"{'../' * 2}{talk.pk}/change/"

    def move(self, request: HttpRequest, talk: Talk, name: str) -> Talk:
        """Take the action and add a message; return the talk to show next."""
        was_withdrawn = talk.withdrawn_at is not None
        note: dict[str, str] = {}
        if name in QUESTIONS and "note" in request.POST:
            form = ReasonForm.of(name, talk, request)
            note = {"note": form.cleaned_data["note"]} if form.is_valid() else {}
        try:
            after = ACTIONS[name].verb(talk=talk, by=user_of(request), now=timezone.now(), **note)
        except RefusedError as why:
            self.message_user(request, str(why), messages.ERROR)
            return talk
        done = _outcome(name, after, was_withdrawn=was_withdrawn)
        if name == "duplicate":
            sentence = _("This is the copy, saved as a draft one week later.")
        elif after.withdrawn_at is not None:
            sentence = _("The talk has been removed from the site. You can restore it for 60 days.")
        else:
            sentence = _("The talk has been %(done)s.") % {"done": done}
        self.message_user(request, sentence, messages.SUCCESS)
        return after

    def _reschedule(self, request: HttpRequest, talk: Talk) -> HttpResponse:
        """Reschedule the talk, or show the form again with the input."""
        form = NewDateForm(request.POST, prefix="new")
        if form.is_valid() and not self._is_outdated(request, talk):
            by, now = user_of(request), timezone.now()
            try:
                talks.reschedule(talk=talk, by=by, now=now, **form.cleaned_data)
            except RefusedError as why:
                self.message_user(request, str(why), messages.ERROR)
            else:
                self.message_user(request, rescheduled_message(talk), messages.SUCCESS)
                return HttpResponseRedirect(self.page(talk))
        return HttpResponseRedirect(f"{self.page(talk)}?{form.query}")

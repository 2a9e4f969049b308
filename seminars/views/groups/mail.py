"""A group's mail: writing to everybody in it, what each of them gets, and ending that."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import unsubscribe_links
from accounts.group_forms import GroupMessageForm, MailChoiceForm
from accounts.messages import Outbox
from accounts.models import Group, GroupMessage, MailChoice, Membership
from accounts.rights import Right
from accounts.services import RefusedError, group_messages, mail_choices
from seminars import wording
from seminars.listings.filters import Filters
from seminars.listings.listing import Listing
from seminars.listings.rows import Row, first_rows
from seminars.mail.talks import by_day, notes_on
from seminars.views.groups.guard import in_group, personal
from seminars.views.requests import HtmxRequest, SignedInRequest

#: How many of the group's next talks can be put below a message.
_COMING = 20
#: For how long whoever writes waits for the mail server; the rest goes by itself.
_SECONDS = 8.0


class _LetterForm(GroupMessageForm):
    """With some of the group's next talks below the message."""

    def __init__(self, *args: Any, coming: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coming = coming
        if not coming:
            return
        self.fields["talks"] = forms.ChoiceField(
            label=_("Include talks"),
            choices=[
                ("none", _("None")),
                ("next", _("All upcoming talks of the group")),
                ("chosen", _("Some of them")),
            ],
            initial="none",
            widget=forms.RadioSelect(),
        )
        self.fields["chosen"] = forms.MultipleChoiceField(
            label=_("Talks to include"),
            choices=[(str(row.id), _line(row)) for row in coming],
            # Not where it is not asked; before an answer is given, nothing calls it optional.
            required=not self.is_bound or self.data.get("talks") == "chosen",
            widget=forms.CheckboxSelectMultiple(),
            error_messages={
                "required": _("Choose at least one talk, or another option above."),
                "invalid_choice": _("One of these talks is no longer upcoming. Check your choice."),
            },
        )
        self.order_fields(["subject", "text", "talks", "chosen", "replies"])

    def whole(self, group: Group) -> str:
        """The message with the talks below it, as it is sent."""
        said = self.cleaned_data
        rows = {
            "next": self.coming,
            "chosen": [row for row in self.coming if str(row.id) in said.get("chosen", ())],
        }.get(said.get("talks", ""), [])
        return (
            f"{said['text']}\n\n\n{by_day(rows, notes_on(group, rows))}" if rows else said["text"]
        )


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.EMAIL)
def letter(request: SignedInRequest, group: Group) -> HttpResponse:
    """A message to everybody: typed, looked at, changed or sent; what was typed is never lost."""
    # As everybody in the group sees them: no drafts.
    listing = Listing.of_group(group, filters=Filters(), now=timezone.now())
    coming = first_rows(listing, _COMING)
    form = _LetterForm(request.POST or None, coming=coming, address=request.user.email)
    if not form.is_valid() or "change" in request.POST:
        return _form(request, group, form)
    if "send" in request.POST:
        try:
            return _send(request, group, form)
        except RefusedError as refused:
            form.add_error(None, str(refused))
            return _form(request, group, form)
    return _preview(request, group, form)


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.BELONG)
def choose(request: SignedInRequest, group: Group) -> HttpResponse:
    """What I get of the group's mail."""
    membership = get_object_or_404(Membership, group=group, user=request.user)
    form = MailChoiceForm(request.POST or None, instance=mail_choices.get(membership))
    if request.method == "POST":
        # An unticked box is sent as nothing, so that a form without any is a whole answer.
        wanted = {name: name in request.POST for name in form.fields}
        try:
            mail_choices.update(membership=membership, now=timezone.now(), **wanted)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect("me")
        messages.success(request, _("Saved."))
        return redirect(group)
    return personal(request, "seminars/groups/mail.html", {"group": group, "form": form})


# Mail programs send no token with the one click of RFC 8058; the key in the address is the proof.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HtmxRequest, key: str) -> HttpResponse:
    """Ends one kind of a group's mail to one person, who need not sign in; or takes that back.

    Answered without leading anywhere else, as RFC 8058 (section 3.1) wants it.
    """
    found = unsubscribe_links.resolve(key)
    if found is None:
        return personal(request, "seminars/groups/stop.html", {}, status=404)
    membership, kind = found
    choice = mail_choices.get(membership)
    if request.method == "POST":
        wanted = {kind.value: "again" in request.POST}
        try:
            choice = mail_choices.update(membership=membership, now=timezone.now(), **wanted)
        except RefusedError:
            return personal(request, "seminars/groups/stop.html", {}, status=404)
    gets = getattr(choice, kind.value)
    context = {"group": membership.group, "gets": gets, "weekly": kind is MailChoice.Kind.WEEKLY}
    return personal(request, "seminars/groups/stop.html", context)


def _form(request: SignedInRequest, group: Group, form: _LetterForm) -> HttpResponse:
    context = {"group": group, "form": form, "count": group_messages.recipients(group).count()}
    status = 400 if form.errors else 200
    return personal(request, "seminars/groups/letter.html", context, status=status)


def _preview(request: SignedInRequest, group: Group, form: _LetterForm) -> HttpResponse:
    """The message as the writer would get it, and to how many it goes."""
    said, by = form.cleaned_data, request.user
    written = GroupMessage(
        group=group,
        by=by,
        subject=said["subject"],
        text=form.whole(group),
        replies=said["replies"],
    )
    own = get_object_or_404(Membership.objects.select_related("group"), group=group, user=by)
    count = group_messages.recipients(group).count()
    everybody = group.memberships.filter(user__is_active=True).count()
    context = {
        "group": group,
        "form": form,
        "letter": group_messages.compose(written, own),
        "replies": said["replies"],
        "count": count,
        "others": everybody - count,
    }
    return personal(request, "seminars/groups/letter_preview.html", context)


def _send(request: SignedInRequest, group: Group, form: _LetterForm) -> HttpResponse:
    said, now = form.cleaned_data, timezone.now()
    written = group_messages.create(
        group=group,
        by=request.user,
        subject=said["subject"],
        text=form.whole(group),
        replies=said["replies"],
        once=said["once"],
        now=now,
    )
    if written is None:
        messages.info(request, _("This message was already sent."))
        return redirect(group)
    with Outbox(patience=1) as outbox:
        came = group_messages.deliver(now=now, outbox=outbox, message=written, seconds=_SECONDS)
    _say(request, came)
    return redirect(group)


def _say(request: SignedInRequest, came: group_messages.DeliveryReport) -> None:
    for level, count, sentence in (
        (
            messages.SUCCESS,
            came.sent,
            ngettext("Sent to %(count)d person.", "Sent to %(count)d people.", came.sent),
        ),
        (
            messages.INFO,
            came.waiting,
            ngettext(
                "%(count)d email is queued and will be sent automatically.",
                "%(count)d emails are queued and will be sent automatically.",
                came.waiting,
            ),
        ),
        (
            messages.ERROR,
            came.refused,
            ngettext(
                "%(count)d address rejected the email.",
                "%(count)d addresses rejected the email.",
                came.refused,
            ),
        ),
    ):
        if count:
            messages.add_message(request, level, sentence % {"count": count})


def _line(row: Row) -> str:
    """A talk in a line, as the list of those that can be chosen has it."""
    when = wording.short_day(row.date) if row.date else _("Date to be announced")
    return f"{when} · {wording.headline(row)}"

"""A group's emails: messages to all members, email settings, and unsubscribing."""

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
from seminars.views.groups.guard import in_group, render_uncached
from seminars.views.requests import HtmxRequest, SignedInRequest

#: How many upcoming talks of the group can be included.
_MAX_TALKS = 20
#: How long the author waits for the mail server, before the rest is sent in the background.
_MAX_SECONDS = 8.0


class _MessageForm(GroupMessageForm):
    """A message that can include upcoming talks of the group."""

    def __init__(self, *args: Any, talks: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.talks = talks
        if not talks:
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
            choices=[(str(row.id), _label(row)) for row in talks],
            # Also in the empty form, where the label would else say “optional”.
            required=not self.is_bound or self.data.get("talks") == "chosen",
            widget=forms.CheckboxSelectMultiple(),
            error_messages={
                "required": _("Choose at least one talk, or another option above."),
                "invalid_choice": _("One of these talks is no longer upcoming. Check your choice."),
            },
        )
        self.order_fields(["subject", "text", "talks", "chosen", "replies"])

    def full_text(self, group: Group) -> str:
        """Return the message with the talks below it, as it is sent."""
        data = self.cleaned_data
        rows = {
            "next": self.talks,
            "chosen": [row for row in self.talks if str(row.id) in data.get("chosen", ())],
        }.get(data.get("talks", ""), [])
        if not rows:
            return str(data["text"])
        return f"{data['text']}\n\n\n{by_day(rows, notes_on(group, rows))}"


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.EMAIL)
def message(request: SignedInRequest, group: Group) -> HttpResponse:
    """A message to all members: written, previewed, edited and sent."""
    # Without drafts, because not all members may see those.
    listing = Listing.of_group(group, filters=Filters(), now=timezone.now())
    talks = first_rows(listing, _MAX_TALKS)
    form = _MessageForm(request.POST or None, talks=talks, address=request.user.email)
    if not form.is_valid() or "edit" in request.POST:
        return _render_form(request, group, form)
    if "send" in request.POST:
        try:
            return _send(request, group, form)
        except RefusedError as error:
            form.add_error(None, str(error))
            return _render_form(request, group, form)
    return _preview(request, group, form)


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.BELONG)
def settings(request: SignedInRequest, group: Group) -> HttpResponse:
    """Which of the group's emails the user gets."""
    membership = get_object_or_404(Membership, group=group, user=request.user)
    form = MailChoiceForm(request.POST or None, instance=mail_choices.get(membership))
    if request.method == "POST":
        # Browsers do not send unchecked boxes, so a missing field means no.
        wanted = {name: name in request.POST for name in form.fields}
        try:
            mail_choices.update(membership=membership, now=timezone.now(), **wanted)
        except RefusedError as error:
            messages.error(request, str(error))
            return redirect("me")
        messages.success(request, _("Saved."))
        return redirect(group)
    return render_uncached(request, "seminars/groups/mail.html", {"group": group, "form": form})


# Mail programs send no CSRF token with RFC 8058's one click; the key in the address is the proof.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HtmxRequest, key: str) -> HttpResponse:
    """Unsubscribe a member from one kind of a group's emails, without signing in; or resubscribe.

    RFC 8058 (section 3.1) forbids a redirect.
    """
    target = unsubscribe_links.resolve(key)
    if target is None:
        return render_uncached(request, "seminars/groups/unsubscribe.html", {}, status=404)
    membership, kind = target
    choice = mail_choices.get(membership)
    if request.method == "POST":
        wanted = {kind.value: "resubscribe" in request.POST}
        try:
            choice = mail_choices.update(membership=membership, now=timezone.now(), **wanted)
        except RefusedError:
            return render_uncached(request, "seminars/groups/unsubscribe.html", {}, status=404)
    context = {
        "group": membership.group,
        "subscribed": getattr(choice, kind.value),
        "weekly": kind is MailChoice.Kind.WEEKLY,
    }
    return render_uncached(request, "seminars/groups/unsubscribe.html", context)


def _render_form(request: SignedInRequest, group: Group, form: _MessageForm) -> HttpResponse:
    context = {"group": group, "form": form, "count": group_messages.recipients(group).count()}
    status = 400 if form.errors else 200
    return render_uncached(request, "seminars/groups/message.html", context, status=status)


def _preview(request: SignedInRequest, group: Group, form: _MessageForm) -> HttpResponse:
    """Show the message as the author will receive it, and how many people will."""
    data, by = form.cleaned_data, request.user
    draft = GroupMessage(
        group=group,
        by=by,
        subject=data["subject"],
        text=form.full_text(group),
        replies=data["replies"],
    )
    own = get_object_or_404(Membership.objects.select_related("group"), group=group, user=by)
    count = group_messages.recipients(group).count()
    members = group.memberships.filter(user__is_active=True).count()
    context = {
        "group": group,
        "form": form,
        "message": group_messages.compose(draft, own),
        "replies": data["replies"],
        "count": count,
        "unsubscribed": members - count,
    }
    return render_uncached(request, "seminars/groups/message_preview.html", context)


def _send(request: SignedInRequest, group: Group, form: _MessageForm) -> HttpResponse:
    data, now = form.cleaned_data, timezone.now()
    created = group_messages.create(
        group=group,
        by=request.user,
        subject=data["subject"],
        text=form.full_text(group),
        replies=data["replies"],
        once=data["once"],
        now=now,
    )
    if created is None:
        messages.info(request, _("This message was already sent."))
        return redirect(group)
    with Outbox(patience=1) as outbox:
        report = group_messages.deliver(
            now=now, outbox=outbox, message=created, seconds=_MAX_SECONDS
        )
    _report(request, report)
    return redirect(group)


def _report(request: SignedInRequest, report: group_messages.DeliveryReport) -> None:
    """Report how many copies were sent, are queued and were rejected."""
    for level, count, text in (
        (
            messages.SUCCESS,
            report.sent,
            ngettext("Sent to %(count)d person.", "Sent to %(count)d people.", report.sent),
        ),
        (
            messages.INFO,
            report.waiting,
            ngettext(
                "%(count)d email is queued and will be sent automatically.",
                "%(count)d emails are queued and will be sent automatically.",
                report.waiting,
            ),
        ),
        (
            messages.ERROR,
            report.refused,
            ngettext(
                "%(count)d address rejected the email.",
                "%(count)d addresses rejected the email.",
                report.refused,
            ),
        ),
    ):
        if count:
            messages.add_message(request, level, text % {"count": count})


def _label(row: Row) -> str:
    """Return the label of a talk in the list of talks to include."""
    when = wording.short_day(day) if (day := wording.site_day(row)) else _("Date to be announced")
    return f"{when} · {wording.headline(row)}"

"""Add a talk to groups and remove it: within a page, on its own page, and after signing in."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Group, User
from accounts.services import LimitError, RefusedError, create_group, personal_group
from accounts.signals import signed_in
from seminars.listings import group_reasons
from seminars.listings.group_reasons import Reasons
from seminars.models import Talk
from seminars.services.groups import GroupChanges, add_talk, change_groups
from seminars.views.groups.guard import render_uncached
from seminars.views.requests import HtmxRequest, SignedInRequest, is_signed_in
from seminars.views.shortcuts import GoneError, talk_or_gone

_MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """The slugs of the groups that were checked `before`, and are `now`, and a new group's name.

    Only the difference is applied, so that an old form does not undo the changes of others.
    """

    before: frozenset[str]
    now: frozenset[str]
    new_group: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HtmxRequest, pk: int) -> HttpResponse:
    """A checkbox for each of the user's groups; a whole page, or for HTMX part of one."""
    if not is_signed_in(request):
        to_sign_in = redirect_to_login(reverse("talk-add", args=[pk]))
        return HttpResponseClientRedirect(to_sign_in.url) if request.htmx else to_sign_in
    try:
        talk = talk_or_gone(Talk.objects.with_rows(), pk, viewer=request.user, now=timezone.now())
    except GoneError:
        return render(request, "410.html", status=410)
    if request.method == "POST":
        return _apply_and_respond(request, talk)
    return _render_form(request, talk)


def _apply_and_respond(request: SignedInRequest, talk: Talk) -> HttpResponse:
    before, now = (frozenset(request.POST.getlist(name)) for name in ("was", "groups"))
    choice = Choice(before, now, request.POST.get("new_group", "").strip())
    try:
        summary = _summary(_apply(request.user, talk, choice))
    except LimitError as error:
        return _render_form(request, talk, choice, error=str(error), status=400)
    except RefusedError as error:
        return _render_form(request, talk, choice, error=str(error), status=403)
    if request.htmx:
        return _render_form(request, talk, summary=summary)
    messages.success(request, summary)
    return redirect(talk)


@transaction.atomic
def _apply(user: User, talk: Talk, choice: Choice) -> GroupChanges:
    """Apply the whole choice, or raise RefusedError and change nothing."""
    if len(choice.new_group) > _MAX_NAME_LENGTH or "\0" in choice.new_group:
        raise LimitError(_("A group’s name can have at most 100 characters."))
    changes = change_groups(
        talk=talk,
        user=user,
        add=choice.now - choice.before,
        remove=choice.before - choice.now,
        now=timezone.now(),
    )
    if not choice.new_group:
        return changes
    group = create_group(owner=user, name=choice.new_group, slug="group")
    add_talk(group=group, talk=talk, added_by=user, now=timezone.now())
    return replace(changes, added=(*changes.added, group))


def _groups_with_reasons(user: User, talk: Talk) -> list[tuple[Group, Reasons | None]]:
    """Return the groups that the user may change, each with why the talk is there, if it is."""
    groups = list(Group.objects.contributed_by(user))
    reasons = group_reasons.of_talks([group.pk for group in groups], [talk.pk], user)
    return [(group, reasons.get((group.pk, talk.pk))) for group in groups]


def _render_form(
    request: SignedInRequest,
    talk: Talk,
    choice: Choice | None = None,
    *,
    summary: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the form with a refused choice, or with the groups that contain the talk now."""
    groups = _groups_with_reasons(request.user, talk)
    current = frozenset(group.slug for group, reasons in groups if reasons is not None)
    context = {
        "talk": talk,
        "choice": choice or Choice(current, current),
        "groups": groups,
        "max_length": _MAX_NAME_LENGTH,
        "summary": summary,
        "error": error,
    }
    template = "seminars/groups/add.html"
    if request.htmx:
        template, context["in_place"] = "components/add_to_group_menu.html", True
        # The only error status that HTMX is configured to swap in, see base.html.
        status = 422 if error else status
    return render_uncached(request, template, context, status=status)


def _summary(changes: GroupChanges) -> str:
    """Describe the changes, in a sentence for each kind."""
    sentences = [
        (changes.added, _("Added to %(groups)s.")),
        (changes.already, _("Already in %(groups)s.")),
        (changes.removed, _("Removed from %(groups)s.")),
    ]
    return " ".join(
        sentence % {"groups": get_text_list([group.name for group in groups], _("and"))}
        for groups, sentence in sentences
        if groups
    ) or _("No changes.")


@receiver(signed_in)
def finish_adding(
    request: HttpRequest, user: User, redirect_url: str, signup: bool, **_kwargs: object
) -> str | None:
    """Add the talk that the person wanted to add before signing in, and return the talk's address.

    Return None if that is not what they wanted, or if they cannot see the talk.
    """
    try:
        wanted = resolve(urlsplit(redirect_url).path)
        if wanted.url_name != "talk-add":
            return None
        talk = talk_or_gone(
            Talk.objects.all(), wanted.kwargs["pk"], viewer=user, now=timezone.now()
        )
    except (Resolver404, Http404, GoneError):
        return None
    group = personal_group(user)
    is_new = add_talk(group=group, talk=talk, added_by=user, now=timezone.now())
    summary = _summary(GroupChanges(added=(group,)) if is_new else GroupChanges(already=(group,)))
    if signup:
        summary = _("Welcome. The talk is in %(group)s.") % {"group": group.name}
    form = reverse("talk-add", args=[talk.pk])
    link = format_html('<a href="{}">{}</a>', form, _("Choose other groups"))
    messages.success(request, format_html("{} {}", summary, link))
    return talk.get_absolute_url()

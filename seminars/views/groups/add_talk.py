"""Adding a talk to groups, and taking it out: in place, on a page, and after signing in."""

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
from django.utils.cache import add_never_cache_headers
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
from seminars.views.requests import HtmxRequest, SignedInRequest, is_signed_in
from seminars.views.shortcuts import GoneError, talk_or_gone

#: How long a group's name may be.
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Ticks:
    """What the form holds, by the groups' slugs: `was` when it was shown, `now`, and a new name.

    Only the difference counts, so that a form that was shown long ago undoes nobody's change.
    """

    was: frozenset[str]
    now: frozenset[str]
    new_group: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HtmxRequest, pk: int) -> HttpResponse:
    """My groups with a tick at those that have the talk; a page, or for HTMX a part of one."""
    if not is_signed_in(request):
        to_sign_in = redirect_to_login(reverse("talk-add", args=[pk]))
        return HttpResponseClientRedirect(to_sign_in.url) if request.htmx else to_sign_in
    try:
        talk = talk_or_gone(Talk.objects.with_rows(), pk, viewer=request.user, now=timezone.now())
    except GoneError:
        return render(request, "410.html", status=410)
    if request.method == "POST":
        return _change(request, talk)
    return _show(request, talk)


def _change(request: SignedInRequest, talk: Talk) -> HttpResponse:
    was, now = (frozenset(request.POST.getlist(name)) for name in ("was", "groups"))
    ticks = Ticks(was, now, request.POST.get("new_group", "").strip())
    try:
        sentence = _said(_keep(request.user, talk, ticks))
    except LimitError as refused:
        return _show(request, talk, ticks, wrong=str(refused), status=400)
    except RefusedError as refused:
        return _show(request, talk, ticks, wrong=str(refused), status=403)
    if request.htmx:
        return _show(request, talk, said=sentence)
    messages.success(request, sentence)
    return redirect(talk)


@transaction.atomic
def _keep(user: User, talk: Talk, ticks: Ticks) -> GroupChanges:
    """Raises RefusedError, and then nothing has changed."""
    if len(ticks.new_group) > _LONGEST or "\0" in ticks.new_group:
        raise LimitError(_("A group’s name can have at most 100 characters."))
    kept = change_groups(
        talk=talk,
        user=user,
        add=ticks.now - ticks.was,
        remove=ticks.was - ticks.now,
        now=timezone.now(),
    )
    if not ticks.new_group:
        return kept
    group = create_group(owner=user, name=ticks.new_group, slug="group")
    add_talk(group=group, talk=talk, added_by=user, now=timezone.now())
    return replace(kept, added=(*kept.added, group))


def _choices(user: User, talk: Talk) -> list[tuple[Group, Reasons | None]]:
    """The groups that may be ticked, with why the talk is there."""
    groups = list(Group.objects.contributed_by(user))
    found = group_reasons.of_talks([group.pk for group in groups], [talk.pk], user)
    return [(group, found.get((group.pk, talk.pk))) for group in groups]


def _show(
    request: SignedInRequest,
    talk: Talk,
    ticks: Ticks | None = None,
    *,
    said: str = "",
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    """With what was ticked, or where it is shown afresh with what is so."""
    groups = _choices(request.user, talk)
    having = frozenset(group.slug for group, why in groups if why is not None)
    context = {
        "talk": talk,
        "ticks": ticks or Ticks(having, having),
        "groups": groups,
        "longest": _LONGEST,
        "said": said,
        "wrong": wrong,
    }
    template = "seminars/groups/add.html"
    if request.htmx:
        template, context["in_place"] = "components/add_to_group_menu.html", True
        # The one refusal that HTMX is told to show in place, see base.html.
        status = 422 if wrong else status
    answer = render(request, template, context, status=status)
    add_never_cache_headers(answer)
    return answer


def _said(kept: GroupChanges) -> str:
    """What has happened, in a sentence for each kind of change."""
    sentences = [
        (kept.added, _("Added to %(groups)s.")),
        (kept.already, _("Already in %(groups)s.")),
        (kept.removed, _("Removed from %(groups)s.")),
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
    new = add_talk(group=group, talk=talk, added_by=user, now=timezone.now())
    sentence = _said(GroupChanges(added=(group,)) if new else GroupChanges(already=(group,)))
    if signup:
        sentence = _("Welcome. The talk is in %(group)s.") % {"group": group.name}
    choose = reverse("talk-add", args=[talk.pk])
    link = format_html('<a href="{}">{}</a>', choose, _("Choose other groups"))
    messages.success(request, format_html("{} {}", sentence, link))
    return talk.get_absolute_url()

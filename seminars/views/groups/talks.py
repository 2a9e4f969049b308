"""The talks in a group: find and add them, write notes on them, and remove them."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.group_forms import NoteForm
from accounts.models import Group
from accounts.rights import Right
from seminars import wording
from seminars.listings import group_reasons
from seminars.listings.agenda import Day
from seminars.listings.dimension_types import MAX_QUERY_LENGTH
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from seminars.models import GroupTalk, Talk
from seminars.querysets import Viewer
from seminars.services.following import shown_talks, shows_talk
from seminars.services.groups import add_talk, remove_talk, write_note
from seminars.views.groups.guard import in_group, render_uncached
from seminars.views.requests import SignedInRequest

#: How many upcoming and past talks a search offers.
_MAX_UPCOMING, _MAX_PAST = 12, 6


def asides(group: Group, days: list[Day], may: set[str], viewer: Viewer) -> dict[int, SafeString]:
    """Return what a group's page adds below each talk: the reasons why it is there, and for
    members its note and a link to change it.
    """
    rows = [row for day in days for row in day.rows]
    if not rows:
        return {}
    # Visitors do not see the reasons.
    ids = [row.id for row in rows] if viewer.is_authenticated else []
    reasons = group_reasons.of_talks([group.pk], ids, viewer)
    notes: dict[int, str] = {}
    if Right.BELONG.value in may:
        added = GroupTalk.objects.filter(group=group, talk__in=[row.id for row in rows])
        notes = dict(added.values_list("talk_id", "note"))
    can_change = Right.CONTRIBUTE.value in may
    return {
        row.id: render_to_string(
            "components/group_aside.html",
            {
                "reasons": reasons.get((group.pk, row.id)),
                "note": notes.get(row.id, ""),
                "change": reverse("group-talk", args=[group.slug, row.id]) if can_change else "",
                "title": wording.title(row),
            },
        )
        for row in rows
    }


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.CONTRIBUTE)
def add(request: SignedInRequest, group: Group) -> HttpResponse:
    """Talks that match a search or a link, each with a button that posts its id to add it.

    A whole page, or for HTMX part of one.
    """
    params = request.POST if request.method == "POST" else request.GET
    query = params.get("q", "").replace("\0", "")[: 4 * MAX_QUERY_LENGTH].strip()
    message = ""
    if request.method == "POST":
        talk = _visible_talk(request, request.POST.get("talk", ""))
        is_new = add_talk(group=group, talk=talk, added_by=request.user, now=timezone.now())
        text = _("Added “%(talk)s”.") if is_new else _("“%(talk)s” is already in the group.")
        message = text % {"talk": wording.title(talk)}
        if not request.htmx:
            messages.success(request, message)
            return redirect(group)
    context = {"group": group, "q": query, "message": message}
    context |= _results(group, query, request.user)
    template = "components/group_results.html" if request.htmx else "seminars/groups/find.html"
    return render_uncached(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.CONTRIBUTE)
def talk(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """A talk in the group: its note, and a button to remove or exclude it."""
    talk = _visible_talk(request, str(pk))
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, group, talk)
    row = GroupTalk.objects.filter(group=group, talk=talk).first()
    if row is None and not shows_talk(group=group, talk=talk, viewer=request.user):
        raise Http404
    form = NoteForm(request.POST or None, initial={"note": row.note}) if row else None
    if form and request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        write_note(group=group, talk=talk, by=request.user, note=note)
        messages.success(request, _("Saved."))
        return redirect(group)
    reasons = group_reasons.of_talks([group.pk], [pk], request.user).get((group.pk, pk))
    context = {"group": group, "talk": talk, "form": form, "reasons": reasons}
    status = 400 if form and form.errors else 200
    return render_uncached(request, "seminars/groups/talk.html", context, status=status)


def _remove(request: SignedInRequest, group: Group, talk: Talk) -> HttpResponse:
    removed = remove_talk(group=group, talk=talk, removed_by=request.user, now=timezone.now())
    text = _("Removed “%(talk)s”.") if removed else _("“%(talk)s” was already removed.")
    messages.success(request, text % {"talk": wording.title(talk)})
    return redirect(group)


def _visible_talk(request: SignedInRequest, pk: str) -> Talk:
    """Return the talk with this id, which may come from a form; raise Http404 if there is none."""
    visible = Talk.objects.visible_to(request.user).with_rows()
    talk = visible.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    if talk is None:
        raise Http404
    return talk


def _results(group: Group, query: str, viewer: Viewer) -> dict[str, Any]:
    """Return the context of the results: the matching talks, or the one that a link leads to."""
    if not query:
        return {"results": []}
    pk, error = _talk_id(query), ""
    if pk is not None:
        results = list(Talk.objects.visible_to(viewer).with_rows().filter(pk=pk))
        error = "" if results else _("This link doesn’t lead to a talk.")
    elif query.startswith(("http://", "https://")):
        results, error = [], _("This isn’t the link of a talk on this site.")
    else:
        results = _search(query, viewer)
    in_group = shown_talks(group=group, talks=[talk.pk for talk in results], viewer=viewer)
    return {"results": results, "in_group": in_group, "error": error}


def _search(query: str, viewer: Viewer) -> list[Talk]:
    """Return matching upcoming talks, then past ones."""
    results: list[Talk] = []
    for when, limit in ((When.UPCOMING, _MAX_UPCOMING), (When.PAST, _MAX_PAST)):
        filters = Filters(words=query[:MAX_QUERY_LENGTH], when=when)
        listing = Listing.find(filters=filters, now=timezone.now(), viewer=viewer)
        results += listing.for_page().with_rows()[:limit]
    return results


def _talk_id(text: str) -> int | None:
    """Return the id of the talk that a link leads to, also one of the old calendar, or None."""
    own = urlsplit(settings.SITE_URL)
    try:
        parts = urlsplit(text)
        is_foreign = (parts.scheme or parts.netloc) and parts.netloc != own.netloc
        if is_foreign or not parts.path.startswith("/"):
            return None
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        return None
    if match.url_name == "old-event":
        talks = Talk.objects.filter(event_id=match.kwargs["event"])
        return talks.values_list("pk", flat=True).first()
    return match.kwargs.get("pk") if (match.url_name or "").startswith("talk") else None

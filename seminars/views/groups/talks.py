"""A group's talks: finding and adding them on its page, notes beside them, taking them out."""

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
from seminars.views.groups.guard import in_group, personal
from seminars.views.requests import SignedInRequest

#: How many talks a search offers, of those to come and of those that are over.
_COMING, _PAST = 12, 6


def asides(group: Group, days: list[Day], may: set[str], viewer: Viewer) -> dict[int, SafeString]:
    """What stands below the group's talks: why each is there, and for its own people notes and the
    way to change them.
    """
    rows = [row for day in days for row in day.rows]
    if not rows:
        return {}
    # Visitors are not told why a talk is there.
    known = [row.id for row in rows] if viewer.is_authenticated else []
    why = group_reasons.of_talks([group.pk], known, viewer)
    notes: dict[int, str] = {}
    if Right.BELONG.value in may:
        there = GroupTalk.objects.filter(group=group, talk__in=[row.id for row in rows])
        notes = dict(there.values_list("talk_id", "note"))
    changes = Right.CONTRIBUTE.value in may
    return {
        row.id: render_to_string(
            "components/group_aside.html",
            {
                "reasons": why.get((group.pk, row.id)),
                "note": notes.get(row.id, ""),
                "change": reverse("group-talk", args=[group.slug, row.id]) if changes else "",
                "title": wording.title(row),
            },
        )
        for row in rows
    }


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.CONTRIBUTE)
def add(request: SignedInRequest, group: Group) -> HttpResponse:
    """Talks that match words or an address, each with a button; a page, or for HTMX a part of it.

    With POST adds the one whose button it was.
    """
    asked = request.POST if request.method == "POST" else request.GET
    words = asked.get("q", "").replace("\0", "")[: 4 * MAX_QUERY_LENGTH].strip()
    said = ""
    if request.method == "POST":
        talk = _seen(request, request.POST.get("talk", ""))
        new = add_talk(group=group, talk=talk, added_by=request.user, now=timezone.now())
        sentence = _("Added “%(talk)s”.") if new else _("“%(talk)s” is already in the group.")
        said = sentence % {"talk": wording.title(talk)}
        if not request.htmx:
            messages.success(request, said)
            return redirect(group)
    context = {"group": group, "q": words, "said": said} | _matching(group, words, request.user)
    template = "components/group_found.html" if request.htmx else "seminars/groups/find.html"
    return personal(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_group(Right.CONTRIBUTE)
def talk(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """A talk of the group: its note, which can be changed, and taking it out."""
    found = _seen(request, str(pk))
    row = GroupTalk.objects.filter(group=group, talk=found).first()
    if request.method == "POST" and "remove" in request.POST:
        gone = remove_talk(group=group, talk=found, removed_by=request.user, now=timezone.now())
        sentence = _("Removed “%(talk)s”.") if gone else _("“%(talk)s” was already removed.")
        messages.success(request, sentence % {"talk": wording.title(found)})
        return redirect(group)
    if row is None and not shows_talk(group=group, talk=found, viewer=request.user):
        raise Http404
    form = NoteForm(request.POST or None, initial={"note": row.note}) if row else None
    if form and request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        write_note(group=group, talk=found, by=request.user, note=note)
        messages.success(request, _("Saved."))
        return redirect(group)
    why = group_reasons.of_talks([group.pk], [pk], request.user).get((group.pk, pk))
    context = {"group": group, "talk": found, "form": form, "reasons": why}
    status = 400 if form and form.errors else 200
    return personal(request, "seminars/groups/talk.html", context, status=status)


def _seen(request: SignedInRequest, pk: str) -> Talk:
    known = Talk.objects.visible_to(request.user).with_rows()
    found = known.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    if found is None:
        raise Http404
    return found


def _matching(group: Group, words: str, viewer: Viewer) -> dict[str, Any]:
    """Talks to come and past ones with these words, or the one whose address they are."""
    if not words:
        return {"found": []}
    address = _address(words)
    if address is not None:
        found = list(Talk.objects.visible_to(viewer).with_rows().filter(pk=address))
        wrong = "" if found else _("This link doesn’t lead to a talk.")
    elif words.startswith(("http://", "https://")):
        found, wrong = [], _("This isn’t the link of a talk on this site.")
    else:
        found, wrong = _search(words, viewer), ""
    kept = shown_talks(group=group, talks=[talk.pk for talk in found], viewer=viewer)
    return {"found": found, "kept": kept, "wrong": wrong}


def _search(words: str, viewer: Viewer) -> list[Talk]:
    found: list[Talk] = []
    for when, most in ((When.UPCOMING, _COMING), (When.PAST, _PAST)):
        filters = Filters(words=words[:MAX_QUERY_LENGTH], when=when)
        listing = Listing.find(filters=filters, now=timezone.now(), viewer=viewer)
        found += listing.for_page().with_rows()[:most]
    return found


def _address(text: str) -> int | None:
    """The id of the talk whose address this is, old calendar's included; None for anything else."""
    own = urlsplit(settings.SITE_URL)
    try:
        parts = urlsplit(text)
        elsewhere = (parts.scheme or parts.netloc) and parts.netloc != own.netloc
        if elsewhere or not parts.path.startswith("/"):
            return None
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        return None
    if match.url_name == "old-event":
        found = Talk.objects.filter(event_id=match.kwargs["event"])
        return found.values_list("pk", flat=True).first()
    return match.kwargs.get("pk") if (match.url_name or "").startswith("talk") else None

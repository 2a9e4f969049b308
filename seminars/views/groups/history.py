"""A group's history, for its managers: who did what, and undoing it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Group, GroupEvent, Membership, User
from accounts.rights import Right
from seminars import wording
from seminars.listings.filters import BadFilterError, page_number
from seminars.models import Talk
from seminars.models.follow import in_quotes
from seminars.services.errors import RefusedError
from seminars.services.following import shown_talks
from seminars.services.groups import undo as undo_event
from seminars.views.groups.guard import in_group, personal
from seminars.views.requests import SignedInRequest

#: How many lines a page shows.
PAGE = 50

Kind = GroupEvent.Kind


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and whether there is something to be undone."""

    event: GroupEvent
    sentence: SafeString
    can_undo: bool


@require_safe
@in_group(Right.REVIEW)
def history(request: SignedInRequest, group: Group) -> HttpResponse:
    """Newest first; a fixed number of queries."""
    context: dict[str, object] = {"group": group}
    try:
        page = page_number(request.GET)
    except BadFilterError as wrong:
        context["wrong"] = wrong
        return personal(request, "seminars/groups/history.html", context, status=400)
    first = (page - 1) * PAGE
    events = GroupEvent.objects.filter(group=group).select_related("by", "person").order_by("-pk")
    found = list(events[first : first + PAGE + 1])
    context |= {
        "lines": _lines(group, found[:PAGE], request.user),
        "page": page,
        "more": len(found) > PAGE,
    }
    return personal(request, "seminars/groups/history.html", context)


@require_POST
@in_group(Right.REVIEW)
def undo(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Takes an added talk out again, or puts one back."""
    event = get_object_or_404(GroupEvent.objects.select_related("group"), pk=pk, group=group)
    try:
        done = undo_event(event=event, by=request.user, now=timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        if not done:
            said = _("That was already undone.")
        elif event.kind == Kind.TALK_ADDED:
            said = _("The talk was removed from the group.")
        else:
            said = _("The talk is back in the group.")
        messages.success(request, said)
    return redirect("group-history", group.slug)


def _lines(group: Group, events: list[GroupEvent], viewer: User) -> list[Line]:
    ids = {event.talk_id for event in events if event.talk_id}
    seen = {talk.pk: talk for talk in Talk.objects.visible_to(viewer).filter(pk__in=ids)}
    kept = shown_talks(group=group, talks=ids, viewer=viewer)
    lines, met = [], set[int]()
    for event in events:
        there = event.talk_id in kept
        # Of several lines of one talk only the latest can be undone.
        latest = event.talk_id is not None and event.talk_id not in met
        can_undo = latest and (
            (event.kind == Kind.TALK_ADDED and there)
            or (event.kind == Kind.TALK_REMOVED and not there and event.talk_id in seen)
        )
        if event.talk_id:
            met.add(event.talk_id)
        lines.append(Line(event, _sentence(event, seen), can_undo))
    return lines


def _sentence(event: GroupEvent, seen: dict[int, Talk]) -> SafeString:
    sentences = {
        Kind.CREATED: _("{by} created the group."),
        Kind.CHANGED: _("{by} changed the group: {changes}."),
        Kind.INVITED: _("{by} invited someone by email ({role})."),
        Kind.LINKED: _("{by} created an invitation link ({role})."),
        Kind.WITHDREW: _("{by} revoked an invitation ({role})."),
        Kind.DECLINED: _("{by} declined an invitation."),
        Kind.JOINED: _("{by} joined with an invitation ({role})."),
        Kind.ASKED: _("{by} asked to join."),
        Kind.ADMITTED: _("{by} accepted {person}’s request to join."),
        Kind.REFUSED: _("{by} declined {person}’s request to join."),
        Kind.ROLE: _("{by} made {person} {role}."),
        Kind.LEFT: _("{by} left the group."),
        Kind.REMOVED: _("{by} removed {person}."),
        Kind.TALK_ADDED: _("{by} added {talk}."),
        Kind.TALK_REMOVED: _("{by} removed {talk}."),
        Kind.FOLLOWED: _("{by} followed {followed}."),
        Kind.WROTE: _("{by} emailed all members: “{subject}”."),
        Kind.UNFOLLOWED: _("{by} unfollowed {followed}."),
    }
    role = _role(event)
    changes = event.changes if event.kind == Kind.CHANGED else {}
    return format_html(
        sentences[Kind(event.kind)],
        by=_name(event.by) if event.by else _("A former user"),
        person=_name(event.person),
        role=role,
        talk=_talk(seen.get(event.talk_id or 0)),
        subject=event.changes.get("subject", ""),
        followed=in_quotes(event.changes.get("followed", "")),
        changes=", ".join(_changes(changes)),
    )


def _role(event: GroupEvent) -> str:
    """Return the role in a word, or after “made Una” with its article."""
    if not event.role:
        return ""
    role = Membership.Role(event.role)
    if event.kind != Kind.ROLE:
        return str(role.label)
    articles = {
        Membership.Role.MANAGER: _("a manager"),
        Membership.Role.CONTRIBUTOR: _("a contributor"),
        Membership.Role.MEMBER: _("a member"),
    }
    return articles[role]


def _name(user: User | None) -> SafeString | str:
    return format_html("<bdi>{}</bdi>", user) if user else _("a former user")


def _talk(talk: Talk | None) -> SafeString | str:
    if talk is None:
        return _("a talk that is no longer available")
    title = wording.title(talk)
    return format_html('“<a href="{}" dir="auto">{}</a>”', talk.get_absolute_url(), title)


def _changes(changes: dict[str, list[str]]) -> Iterator[str]:
    """Short values with what they were and are; of long ones only that they have changed."""
    for field in Group._meta.fields:
        if field.name not in changes:
            continue
        was, now = changes[field.name]
        label = str(field.verbose_name)
        if field.name in ("description", "slug"):
            yield label
        elif field.name == "visibility":
            yield f"{label}: {_seen_by(was)} → {_seen_by(now)}"
        else:
            yield f"{label}: {was or '–'} → {now or '–'}"
    if "picture" in changes:
        yield _("picture")


def _seen_by(visibility: str) -> str:
    return str(Group.Visibility(visibility).label).partition(":")[0]

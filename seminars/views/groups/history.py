"""A group's history for its managers: who did what, and undo."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
from seminars.views.groups.guard import in_group, render_uncached
from seminars.views.requests import SignedInRequest

#: How many entries a page shows.
PAGE_SIZE = 50

Kind = GroupEvent.Kind

_SENTENCES = {
    Kind.CREATED: gettext_lazy("{by} created the group."),
    Kind.CHANGED: gettext_lazy("{by} changed the group: {changes}."),
    Kind.INVITED: gettext_lazy("{by} invited someone by email ({role})."),
    Kind.LINKED: gettext_lazy("{by} created an invitation link ({role})."),
    Kind.WITHDREW: gettext_lazy("{by} revoked an invitation ({role})."),
    Kind.DECLINED: gettext_lazy("{by} declined an invitation."),
    Kind.JOINED: gettext_lazy("{by} joined with an invitation ({role})."),
    Kind.ASKED: gettext_lazy("{by} asked to join."),
    Kind.ADMITTED: gettext_lazy("{by} accepted {person}’s request to join."),
    Kind.REFUSED: gettext_lazy("{by} declined {person}’s request to join."),
    Kind.ROLE: gettext_lazy("{by} made {person} {role}."),
    Kind.LEFT: gettext_lazy("{by} left the group."),
    Kind.REMOVED: gettext_lazy("{by} removed {person}."),
    Kind.TALK_ADDED: gettext_lazy("{by} added {talk}."),
    Kind.TALK_REMOVED: gettext_lazy("{by} removed {talk}."),
    Kind.FOLLOWED: gettext_lazy("{by} started following {followed}."),
    Kind.WROTE: gettext_lazy("{by} emailed all members: “{subject}”."),
    Kind.UNFOLLOWED: gettext_lazy("{by} stopped following {followed}."),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the history, and whether it can be undone."""

    event: GroupEvent
    sentence: SafeString
    can_undo: bool


@require_safe
@in_group(Right.REVIEW)
def history(request: SignedInRequest, group: Group) -> HttpResponse:
    """The newest entries first, with a fixed number of queries."""
    context: dict[str, object] = {"group": group}
    try:
        page = page_number(request.GET)
    except BadFilterError as error:
        context["error"] = error
        return render_uncached(request, "seminars/groups/history.html", context, status=400)
    first = (page - 1) * PAGE_SIZE
    events = GroupEvent.objects.filter(group=group).select_related("by", "person").order_by("-pk")
    rows = list(events[first : first + PAGE_SIZE + 1])
    context |= {
        "entries": _entries(group, rows[:PAGE_SIZE], request.user),
        "page": page,
        "more": len(rows) > PAGE_SIZE,
    }
    return render_uncached(request, "seminars/groups/history.html", context)


@require_POST
@in_group(Right.REVIEW)
def undo(request: SignedInRequest, group: Group, pk: int) -> HttpResponse:
    """Remove a talk that was added, or restore one that was removed."""
    event = get_object_or_404(GroupEvent.objects.select_related("group"), pk=pk, group=group)
    try:
        done = undo_event(event=event, by=request.user, now=timezone.now())
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        if not done:
            message = _("That was already undone.")
        elif event.kind == Kind.TALK_ADDED:
            message = _("The talk was removed from the group.")
        else:
            message = _("The talk is back in the group.")
        messages.success(request, message)
    return redirect("group-history", group.slug)


def _entries(group: Group, events: list[GroupEvent], viewer: User) -> list[Entry]:
    ids = {event.talk_id for event in events if event.talk_id}
    visible = {talk.pk: talk for talk in Talk.objects.visible_to(viewer).filter(pk__in=ids)}
    in_group = shown_talks(group=group, talks=ids, viewer=viewer)
    entries, later = [], set[int]()
    for event in events:
        is_there = event.talk_id in in_group
        # Of several entries about one talk only the latest can be undone.
        is_latest = event.talk_id is not None and event.talk_id not in later
        can_undo = is_latest and (
            (event.kind == Kind.TALK_ADDED and is_there)
            or (event.kind == Kind.TALK_REMOVED and not is_there and event.talk_id in visible)
        )
        if event.talk_id:
            later.add(event.talk_id)
        entries.append(Entry(event, _sentence(event, visible), can_undo))
    return entries


def _sentence(event: GroupEvent, visible: dict[int, Talk]) -> SafeString:
    changes = event.changes if event.kind == Kind.CHANGED else {}
    return format_html(
        str(_SENTENCES[Kind(event.kind)]),
        by=_name(event.by) if event.by else _("A former user"),
        person=_name(event.person),
        role=_role(event),
        talk=_talk_link(visible.get(event.talk_id or 0)),
        subject=event.changes.get("subject", ""),
        followed=in_quotes(event.changes.get("followed", "")),
        changes=", ".join(_describe_changes(changes)),
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


def _talk_link(talk: Talk | None) -> SafeString | str:
    if talk is None:
        return _("a talk that is no longer available")
    title = wording.title(talk)
    return format_html('“<a href="{}" dir="auto">{}</a>”', talk.get_absolute_url(), title)


def _describe_changes(changes: dict[str, list[str]]) -> Iterator[str]:
    """Yield the changed fields, short ones with their old and new values."""
    for field in Group._meta.fields:
        if field.name not in changes:
            continue
        old, new = changes[field.name]
        label = str(field.verbose_name)
        if field.name in ("description", "slug"):
            yield label
        elif field.name == "visibility":
            yield f"{label}: {_visibility(old)} → {_visibility(new)}"
        else:
            yield f"{label}: {old or '–'} → {new or '–'}"
    if "picture" in changes:
        yield _("picture")


def _visibility(visibility: str) -> str:
    """Return the label without its explanation."""
    return str(Group.Visibility(visibility).label).partition(":")[0]

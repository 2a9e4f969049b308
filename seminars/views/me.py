"""The user's own page: upcoming talks, groups, invitations and calendar links."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import FeedKey, Group, Invitation, JoinRequest, Membership, User
from accounts.services import mail_choices
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.views.groups.guard import render_uncached
from seminars.views.paging import page_context
from seminars.views.requests import SignedInRequest


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A group of the user, and what the page shows about it."""

    group: Group
    membership: Membership
    #: The address of its calendar with the user's key; empty if there is no key.
    feed_url: str
    #: How many join requests the user may answer.
    join_requests: int
    #: Whether the user gets messages and the weekly email.
    letters: bool
    weekly: bool


@require_safe
@login_required
def me(request: SignedInRequest) -> HttpResponse:
    """The user's own page, also with filters for its talks."""
    now = timezone.now()
    keys = {key.membership_id: key for key in FeedKey.objects.filter(user=request.user)}
    context: dict[str, object] = {
        "own_groups": _own_groups(request.user, keys),
        "feed_url": _feed_url(keys.get(None)),
        "invitations": Invitation.objects.waiting_for(request.user, now),
        "now": now,
    }
    status = 200
    try:
        filters = Filters.read(request.GET)
        listing = Listing.of_person(request.user, filters=filters, now=now, key=keys.get(None))
    except BadFilterError as error:
        context, status = context | {"error": error}, 400
    else:
        context |= page_context(listing)
    return render_uncached(request, "seminars/me.html", context, status=status)


def _own_groups(user: User, keys: dict[int | None, FeedKey]) -> list[OwnGroup]:
    rows = Membership.objects.filter(user=user).select_related("mail")
    memberships = {row.group_id: row for row in rows}
    managed = JoinRequest.objects.filter(group__in=Group.objects.managed_by(user).values("pk"))
    requests = Counter(managed.values_list("group_id", flat=True))
    return [
        _own_group(group, memberships[group.pk], keys, requests[group.pk])
        for group in Group.objects.of(user)
        if group.pk in memberships
    ]


def _own_group(
    group: Group, membership: Membership, keys: dict[int | None, FeedKey], requests: int
) -> OwnGroup:
    mail = mail_choices.get(membership)
    letters = mail.letters and not group.personal_of_id
    url = _feed_url(keys.get(membership.pk))
    return OwnGroup(group, membership, url, requests, letters, mail.weekly)


def _feed_url(key: FeedKey | None) -> str:
    return f"{settings.SITE_URL}{reverse('feed-key.ics', args=[key.key])}" if key else ""

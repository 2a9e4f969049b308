"""My page: my next talks, my groups, invitations to me, my addresses."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from accounts.models import FeedKey, Group, Invitation, JoinRequest, Membership, User
from accounts.services import mail_choices
from seminars.listings.filters import BadFilterError, Filters
from seminars.listings.listing import Listing
from seminars.views.paging import page_context
from seminars.views.requests import SignedInRequest


@dataclass(frozen=True, slots=True)
class Kept:
    """A group of mine, what I am in it, its calendar's address by my key, empty without one, how
    many ask to join it, where that is for me to answer, and what I get of it by mail.
    """

    group: Group
    membership: Membership
    address: str
    wishes: int
    letters: bool
    weekly: bool


@require_safe
@login_required
def me(request: SignedInRequest) -> HttpResponse:
    """Changes nothing: an address that is not there yet is made by a button."""
    now = timezone.now()
    keys = {key.membership_id: key for key in FeedKey.objects.filter(user=request.user)}
    context: dict[str, object] = {
        "kept": _kept(request.user, keys),
        "address": _address(keys.get(None)),
        "invitations": Invitation.objects.waiting_for(request.user, now),
        "now": now,
    }
    status = 200
    try:
        filters = Filters.read(request.GET)
        listing = Listing.of_person(request.user, filters=filters, now=now, key=keys.get(None))
    except BadFilterError as wrong:
        context, status = context | {"wrong": wrong}, 400
    else:
        context |= page_context(listing)
    answer = render(request, "seminars/me.html", context, status=status)
    add_never_cache_headers(answer)
    return answer


def _kept(user: User, keys: dict[int | None, FeedKey]) -> list[Kept]:
    mine = Membership.objects.filter(user=user).select_related("mail")
    memberships = {one.group_id: one for one in mine}
    managed = JoinRequest.objects.filter(group__in=Group.objects.managed_by(user).values("pk"))
    wishes = Counter(managed.values_list("group_id", flat=True))
    return [
        _of(group, memberships[group.pk], keys, wishes)
        for group in Group.objects.of(user)
        if group.pk in memberships
    ]


def _of(
    group: Group, membership: Membership, keys: dict[int | None, FeedKey], wishes: Counter[int]
) -> Kept:
    mail = mail_choices.get(membership)
    letters = mail.letters and not group.personal_of_id
    address = _address(keys.get(membership.pk))
    return Kept(group, membership, address, wishes[group.pk], letters, mail.weekly)


def _address(key: FeedKey | None) -> str:
    return f"{settings.SITE_URL}{reverse('feed-key.ics', args=[key.key])}" if key else ""

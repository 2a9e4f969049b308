"""Creating, changing and deleting groups, and the keys of feeds."""

from itertools import chain, count

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.keys import new_key, random_text
from accounts.legacy_ids import new_token
from accounts.models import FeedKey, FormerAddress, Group, GroupEvent, Membership, User
from accounts.pictures import Picture
from accounts.rights import LISTED
from accounts.services.checks import (
    check_group_limit,
    check_membership,
    lock_group,
    lock_group_as_manager,
)
from accounts.services.errors import AddressTakenError, RefusedError
from accounts.services.events import record
from accounts.services.pictures import set_picture

#: Slugs that no group can have, because other pages are at those addresses.
RESERVED = {"new"}
#: The fields whose changes the history records.
_FIELDS = ("name", "visibility", "description", "homepage", "contact")
#: How often to look for a free address again when another process has just taken it.
_MAX_ATTEMPTS = 5


def personal_group(user: User) -> Group:
    """Return the user's personal group, created on first use with feed keys to it and to all."""
    try:
        return Group.objects.get(personal_of=user)
    except Group.DoesNotExist:
        pass
    with transaction.atomic():
        group, _created = Group.objects.get_or_create(
            personal_of=user, defaults={"name": _("My talks"), "slug": random_text()}
        )
        manager = {"role": Membership.Role.MANAGER}
        own, _created = Membership.objects.get_or_create(group=group, user=user, defaults=manager)
        for membership in (None, own):
            FeedKey.objects.get_or_create(user=user, membership=membership, defaults=new_key())
    return group


@transaction.atomic
def create_group(
    *,
    owner: User,
    name: str,
    slug: str,
    visibility: str = Group.Visibility.PRIVATE,
    description: str = "",
    homepage: str = "",
    contact: str = "",
) -> Group:
    """Create a group, which the owner manages and has a feed key to.

    `slug` is the preferred address of a public group; a number is added if it is taken.
    Raise LimitError if the owner is in as many groups as one person may be.
    """
    check_group_limit(owner)
    group = Group(
        name=name,
        visibility=visibility,
        description=description,
        homepage=homepage,
        contact=contact,
    )
    _save_at_free_address(group, slug)
    Membership.objects.create(group=group, user=owner, role=Membership.Role.MANAGER)
    replace_key(user=owner, group=group)
    record(group, GroupEvent.Kind.CREATED, by=owner)
    return group


@transaction.atomic
def change_group(
    *,
    group: Group,
    by: User,
    name: str,
    slug: str,
    visibility: str,
    description: str,
    homepage: str,
    contact: str,
    address: str = "",
    picture: Picture | None = None,
    no_picture: bool = False,
) -> Group:
    """Change a group's details and visibility, and return the updated group.

    Its address stays unless `address` is another. A group that is no longer public gets a random
    one; one that becomes public gets `slug`, with a number if that is taken.
    Its picture stays unless a new one is given or `no_picture` is set.
    Raise AddressTakenError if another group has `address`.
    """
    group = lock_group(group)
    before = {field: getattr(group, field) for field in (*_FIELDS, "slug")}
    was_listed = group.is_listed
    group.name, group.visibility = name, visibility
    group.description, group.homepage, group.contact = description, homepage, contact
    if address and group.is_listed:
        _save_at(group, address)
    elif _needs_other_address(group, was_listed):
        _save_at_free_address(group, slug)
    else:
        group.save()
    if group.slug != before["slug"]:
        _redirect(before["slug"], group)
    changes = _changes(before, group)
    if picture or no_picture:
        changes |= set_picture(group, picture)
    if changes:
        record(group, GroupEvent.Kind.CHANGED, by=by, changes=changes)
    return group


@transaction.atomic
def reset_address(*, group: Group, by: User) -> Group:
    """Give a group that is not public a new random address, and return the updated group; the old
    one works only for its members.

    Raise RefusedError if `by` may not do this, or if the group is public.
    """
    group = lock_group_as_manager(group, by)
    if group.is_listed:
        raise RefusedError(_("The address of a public group cannot be reset."))
    former = group.slug
    _save_at_free_address(group, "")
    _redirect(former, group)
    record(group, GroupEvent.Kind.CHANGED, by=by, changes={"slug": [former, group.slug]})
    return group


@transaction.atomic
def delete_group(*, group: Group) -> None:
    """Delete a group with its list, memberships and keys, but not the talks themselves."""
    group.delete()


def set_legacy_ids(*, group: Group, calendar: int | None, feed: int | None) -> None:
    """Set the ids by which the legacy feeds know the group; None assigns a new one."""
    group.calendar_id, group.feed_id = calendar, feed
    group.save(update_fields=["calendar_id", "feed_id"])


def replace_token(*, group: Group) -> None:
    """Replace the token of the group's legacy feeds; the old one stops working at once."""
    group.token = new_token()
    group.save(update_fields=["token"])


def replace_key(*, user: User, group: Group | None) -> FeedKey:
    """Create a new key to the group, or to all the user's groups; the old one stops working.

    Raise RefusedError if the user does not belong to the group.
    """
    membership = check_membership(group.memberships.filter(user=user)) if group else None
    key, _created = FeedKey.objects.update_or_create(
        user=user, membership=membership, defaults=new_key()
    )
    return key


def _changes(before: dict[str, str], group: Group) -> dict[str, list[str]]:
    now = {field: getattr(group, field) for field in before}
    return {field: [old, now[field]] for field, old in before.items() if old != now[field]}


def _needs_other_address(group: Group, was_listed: bool) -> bool:
    """Whether the group's address is of the wrong kind, now that its visibility may have changed.

    An unlisted group from before addresses became random keeps its own until it is reset.
    """
    if group.is_listed:
        return not was_listed and group.is_address_random
    return was_listed or (group.is_private and not group.is_address_random)


def _save_at(group: Group, address: str) -> None:
    taken = address in _taken_slugs(address, group) | RESERVED
    if taken or not _try_to_save(group, address):
        raise AddressTakenError(_("This address is taken. Choose another one."))


def _save_at_free_address(group: Group, slug: str) -> None:
    """Save the group at `slug` or the next free one if it is public, else at a random address."""
    for _attempt in range(_MAX_ATTEMPTS):
        address = _next_free_slug(slug, group) if group.is_listed else random_text()
        if _try_to_save(group, address):
            return
    raise RefusedError(_("Choose another name."))


def _try_to_save(group: Group, slug: str) -> bool:
    """Save the group at this address; return False if another process has just taken it."""
    group.slug = slug
    try:
        with transaction.atomic():
            _release_former(slug)
            group.save()
    except IntegrityError:
        return False
    return True


def _next_free_slug(slug: str, group: Group) -> str:
    candidates = chain([slug], (f"{slug}-{number}" for number in count(2)))
    taken = _taken_slugs(slug, group) | RESERVED
    return next(one for one in candidates if one not in taken)


def _taken_slugs(prefix: str, group: Group) -> set[str]:
    """Return the slugs with this prefix that other groups have, or had and are public."""
    groups = Group.objects.filter(slug__startswith=prefix).exclude(pk=group.pk)
    former = FormerAddress.objects.filter(slug__startswith=prefix).exclude(group=group.pk)
    redirecting = former.filter(group__visibility__in=LISTED)
    return {*groups.values_list("slug", flat=True), *redirecting.values_list("slug", flat=True)}


def _redirect(former: str, group: Group) -> None:
    FormerAddress.objects.filter(slug=group.slug).delete()
    FormerAddress.objects.create(slug=former, group=group)


def _release_former(slug: str) -> None:
    """Free an address that only redirects to a group that is not public."""
    FormerAddress.objects.filter(slug=slug).exclude(group__visibility__in=LISTED).delete()

"""Creating, changing and deleting groups, and the keys of feeds."""

from itertools import chain, count

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.keys import new_key, random_text
from accounts.legacy_ids import new_token
from accounts.models import FeedKey, FormerAddress, Group, GroupEvent, Membership, User
from accounts.pictures import Picture
from accounts.services.checks import check_group_limit, check_membership, lock_group
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

    `slug` is the preferred address of a public or unlisted group; a number is added if it is taken.
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

    Its address stays unless `address` is another. A group that becomes private gets a random one;
    one that was private gets `slug`, with a number if that is taken. Former addresses redirect.
    Its picture stays unless a new one is given or `no_picture` is set.
    Raise AddressTakenError if another group has `address`.
    """
    group = lock_group(group)
    before = {field: getattr(group, field) for field in (*_FIELDS, "slug")}
    was_private = group.is_private
    group.name, group.visibility = name, visibility
    group.description, group.homepage, group.contact = description, homepage, contact
    if address and not group.is_private:
        _save_at(group, address)
    elif group.is_private == was_private:
        group.save()
    else:
        _save_at_free_address(group, slug)
    if group.slug != before["slug"]:
        _redirect(before["slug"], group)
    changes = _changes(before, group)
    if picture or no_picture:
        changes |= set_picture(group, picture)
    if changes:
        record(group, GroupEvent.Kind.CHANGED, by=by, changes=changes)
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


def _save_at(group: Group, address: str) -> None:
    taken = address in _taken_slugs(address, group) | RESERVED
    if taken or not _try_to_save(group, address):
        raise AddressTakenError(_("This address is taken. Choose another one."))


def _save_at_free_address(group: Group, slug: str) -> None:
    """Save the group at a random address if it is private, else at `slug` or the next free one."""
    for _attempt in range(_MAX_ATTEMPTS):
        address = random_text() if group.is_private else _next_free_slug(slug, group)
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
    """Return the slugs with this prefix that other groups have, or had and are not private."""
    groups = Group.objects.filter(slug__startswith=prefix).exclude(pk=group.pk)
    former = FormerAddress.objects.filter(slug__startswith=prefix).exclude(group=group.pk)
    redirecting = former.exclude(group__visibility=Group.Visibility.PRIVATE)
    return {*groups.values_list("slug", flat=True), *redirecting.values_list("slug", flat=True)}


def _redirect(former: str, group: Group) -> None:
    FormerAddress.objects.filter(slug=group.slug).delete()
    FormerAddress.objects.create(slug=former, group=group)


def _release_former(slug: str) -> None:
    """Free an address that only redirects to a private group."""
    FormerAddress.objects.filter(slug=slug, group__visibility=Group.Visibility.PRIVATE).delete()

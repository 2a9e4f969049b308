"""Making, changing and deleting groups, and the keys of feeds."""

import secrets
import string
from itertools import chain, count

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import FeedKey, FormerAddress, Group, GroupEvent, Membership, User
from accounts.numbers import new_token
from accounts.pictures import Picture
from accounts.querysets import FINDING, PROVING
from accounts.services.errors import AddressTakenError, GroupError
from accounts.services.events import record
from accounts.services.locks import hold, room_for
from accounts.services.pictures import put_picture

#: Base 32 (RFC 4648, section 6) in small letters: 5 bits a letter, none mistaken for another.
_LETTERS = string.ascii_lowercase + "234567"
#: Addresses under /groups/ that are not a group's.
RESERVED = {"new"}
#: What is said of a group, and noted when it changes.
_SAID = ("name", "visibility", "description", "homepage", "contact")
#: How often a free address is looked for again when somebody else has just taken it.
_TRIES = 5


def personal_group(user: User) -> Group:
    """The user's own private group; made if it is not there, with a key to it and one to all."""
    try:
        return Group.objects.get(personal_of=user)
    except Group.DoesNotExist:
        pass
    with transaction.atomic():
        group, _made = Group.objects.get_or_create(
            personal_of=user, defaults={"name": _("My talks"), "slug": _random(PROVING)}
        )
        manager = {"role": Membership.Role.MANAGER}
        own, _made = Membership.objects.get_or_create(group=group, user=user, defaults=manager)
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
    """A new group, of which the owner is manager and has a feed key.

    `slug` is the wanted address of a public or unlisted group; it is numbered where it is taken.
    Raises GroupError for somebody who is in as many groups as the site lets a person have.
    """
    room_for(owner, settings.MAX_GROUPS_PER_USER)
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
    """Changes what is said of a group, and who sees it; returns the group as it is now.

    Its address stays unless `address` names another. One that turns private gets a random one, and
    one that was private `slug`, numbered where it is taken. Whatever address it had leads to it.
    It keeps its picture unless it is given another one or is to have none.
    Raises AddressTakenError where another group is at `address`.
    """
    group = hold(group)
    before = {field: getattr(group, field) for field in (*_SAID, "slug")}
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
        _lead_here(group, before["slug"])
    changes = _changes(before, group)
    if picture or no_picture:
        changes |= put_picture(group, picture)
    if changes:
        record(group, GroupEvent.Kind.CHANGED, by=by, changes=changes)
    return group


@transaction.atomic
def delete_group(*, group: Group) -> None:
    """Deletes a group with its list, memberships and keys; the talks themselves stay."""
    group.delete()


def renumber_group(*, group: Group, number: int | None) -> None:
    """Gives the group the number by which the old feeds know it; None: a fresh one."""
    group.calendar_id = number
    group.save(update_fields=["calendar_id"])


def replace_token(*, group: Group) -> None:
    """A new token to the group's old feeds; the one before opens nothing from now on."""
    group.token = new_token()
    group.save(update_fields=["token"])


def replace_key(*, user: User, group: Group | None) -> FeedKey:
    """A new key to the group, or to all groups of the user; the old one ends at once.

    Raises GroupError where the user does not belong to the group.
    """
    membership = None
    if group is not None:
        membership = Membership.objects.filter(group=group, user=user).first()
        if membership is None:
            raise GroupError(_("You do not belong to this group."))
    key, _made = FeedKey.objects.update_or_create(
        user=user, membership=membership, defaults=new_key()
    )
    return key


def new_key() -> dict[str, str]:
    """The two parts of a key that nobody can guess."""
    return {"finding": _random(FINDING), "proving": _random(PROVING)}


def _changes(before: dict[str, str], group: Group) -> dict[str, list[str]]:
    now = {field: getattr(group, field) for field in before}
    return {field: [was, now[field]] for field, was in before.items() if was != now[field]}


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _save_at(group: Group, address: str) -> None:
    if address in _taken(address, but_by=group) | RESERVED:
        raise AddressTakenError(_("This address is taken. Choose another one."))
    group.slug = address
    try:
        with transaction.atomic():
            _give_way(address)
            group.save()
    except IntegrityError as taken:
        raise AddressTakenError(_("This address is taken. Choose another one.")) from taken


def _save_at_free_address(group: Group, slug: str) -> None:
    """Saves the group at a random address if it is private, else at the wanted or the next free."""
    for _try in range(_TRIES):
        group.slug = _random(PROVING) if group.is_private else _free(slug, group)
        try:
            with transaction.atomic():
                _give_way(group.slug)
                group.save()
        except IntegrityError:
            continue
        return
    raise GroupError(_("This name is in great demand. Please try again."))


def _free(slug: str, group: Group) -> str:
    numbered = chain([slug], (f"{slug}-{number}" for number in count(2)))
    taken = _taken(slug, but_by=group) | RESERVED
    return next(one for one in numbered if one not in taken)


def _taken(slug: str, *, but_by: Group) -> set[str]:
    """Addresses that begin so: those of other groups, and those that lead to groups not private."""
    groups = Group.objects.filter(slug__startswith=slug).exclude(pk=but_by.pk)
    former = FormerAddress.objects.filter(slug__startswith=slug).exclude(group=but_by.pk)
    open_ones = former.exclude(group__visibility=Group.Visibility.PRIVATE)
    return {*groups.values_list("slug", flat=True), *open_ones.values_list("slug", flat=True)}


def _lead_here(group: Group, former: str) -> None:
    FormerAddress.objects.filter(slug=group.slug).delete()
    FormerAddress.objects.create(slug=former, group=group)


def _give_way(slug: str) -> None:
    FormerAddress.objects.filter(slug=slug, group__visibility=Group.Visibility.PRIVATE).delete()

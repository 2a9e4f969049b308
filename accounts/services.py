"""Every write on groups and feed keys."""

import secrets
import string
from itertools import chain, count

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import FeedKey, Group, Membership, User
from accounts.querysets import FINDING, PROVING

#: Base 32 (RFC 4648, section 6) in small letters: 5 bits a letter, none mistaken for another.
_LETTERS = string.ascii_lowercase + "234567"
#: Addresses under /groups/ that are not a group's.
_RESERVED = {"new"}
#: How often a free address is looked for again when somebody else has just taken it.
_TRIES = 5


class GroupError(Exception):
    """A wish that cannot be granted, with a sentence for a person."""


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
            FeedKey.objects.get_or_create(user=user, membership=membership, defaults=_new_key())
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
    # Locked, so that two requests at once cannot both be the last one allowed.
    User.objects.select_for_update().get(pk=owner.pk)
    if owner.memberships.count() >= settings.MOST_GROUPS:
        raise GroupError(
            _("That would be one group too many: the most is %(count)d. Leave one first.")
            % {"count": settings.MOST_GROUPS}
        )
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
    return group


@transaction.atomic
def change_group(
    *,
    group: Group,
    name: str,
    slug: str,
    visibility: str,
    description: str,
    homepage: str,
    contact: str,
) -> Group:
    """Changes what is said of a group, and who sees it; returns the group as it is now.

    Its address stays, but for one that turns private, which gets a random one, and one that was
    private, which gets `slug`.
    """
    group = Group.objects.select_for_update().get(pk=group.pk)
    was_private = group.is_private
    group.name = name
    group.visibility = visibility
    group.description = description
    group.homepage = homepage
    group.contact = contact
    if group.is_private == was_private:
        group.save()
    else:
        _save_at_free_address(group, slug)
    return group


@transaction.atomic
def delete_group(*, group: Group) -> None:
    """Deletes a group with its list, memberships and keys; the talks themselves stay."""
    group.delete()


@transaction.atomic
def leave_group(*, group: Group, user: User) -> None:
    """Ends the membership, and the feed key with it. Somebody who is no member has left already.

    Raises GroupError for the last manager, and for one's own personal group.
    """
    # Locked, so that the last two managers cannot both leave at once.
    Group.objects.select_for_update().get(pk=group.pk)
    managers = group.memberships.filter(role=Membership.Role.MANAGER)
    if managers.filter(user=user).exists() and not managers.exclude(user=user).exists():
        raise GroupError(_("You are its last manager, so you cannot leave. You can delete it."))
    group.memberships.filter(user=user).delete()


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
        user=user, membership=membership, defaults=_new_key()
    )
    return key


def _new_key() -> dict[str, str]:
    return {"finding": _random(FINDING), "proving": _random(PROVING)}


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _save_at_free_address(group: Group, slug: str) -> None:
    """Saves the group at a random address if it is private, else at the wanted or the next free."""
    for _try in range(_TRIES):
        group.slug = _random(PROVING) if group.is_private else _free(slug)
        try:
            with transaction.atomic():
                group.save()
        except IntegrityError:
            continue
        return
    raise GroupError(_("This name is in great demand. Please try again."))


def _free(slug: str) -> str:
    taken = set(Group.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = chain([slug], (f"{slug}-{number}" for number in count(2)))
    return next(one for one in numbered if one not in taken | _RESERVED)

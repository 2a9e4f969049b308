"""Groups: rights, addresses, feed keys, and concurrent changes."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from accounts import services
from accounts.models import FeedKey, Group, Membership, User, Viewer
from tests import factories
from tests.accounts.refusals import MANAGERS_ONLY, NOT_MANAGERS, not_manager, refusal
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db

RANDOM = re.compile(r"[a-z2-7]{26}")
KEY = re.compile(r"[a-z2-7]{34}")


def make(owner: User, name: str, slug: str = "", **more: str) -> Group:
    return services.create_group(owner=owner, name=name, slug=slug, **more)


def change(group: Group, slug: str, **more: str) -> Group:
    same = {
        name: getattr(group, name)
        for name in ("name", "visibility", "description", "homepage", "contact")
    }
    manager = User.objects.get(memberships__group=group, memberships__role="manager")
    return services.change_group(group=group, by=manager, slug=slug, **(same | more))


def test_rights_by_role_and_visibility() -> None:
    people: dict[str, Viewer] = {
        "visitor": AnonymousUser(),
        "stranger": factories.user(),
        "administrator": factories.administrator(),
        **{role: factories.user() for role in ("member", "contributor", "manager", "inactive")},
    }
    inactive = people["inactive"]
    assert isinstance(inactive, User)
    inactive.is_active = False
    inactive.save()
    for visibility in ("public", "unlisted", "private"):
        roles = {role: people[role] for role in Membership.Role.values}
        group = factories.group(name=visibility, visibility=visibility, **roles)
        Membership.objects.create(group=group, user=inactive, role="manager")

    def names(queryset: str) -> dict[str, set[str]]:
        return {
            who: {group.name for group in getattr(Group.objects, queryset)(person)}
            for who, person in people.items()
        }

    every, open_ones = {"public", "unlisted", "private"}, {"public", "unlisted"}
    none = set[str]()
    outside = dict.fromkeys(("visitor", "stranger", "administrator", "inactive"), none)
    inside = dict.fromkeys(("member", "contributor", "manager"), every)
    assert {group.name for group in Group.objects.listed()} == {"public"}
    assert names("visible_to") == dict.fromkeys(outside, open_ones) | inside
    assert names("of") == outside | inside
    assert names("contributed_by") == outside | inside | {"member": none}
    only_manager = {"member": none, "contributor": none, "manager": every}
    assert names("managed_by") == outside | only_manager


def test_a_role_counts_in_its_own_group_only() -> None:
    person = factories.user()
    managed, other = factories.group(manager=person), factories.group(member=person)
    factories.group(manager=factories.user())
    assert set(Group.objects.of(person)) == {managed, other}
    assert set(Group.objects.contributed_by(person)) == {managed}
    assert set(Group.objects.managed_by(person)) == {managed}


def test_the_first_sign_in_makes_a_private_group_and_two_keys() -> None:
    person = factories.user()
    for _time in range(2):
        Client().force_login(person)
    group = Group.objects.get()
    assert (group.name, group.visibility, group.personal_of) == ("My talks", "private", person)
    assert RANDOM.fullmatch(group.slug)
    membership = Membership.objects.get()
    assert (membership.group, membership.user, membership.role) == (group, person, "manager")
    assert {key.group for key in FeedKey.objects.filter(user=person)} == {None, group}
    assert not Group.objects.managed_by(person).exists()


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_make_one_personal_group() -> None:
    person = factories.user()

    made = set(at_once(*[lambda: services.personal_group(person).pk] * 4))
    assert made == set(Group.objects.values_list("pk", flat=True))
    assert len(made) == 1
    assert (Membership.objects.count(), FeedKey.objects.count()) == (1, 2)


def test_a_personal_group_stays_private() -> None:
    group = services.personal_group(factories.user())
    group.visibility = "public"
    with pytest.raises(IntegrityError), transaction.atomic():
        group.save()


def test_the_owner_of_a_new_group_manages_it_and_has_a_key() -> None:
    owner = factories.user()
    group = make(owner, "Reading group", "reading-group", visibility="public", contact="Ada")
    assert (group.name, group.slug, group.contact) == ("Reading group", "reading-group", "Ada")
    assert [(one.user, one.role) for one in group.memberships.all()] == [(owner, "manager")]
    assert [key.group for key in FeedKey.objects.filter(user=owner)] == [group]


def test_a_taken_or_reserved_address_gets_a_number() -> None:
    owner = factories.user()
    slugs = [make(owner, "A", "reading", visibility="public").slug for _time in range(3)]
    assert slugs == ["reading", "reading-2", "reading-3"]
    assert make(owner, "New", "new", visibility="public").slug == "new-2"


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
def test_a_group_that_is_not_public_does_not_use_up_a_name(visibility: str) -> None:
    owner = factories.user()
    first, second = (
        make(owner, "Search committee", "search-committee", visibility=visibility)
        for _time in range(2)
    )
    assert RANDOM.fullmatch(first.slug)
    assert RANDOM.fullmatch(second.slug)
    assert first.slug != second.slug
    public = make(factories.user(), "Search committee", "search-committee", visibility="public")
    assert public.slug == "search-committee"


def test_an_address_changes_when_a_group_becomes_public_or_ceases_to_be() -> None:
    group = make(factories.user(), "Reading", "reading", visibility="public")
    group = change(group, "other", name="Other")
    assert (group.name, group.visibility, group.slug) == ("Other", "public", "reading")
    group = change(group, "other", visibility="unlisted", address="reading")
    assert RANDOM.fullmatch(group.slug)
    unlisted = group.slug
    assert change(group, "other", description="Still unlisted", address="x").slug == unlisted
    assert change(group, "other", visibility="private").slug == unlisted
    assert change(group, "other", visibility="unlisted").slug == unlisted
    assert change(group, "other", visibility="public").slug == "other"
    group = change(group, "other", visibility="private")
    assert RANDOM.fullmatch(group.slug)
    assert group.slug != unlisted


def test_an_unlisted_group_from_before_keeps_its_link_until_it_is_reset() -> None:
    owner = factories.user()
    group = factories.group(manager=owner, slug="reading", visibility="unlisted")
    assert change(group, "other", name="Other", address="other").slug == "reading"
    assert change(group, "other", visibility="public").slug == "reading"
    group = change(group, "other", visibility="unlisted")
    assert RANDOM.fullmatch(group.slug)
    Group.objects.filter(pk=group.pk).update(slug="again")
    group = services.reset_address(group=group, by=owner)
    assert RANDOM.fullmatch(group.slug)
    assert make(owner, "Again", "again", visibility="public").slug == "again"
    Group.objects.filter(pk=group.pk).update(slug="private")
    group.refresh_from_db()
    assert RANDOM.fullmatch(change(group, "other", visibility="private").slug)


@pytest.mark.parametrize("who", NOT_MANAGERS)
def test_only_managers_reset_a_link(who: str) -> None:
    group = factories.group(manager=factories.user(), visibility="unlisted")
    person = not_manager(group, who)
    assert refusal(lambda: services.reset_address(group=group, by=person)) == MANAGERS_ONLY


def test_a_public_address_is_not_reset() -> None:
    owner = factories.user()
    group = make(owner, "Reading", "reading", visibility="public")
    assert refusal(lambda: services.reset_address(group=group, by=owner)) == (
        "The address of a public group cannot be reset."
    )


def test_the_number_of_groups_is_limited(settings: Settings) -> None:
    settings.MAX_GROUPS_PER_USER = 2
    owner = factories.user()
    services.personal_group(owner)
    make(owner, "Second")
    assert refusal(lambda: make(owner, "Third")) == (
        "Too many groups: the limit is 2. Leave one first."
    )
    assert {group.name for group in Group.objects.all()} == {"My talks", "Second"}


def test_leaving_ends_the_key_and_only_that_one() -> None:
    owner, other = factories.user(), factories.user()
    group = make(owner, "Reading")
    Membership.objects.create(group=group, user=other)
    theirs = services.replace_key(user=other, group=group).key
    own = FeedKey.objects.get(user=owner).key
    services.leave_group(group=group, user=other)
    services.leave_group(group=group, user=other)
    assert FeedKey.objects.find_by_key(theirs) is None
    opened = FeedKey.objects.find_by_key(own)
    assert opened is not None
    assert opened.group == group
    assert [one.user for one in group.memberships.all()] == [owner]


def test_the_last_manager_cannot_leave() -> None:
    owner, other = factories.user(), factories.user()
    group = make(owner, "Reading")
    Membership.objects.create(group=group, user=other, role="contributor")
    assert refusal(lambda: services.leave_group(group=group, user=owner)) == (
        "You are the only manager. Transfer ownership or delete the group instead."
    )
    Membership.objects.filter(user=other).update(role="manager")
    services.leave_group(group=group, user=owner)
    assert [one.user for one in group.memberships.all()] == [other]


def test_a_reset_key_stops_working() -> None:
    owner = factories.user()
    group = make(owner, "Reading")
    for subject in (group, None):
        old = services.replace_key(user=owner, group=subject).key
        new = services.replace_key(user=owner, group=subject).key
        assert KEY.fullmatch(new)
        assert FeedKey.objects.find_by_key(old) is None
        opened = FeedKey.objects.find_by_key(new)
        assert opened is not None
        assert (opened.user, opened.group) == (owner, subject)
    assert FeedKey.objects.count() == 2


def test_only_a_member_gets_a_key() -> None:
    group = factories.group(visibility="public")
    with pytest.raises(services.RefusedError, match=r"^You are not a member of this group\.$"):
        services.replace_key(user=factories.user(), group=group)
    assert not FeedKey.objects.exists()


@pytest.mark.parametrize("wrong", ["", "short", "x" * 34, "ÅÅÅ", "a" * 35, "%00"])
def test_a_mistyped_key_does_not_work(wrong: str) -> None:
    services.personal_group(factories.user())
    assert FeedKey.objects.find_by_key(wrong) is None


def test_both_parts_of_a_key_matter() -> None:
    key = services.replace_key(user=factories.user(), group=None).key
    other = services.replace_key(user=factories.user(), group=None).key
    assert FeedKey.objects.find_by_key(key[:8] + other[8:]) is None
    assert FeedKey.objects.find_by_key(key.upper()) is None
    assert FeedKey.objects.find_by_key(key + "\n") is None


def test_a_key_ends_with_its_owners_account() -> None:
    owner = factories.user()
    key = services.replace_key(user=owner, group=None).key
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert FeedKey.objects.find_by_key(key) is None


def test_a_keys_text_does_not_contain_it() -> None:
    owner = factories.user(name="Ada")
    group = make(owner, "Reading")
    keys = [services.replace_key(user=owner, group=one) for one in (None, group)]
    assert [str(key) for key in keys] == ["Ada · all groups", "Ada · Reading"]

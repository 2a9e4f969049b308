"""What ends when someone stops managing a group: every way in which that happens."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import FeedKey, Group, Membership, User
from accounts.services import delete_group, leave_group, members, replace_key
from tests import factories

pytestmark = pytest.mark.django_db


class World:
    """A private group with two managers, Ada and Bob, a member, and an administrator."""

    def __init__(self) -> None:
        self.ada, self.bob, self.eve = (factories.user(name=one) for one in ("Ada", "Bob", "Eve"))
        self.group = factories.group(manager=self.ada, member=self.eve, calendar_id=77)
        Membership.objects.create(group=self.group, user=self.bob, role="manager")
        self.token = self.group.token
        for number, fields in enumerate(
            (
                {"email": "bob@example.net", "role": "manager"},
                {"email": "new@example.org", "role": "member"},
                {"email": "", "role": "contributor"},
            )
        ):
            self.group.invitations.create(
                finding=f"{number}" * 8, proving=f"{number}" * 26, invited_by=self.bob, **fields
            )

    def feed(self) -> int:
        """Return the status of the feed that Bob saved."""
        return Client().get(f"/feed/json/77?token={self.token}").status_code

    def open_invitations(self) -> set[str]:
        return set(self.group.invitations.filter(outcome="").values_list("email", flat=True))

    def in_admin(self, changes: dict[str, object]) -> None:
        """Save the group's page in the admin with these changes to Bob's row, the third."""
        client = Client()
        client.force_login(factories.administrator())
        rows = self.group.memberships.order_by("pk")
        data: dict[str, object] = {"name": self.group.name, "visibility": "private"}
        data |= {"calendar_id": 77, "memberships-TOTAL_FORMS": 3, "memberships-INITIAL_FORMS": 3}
        for number, row in enumerate(rows):
            values = {"id": row.pk, "group": row.group_id, "user": row.user_id, "role": row.role}
            values |= changes if row.user == self.bob else {}
            data |= {f"memberships-{number}-{name}": value for name, value in values.items()}
        address = f"/admin/accounts/group/{self.group.pk}/change/"
        assert client.post(address, data).status_code == 302


def _leave(world: World) -> None:
    leave_group(group=world.group, user=world.bob)


def _demote(world: World) -> None:
    members.change_role(group=world.group, user=world.bob, role="member", by=world.ada)


def _transfer(world: World) -> None:
    members.transfer_ownership(group=world.group, to=world.eve, by=world.bob)


def _remove(world: World) -> None:
    members.remove_member(group=world.group, user=world.bob, by=world.ada)


def _remove_in_admin(world: World) -> None:
    world.in_admin({"DELETE": "on"})


def _demote_in_admin(world: World) -> None:
    world.in_admin({"role": "contributor"})


def _replace_in_admin(world: World) -> None:
    world.in_admin({"user": factories.user().pk})


def _deactivate(world: World) -> None:
    world.bob.is_active = False
    world.bob.save()


def _delete_account(world: World) -> None:
    world.bob.delete()


def _delete_accounts_at_once(world: World) -> None:
    User.objects.filter(pk=world.bob.pk).delete()


MANAGER, MEMBER, LINK = "bob@example.net", "new@example.org", ""


@pytest.mark.parametrize(
    ("go", "remaining"),
    [
        (_leave, {MEMBER, LINK}),
        (_demote, {MEMBER, LINK}),
        (_transfer, {MEMBER, LINK}),
        (_remove, set()),
        (_remove_in_admin, set()),
        (_demote_in_admin, {MEMBER, LINK}),
        (_replace_in_admin, {MEMBER, LINK}),
        (_deactivate, set()),
        (_delete_account, set()),
        (_delete_accounts_at_once, set()),
    ],
)
def test_a_former_manager_knows_no_way_in(go: Callable[[World], None], remaining: set[str]) -> None:
    world = World()
    assert world.feed() == 200
    go(world)
    assert world.feed() == 404
    assert world.open_invitations() == remaining


def test_a_membership_given_to_someone_else_takes_its_key_along() -> None:
    world = World()
    key = replace_key(user=world.bob, group=world.group).key
    new = factories.user()
    world.in_admin({"user": new.pk})
    assert FeedKey.objects.find_by_key(key) is None
    assert {one.user for one in FeedKey.objects.filter(membership__group=world.group)} == {new}


def test_the_token_stays_while_every_manager_does() -> None:
    world = World()
    members.change_role(group=world.group, user=world.eve, role="manager", by=world.ada)
    members.change_role(group=world.group, user=world.eve, role="manager", by=world.ada)
    factories.group(manager=world.bob).delete()
    other = factories.user()
    Membership.objects.create(group=world.group, user=other)
    members.change_role(group=world.group, user=other, role="contributor", by=world.ada)
    members.remove_member(group=world.group, user=other, by=world.ada)
    world.bob.name = "Robert"
    world.bob.save()
    assert world.feed() == 200


def test_groups_are_deleted_with_their_managers() -> None:
    world = World()
    delete_group(group=world.group)
    assert not Group.objects.exists()


@pytest.mark.parametrize(("visibility", "told"), [("private", True), ("public", False)])
def test_managers_are_told_that_pages_need_the_new_link(visibility: str, told: bool) -> None:
    world = World()
    Group.objects.filter(pk=world.group.pk).update(visibility=visibility)
    client = Client()
    client.force_login(world.ada)
    path = f"/groups/{world.group.slug}/people/{world.bob.pk}/"
    page = client.post(path, {"role": "member"}, follow=True).content.decode()
    sentence = (
        "The token of the group’s old calendar feeds was reset too. Pages that use them need the"
        " new link, which managers find under “Edit group”."
    )
    assert (sentence in page) is told

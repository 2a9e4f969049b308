"""Groups in the admin, where administrators manage the shared ones."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import FeedKey, Group, Membership, User
from accounts.services import personal_group
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/group/"


def _form_data(group: Group, roles: dict[User, str], **fields: str) -> dict[str, object]:
    """Return what the form sends: the members, then the people to be added."""
    present = {one.user: one.pk for one in group.memberships.select_related("user")}
    data: dict[str, object] = {
        "name": group.name,
        "visibility": group.visibility,
        "memberships-TOTAL_FORMS": len(roles),
        "memberships-INITIAL_FORMS": len(present),
    }
    for number, person in enumerate(sorted(roles, key=lambda one: present.get(one, 1 << 30))):
        data[f"memberships-{number}-id"] = present.get(person, "")
        data[f"memberships-{number}-group"] = group.pk
        data[f"memberships-{number}-user"] = person.pk
        data[f"memberships-{number}-role"] = roles[person]
    return data | fields


def _change(client: Client, group: Group, data: dict[str, object]) -> list[str]:
    """Submit the form and return its errors, or an empty list if it was saved."""
    response = client.post(f"{LIST}{group.pk}/change/", data)
    if response.status_code == 302:
        return []
    inlines = response.context["inline_admin_formsets"]
    errors = [response.context["adminform"].form.errors, inlines[0].formset.non_form_errors()]
    return [str(one) for group in errors for one in group]


def test_the_list_has_shared_groups(staff: Client) -> None:
    ada = factories.user(name="Ada")
    personal_group(ada)
    group = factories.group(name="Reading", manager=ada, member=factories.user(name="Bob"))
    for query in ("", "?q=ada", "?q=reading", "?visibility__exact=private"):
        rows = staff.get(LIST + query).context["cl"].result_list
        assert [(one, one.member_count, [m.user for m in one.managing]) for one in rows] == [
            (group, 2, [ada])
        ]


def test_the_list_needs_as_many_queries_for_three_groups_as_for_one(staff: Client) -> None:
    staff.get(LIST)  # the first page of a session saves when it was last used
    counts = []
    for groups in (1, 2):
        for _number in range(groups):
            factories.group(manager=factories.user())
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_organizers_have_no_access() -> None:
    group = factories.group(name="Reading")
    client = Client()
    client.force_login(factories.organizer(factories.series()))
    for path in (LIST, f"{LIST}{group.pk}/change/", f"{LIST}{group.pk}/delete/"):
        assert client.get(path).status_code == 403
        assert client.post(path, {"name": "Mine"}).status_code == 403
    assert Group.objects.get(pk=group.pk).name == "Reading"


def test_a_group_gets_another_manager(staff: Client) -> None:
    ada, bob = factories.user(), factories.user()
    group = factories.group(name="Reading", manager=ada)
    path = f"{LIST}{group.pk}/change/"
    assert staff.get(path).status_code == 200
    assert _change(staff, group, _form_data(group, {ada: "member", bob: "manager"})) == []
    roles = Membership.objects.filter(group=group).values_list("user", "role")
    assert sorted(roles) == sorted([(ada.pk, "member"), (bob.pk, "manager")])
    assert FeedKey.objects.get(user=bob).group == group


def test_a_group_keeps_a_manager(staff: Client) -> None:
    ada = factories.user()
    group = factories.group(manager=ada)
    assert _change(staff, group, _form_data(group, {ada: "member"})) == ["A group needs a manager."]
    removed = _form_data(group, {ada: "manager"}) | {"memberships-0-DELETE": "on"}
    assert _change(staff, group, removed) == ["A group needs a manager."]
    assert group.memberships.get().role == "manager"


def test_its_address_is_random_unless_it_is_public(staff: Client) -> None:
    ada = factories.user()
    group = factories.group(name="Reading", slug="reading", visibility="public", manager=ada)
    assert _change(staff, group, _form_data(group, {ada: "manager"}, visibility="private")) == []
    group.refresh_from_db()
    assert (group.visibility, len(group.slug) > 20) == ("private", True)
    shown = _form_data(group, {ada: "manager"}, visibility="public", name="Łódź–Reading")
    assert _change(staff, group, shown) == []
    group.refresh_from_db()
    assert (group.name, group.slug, group.visibility) == (
        "Łódź–Reading",
        "lodz-reading",
        "public",
    )


def test_personal_groups_are_not_shown(staff: Client) -> None:
    group = personal_group(factories.user())
    response = staff.get(f"{LIST}{group.pk}/change/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")

"""The numbers by which old feeds know talks and groups: fresh ones, and those that came along."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.legacy_ids import OWN_ID_BASE
from accounts.models import Group
from accounts.services import replace_token
from seminars.models import Audience, Talk, Topic
from tests import factories
from tests.seminars.admin_forms import client_of, filled


@pytest.mark.django_db
def test_every_row_has_one_however_it_is_made() -> None:
    talk, group = factories.talk(), factories.group()
    assert (talk.event_id, group.calendar_id) == (OWN_ID_BASE + talk.pk, OWN_ID_BASE + group.pk)
    Talk.objects.bulk_create([Talk(title="One"), Talk(title="Two", event_id=77)])
    numbers = dict(Talk.objects.exclude(pk=talk.pk).values_list("title", "event_id"))
    assert numbers == {"One": OWN_ID_BASE + Talk.objects.get(title="One").pk, "Two": 77}


@pytest.mark.django_db
def test_one_that_is_cleared_is_fresh_again() -> None:
    talk = factories.talk(event_id=600123)
    talk.event_id = None
    talk.save()
    assert Talk.objects.get().event_id == OWN_ID_BASE + talk.pk


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, OWN_ID_BASE, OWN_ID_BASE + 10**6])
def test_numbers_that_are_not_to_be_had(number: int) -> None:
    """The site's own are kept for the rows that they are made of."""
    talk = factories.talk()
    talk.event_id = number
    with pytest.raises(ValidationError) as refused:
        talk.full_clean()
    assert len(refused.value.messages) == 1
    if number:
        with pytest.raises(IntegrityError), transaction.atomic():
            talk.save()


@pytest.mark.django_db
def test_two_talks_never_have_the_same() -> None:
    factories.talk(event_id=600123)
    with pytest.raises(ValidationError):
        Talk(title="Another", event_id=600123).full_clean()


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_get_different_ones() -> None:
    def write(who: int) -> None:
        for number in range(5):
            Group.objects.create(name="Group", slug=f"{who}-{number}")
        connection.close()

    writers = [threading.Thread(target=write, args=[who]) for who in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(Group.objects.values_list("calendar_id", flat=True))) == 20


@pytest.mark.django_db
def test_tokens_are_each_groups_own_and_can_be_replaced() -> None:
    one, other = factories.group(), factories.group()
    before = one.token
    assert len({one.token, other.token}) == 2
    replace_token(group=one)
    assert len(before) == 26
    assert Group.objects.get(pk=one.pk).token not in (before, other.token)


@pytest.mark.django_db
def test_an_administrator_sets_them() -> None:
    talk = factories.talk()
    group = factories.group(visibility="public", manager=factories.user())
    staff = client_of(factories.administrator())
    for address, name in (
        (f"/admin/seminars/talk/{talk.pk}/change/", "event_id"),
        (f"/admin/accounts/group/{group.pk}/change/", "calendar_id"),
    ):
        sent = filled(staff.get(address)) | {name: "600123"}
        assert staff.post(address, sent).status_code == 302
    talk.refresh_from_db()
    group.refresh_from_db()
    assert (talk.event_id, group.calendar_id) == (600123, 600123)


@pytest.mark.django_db
def test_audiences_and_categories_have_the_numbers_of_the_old_calendar() -> None:
    names = ("Faculty/Staff", "student", "Alumni", "Student")
    audiences = [Audience.objects.create(name=name, slug=f"a{n}") for n, name in enumerate(names)]
    alumni, again = (OWN_ID_BASE + one.pk for one in audiences[2:])
    assert [one.legacy_id for one in audiences] == [1, 3, alumni, again]
    category = Topic.objects.create(name="Academic (general)", slug="c", kind="category")
    area = Topic.objects.create(name="Fine Arts", slug="t")
    assert (category.legacy_id, area.legacy_id) == (1, None)
    area.kind = "category"
    area.save()
    category.kind = "community"
    category.save()
    assert list(Topic.objects.order_by("pk").values_list("legacy_id", flat=True)) == [None, 2]


@pytest.mark.django_db
def test_an_administrator_sets_those_of_audiences_categories_and_feeds() -> None:
    organizer = client_of(factories.organizer(factories.series()))
    audience = Audience.objects.create(name="Alumni", slug="a")
    category = Topic.objects.create(name="Music", slug="c", kind="category")
    area = Topic.objects.create(name="Logic", slug="t")
    group = factories.group(visibility="public", manager=factories.user())
    staff = client_of(factories.administrator())
    rows = (
        (audience, "legacy_id", f"/admin/seminars/audience/{audience.pk}/change/"),
        (category, "legacy_id", f"/admin/seminars/topic/{category.pk}/change/"),
        (group, "feed_id", f"/admin/accounts/group/{group.pk}/change/"),
    )
    for row, name, address in rows:
        sent = filled(staff.get(address)) | {name: "5"}
        assert staff.post(address, sent).status_code == 302
        row.refresh_from_db()
        assert getattr(row, name) == 5
    address = f"/admin/seminars/topic/{area.pk}/change/"
    refused = staff.post(address, filled(staff.get(address)) | {"legacy_id": "6"})
    assert "Only a category has a number in the old calendar." in refused.content.decode()
    address = f"/admin/seminars/topic/{category.pk}/change/"
    sent = filled(organizer.get(address))
    assert "legacy_id" not in sent
    assert organizer.post(address, sent | {"name": "Choir", "legacy_id": "9"}).status_code == 302
    category.refresh_from_db()
    assert (category.name, category.legacy_id) == ("Choir", 5)


@pytest.mark.django_db
def test_an_organizer_does_not() -> None:
    talk = factories.talk(series=factories.series())
    assert talk.series is not None
    staff = client_of(factories.organizer(talk.series))
    address = f"/admin/seminars/talk/{talk.pk}/change/"
    sent = filled(staff.get(address))
    assert "event_id" not in sent
    assert staff.post(address, sent | {"event_id": "600123"}).status_code == 302
    assert Talk.objects.get().event_id == OWN_ID_BASE + talk.pk

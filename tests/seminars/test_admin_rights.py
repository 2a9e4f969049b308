"""Who may do what in the administration: by URL, by form and in bulk."""

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from seminars.models import Series, Speaker, Talk, Topic, Venue
from tests import factories
from tests.seminars.admin_forms import client_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@dataclass
class World:
    own: Series
    foreign: Series
    clients: dict[str, Client]
    talks: dict[str, Talk]


@pytest.fixture
def world() -> World:
    own, foreign = factories.series(name="Own"), factories.series(name="Foreign")
    talks = {
        "own": factories.talk(series=own, title="Own talk"),
        "joint": factories.talk(series=foreign, title="Joint talk"),
        "foreign": factories.talk(series=foreign, title="Foreign talk"),
        "foreign draft": factories.talk(series=foreign, title="Foreign draft", status="draft"),
        "no series": factories.talk(title="Nobody’s talk"),
    }
    talks["joint"].co_series.add(own)
    clients = {
        "administrator": client_of(factories.administrator()),
        "organizer": client_of(factories.organizer(own)),
        "staff without a series": client_of(factories.organizer()),
        "member": client_of(factories.user()),
        "organizer who is no staff": client_of(factories.user()),
        "visitor": Client(),
    }
    return World(own, foreign, clients, talks)


def address(page: str, *args: object) -> str:
    return reverse(f"admin:seminars_talk_{page}", args=args)


MAY_EDIT = {
    "administrator": {"own", "joint", "foreign", "foreign draft", "no series"},
    "organizer": {"own", "joint"},
}
INSIDE = ("administrator", "organizer", "staff without a series")


@pytest.mark.parametrize("page", ["change", "preview", "history"])
def test_only_editors_can_open_pages_of_a_talk(world: World, page: str) -> None:
    for role, client in world.clients.items():
        opened = {
            name
            for name, talk in world.talks.items()
            if client.get(address(page, talk.pk)).status_code == 200
        }
        assert opened == MAY_EDIT.get(role, set()), role


def test_the_list_has_only_editable_talks(world: World) -> None:
    for role in INSIDE:
        page = world.clients[role].get(address("changelist"), {"when": "all"})
        found = {talk.title for talk in page.context["cl"].result_list}
        assert found == {world.talks[name].title for name in MAY_EDIT.get(role, set())}


def test_outsiders_are_asked_to_sign_in(world: World) -> None:
    for role in ("member", "organizer who is no staff", "visitor"):
        for page in ("changelist", "add", "defaults", "latest"):
            answer = world.clients[role].get(address(page))
            assert (role, page, answer.status_code) in (
                (role, page, 302),
                (role, page, 403),
            )


def test_staff_without_a_series_see_an_explanation(world: World) -> None:
    shown = {
        role: "You don’t organize any series yet."
        in world.clients[role].get("/admin/").content.decode()
        for role in INSIDE
    }
    assert shown == {"administrator": False, "organizer": False, "staff without a series": True}
    assert world.clients["staff without a series"].get(address("add")).status_code == 403


@pytest.mark.parametrize("verb", ["cancel", "postpone", "withdraw", "duplicate", "undo"])
def test_actions_work_only_on_own_talks(world: World, verb: str) -> None:
    client = world.clients["organizer"]
    before = list(Talk.objects.order_by("pk").values())
    for name in ("foreign", "foreign draft", "no series"):
        answer = client.post(address("state", world.talks[name].pk), {"verb": verb})
        assert answer.status_code == 404
    for role in ("staff without a series", "member", "visitor"):
        answer = world.clients[role].post(address("state", world.talks["own"].pk), {"verb": verb})
        assert answer.status_code in (302, 403, 404)
    assert list(Talk.objects.order_by("pk").values()) == before


def test_actions_require_post(world: World) -> None:
    pk = world.talks["own"].pk
    assert world.clients["organizer"].get(address("state", pk), {"verb": "undo"}).status_code == 403
    assert Talk.objects.get(pk=pk).status == "announced"


def test_bulk_actions_skip_talks_of_other_series(world: World) -> None:
    chosen = [talk.pk for talk in world.talks.values()]
    data = {"action": "cancel", "_selected_action": chosen}
    world.clients["organizer"].post(address("changelist"), data)
    cancelled = set(Talk.objects.filter(status="cancelled").values_list("title", flat=True))
    assert cancelled == {"Own talk", "Joint talk"}


def test_no_one_can_delete_talks(world: World) -> None:
    for role in INSIDE:
        client = world.clients[role]
        assert client.post(
            address("delete", world.talks["own"].pk), {"post": "yes"}
        ).status_code in (
            302,
            403,
        )
        client.post(
            address("changelist"),
            {
                "action": "delete_selected",
                "_selected_action": [world.talks["own"].pk],
                "post": "yes",
            },
        )
    assert Talk.objects.count() == 5


def test_an_organizer_cannot_move_a_talk_to_another_series(world: World) -> None:
    client, talk = world.clients["organizer"], world.talks["own"]
    form = filled(client.get(address("change", talk.pk)))
    answer = client.post(address("change", talk.pk), form | {"series": world.foreign.pk})
    assert answer.context["adminform"].form.errors.keys() == {"series"}
    talk.refresh_from_db()
    assert talk.series == world.own


def test_an_organizer_cannot_add_a_talk_to_another_series(world: World) -> None:
    client = world.clients["organizer"]
    form = filled(client.get(address("add")))
    for chosen in (world.foreign.pk, ""):
        answer = client.post(address("add"), form | {"series": chosen})
        assert answer.context["adminform"].form.errors.keys() == {"series"}
    assert Talk.objects.count() == 5


def test_an_organizer_cannot_make_a_talk_joint_with_another_series(world: World) -> None:
    client, talk = world.clients["organizer"], world.talks["own"]
    form = filled(client.get(address("change", talk.pk)))
    client.post(address("change", talk.pk), form | {"co_series": [world.foreign.pk]})
    assert not talk.co_series.exists()


def test_a_joint_talk_stays_in_its_own_series(world: World) -> None:
    client, talk = world.clients["organizer"], world.talks["joint"]
    form = filled(client.get(address("change", talk.pk)))
    assert "series" not in form
    answer = client.post(
        address("change", talk.pk), form | {"series": world.own.pk, "title": "Renamed"}
    )
    assert answer.status_code == 302
    talk.refresh_from_db()
    assert (talk.series, list(talk.co_series.all()), talk.title) == (
        world.foreign,
        [world.own],
        "Renamed",
    )


def test_a_joint_talk_is_not_copied_into_another_series(world: World) -> None:
    client, talk = world.clients["organizer"], world.talks["joint"]
    answer = client.post(address("state", talk.pk), {"verb": "duplicate"}, follow=True)
    shown = [str(message) for message in answer.context["messages"]]
    assert shown == ["You can’t add talks to this series because it isn’t yours."]
    assert Talk.objects.count() == 5


def test_only_editors_can_restore_versions(world: World) -> None:
    talk = world.talks["foreign"]
    administrator = world.clients["administrator"]
    form = filled(administrator.get(address("change", talk.pk)))
    administrator.post(address("change", talk.pk), form | {"title": "Renamed"})
    page = address("restore", talk.pk, 1)
    for role in ("organizer", "staff without a series", "member", "visitor"):
        for ask in (world.clients[role].get, world.clients[role].post):
            assert ask(page).status_code in (302, 404), role
    talk.refresh_from_db()
    assert talk.title == "Renamed"
    assert administrator.post(page).status_code == 302
    talk.refresh_from_db()
    assert talk.title == "Foreign talk"


def test_defaults_are_available_to_people_who_may_add_talks(world: World) -> None:
    def status(role: str, series: Series) -> int:
        return world.clients[role].get(address("defaults"), {"series": series.pk}).status_code

    assert [status("organizer", one) for one in (world.own, world.foreign)] == [200, 404]
    assert [status("administrator", one) for one in (world.own, world.foreign)] == [200, 200]
    assert status("staff without a series", world.own) == 404


def test_defaults_as_json(world: World) -> None:
    venue = factories.venue(building="Hall")
    own = world.own
    own.venue, own.weekday, own.start_time = venue, 4, datetime.time(9)
    own.timezone, own.cost = "Europe/Paris", "free"
    own.save()
    found = world.clients["organizer"].get(address("defaults"), {"series": own.pk}).json()
    wanted = {
        "date": "Mar 7, 2025",
        "start_time": "9:00 AM",
        "end_time": "10:00 AM",
        "timezone": "Europe/Paris",
        "venue": {"id": venue.pk, "text": "Hall"},
        "cost": "free",
    }
    assert {name: found[name] for name in wanted} == wanted


def test_speaker_defaults_as_json(world: World) -> None:
    speaker = factories.speaker(affiliation="London", biography="Wrote notes.")
    ask = {"speaker": speaker.pk}
    found = world.clients["organizer"].get(address("latest"), ask).json()
    assert found == {"affiliation": "London", "biography": "Wrote notes."}
    for wrong in ("", "0", "x", "9" * 30):
        answer = world.clients["organizer"].get(address("latest"), {"speaker": wrong})
        assert answer.status_code == 404


SHARED: dict[str, tuple[Any, dict[str, Any]]] = {
    "speaker": (Speaker, {"name": "Emmy Noether"}),
    "venue": (Venue, {"building": "Hall", "slug": "hall"}),
    "topic": (Topic, {"name": "Rings", "slug": "rings"}),
}


@pytest.mark.parametrize("kind", SHARED)
def test_organizers_add_and_change_shared_rows(world: World, kind: str) -> None:
    model, fields = SHARED[kind]
    client = world.clients["organizer"]
    add = reverse(f"admin:seminars_{kind}_add")
    assert client.post(add, filled(client.get(add)) | fields).status_code == 302
    row = model.objects.get(**fields)
    change = reverse(f"admin:seminars_{kind}_change", args=[row.pk])
    first = next(iter(fields))
    client.post(change, filled(client.get(change)) | {first: "Changed"})
    row.refresh_from_db()
    assert getattr(row, first) == "Changed"
    delete = reverse(f"admin:seminars_{kind}_delete", args=[row.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    for role in ("staff without a series", "member", "visitor"):
        assert world.clients[role].get(add).status_code in (302, 403)


@pytest.mark.parametrize("kind", ["series", "venue", "topic", "audience", "department"])
def test_renaming_keeps_the_address(world: World, kind: str) -> None:
    client = world.clients["administrator"]
    name = "building" if kind == "venue" else "name"
    add = reverse(f"admin:seminars_{kind}_add")
    assert client.post(add, filled(client.get(add)) | {name: "A", "slug": "a"}).status_code == 302
    row = apps.get_model("seminars", kind)._default_manager.get(slug="a")
    change = reverse(f"admin:seminars_{kind}_change", args=[row.pk])
    form = filled(client.get(change))
    assert "slug" not in form
    assert client.post(change, form | {name: "B", "slug": "b"}).status_code == 302
    row.refresh_from_db()
    assert (getattr(row, name), row.slug) == ("B", "a")


@pytest.mark.parametrize("kind", ["series", "audience", "department"])
def test_only_administrators_change_series_and_departments(world: World, kind: str) -> None:
    add = reverse(f"admin:seminars_{kind}_add")
    found = {role: world.clients[role].get(add).status_code for role in INSIDE}
    assert found == {"administrator": 200, "organizer": 403, "staff without a series": 403}


def test_organizers_view_only_their_own_series(world: World) -> None:
    client = world.clients["organizer"]
    pages = [
        reverse("admin:seminars_series_change", args=[s.pk]) for s in (world.own, world.foreign)
    ]
    assert [client.get(page).status_code for page in pages] == [200, 302]
    assert client.post(pages[0], {"name": "Mine"}).status_code == 403


def test_autocomplete_offers_organizers_only_their_series(world: World) -> None:
    ask = {"app_label": "seminars", "model_name": "talk", "field_name": "series", "term": ""}
    found = world.clients["organizer"].get("/admin/autocomplete/", ask).json()
    assert [one["text"] for one in found["results"]] == ["Own"]

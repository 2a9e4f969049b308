"""A path of every route of the site, from the URL resolver, and people to request it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Group as RightsGroup
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Group
from accounts.people import vouch_for
from accounts.services import replace_key
from seminars.models import Appearance, Audience, Department, Talk, Topic
from seminars.services import changes
from tests import factories
from tests.factories import NOW

ROLES = ("visitor", "member", "organizer", "administrator")

_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
#: Routes that are regular expressions, with a path that matches each.
_EXPRESSIONS = {
    r"^(?P<app_label>auth|accounts|seminars)/$": "seminars/",
    r"(?P<url>.*)$": "nowhere/",
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-abc/",
}
#: Requests that the administration's pages make while forms are filled in.
_FORM_REQUESTS = (
    "/admin/autocomplete/?app_label=seminars&model_name=talk&field_name=venue&term=b",
    "/admin/seminars/talk/latest/?series={series}",
    "/admin/seminars/talk/defaults/?series={series}",
    "/admin/seminars/talk/?when=all&q=talk",
    "/admin/seminars/talk/add/?series={series}",
    "/admin/seminars/venue/add/?_to_field=id&_popup=1",
    "/admin/seminars/talk/nowhere/change/",
)


@dataclass
class World:
    """One row of every kind, and a client for each role."""

    talk: Talk
    group: Group
    key: str
    clients: dict[str, Client]

    def addresses(self) -> list[str]:
        """Return a path of every route, with this world's rows in it, and a few that give 4xx."""
        known = {
            "slug": self.group.slug,
            "key": self.key,
            "number": "1",
            "calendar": str(self.group.calendar_id),
            "feed": str(self.group.feed_id),
            "code": "cs",
            "event": str(self.talk.event_id),
            "year": "2025",
            "month": "03",
            "version": "0",
            "kind": "talks",
            "part": "1",
            "content_type_id": str(ContentType.objects.get_for_model(Talk).pk),
        }
        paths = [filled(route, known | _keys(route, self.talk)) for route in routes()]
        requested = [one.format(series=self.talk.series_id) for one in _FORM_REQUESTS]
        wrong = ["/nowhere/", "/talks/?when=never", "/talks.ics?when=never"]
        return [self.talk.get_absolute_url(), *paths, *requested, *wrong]


def filled(route: str, values: dict[str, str]) -> str:
    """Return the route with values in place of its variables."""
    return _VARIABLE.sub(lambda variable: values[variable[1]], route)


def _keys(route: str, talk: Talk) -> dict[str, str]:
    """Return the key for a path's variables: of the administration's model, or the talk's."""
    administered = re.match(r"/admin/(auth|accounts|seminars)/(\w+)/", route)
    row = talk.pk
    if administered:
        model = apps.get_model(administered[1], administered[2])
        row = model._default_manager.order_by("pk").values_list("pk", flat=True)[0]
    return dict.fromkeys(("pk", "id", "object_id"), str(row))


def routes(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """Yield every route in Django's notation, such as `/talks/<id:pk>/`."""
    for entry in (resolver or get_resolver()).url_patterns:
        written = str(entry.pattern)
        here = before + _EXPRESSIONS.get(written, written)
        if isinstance(entry, URLResolver):
            yield from routes(entry, here)
        elif isinstance(entry, URLPattern):
            yield here


def world(visibility: str = "public") -> World:
    """Create a talk with everything that talks have, in a group of this visibility, at NOW."""
    department = Department.objects.create(name="Rite", slug="rite")
    series = factories.series(slug="rite", department=department)
    people = {
        "member": factories.user(),
        "organizer": factories.organizer(series),
        "administrator": factories.administrator(),
    }
    person = factories.speaker()
    talk = factories.talk(person, series=series, venue=factories.venue(slug="rite"))
    talk.topics.add(Topic.objects.create(name="Rite", slug="rite"))
    talk.audiences.add(Audience.objects.create(name="Rite", slug="rite"))
    with changes.changing(talk=talk, by=people["organizer"], now=NOW, base=None):
        talk.cost = "free"
    # With the talk's key, so that a path of each kind exists.
    if person.pk != talk.pk:
        Appearance.objects.create(talk=talk, speaker=factories.speaker(pk=talk.pk), position=1)
    RightsGroup.objects.create(name="Rite")
    group = factories.group(talk, slug="rite", visibility=visibility, manager=people["member"])
    key = replace_key(user=people["member"], group=group).key
    clients = {role: Client() for role in ROLES}
    for role, user in people.items():
        vouch_for(user)
        clients[role].force_login(user)
    return World(talk, group, key, clients)


def rows() -> dict[str, str]:
    """Return all rows of every table except sessions, which a visit may extend."""
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in ("sessions", "usersessions")
    }

"""Every kind of thing that has a page has everything that such a kind needs."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from seminars.formats import FORMATS
from seminars.listings.dimension_types import Rows
from seminars.listings.dimensions import DIMENSIONS
from seminars.listings.subjects import BY_NAME, KINDS, SubjectKind, feed_path, heading, kind_of
from seminars.models import Department, Follow, Talk, Topic
from seminars.models.follow import TARGETS
from seminars.services import restoring
from seminars.views.groups import addresses
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

EACH = pytest.mark.parametrize("kind", KINDS, ids=list(BY_NAME))


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def subjects(db: None) -> dict[str, Any]:
    """One subject of each kind, all with the same public talk."""
    department = Department.objects.create(name="Rite", slug="rite")
    series = factories.series(name="Rite", slug="rite", department=department)
    speaker, venue = factories.speaker(name="Rite"), factories.venue(building="Rite", slug="rite")
    topic = Topic.objects.create(name="Rite", slug="rite")
    talk = factories.talk(speaker, title="Engines", series=series, venue=venue)
    talk.topics.add(topic)
    rows = (department, series, speaker, venue, topic)
    return {kind_of(row).name: row for row in rows}


def test_every_model_with_a_page_is_a_kind() -> None:
    with_page = {
        model
        for model in apps.get_app_config("seminars").get_models()
        if hasattr(model, "get_absolute_url")
    }
    # Talks have pages of their own kind; a rule leads to the page of what it follows.
    assert with_page - {Talk, Follow} == {kind.model for kind in KINDS}


@EACH
def test_pages(client: Client, subjects: dict[str, Any], kind: SubjectKind) -> None:
    subject = subjects[kind.name]
    assert subject.get_absolute_url().startswith(f"/{kind.folder}/")
    page = Page(client.get(subject.get_absolute_url()).content)
    assert page.words("h1") == [heading(subject)]
    assert "Engines" in page.words("row-title")
    index = Page(client.get(reverse(kind.index_name)).content)
    assert index.words("h1") == [str(kind.plural_label)]
    assert subject.get_absolute_url() in {part.attributes["href"] for part in index.of("a")}
    assert reverse(kind.index_name) in {part.attributes["href"] for part in page.of("a")}


@EACH
def test_feeds_and_embedding(client: Client, subjects: dict[str, Any], kind: SubjectKind) -> None:
    subject = subjects[kind.name]
    for suffix in FORMATS:
        feed = client.get(f"{feed_path(subject)}.{suffix}")
        assert feed.status_code == 200
        assert b"Engines" in feed.content
    address = subject.get_absolute_url()
    assert b"Engines" in client.get(f"/embed{address}").content
    found = client.get("/oembed", {"url": settings.SITE_URL + address}).json()
    assert found["title"] == heading(subject)


@EACH
def test_sitemap(client: Client, subjects: dict[str, Any], kind: SubjectKind) -> None:
    part = client.get(f"/sitemap-{kind.folder}-1.xml").content.decode()
    assert f"<loc>{settings.SITE_URL}{subjects[kind.name].get_absolute_url()}</loc>" in part
    pages = client.get("/sitemap-pages-1.xml").content.decode()
    assert f"<loc>{settings.SITE_URL}{reverse(kind.index_name)}</loc>" in pages


@EACH
def test_filters_and_following(subjects: dict[str, Any], kind: SubjectKind) -> None:
    subject, visitor = subjects[kind.name], AnonymousUser()
    assert kind.name == kind.link.name
    (dimension,) = (one for one in DIMENSIONS if one.name == kind.name)
    if isinstance(dimension, Rows):
        assert (dimension.model, dimension.link) == (kind.model, kind.link)
        assert (dimension.index_page, str(dimension.label)) == (kind.index_name, str(kind.label))
    assert isinstance(dimension, Rows) == kind.has_slug_key
    assert kind.name in TARGETS
    assert restoring.SHARED[kind.name] is kind.model
    assert addresses.target_of(subject.get_absolute_url(), visitor) == subject
    found = {(one.kind, one.address) for one in addresses.pages_named("Rite", visitor)}
    assert (str(kind.label), subject.get_absolute_url()) in found

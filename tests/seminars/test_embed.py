"""Embedded listings over HTTP; tests/browser/test_embed.py shows them in a browser."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import FormerAddress
from seminars.models import Talk
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def talk() -> Talk:
    series = factories.series(name="CS <Seminar>", slug="cs")
    return factories.talk(factories.speaker(name="Ada"), title="Engines", series=series)


def describe(client: Client, url: str, **more: str) -> Any:
    return client.get(f"/oembed?{urlencode({'url': f'http://testserver{url}'} | more)}")


def test_an_embed_is_the_same_for_everyone(client: Client, talk: Talk) -> None:
    factories.talk(title="Secret", status="draft", series=talk.series)
    client.force_login(factories.administrator())
    speaker = talk.appearances.get().speaker_id
    for path in ("talks/", "series/cs/", f"talks/{talk.pk}/", f"speakers/{speaker}/"):
        answer = Client().get(f"/embed/{path}")
        body = answer.content.decode()
        assert "Engines" in body and "Secret" not in body
        assert "Times are Chicago time" in body
        assert "<script" not in body and "<form" not in body and '<base target="_top">' in body
        assert not answer.cookies
        assert client.get(f"/embed/{path}").content.decode() == body


def test_a_renamed_group_stays_embedded(client: Client, talk: Talk) -> None:
    group = factories.group(talk, slug="new", visibility="public")
    FormerAddress.objects.create(slug="old", group=group)
    assert "Engines" in client.get("/embed/groups/old/").content.decode()
    assert describe(client, "/groups/old/").json()["title"] == group.name
    moved = client.get("/groups/old.json?when=upcoming")
    assert (moved.status_code, moved["Location"]) == (301, "/groups/new.json?when=upcoming")
    # Without this header, browsers do not let a script on another site follow the redirect.
    assert moved["Access-Control-Allow-Origin"] == "*"


def test_the_script_has_texts_in_the_sites_language(client: Client) -> None:
    first, rest = client.get("/embed/seminars.js").content.decode().split("\n", 1)
    assert first == (
        'const TEXTS = {"cancelled": "Canceled", "postponed": "Postponed",'
        ' "hybrid": "also online", "none": "No talks to show."};'
    )
    assert set(re.findall(r"TEXTS\.(\w+)", rest)) == {"hybrid", "none"}


def test_missing_and_private_pages(client: Client, talk: Talk) -> None:
    group = factories.group(talk, slug="quokka", visibility="private", manager=factories.user())
    unlisted = factories.group(talk, slug="wombat", visibility="unlisted")
    draft = factories.talk(status="draft")
    for path in ("series/none/", f"groups/{group.slug}/", f"talks/{draft.pk}/", "speakers/99/"):
        assert client.get(f"/embed/{path}").status_code == 404
        assert describe(client, f"/{path}").status_code == 404
    assert client.get(f"/embed/groups/{unlisted.slug}/").status_code == 200
    answer = client.get("/embed/talks/?when=never")
    assert (answer.status_code, "“when”" in answer.content.decode()) == (400, True)
    Talk.objects.filter(pk=talk.pk).update(withdrawn_at=NOW, published_at=NOW)
    assert client.get(f"/embed/talks/{talk.pk}/").status_code == 404


def test_oembed(client: Client, talk: Talk) -> None:
    answer = describe(client, "/series/cs/?when=past", maxwidth="320", maxheight="200")
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.content) == {
        "version": "1.0",
        "type": "rich",
        "title": "CS <Seminar>",
        "html": '<iframe src="http://testserver/embed/series/cs/?when=past" width="320"'
        ' height="200" title="CS &lt;Seminar&gt;" loading="lazy" frameborder="0"></iframe>',
        "width": 320,
        "height": 200,
        "provider_name": "Seminars",
        "provider_url": "http://testserver",
    }
    wide = json.loads(describe(client, talk.get_absolute_url(), maxwidth="9999").content)
    assert (wide["title"], wide["width"], wide["height"]) == ("Engines", 600, 480)
    assert f"/embed{talk.get_absolute_url()}" in wide["html"]
    assert "/embed/talks/" in json.loads(describe(client, "").content)["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("url=", 400),
        ("url=http://testserver/talks/&maxwidth=0", 400),
        ("url=http://testserver/talks/&maxheight=x", 400),
        ("url=http://testserver/talks/&format=xml", 501),
        ("url=http://elsewhere.example.org/talks/", 404),
        ("url=http://testserver.example.org/talks/", 404),
        ("url=javascript://testserver/talks/", 404),
        ("url=http://[", 404),
        ("url=http://testserver/nowhere/", 404),
        ("url=http://testserver/me/", 404),
        ("url=http://testserver/talks/%3Fwhen=never", 404),
        ("url=http://testserver/series/%2500/", 404),
    ],
)
def test_oembed_of_invalid_addresses(client: Client, talk: Talk, query: str, status: int) -> None:
    assert client.get(f"/oembed?{query}").status_code == status


def test_pages_link_to_their_description(client: Client, talk: Talk) -> None:
    for path in ("/series/cs/", "/talks/", talk.get_absolute_url()):
        head = client.get(path).content.decode()
        link = '<link rel="alternate" type="application/json+oembed" title="oEmbed" href="'
        address = unescape(head.split(link)[1].split('"')[0])
        assert address.startswith("http://testserver/oembed?")
        assert client.get(address).status_code == 200


def test_the_code_is_offered_only_for_public_lists(client: Client, talk: Talk) -> None:
    ada = factories.user()
    private = factories.group(talk, visibility="private", manager=ada)
    page = client.get("/series/cs/?when=past").content.decode()
    code = unescape(page.split('id="embed-code"')[1].split('value="')[1].split('"')[0])
    assert code == (
        '<script type="module" src="http://testserver/embed/seminars.js"></script>'
        '<seminars-listing src="http://testserver/series/cs.json?when=past">'
        '<a href="http://testserver/series/cs/?when=past">CS &lt;Seminar&gt;</a></seminars-listing>'
    )
    client.force_login(ada)
    assert "embed-code" not in client.get(f"/groups/{private.slug}/").content.decode()


def test_other_sites_may_read_the_script_and_the_feeds(client: Client, talk: Talk) -> None:
    for path in ("/embed/seminars.js", "/series/cs.json", "/talks.ics", f"/talks/{talk.pk}.json"):
        answer = client.get(path)
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
        assert answer["Cache-Control"] == "public, no-cache"
    assert "Access-Control-Allow-Origin" not in client.get("/series/cs/")

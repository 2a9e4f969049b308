"""What search engines read: robots.txt, the sitemap and its parts, and each page's own address."""

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from django.test import Client

from seminars.listings import sitemaps
from seminars.models import Talk, Topic
from tests import factories
from tests.factories import NOW
from tests.seminars.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_now")]

SITE = "http://testserver"
INDEXES = ["/", "/talks/", "/series/", "/departments/", "/topics/", "/venues/", "/speakers/"]


def listed(client: Client, path: str) -> list[tuple[str, str | None]]:
    """Return the paths in a sitemap, each with its date."""
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring(answer.content)  # noqa: S314 — our own
    names = {f"{space}sitemapindex": f"{space}sitemap", f"{space}urlset": f"{space}url"}
    entries = root.findall(names[root.tag])
    assert len(entries) == len(root)
    found = []
    for entry in entries:
        address = entry.findtext(f"{space}loc") or ""
        assert address.startswith(f"{SITE}/")
        found.append((address.removeprefix(SITE), entry.findtext(f"{space}lastmod")))
    return found


def everything(client: Client) -> list[str]:
    """Return the path of every page in the sitemap."""
    parts = [path for path, _date in listed(client, "/sitemap.xml")]
    return [path for part in parts for path, _date in listed(client, part)]


def test_robots(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == (
        "User-agent: *\n"
        "Disallow: /accounts/\n"
        "Disallow: /admin/\n"
        "Disallow: /me/\n"
        "Disallow: /talks/*/add/\n"
        "Disallow: /groups/new/\n"
        "Disallow: /groups/*/edit/\n"
        "Disallow: /groups/*/delete/\n"
        "Disallow: /groups/*/leave/\n"
        "Disallow: /groups/*/token/\n"
        "Disallow: /mail/\n"
        "\n"
        "Sitemap: http://testserver/sitemap.xml\n"
    )


def test_an_empty_site(client: Client) -> None:
    assert listed(client, "/sitemap.xml") == [("/sitemap-pages-1.xml", None)]
    assert everything(client) == [*INDEXES, "/groups/"]


def test_everything_public_and_nothing_else(client: Client) -> None:
    department = factories.department(slug="rite")
    series = factories.series(slug="cs", department=department)
    venue = factories.venue(slug="mudd")
    topic = Topic.objects.create(name="Topic", slug="topic")
    pages = [one.get_absolute_url() for one in (series, department, venue, topic)]
    for status in Talk.Status.values:
        person = factories.speaker(name=f"Speaker {status}")
        talk = factories.talk(person, title=f"Talk {status} & more", status=status)
        if talk.is_public:
            pages += [talk.get_absolute_url(), person.get_absolute_url()]
    factories.talk(factories.speaker(name="Gone"), withdrawn_at=NOW)
    for visibility in ("public", "unlisted", "private"):
        factories.group(slug=visibility, visibility=visibility)
    pages.append("/groups/public/")
    client.force_login(factories.administrator())
    found = everything(client)
    assert sorted(found) == sorted([*INDEXES, "/groups/", *pages])
    visitor = Client()
    for path in found:
        page = visitor.get(path)
        assert page.status_code == 200, path
        assert b"noindex" not in page.content, path


def test_last_changes(client: Client) -> None:
    talk = factories.talk(pk=1, title="Größe & <more>")
    assert listed(client, "/sitemap-talks-1.xml") == [
        (talk.get_absolute_url(), "2025-03-03T18:00:00Z")
    ]


def test_parts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts have spans of ids; a span without a public talk is neither listed nor served."""
    monkeypatch.setattr(sitemaps, "SPAN", 2)
    first = factories.talk(pk=1)
    factories.talk(pk=4, status="draft")
    last = factories.talk(pk=6)
    names = [path for path, _date in listed(client, "/sitemap.xml")]
    assert names == ["/sitemap-pages-1.xml", "/sitemap-talks-1.xml", "/sitemap-talks-3.xml"]
    parts = [listed(client, name)[0][0] for name in names[1:]]
    assert parts == [first.get_absolute_url(), last.get_absolute_url()]
    for missing in ("talks-2", "talks-4", "talks-999999999999999999", "pages-2", "secrets-1"):
        assert client.get(f"/sitemap-{missing}.xml").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_queries(client: Client, django_assert_num_queries: Any, number: int) -> None:
    for key in range(1, number + 1):
        factories.talk(factories.speaker(pk=key), pk=key)
    with django_assert_num_queries(1):
        assert len(list(sitemaps.addresses("talks", 1))) == number
    with django_assert_num_queries(9):
        assert len(sitemaps.parts()) == 3


def canonical(client: Client, path: str) -> str:
    (found,) = [
        part.attributes["href"]
        for part in Page(client.get(path).content).of("link")
        if part.attributes["rel"] == "canonical"
    ]
    return found.removeprefix(SITE)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/?utm_source=mail", "/"),
        ("/talks/?page=1&fbclid=x", "/talks/"),
        ("/talks/?when=past&q=a%20b&page=2", "/talks/?q=a+b&when=past&page=2"),
        ("/talks/?series=b&series=a&page=1", "/talks/?series=a&series=b"),
        ("/series/?page=1&gclid=x", "/series/"),
        ("/series/?page=2", "/series/?page=2"),
        ("/series/a/?when=past&utm_medium=x", "/series/a/?when=past"),
        ("/groups/", "/groups/"),
        ("/groups/open/?when=past&page=2", "/groups/open/?when=past&page=2"),
    ],
)
def test_each_page_has_one_address(client: Client, path: str, expected: str) -> None:
    factories.series(slug="a")
    factories.series(slug="b")
    factories.group(slug="open", visibility="public")
    assert canonical(client, path) == expected


def test_every_page_is_described(client: Client) -> None:
    """With a title, a description, one heading and its address, as search engines show them."""
    talk = factories.talk(factories.speaker(), series=factories.series(), venue=factories.venue())
    factories.group(slug="open", visibility="public")
    speaker = talk.appearances.get().speaker
    assert talk.series
    assert talk.venue
    pages = [one.get_absolute_url() for one in (talk, talk.series, talk.venue, speaker)]
    titles = set()
    for path in [*INDEXES, *pages, "/groups/", "/groups/open/"]:
        page = Page(client.get(path).content)
        names = {part.attributes.get("name"): part.attributes for part in page.of("meta")}
        assert 10 < len(names["description"]["content"]) < 330, path
        assert names["twitter:card"]["content"] == "summary_large_image"
        assert len(page.of("h1")) == 1, path
        assert canonical(client, path) == path
        titles.add(page.words("title")[0])
    # The home page and the list of all talks are both of what comes.
    assert len(titles) == len(INDEXES) + len(pages) + 2 - 1


def test_series_and_speakers_are_described_by_their_own_texts(client: Client) -> None:
    series = factories.series(name="CS", description="Once a *week*.")
    speaker = factories.speaker(biography="Weaves **numbers**.")
    factories.talk(speaker, series=series)
    plain = factories.series(name="Plain")
    for page, said in (
        (series, "Once a week."),
        (speaker, "Weaves numbers."),
        (plain, "Talks: Plain"),
    ):
        body = client.get(page.get_absolute_url()).content.decode()
        assert f'<meta name="description" content="{said}">' in body


def test_wrong_slugs_redirect_to_the_canonical_address(client: Client) -> None:
    talk = factories.talk(title="On engines")
    for path in (f"/talks/{talk.pk}/", f"/talks/{talk.pk}/older-title/"):
        moved = client.get(path)
        assert (moved.status_code, moved["Location"]) == (301, talk.get_absolute_url())


def test_errors_have_no_canonical_address(client: Client) -> None:
    gone = factories.talk(withdrawn_at=NOW)
    for path, status in (("/nowhere/", 404), (gone.get_absolute_url(), 410)):
        answer = client.get(path)
        assert answer.status_code == status
        assert b"canonical" not in answer.content
        assert b"og:" not in answer.content


def test_searches_are_not_indexed(client: Client) -> None:
    """Nor pages with several filters, of which there is an endless number."""
    for slug in ("a", "b"):
        factories.series(slug=slug)
        Topic.objects.create(name=slug, slug=slug)
    assert b"noindex" in client.get("/talks/?series=a&topic=b").content
    assert b"noindex" not in client.get("/talks/?series=a").content
    assert b'name="robots" content="noindex"' in client.get("/talks/?q=anything").content
    assert b"noindex" not in client.get("/talks/?when=past").content


def test_months_without_talks_are_not_indexed(client: Client) -> None:
    """There are 4,800 of them, each with a link to the next. Nor months with several filters."""
    factories.talk(series=factories.series(slug="a"))
    Topic.objects.create(name="b", slug="b")
    for path, is_listed in (
        ("/calendar/", True),
        ("/calendar/2025/03/?series=a", True),
        ("/calendar/2025/03/?series=a&topic=b", False),
        ("/calendar/2025/03/?q=talk", False),
        ("/calendar/1900/01/", False),
    ):
        assert (b"noindex" not in client.get(path).content) == is_listed, path


def test_pages_after_the_last_are_not_indexed(client: Client) -> None:
    series = factories.series(slug="a")
    factories.talk(series=series)
    for path in ("/talks/", series.get_absolute_url()):
        assert b"noindex" not in client.get(path).content
        assert b"noindex" in client.get(f"{path}?page=9").content


def test_every_listing_links_to_its_feeds(client: Client) -> None:
    series = factories.series(slug="cs")
    for path, feed in (
        ("/", "/talks"),
        ("/talks/?series=cs", "/talks"),
        (series.get_absolute_url(), "/series/cs"),
    ):
        page = client.get(path).content.decode()
        found = re.findall(
            r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)"', page
        )
        found = [(kind, address) for kind, address in found if not kind.endswith("+oembed")]
        kinds = {kind for kind, _address in found}
        assert kinds >= {
            "text/calendar",
            "application/atom+xml",
            "application/feed+json",
            "text/csv",
        }
        for kind, address in found:
            if "oembed" in kind:
                continue
            assert address.startswith(f"{SITE}{feed}.")
            assert client.get(address.removeprefix(SITE).replace("&amp;", "&")).status_code == 200

"""The Atom format: a complete feed, parsed as XML, and nothing that must not be published."""

import datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from accounts.services import replace_key
from seminars.formats import FORMATS
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from seminars.models import Talk
from tests import factories
from tests.factories import NOW
from tests.seminars.seed import SEED_NOW, seed_talk

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = "http://testserver/talks/2101/deep-learning-theory-in-the-age-of-generative-ai/"


def render(series: str = "", now: datetime.datetime = NOW, **fields: Any) -> bytes:
    filters = Filters(when=When.ALL, series=(series,) if series else ())
    listing = Listing.find(filters=filters, now=now, **fields)
    return FORMATS["atom"].render(listing, list(listing.for_feed()))


def parsed(feed: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(feed)  # noqa: S314 — it is ours


def element(part: ElementTree.Element) -> tuple[str, dict[str, str], object]:
    """Return the name, the attributes, and the text or the child elements."""
    return (
        part.tag.removeprefix(ATOM),
        dict(part.attrib),
        [element(one) for one in part] if len(part) else part.text or "",
    )


def entries(feed: bytes) -> list[ElementTree.Element]:
    return parsed(feed).findall(f"{ATOM}entry")


CONTENT = """\
<p>Friday, February 21, 2025, 12:00 – 1:00 PM CST<br>
Mudd Hall, 3514, 2233 Tech Drive, Evanston, IL 60208</p>
<p>Note the unusual room</p>
<p>Speaker: Sadhika Malladi (Princeton University)<br>
Host: Hana Host</p>
<h2>Abstract</h2>
<p>Training large models is mostly guesswork; theory explains little of it.</p>
<p>This talk derives a fine-tuning method from first principles — with \
<code>$\\Nabla f = 0$</code>, half the time; a twelfth of the memory.</p>
<h2>About Sadhika Malladi</h2>
<p>Sadhika Malladi studies the theory of deep learning.</p>
<p>Mudd Hall was formerly Seeley G. Mudd Library.<br>
Enter from the north side.<br>
Step-free access: By the lift.<br>
There is a hearing loop.</p>
<p>You can attend in person or online.<br>
Join: {}https://example.zoom.us/j/123456789?pwd=invented{}<br>
Please mute your microphone.<br>
Registration: {}https://example.org/register{}</p>
<p>Recording: {}https://panopto.example.org/Viewer.aspx?id=invented{}<br>
Slides: {}https://example.org/slides.pdf{}</p>
<p>Refreshments: Coffee from 11:45<br>
Cost: free<br>
Audience: Faculty/Staff, Students<br>
Contact: Pat Example, (847) 555-0100, pat@example.org<br>
See also: {}https://example.org/talks/malladi{}</p>"""


def linked(text: str) -> str:
    """Replace each URL between {} and {} by a link."""
    pieces = text.split("{}")
    pieces[1::2] = [f'<a href="{one}">{one}</a>' for one in pieces[1::2]]
    return "".join(pieces)


def test_every_element_of_the_seed_talks_feed() -> None:
    seed_talk()
    feed = render("cs-seminar", SEED_NOW)
    assert feed.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns=")
    assert feed.endswith(b"</feed>\n")
    itself = "http://testserver/talks.atom?series=cs-seminar&when=all"
    page = "http://testserver/talks/?series=cs-seminar&when=all"
    category = [
        ("category", {"term": term, "label": label}, "")
        for term, label in [
            ("academic-general", "Academic (general)"),
            ("implicit-bias", "Bias, implicit"),
            ("machine-learning", "machine learning"),
            ("optimization", "optimization"),
        ]
    ]
    title = "CS Seminar: Sadhika Malladi — Deep Learning Theory in the Age of Generative AI"
    when = "Friday, February 21, 2025, 12:00 – 1:00 PM CST"
    author: list[tuple[str, dict[str, str], str]] = [
        ("name", {}, "Sadhika Malladi"),
        ("uri", {}, "https://example.org/malladi"),
    ]
    assert element(parsed(feed)) == (
        "feed",
        {"{http://www.w3.org/XML/1998/namespace}lang": "en"},
        [
            ("id", {}, "urn:uuid:62969a1f-1eb5-5e32-a838-127e1e882e69"),
            ("title", {}, "CS Seminar"),
            ("updated", {}, "2025-02-03T18:05:06Z"),
            ("link", {"rel": "self", "type": "application/atom+xml", "href": itself}, ""),
            ("link", {"rel": "alternate", "type": "text/html", "href": page}, ""),
            ("author", {}, [("name", {}, "Seminars")]),
            (
                "entry",
                {},
                [
                    ("id", {}, "urn:uuid:7d9f4a52-53b1-4c0a-9a53-1f2d6f1c2b11"),
                    ("title", {}, title),
                    ("updated", {}, "2025-02-03T18:05:06Z"),
                    ("published", {}, "2025-01-08T09:00:00Z"),
                    ("author", {}, author),
                    *category,
                    ("link", {"rel": "alternate", "type": "text/html", "href": PAGE}, ""),
                    (
                        "summary",
                        {},
                        f"Sadhika Malladi (Princeton University) · {when} · Mudd Hall 3514",
                    ),
                    ("content", {"type": "html"}, linked(CONTENT)),
                ],
            ),
        ],
    )


def test_an_empty_feed_was_updated_when_the_day_began() -> None:
    feed = parsed(render())
    assert [part.tag.removeprefix(ATOM) for part in feed] == [
        *("id", "title", "updated", "link", "link", "author")
    ]
    assert feed.findtext(f"{ATOM}updated") == "2025-03-03T06:00:00Z"


def test_the_update_time_is_that_of_the_latest_change() -> None:
    for hours in (1, 3, 2):
        factories.talk(changed_at=NOW + datetime.timedelta(hours=hours))
    assert parsed(render()).findtext(f"{ATOM}updated") == "2025-03-03T21:00:00Z"


def test_the_same_data_gives_the_same_bytes() -> None:
    seed_talk()
    factories.talk(timezone="Europe/London")
    assert render() == render()


@pytest.mark.parametrize(
    ("status", "title", "news"),
    [
        ("announced", "T", ""),
        ("cancelled", "Canceled: T", "<p>This talk has been canceled.</p>\n"),
        (
            "postponed",
            "Postponed: T",
            "<p>This talk has been postponed. A new date will be announced.</p>\n",
        ),
    ],
)
def test_bad_news_is_in_the_title_and_at_the_beginning(status: str, title: str, news: str) -> None:
    factories.talk(title="T", status=status)
    (entry,) = entries(render())
    assert entry.findtext(f"{ATOM}title") == title
    assert entry.findtext(f"{ATOM}content") == (
        f"{news}<p>Monday, March 10, 2025, 12:00 – 1:00 PM CDT</p>"
    )


def test_every_speaker_is_an_author_and_hosts_are_not() -> None:
    talk = factories.talk(factories.speaker(name="Ada"), factories.speaker(name="Bob"))
    talk.appearances.create(speaker=factories.speaker(name="Hana"), role="host", position=2)
    (entry,) = entries(render())
    assert [one.text for one in entry.iter(f"{ATOM}name")] == ["Ada", "Bob"]


def test_hostile_texts_are_escaped() -> None:
    bad = "<script>alert(1)</script> & \x01\x1b\ufffe\uffff]]>"
    talk = factories.talk(factories.speaker(name=bad), title=bad, notice=bad, abstract=bad)
    talk.topics.create(name=bad, slug="bad")
    (entry,) = entries(render())
    clean = "<script>alert(1)</script> & ]]>"
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt;"
    assert entry.findtext(f"{ATOM}title") == f"{clean} — {clean}"
    assert [one.get("label") for one in entry.iter(f"{ATOM}category")] == [clean]
    assert entry.findtext(f"{ATOM}content") == (
        "<p>Monday, March 10, 2025, 12:00 – 1:00 PM CDT</p>\n"
        f"<p>{escaped}</p>\n<p>Speaker: {escaped}</p>\n"
        f"<h2>Abstract</h2>\n<p>{escaped}</p>"
    )


def test_formulas_are_mathml() -> None:
    factories.talk(abstract="$x^2$")
    (entry,) = entries(render())
    assert entry.findtext(f"{ATOM}content") == (
        "<p>Monday, March 10, 2025, 12:00 – 1:00 PM CDT</p>\n<h2>Abstract</h2>\n"
        f"{Talk.objects.get().abstract_html.strip()}"
    )
    assert "<msup>" in Talk.objects.get().abstract_html


def test_a_personal_feed_does_not_contain_its_key() -> None:
    person = factories.user()
    key = replace_key(user=person, group=None)
    listing = Listing.of_person(person, filters=Filters(), now=NOW, key=key)
    assert len(key.key) > 20
    for form in FORMATS.values():
        assert key.key.encode() not in form.render(listing, [])
    feed = parsed(FORMATS["atom"].render(listing, []))
    assert [link.get("rel") for link in feed.iter(f"{ATOM}link")] == ["alternate"]


def test_notes_and_speakers_addresses_are_not_published() -> None:
    seed_talk()
    assert b"secret" not in render(viewer=factories.administrator()).lower()

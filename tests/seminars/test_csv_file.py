"""The CSV format: read by Python's reader, and safe in spreadsheets."""

import csv
import datetime
import io
from typing import Any

import pytest

from seminars.formats import FORMATS
from seminars.listings.filters import Filters, When
from seminars.listings.listing import Listing
from tests import factories
from tests.factories import NOW
from tests.seminars.seed import SEED_NOW, seed_talk

pytestmark = pytest.mark.django_db

HEADER = (
    "id,uid,status,kind,language,series,co_series,title,speakers,affiliations,hosts,"
    "date,start_time,end_time,end_date,timezone,starts_at,ends_at,"
    "attendance,building,room,address,join_url,join_note,registration_url,"
    "topics,audiences,cost,refreshments,contact,notice,abstract,"
    "url,external_url,recording_url,slides_url,published_at,changed_at"
)


def render(now: datetime.datetime = NOW, **fields: Any) -> bytes:
    listing = Listing.find(filters=Filters(when=When.ALL), now=now, **fields)
    return FORMATS["csv"].render(listing, list(listing.for_feed()))


def rows(feed: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(feed.decode("utf-8-sig"), newline=""), strict=True))


def test_every_byte_of_the_seed_talks_row() -> None:
    seed_talk()
    row = (
        "2101,7d9f4a52-53b1-4c0a-9a53-1f2d6f1c2b11,announced,talk,en,CS Seminar,ML Seminar,"
        "Deep Learning Theory in the Age of Generative AI,Sadhika Malladi,Princeton University,"
        "Hana Host,2025-02-21,12:00,13:00,,America/Chicago,2025-02-21T18:00:00Z,"
        '2025-02-21T19:00:00Z,hybrid,Mudd Hall,3514,"2233 Tech Drive, Evanston, IL 60208",'
        "https://example.zoom.us/j/123456789?pwd=invented,Please mute your microphone.,"
        "https://example.org/register,"
        '"Academic (general); Bias, implicit; machine learning; optimization",'
        "Faculty/Staff; Students,free,Coffee from 11:45,"
        '"Pat Example, (847) 555-0100, pat@example.org",Note the unusual room,'
        '"Training large models is mostly guesswork; theory explains little of it.\n\n'
        "This talk derives a fine-tuning method from first principles — with $\\Nabla f = 0$, "
        'half the time; a twelfth of the memory.",'
        "http://testserver/talks/2101/deep-learning-theory-in-the-age-of-generative-ai/,"
        "https://example.org/talks/malladi,"
        "https://panopto.example.org/Viewer.aspx?id=invented,https://example.org/slides.pdf,"
        "2025-01-08T09:00:00Z,2025-02-03T18:05:06Z"
    )
    assert render(SEED_NOW) == b"\xef\xbb\xbf" + f"{HEADER}\r\n{row}\r\n".encode()


def test_a_table_without_talks_has_its_header() -> None:
    assert render(SEED_NOW) == b"\xef\xbb\xbf" + f"{HEADER}\r\n".encode()


def test_a_bare_talk_has_empty_cells() -> None:
    talk = factories.talk(title="", start_time=None, end_date=datetime.date(2025, 3, 12))
    (row,) = rows(render())
    assert {name: value for name, value in row.items() if value} == {
        "id": str(talk.pk),
        "uid": str(talk.uid),
        "status": "announced",
        "kind": "talk",
        "language": "en",
        "date": "2025-03-10",
        "end_date": "2025-03-12",
        "timezone": "America/Chicago",
        "starts_at": "2025-03-10T05:00:00Z",
        "attendance": "in-person",
        "url": f"http://testserver/talks/{talk.pk}/talk/",
        "published_at": "2025-03-03T18:00:00Z",
        "changed_at": "2025-03-03T18:00:00Z",
    }


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r\n@", " -"])
def test_a_cell_that_looks_like_a_formula_is_text(mark: str) -> None:
    typed = f'{mark}HYPERLINK("https://evil.example/";"1")'
    talk = factories.talk(
        factories.speaker(name=typed, affiliation=typed),
        title=typed,
        room=typed,
        notice=typed,
        cost=typed,
        contact_phone=typed,
        abstract=f"\\{typed}",
        series=factories.series(name=typed),
    )
    talk.topics.create(name=typed, slug="t")
    (row,) = rows(render())
    shown = "'" + typed.strip()
    names = ("title", "speakers", "affiliations", "room", "notice", "cost", "contact", "series")
    assert {row[name] for name in (*names, "topics")} == {shown}
    assert not [name for name, value in row.items() if value.startswith(tuple("=+-@＝＋－＠\t\r"))]


def test_cells_may_contain_quotes_commas_and_line_breaks() -> None:
    factories.talk(title='a "b", c\r\nd; e\x01\x1b[0m', notice="é 語 👩🏽‍🔬")
    feed = render()
    (row,) = rows(feed)
    assert (row["title"], row["notice"]) == ('a "b", c\nd; e[0m', "é 語 👩🏽‍🔬")
    assert feed.count(b"\r\n") == 2


def test_people_are_listed_in_order_next_to_their_affiliations() -> None:
    factories.talk(
        factories.speaker(name="Ada"), factories.speaker(name="Bob", affiliation="London")
    )
    (row,) = rows(render())
    assert (row["speakers"], row["affiliations"]) == ("Ada; Bob", "; London")


@pytest.mark.parametrize("access", ["signed-in", "timed", "never"])
def test_a_meeting_link_is_left_out_if_it_may_not_be_shown(access: str) -> None:
    factories.talk(join_url="https://example.org/join", join_access=access)
    assert b"https://example.org/join" not in render()


def test_an_online_talk_has_no_place() -> None:
    factories.talk(venue=factories.venue(room="1"), room="2", attendance="online")
    (row,) = rows(render())
    assert (row["building"], row["room"], row["address"]) == ("", "", "")


def test_notes_and_speakers_addresses_are_not_published() -> None:
    seed_talk()
    assert b"secret" not in render(viewer=factories.administrator()).lower()

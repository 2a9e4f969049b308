"""Pictures next to links: what they show, their addresses, and how they are cached."""

import io
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image, ImageChops, ImageColor
from pytest_django import Settings

from seminars import cards
from seminars.cards import disk_cache, drawing, fonts, text
from seminars.models import Talk
from tests import factories
from tests.environment import REQUIRE_ALL
from tests.seminars.reading import Page

IMMUTABLE = "public, max-age=31536000, immutable"
#: A title in each script, and one of its letters.
SCRIPTS = {
    "Latin": "Łukasiewicz, Erdős und größere Zahlen",
    "Greek": "Θεωρία αριθμών",
    "Cyrillic": "Распределение простых чисел",
    "Chinese": "大偶數表為一個素數及一個不超過二個素數的乘積之和",
    "Japanese": "機械学習と「確率」の話",
    "Korean": "한국어 제목",
    "Arabic": "حساب الجبر والمقابلة",
    "Hebrew": "מבוא למדעי המחשב",
    "Devanagari": "क्षेत्रफल और संख्या सिद्धांत",
    "Thai": "คณิตศาสตร์และการเรียนรู้ของเครื่องจักร",
}


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path


def card(**fields: str) -> cards.Card:
    return cards.Card(**{"title": "On engines", "site": "Seminars", "color": "#5b3a9e"} | fields)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def inked(picture: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Return the smallest box around what is drawn within this one."""
    part = picture.crop(box)
    return ImageChops.difference(part, Image.new("RGB", part.size, part.getpixel((0, 0)))).getbbox()


def needs_fonts_for(letters: str) -> None:
    """Fail if a font is missing that CI installs; skip the test elsewhere."""
    if all(fonts.shown(one, True, "") for one in letters if not one.isspace()):
        return
    if REQUIRE_ALL:
        pytest.fail("A font is missing here, and REQUIRE_ALL=1.")
    pytest.skip("No font here has these letters.")


def test_size_and_weight() -> None:
    texts = {"people": "Ada", "when": "Friday", "place": "Mudd", "series": "CS"}
    png = drawing.png(card(**texts, status="Canceled"))
    assert png.startswith(b"\x89PNG")
    assert opened(png).size == (1200, 630)
    assert len(png) < 60_000


def test_each_field_changes_the_picture_and_its_version() -> None:
    fields = {"title": "A", "site": "B", "color": "#102030", "series": "C", "status": "D"}
    fields |= {"people": "E", "when": "F", "place": "G"}
    first = card(**fields)
    for name in fields:
        other = card(**fields | {name: "#405060" if name == "color" else "X"})
        assert other.version != first.version, name
        assert drawing.png(other) != drawing.png(first), name
    assert card(**fields).version == first.version
    assert drawing.png(card(**fields)) == drawing.png(first)


@pytest.mark.parametrize("script", SCRIPTS)
def test_any_script_is_drawn(script: str) -> None:
    """Each character is drawn with a font that has it, never as the box for a missing one."""
    title = SCRIPTS[script]
    needs_fonts_for(title)
    shown = fonts.shown(title, True, "")
    assert shown == title
    for run in fonts.runs(shown, True, "", fonts.is_rtl(shown)):
        assert all(run.face.draws(letter) for letter in run.text if letter not in "\u200c\u200d")
    fitted = text.fitted(
        title, style=text.Style(bold=True), box=(1040, 300), sizes=range(84, 37, -2)
    )
    assert "".join(fitted.lines).replace(" ", "") == title.replace(" ", "")
    assert fitted.size >= 60
    # A different text of the same length gives a different picture; boxes would not.
    other = drawing.png(card(title=title[::-1]))
    assert drawing.png(card(title=title)) != other


@pytest.mark.parametrize(
    "title",
    [
        "W" * 500,
        "word " * 100,
        "素" * 500,
        "Donaudampfschifffahrtsgesellschaft" * 9,
        "קרית" * 99,
        "A",
    ],
)
def test_nothing_is_drawn_outside(title: str) -> None:
    long = title * 2
    picture = opened(
        drawing.png(card(title=title[:300], series=long[:300], people=long[:300], place=long[:300]))
    )
    assert inked(picture, (1126, 0, 1200, 630)) is None
    assert inked(picture, (30, 0, 83, 630)) is None
    assert inked(picture, (30, 0, 1200, 54)) is None
    assert inked(picture, (30, 614, 1200, 630)) is None
    # Between the speakers and the line above the date.
    assert inked(picture, (30, 494, 1200, 499)) is None


def test_the_order_of_two_directions() -> None:
    """The runs follow Unicode's bidirectional algorithm, from left to right."""
    needs_fonts_for("של")

    def order(words: str) -> list[tuple[str, bool]]:
        pieces: list[tuple[str, bool]] = []
        for run in fonts.runs(words, False, "", fonts.is_rtl(words)):
            if pieces and pieces[-1][1] == run.is_rtl:
                joined = run.text + pieces[-1][0] if run.is_rtl else pieces[-1][0] + run.text
                pieces[-1] = (joined, run.is_rtl)
            else:
                pieces.append((run.text, run.is_rtl))
        return pieces

    assert order("On של עולם now") == [("On ", False), ("של עולם", True), (" now", False)]
    assert order("של Python 3 (של 7)") == [(" (של 7)", True), ("Python 3", False), ("של ", True)]


def test_a_name_from_right_to_left_comes_before_its_affiliation() -> None:
    """In a card that is read from the left, both begin on the left."""
    name = "ياسمين حدّاد"
    needs_fonts_for(name)
    alone = opened(drawing.png(card(title="On engines", people=name)))
    whole = opened(drawing.png(card(title="On engines", people=f"{name} (Beirut University)")))
    across = round(text.width(name, 38, text.Style()))
    place = (84, 124, 80 + across, 484)
    # Apart from the few colors of each picture.
    apart = ImageChops.difference(alone.crop(place), whole.crop(place)).convert("L")
    assert apart.point([0] * 32 + [255] * 224).getbbox() is None
    hebrew = card(title="קריאה", people=f"{name} (Beirut University)")
    assert inked(opened(drawing.png(hebrew)), (84, 400, 200, 484)) is None


def test_characters_without_a_font_are_omitted() -> None:
    shown = fonts.shown("Talks \U0001f469\u200d\U0001f52c and \U0010fffd more", False, "")
    assert "\U0010fffd" not in shown
    assert (shown[:5], shown[-4:]) == ("Talks", "more")
    assert drawing.png(card(title="\U0010fffd", people="\U0010fffd", place="\U0010fffd"))


def test_without_fontconfig(tmp_path: Path) -> None:
    """Without fc-list, Pillow's own font draws what it can."""
    code = (
        "import django; django.setup()\n"
        "from seminars.cards import Card, drawing, fonts\n"
        "print(fonts.shown('Größe 大 x', True, ''))\n"
        "print(len(drawing.png(Card(title='Größe 大', site='S', color='#5b3a9e'))) > 2000)\n"
    )
    environment = {"PATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= {"VAR": str(tmp_path), "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}
    output = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True
    )
    assert output.stdout == "Größe x\nTrue\n"
    assert "No fonts found" in output.stderr


@pytest.mark.parametrize("color", ["#ffff00", "#ffffff", "#000000", "#5b3a9e"])
def test_the_accent_stays_readable(color: str) -> None:
    assert drawing.readable("#5b3a9e") == "#5b3a9e"
    red, green, blue = (int(drawing.readable(color)[at : at + 2], 16) for at in (1, 3, 5))
    assert 1.05 / (drawing._luminance(red, green, blue) + 0.05) >= 4.5


# Addresses


def image(client: Client, address: str) -> str:
    """The path of the picture that a page names."""
    (address,) = [
        part.attributes["content"]
        for part in Page(client.get(address).content).of("meta")
        if part.attributes.get("property") == "og:image"
    ]
    return address.removeprefix("http://testserver")


@pytest.mark.django_db
def test_the_picture_of_a_talk(client: Client) -> None:
    talk, other = factories.talk(title="On engines"), factories.talk(title="On looms")
    address = image(client, talk.get_absolute_url())
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == IMMUTABLE
    assert not answer.cookies
    assert opened(answer.content).size == (1200, 630)
    assert client.get(image(client, other.get_absolute_url())).content != answer.content
    # The address of any other version redirects to the current one.
    for wrong in ("0", "x" * 50):
        moved = client.get(f"/talks/{talk.pk}/card-{wrong}.png")
        assert (moved.status_code, moved["Location"]) == (302, address)
        assert "immutable" not in moved["Cache-Control"]
    talk.title = "On better engines"
    talk.save()
    newer = image(client, talk.get_absolute_url())
    assert newer != address
    assert client.get(address)["Location"] == newer


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "tentative", "submitted", "withdrawn"])
def test_only_public_talks_have_one(client: Client, status: str) -> None:
    talk = factories.talk(status="announced" if status == "withdrawn" else status)
    version = cards.of_talk(talk).version
    if status == "withdrawn":
        Talk.objects.update(withdrawn_at=factories.NOW)
    for person in (None, factories.administrator()):
        if person:
            client.force_login(person)
        for one in (version, "0"):
            assert client.get(f"/talks/{talk.pk}/card-{one}.png").status_code == 404
    assert client.get("/talks/999999999999999999/card-0.png").status_code == 404


@pytest.mark.django_db
def test_other_pages_have_the_picture_of_the_site(client: Client) -> None:
    series = factories.series()
    address = image(client, "/")
    for page in ("/talks/", series.get_absolute_url(), "/series/", "/speakers/", "/groups/"):
        assert image(client, page) == address
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, IMMUTABLE)
    assert opened(answer.content).size == (1200, 630)
    assert client.get("/card-0.png")["Location"] == address


@pytest.mark.django_db
def test_icons(client: Client) -> None:
    ico, touch = client.get("/favicon.ico"), client.get("/apple-touch-icon.png")
    assert (ico["Content-Type"], touch["Content-Type"]) == ("image/x-icon", "image/png")
    assert Image.open(io.BytesIO(ico.content)).info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    drawn = opened(touch.content)
    assert drawn.size == (180, 180)
    assert drawn.getpixel((2, 2)) == (0x5B, 0x3A, 0x9E)


@pytest.mark.django_db
@pytest.mark.parametrize(("accent", "filled"), [("#0a6b4f", "#0a6b4f"), ("#ffee00", "#797100")])
def test_every_icon_has_the_color_of_the_site(
    client: Client, settings: Settings, accent: str, filled: str
) -> None:
    """Darkened if its white lines would not be visible."""
    settings.SITE_ACCENT = accent
    links = [
        part.attributes["href"]
        for part in Page(client.get("/").content).of("link")
        if part.attributes["rel"] in ("icon", "apple-touch-icon")
    ]
    assert links == ["/icon.svg", "/apple-touch-icon.png"]
    svg = client.get("/icon.svg")
    assert svg["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(svg.content)  # noqa: S314 — our own
    assert root[0].attrib["fill"] == filled
    drawn = opened(client.get("/apple-touch-icon.png").content)
    assert drawn.getpixel((2, 2)) == ImageColor.getrgb(filled)


# Caching


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles that are drawn, in order."""
    drawn: list[str] = []

    def png(one: cards.Card) -> bytes:
        drawn.append(one.title)
        return one.title.encode() * 100

    monkeypatch.setattr(disk_cache, "png", png)
    return drawn


def test_each_version_is_drawn_once(counted: list[str], var: Path) -> None:
    for title in ("A", "B", "A", "A"):
        assert cards.picture(card(title=title)) == title.encode() * 100
    assert counted == ["A", "B"]
    assert len(list((var / "cards").iterdir())) == 2


def test_the_oldest_go_when_there_is_no_room(
    counted: list[str], var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_cache, "MAX_BYTES", 350)
    for at, title in enumerate("ABCDE"):
        cards.picture(card(title=title))
        os.utime(var / "cards" / f"{card(title=title).version}.png", (at, at))
    names = {one.name for one in (var / "cards").iterdir()}
    assert names == {f"{card(title=title).version}.png" for title in "CDE"}


def test_a_folder_that_cannot_be_written(counted: list[str], var: Path) -> None:
    (var / "cards").write_text("a file")
    assert cards.picture(card(title="A")) == b"A" * 100
    assert cards.picture(card(title="A")) == b"A" * 100
    assert counted == ["A", "A"]

"""The fonts of this machine, found through fontconfig, and which of them draws which letters.

Without fontconfig there is Pillow's own font, which knows the letters of western Europe only.
"""

import logging
import shutil
import subprocess
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from PIL import ImageFont, features

logger = logging.getLogger(__name__)

_PROPERTIES = ("file", "index", "family", "weight", "charset")
_ASKED = "\t".join(f"%{{{name}}}" for name in _PROPERTIES) + "\n"
_PATTERN = ":scalable=True:color=False:slant=0:width=100"
#: Upright sans-serif families, the best first; a family of any other name comes after them.
_PREFERRED = ("Noto Sans", "DejaVu Sans", "Liberation Sans")
# fontconfig's weights: 80 is regular, 180 and more are bold.
_REGULAR, _BOLD = range(75, 101), range(180, 206)
#: Of the ideographs that these languages share each has its own forms.
_REGIONS = {"ja": "JP", "ko": "KR", "zh-tw": "TC", "zh-hant": "TC", "zh-hk": "HK"}
# Vowels of Thai and Lao that are written before the consonant they follow in speech.
_LEADING = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"
_DIRECTIONS = {"L": False, "R": True, "AL": True}
#: What Pillow's own font has glyphs for.
_LATIN = ((0x20, 0x7E), (0xA0, 0xFF))


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One font, and the first and last code points of each range that it has glyphs for."""

    path: str
    index: int
    family: str
    is_bold: bool
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def draws(self, letter: str) -> bool:
        at = bisect_right(self.firsts, ord(letter)) - 1
        return at >= 0 and ord(letter) <= self.lasts[at]


class Run(NamedTuple):
    """Letters of one direction that one font draws."""

    text: str
    face: Face
    is_rtl: bool


@cache
def shapes() -> bool:
    """Whether scripts are shaped whose letters join or change places; it takes FriBiDi."""
    return bool(features.check("raqm"))


@lru_cache(maxsize=64)
def sized(face: Face, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if not face.path:
        return ImageFont.load_default(size)
    engine = ImageFont.Layout.RAQM if shapes() else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, size, face.index, layout_engine=engine)


@cache
def _own() -> Face:
    firsts, lasts = zip(*_LATIN, strict=True)
    return Face("", 0, "", False, firsts, lasts)


@cache
def _faces() -> list[Face]:
    """Every upright font of the machine, the best first, once a process."""
    program = shutil.which("fc-list")
    lines: list[str] = []
    if program:
        try:
            said = subprocess.run(  # noqa: S603 — nothing of it comes from outside
                [program, "--format", _ASKED, _PATTERN],
                capture_output=True,
                check=True,
                timeout=20,
            )
            lines = said.stdout.decode(errors="replace").splitlines()
        except (OSError, subprocess.SubprocessError) as error:
            logger.warning("fc-list: %s", error)
    if not lines:
        logger.warning("No fonts found through fontconfig: pictures of talks will be plain.")
    return [*sorted(filter(None, map(_face, lines)), key=_rank), _own()]


def _face(line: str) -> Face | None:
    parts = line.split("\t")
    if len(parts) != len(_PROPERTIES):
        return None
    path, index, family, weight, charset = parts
    # A variable font names spans of weights, and gives its instances in an index's high bits.
    if not weight.isdigit() or not index.isdigit() or int(index) > 0xFFFF:
        return None
    if int(weight) not in _REGULAR and int(weight) not in _BOLD:
        return None
    ranges = [one.partition("-") for one in charset.split()]
    firsts = tuple(int(first, 16) for first, _dash, _last in ranges)
    lasts = tuple(int(last or first, 16) for first, _dash, last in ranges)
    name = family.partition(",")[0]
    return Face(path, int(index), name, int(weight) in _BOLD, firsts, lasts)


def _rank(face: Face) -> tuple[int, str, str, int]:
    family = face.family
    if family in _PREFERRED:
        rank = _PREFERRED.index(family)
    elif "Mono" in family or "Serif" in family or "Math" in family:
        rank = 7
    elif "Symbols" in family:
        rank = 6
    elif "CJK" in family:
        rank = 4
    else:
        rank = 3 if family.startswith("Noto Sans ") else 5
    return rank, family, face.path, face.index


@cache
def _stack(bold: bool, region: str) -> tuple[Face, ...]:
    """The fonts in the order in which they are asked, those of the region's ideographs first."""

    def order(face: Face) -> tuple[bool, bool]:
        return "CJK" in face.family and not face.family.endswith(region), face.is_bold != bold

    every = _faces()
    ranked = [(_rank(face)[0], *order(face), at, face) for at, face in enumerate(every[:-1])]
    return (*(face for *_key, face in sorted(ranked, key=lambda one: one[:-1])), every[-1])


def _region(text: str, language: str) -> str:
    tag = language.casefold()
    for start, region in _REGIONS.items():
        if tag.startswith(start):
            return region
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return "JP"
    return "KR" if any("\uac00" <= letter <= "\ud7a3" for letter in text) else "SC"


@lru_cache(maxsize=4096)
def _drawing(cluster: str, bold: bool, region: str) -> Face | None:
    """The first font that has all letters of the cluster, else its first letter; else none."""
    needed = [letter for letter in cluster if not _is_ignorable(letter)]
    if not needed:
        return None
    stack = _stack(bold, region)
    for wanted in (needed, needed[:1]):
        for face in stack:
            if all(map(face.draws, wanted)):
                return face
    return None


def _is_ignorable(letter: str) -> bool:
    """Joiners and variation selectors, which have no glyph of their own."""
    return letter in "\u200c\u200d" or "\ufe00" <= letter <= "\ufe0f"


def clusters(text: str) -> Iterator[str]:
    """Letters with the marks and joiners that belong to them, which are never parted."""
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text):
            letter = text[at]
            joined = unicodedata.category(letter) in ("Mn", "Mc", "Me")
            held = text[at - 1] == "\u200d" or text[at - 1] in _LEADING
            if joined or held or _is_ignorable(letter):
                continue
        yield text[start:at]
        start = at


def shown(text: str, bold: bool, language: str) -> str:
    """The text without what no font here can draw, such as most emoji."""
    region = _region(text, language)
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(one for one in clusters(composed) if _drawing(one, bold, region))
    return " ".join(kept.split())


def is_rtl(text: str) -> bool:
    """Whether the first letter that has a direction is written from right to left."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((one != "L" for one in strong if one in ("L", "R", "AL")), False)


def runs(text: str, bold: bool, language: str, rtl: bool) -> list[Run]:
    """The text in the order in which it stands on its line, from left to right.

    Two levels of the bidirectional algorithm (Unicode Standard Annex 9): pieces of one direction
    in a line of the other. Within a piece the shaping does the rest.
    """
    region = _region(text, language)
    pieces: list[tuple[str, bool]] = _directed(list(clusters(text)), rtl)
    directions: list[list[Run]] = []
    for right, group in groupby(pieces, key=lambda piece: piece[1]):
        faced = _faced([cluster for cluster, _right in group], bold, region)
        one = [Run(letters, face, right) for letters, face in faced]
        directions.append(one[::-1] if right else one)
    ordered = directions[::-1] if rtl else directions
    return [run for direction in ordered for run in direction]


def _directed(pieces: Sequence[str], rtl: bool) -> list[tuple[str, bool]]:
    """Each cluster with whether it runs from right to left.

    Numbers go with what is before them, as in “Python 3” and “פרק 7”; signs and spaces with their
    neighbours where those agree, else with the line.
    """
    own: list[bool | None] = []
    last = rtl
    for piece in pieces:
        kind = unicodedata.bidirectional(piece[0])
        if kind in _DIRECTIONS:
            last = _DIRECTIONS[kind]
        own.append(last if kind in _DIRECTIONS or kind in ("EN", "AN") else None)
    before = _carried(own, rtl)
    after = _carried(own[::-1], rtl)[::-1]
    return [
        (piece, left if left == right else rtl)
        for piece, left, right in zip(pieces, before, after, strict=True)
    ]


def _carried(known: Sequence[bool | None], last: bool) -> list[bool]:
    """Each with the direction of the nearest before it that has one, itself first."""
    found = []
    for one in known:
        last = last if one is None else one
        found.append(last)
    return found


def _faced(pieces: list[str], bold: bool, region: str) -> Iterator[tuple[str, Face]]:
    """The clusters joined by font; spaces and signs stay with the letters before them."""
    current: Face | None = None
    letters = ""
    for piece in pieces:
        common = not piece[0].isalpha() and current is not None and current.draws(piece[0])
        face = current if common else _drawing(piece, bold, region)
        if face is None:
            continue
        if face is not current and current is not None:
            yield letters, current
            letters = ""
        current, letters = face, letters + piece
    if current is not None:
        yield letters, current

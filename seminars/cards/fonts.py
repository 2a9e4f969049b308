"""The fonts that fontconfig lists, and which of them draws which characters.

Without fontconfig there is only Pillow's own font, which covers western European languages.
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
_FORMAT = "\t".join(f"%{{{name}}}" for name in _PROPERTIES) + "\n"
_PATTERN = ":scalable=True:color=False:slant=0:width=100"
#: Upright sans-serif families, the best first; all others come after them.
_PREFERRED = ("Noto Sans", "DejaVu Sans", "Liberation Sans")
# fontconfig's weights: 80 is regular, 180 and above are bold.
_REGULAR, _BOLD = range(75, 101), range(180, 206)
#: These languages share ideographs, but draw them differently.
_REGIONS = {"ja": "JP", "ko": "KR", "zh-tw": "TC", "zh-hant": "TC", "zh-hk": "HK"}
# Vowels of Thai and Lao that are written before their consonant.
_LEADING = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"
_DIRECTIONS = {"L": False, "R": True, "AL": True}
#: The characters of Pillow's own font.
_LATIN = ((0x20, 0x7E), (0xA0, 0xFF))


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A font, with the first and last code points of the ranges that it covers."""

    path: str
    index: int
    family: str
    is_bold: bool
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def draws(self, letter: str) -> bool:
        """Whether the font has a glyph for the character."""
        at = bisect_right(self.firsts, ord(letter)) - 1
        return at >= 0 and ord(letter) <= self.lasts[at]


class Run(NamedTuple):
    """Characters of one direction, drawn with one font."""

    text: str
    face: Face
    is_rtl: bool


@cache
def shapes() -> bool:
    """Whether Pillow can shape scripts whose letters join; that needs FriBiDi."""
    return bool(features.check("raqm"))


@lru_cache(maxsize=64)
def sized(face: Face, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font in this size."""
    if not face.path:
        return ImageFont.load_default(size)
    engine = ImageFont.Layout.RAQM if shapes() else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, size, face.index, layout_engine=engine)


@cache
def _default_face() -> Face:
    """Return Pillow's own font."""
    firsts, lasts = zip(*_LATIN, strict=True)
    return Face("", 0, "", False, firsts, lasts)


@cache
def _faces() -> list[Face]:
    """Return the upright fonts of this machine, the best first; read once per process."""
    program = shutil.which("fc-list")
    lines: list[str] = []
    if program:
        try:
            output = subprocess.run(  # noqa: S603 — the arguments are constants
                [program, "--format", _FORMAT, _PATTERN],
                capture_output=True,
                check=True,
                timeout=20,
            )
            lines = output.stdout.decode(errors="replace").splitlines()
        except (OSError, subprocess.SubprocessError) as error:
            logger.warning("fc-list: %s", error)
    if not lines:
        logger.warning("No fonts found through fontconfig: pictures of talks will be plain.")
    return [*sorted(filter(None, map(_face, lines)), key=_rank), _default_face()]


def _face(line: str) -> Face | None:
    """Return the font that a line of fc-list describes, if it can be used."""
    parts = line.split("\t")
    if len(parts) != len(_PROPERTIES):
        return None
    path, index, family, weight, charset = parts
    # A variable font has a range of weights; the high bits of the index are its instances.
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
    """Return the fonts in the order to try them, those with the region's ideographs first."""

    def order(face: Face) -> tuple[bool, bool]:
        return "CJK" in face.family and not face.family.endswith(region), face.is_bold != bold

    *faces, default = _faces()
    ranked = [(_rank(face)[0], *order(face), at, face) for at, face in enumerate(faces)]
    return (*(face for *_key, face in sorted(ranked, key=lambda one: one[:-1])), default)


def _region(text: str, language: str) -> str:
    """Return the region whose forms of shared ideographs the text takes."""
    tag = language.casefold()
    for start, region in _REGIONS.items():
        if tag.startswith(start):
            return region
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return "JP"
    return "KR" if any("\uac00" <= letter <= "\ud7a3" for letter in text) else "SC"


@lru_cache(maxsize=4096)
def _face_for(cluster: str, bold: bool, region: str) -> Face | None:
    """Return the first font that has all characters of the cluster, or at least the first."""
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
    """Whether this is a joiner or variation selector, which has no glyph of its own."""
    return letter in "\u200c\u200d" or "\ufe00" <= letter <= "\ufe0f"


def clusters(text: str) -> Iterator[str]:
    """Yield each character together with the marks and joiners that belong to it."""
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
    """Return the text without characters that no font here can draw, such as most emoji."""
    region = _region(text, language)
    composed = unicodedata.normalize("NFC", text)
    drawable = "".join(one for one in clusters(composed) if _face_for(one, bold, region))
    return " ".join(drawable.split())


def is_rtl(text: str) -> bool:
    """Whether the first character with a direction is written from right to left."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((one != "L" for one in strong if one in ("L", "R", "AL")), False)


def runs(text: str, bold: bool, language: str, rtl: bool) -> list[Run]:
    """Split the text into runs, in the order in which they stand on the line from left to right.

    This covers two levels of the bidirectional algorithm (Unicode Standard Annex 9): parts of one
    direction in a line of the other. Shaping does the rest within a run.
    """
    region = _region(text, language)
    pieces: list[tuple[str, bool]] = _directed(list(clusters(text)), rtl)
    groups: list[list[Run]] = []
    for right, group in groupby(pieces, key=lambda piece: piece[1]):
        by_font = _by_font([cluster for cluster, _right in group], bold, region)
        one = [Run(letters, face, right) for letters, face in by_font]
        groups.append(one[::-1] if right else one)
    return [run for one in (groups[::-1] if rtl else groups) for run in one]


def _directed(pieces: Sequence[str], rtl: bool) -> list[tuple[str, bool]]:
    """Return each cluster with whether it runs from right to left.

    Numbers take the direction of what precedes them, as in “Python 3” and “פרק 7”; signs and
    spaces that of their neighbors if those agree, otherwise the line's.
    """
    own: list[bool | None] = []
    last = rtl
    for piece in pieces:
        kind = unicodedata.bidirectional(piece[0])
        if kind in _DIRECTIONS:
            last = _DIRECTIONS[kind]
        own.append(last if kind in _DIRECTIONS or kind in ("EN", "AN") else None)
    before = _filled(own, rtl)
    after = _filled(own[::-1], rtl)[::-1]
    return [
        (piece, left if left == right else rtl)
        for piece, left, right in zip(pieces, before, after, strict=True)
    ]


def _filled(directions: Sequence[bool | None], last: bool) -> list[bool]:
    """Return the directions with each unknown one replaced by the one before it."""
    filled = []
    for one in directions:
        last = last if one is None else one
        filled.append(last)
    return filled


def _by_font(pieces: list[str], bold: bool, region: str) -> Iterator[tuple[str, Face]]:
    """Yield the clusters joined by font; spaces and signs stay with what precedes them."""
    current: Face | None = None
    letters = ""
    for piece in pieces:
        common = not piece[0].isalpha() and current is not None and current.draws(piece[0])
        face = current if common else _face_for(piece, bold, region)
        if face is None:
            continue
        if face is not current and current is not None:
            yield letters, current
            letters = ""
        current, letters = face, letters + piece
    if current is not None:
        yield letters, current

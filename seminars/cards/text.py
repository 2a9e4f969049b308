"""Text in any script, fitted into a box and drawn there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageDraw

from seminars.cards import fonts
from seminars.text.plain import direction

#: The size in which widths are measured; others are in proportion.
_MEASURED = 64
#: The distance between base lines, as a multiple of the size: tall scripts need that much.
LEADING = 1.28
# Ideographs, kana and hangul, between which a line may break; a closing sign stays with what is
# before it and an opening one with what is after it.
_WIDE = "\u2e80-\u2fff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_PIECE = re.compile(
    rf"\s+|[「『（《〈【]*[{_WIDE}][、。，．：；？！」』）》〉】ー々〜…]*|[^\s{_WIDE}]+"
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set; `language` chooses among the forms of shared ideographs."""

    bold: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines that fit, at a size in pixels."""

    lines: tuple[str, ...]
    size: int
    style: Style

    @property
    def height(self) -> int:
        return round(len(self.lines) * self.size * LEADING)


def width(text: str, size: int, style: Style) -> float:
    """How far the text reaches in one line, in pixels."""
    return sum(
        _length(run, size)
        for run in fonts.runs(text, style.bold, style.language, fonts.is_rtl(text))
    )


def fitted(text: str, *, style: Style, box: tuple[int, int], sizes: range) -> Fitted:
    """The text in the largest of the sizes, given falling, at which it fits into the box.

    At the smallest it is cut where the box is full.
    """
    text = fonts.shown(text, style.bold, style.language)
    across, down = box
    pieces = [(piece, width(piece, _MEASURED, style)) for piece in _PIECE.findall(text)]
    lines: list[str] = []
    for size in sizes:
        lines = list(_wrapped(pieces, across * _MEASURED / size, style))
        if len(lines) * size * LEADING <= down and (
            not lines or max(width(line, size, style) for line in lines) <= across
        ):
            return Fitted(tuple(_evened(pieces, lines, across, size, style)), size, style)
    most = max(1, int(down / (size * LEADING)))
    kept = lines[:most]
    if len(lines) > most or width(kept[-1], size, style) > across:
        kept[-1] = _cut(kept[-1], size, style, across)
    return Fitted(tuple(kept), size, style)


def _evened(
    pieces: list[tuple[str, float]], lines: list[str], across: int, size: int, style: Style
) -> list[str]:
    """As many lines, of lengths as even as may be, so that no word stands alone on the last."""
    most, least = across, across // 2
    while len(lines) > 1 and most - least > 10:
        middle = (most + least) // 2
        tried = list(_wrapped(pieces, middle * _MEASURED / size, style))
        if len(tried) == len(lines):
            lines, most = tried, middle
        else:
            least = middle
    return lines


def draw(
    canvas: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: Fitted,
    *,
    ink: str,
    across: int,
    right: bool = False,
) -> float:
    """Draws the lines below `at`; `right`: so that they end at the right edge.

    Gives the height at which they end. Among lines that begin at the left, one that does no more
    than begin with a name from right to left goes on to the right of it.
    """
    left, top = at
    whole = " ".join(text.lines)
    rtl = fonts.is_rtl(whole) and (right or direction(whole) == "rtl")
    for line in text.lines:
        x = left
        runs = fonts.runs(line, text.style.bold, text.style.language, rtl)
        if right:
            x += across - sum(_length(run, text.size) for run in runs)
        for run in runs:
            base = top + text.size * (LEADING + 0.72) / 2
            canvas.text(
                (x, base),
                _ordered(run),
                fill=ink,
                font=fonts.sized(run.face, text.size),
                anchor="ls",
                direction=_direction(run),
            )
            x += _length(run, text.size)
        top += text.size * LEADING
    return top


def _length(run: fonts.Run, size: int) -> float:
    font = fonts.sized(run.face, size)
    return float(font.getlength(_ordered(run), direction=_direction(run)))


def _direction(run: fonts.Run) -> str | None:
    if not fonts.shapes() or not run.face.path:
        return None
    return "rtl" if run.is_rtl else "ltr"


def _ordered(run: fonts.Run) -> str:
    """The letters in the order in which Pillow takes them."""
    if run.is_rtl and not fonts.shapes():
        return "".join(reversed(list(fonts.clusters(run.text))))
    return run.text


def _wrapped(pieces: list[tuple[str, float]], across: float, style: Style) -> Iterator[str]:
    """The pieces on as many lines as they need; what is wider than one is broken anywhere."""
    line, used = "", 0.0
    for whole, long in pieces:
        parts = [(whole, long)] if long <= across else _broken(whole, style)
        for piece, wide in parts:
            if line.strip() and used + wide > across and piece.strip():
                yield line.strip()
                line, used = "", 0.0
            line, used = line + piece, used + wide
    if line.strip():
        yield line.strip()


@lru_cache(maxsize=64)
def _broken(word: str, style: Style) -> list[tuple[str, float]]:
    return [(one, width(one, _MEASURED, style)) for one in fonts.clusters(word)]


def _cut(line: str, size: int, style: Style, across: int) -> str:
    """As much of the line as fits with an ellipsis."""
    pieces = list(fonts.clusters(line))
    while pieces and width("".join(pieces) + "…", size, style) > across:
        pieces.pop()
    return "".join(pieces).rstrip(" ,;:.–—-(") + "…"

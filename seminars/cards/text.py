"""Text in any script, fitted into a box and drawn there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageDraw

from seminars.cards import fonts
from seminars.text.plain import direction

#: The size in which widths are measured; others are in proportion.
_MEASURING_SIZE = 64
#: The distance between baselines, as a multiple of the size; tall scripts need this much.
LEADING = 1.28
# A line may break between ideographs, kana and hangul, but not before a closing sign or after an
# opening one.
_WIDE = "\u2e80-\u2fff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_PIECE = re.compile(
    rf"\s+|[「『（《〈【]*[{_WIDE}][、。，．：；？！」』）》〉】ー々〜…]*|[^\s{_WIDE}]+"
)


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a text; `language` selects the forms of shared ideographs."""

    bold: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines that fit into a box at this size in pixels."""

    lines: tuple[str, ...]
    size: int
    style: Style

    @property
    def height(self) -> int:
        return round(len(self.lines) * self.size * LEADING)


def width(text: str, size: int, style: Style) -> float:
    """Return the width of the text on one line, in pixels."""
    return sum(
        _length(run, size)
        for run in fonts.runs(text, style.bold, style.language, fonts.is_rtl(text))
    )


def fitted(text: str, *, style: Style, box: tuple[int, int], sizes: range) -> Fitted:
    """Return the text in the first of the sizes in which it fits into the box.

    In the last size, it is cut off where the box is full.
    """
    text = fonts.shown(text, style.bold, style.language)
    across, down = box
    pieces = [(piece, width(piece, _MEASURING_SIZE, style)) for piece in _PIECE.findall(text)]
    lines: list[str] = []
    for size in sizes:
        lines = list(_wrapped(pieces, across * _MEASURING_SIZE / size, style))
        if len(lines) * size * LEADING <= down and (
            not lines or max(width(line, size, style) for line in lines) <= across
        ):
            return Fitted(tuple(_balanced(pieces, lines, across, size, style)), size, style)
    max_lines = max(1, int(down / (size * LEADING)))
    shown = lines[:max_lines]
    if len(lines) > max_lines or width(shown[-1], size, style) > across:
        shown[-1] = _cut(shown[-1], size, style, across)
    return Fitted(tuple(shown), size, style)


def _balanced(
    pieces: list[tuple[str, float]], lines: list[str], across: int, size: int, style: Style
) -> list[str]:
    """Wrap the text into the same number of lines of similar length, without a lone last word."""
    widest, narrowest = across, across // 2
    while len(lines) > 1 and widest - narrowest > 10:
        middle = (widest + narrowest) // 2
        tried = list(_wrapped(pieces, middle * _MEASURING_SIZE / size, style))
        if len(tried) == len(lines):
            lines, widest = tried, middle
        else:
            narrowest = middle
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
    """Draw the lines below `at`, flush right if `right`; return where they end vertically.

    In lines that are flush left, a name from right to left at the beginning does not turn the line
    around.
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
    """Return the characters in the order that Pillow expects."""
    if run.is_rtl and not fonts.shapes():
        return "".join(reversed(list(fonts.clusters(run.text))))
    return run.text


def _wrapped(pieces: list[tuple[str, float]], across: float, style: Style) -> Iterator[str]:
    """Yield the pieces in lines; a piece wider than a line is broken anywhere."""
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
    """Return the word's characters with their widths."""
    return [(one, width(one, _MEASURING_SIZE, style)) for one in fonts.clusters(word)]


def _cut(line: str, size: int, style: Style, across: int) -> str:
    """Return as much of the line as fits with an ellipsis."""
    pieces = list(fonts.clusters(line))
    while pieces and width("".join(pieces) + "…", size, style) > across:
        pieces.pop()
    return "".join(pieces).rstrip(" ,;:.–—-(") + "…"

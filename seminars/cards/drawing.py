"""Draws cards and icons with Pillow."""

import io

from PIL import Image, ImageColor, ImageDraw

from seminars.cards.content import Card
from seminars.cards.fonts import is_rtl
from seminars.cards.text import Fitted, Style, draw, fitted, width

#: Width and height in pixels; Open Graph's usual 1.91 to 1.
SIZE = (1200, 630)

_PAPER, _INK, _SOFT, _LINE, _STOP = "#fdfcfe", "#1d1a26", "#5c586a", "#dcd8e4", "#a3221b"
_LEFT, _RIGHT = 84, 1124
_ACROSS = _RIGHT - _LEFT
_FOOT = 486
#: The lines of the site's mark, as x1, y1, x2, y2 in a square of 32 units.
_MARK = (
    *((9, 7, 9, 25), (14.5, 10.5, 24, 10.5)),
    *((14.5, 16, 22, 16), (14.5, 21.5, 19, 21.5)),
)


def png(card: Card) -> bytes:
    """Return the picture; drawing takes tens of milliseconds."""
    picture = Image.new("RGB", SIZE, _PAPER)
    canvas = ImageDraw.Draw(picture)
    canvas.rectangle((0, 0, 27, SIZE[1]), fill=card.color)
    if card.site:
        _title(canvas, card, _head(canvas, card))
        _foot(canvas, card)
    else:
        mark = icon(112, card.color, rounded=True)
        picture.paste(mark, (_LEFT, 128), mark)
        _name(canvas, card)
    buffer = io.BytesIO()
    # 64 colors are enough for letters and their edges, and save two thirds of the bytes.
    picture.quantize(64, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def _head(canvas: ImageDraw.ImageDraw, card: Card) -> int:
    """Draw the status and the series; return where the title may begin."""
    left, top = _LEFT, 60
    if card.status:
        style = Style(bold=True)
        status = fitted(card.status, style=style, box=(400, 60), sizes=range(32, 31, -1))
        wide = round(width(status.lines[0], status.size, style)) + 40
        canvas.rounded_rectangle((left, top - 6, left + wide, top + 48), 8, fill=_STOP)
        draw(canvas, (left + 20, top), status, ink="white", across=wide)
        left += wide + 24
    if card.series:
        series = _fit(card.series, card, (_RIGHT - left, 48), 34, 26, bold=True)
        across, right = _RIGHT - left, is_rtl(card.title)
        draw(canvas, (left, top), series, ink=readable(card.color), across=across, right=right)
    return 124 if card.series or card.status else 72


def _title(canvas: ImageDraw.ImageDraw, card: Card, top: int) -> None:
    """Draw the title and the speakers in the middle of the space between head and foot."""
    space = _FOOT - top
    people = _fit(card.people, card, (_ACROSS, 96), 38, 30) if card.people else None
    left = space - (people.height + 24 if people else 0)
    title = _fit(card.title, card, (_ACROSS, left), 84, 38, bold=True)
    spare = left - title.height
    right, start = is_rtl(card.title), (_LEFT, top + spare * 0.4)
    after = draw(canvas, start, title, ink=_INK, across=_ACROSS, right=right)
    if people:
        draw(canvas, (_LEFT, after + 16), people, ink=_SOFT, across=_ACROSS, right=right)


def _name(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    """Draw the site's name and its host."""
    title = _fit(card.title, card, (_ACROSS, 210), 84, 38, bold=True)
    after = draw(canvas, (_LEFT, 262), title, ink=_INK, across=_ACROSS)
    where = _fit(card.when, card, (_ACROSS, 60), 36, 24)
    draw(canvas, (_LEFT, after + 8), where, ink=readable(card.color), across=_ACROSS)


def _foot(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    """Draw when, where and the site's name."""
    canvas.line((_LEFT, _FOOT + 14, _RIGHT, _FOOT + 14), fill=_LINE, width=2)
    when = _fit(card.when, card, (_ACROSS, 46), 34, 22, bold=True)
    draw(canvas, (_LEFT, _FOOT + 30), when, ink=_INK, across=_ACROSS)
    site = _fit(card.site, card, (420, 44), 30, 20)
    wide = width(site.lines[0], site.size, site.style) if site.lines else 0
    row = _FOOT + 82
    draw(canvas, (_RIGHT - wide, row), site, ink=readable(card.color), across=round(wide))
    across = round(_ACROSS - wide - 40)
    place = _fit(card.place, card, (across, 44), 30, 22)
    draw(canvas, (_LEFT, row), place, ink=_SOFT, across=across)


def _fit(
    text: str, card: Card, box: tuple[int, int], largest: int, smallest: int, *, bold: bool = False
) -> Fitted:
    style = Style(bold=bold, language=card.language)
    return fitted(text, style=style, box=box, sizes=range(largest, smallest - 1, -2))


def readable(color: str) -> str:
    """Return the color, darkened to a contrast of 4.5:1 with the background (WCAG 2.2, 1.4.3)."""
    red, green, blue = ImageColor.getrgb(color)[:3]
    while (1.0 + 0.05) / (_luminance(red, green, blue) + 0.05) < 4.6:
        red, green, blue = (round(part * 0.94) for part in (red, green, blue))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _luminance(*parts: int) -> float:
    """Return the relative luminance of an sRGB color, from 0 to 1 (WCAG 2.2)."""
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def icon(size: int, color: str, *, rounded: bool) -> Image.Image:
    """Return the site's mark as a square image of this size."""
    scale = 8 * size // 32 + 1
    image = Image.new("RGBA", (32 * scale, 32 * scale))
    canvas = ImageDraw.Draw(image)
    canvas.rounded_rectangle(
        (0, 0, 32 * scale, 32 * scale), (7 if rounded else 0) * scale, fill=readable(color)
    )
    for line in _MARK:
        _stroke(canvas, line, scale)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def svg(color: str) -> str:
    """Return the site's mark as a scalable image."""
    lines = "".join(f"M{x1} {y1}L{x2} {y2}" for x1, y1, x2, y2 in _MARK)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="7" fill="{readable(color)}"/>'
        f'<path d="{lines}" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>'
    )


def _stroke(
    canvas: ImageDraw.ImageDraw, line: tuple[float, float, float, float], scale: int
) -> None:
    """Draw a white line with round ends, 2.5 units wide."""
    x1, y1, x2, y2 = (round(part * scale) for part in line)
    half = 1.25 * scale
    canvas.rounded_rectangle((x1 - half, y1 - half, x2 + half, y2 + half), half, fill="white")

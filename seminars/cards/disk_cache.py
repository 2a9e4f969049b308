"""Pictures kept as files under VAR, drawn once for each version."""

import os
import tempfile
from pathlib import Path
from threading import Lock

from django.conf import settings

from seminars.cards.content import Card
from seminars.cards.drawing import png

#: How much room all pictures may take; those drawn the longest ago go first.
MOST_BYTES = 100 * 1024 * 1024

# One at a time in each process, so that many new links at once cannot take all of a machine.
_drawing = Lock()


def picture(card: Card) -> bytes:
    """The card's picture as PNG, drawn now if it is not kept."""
    file = folder() / f"{card.version}.png"
    if (kept := _read(file)) is not None:
        return kept
    with _drawing:
        # Somebody else may have drawn it in the meantime.
        if (kept := _read(file)) is not None:
            return kept
        drawn = png(card)
        _keep(file, drawn)
    return drawn


def folder() -> Path:
    return Path(settings.VAR) / "cards"


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _keep(file: Path, drawn: bytes) -> None:
    """Writes the file whole or not at all; where that fails it is drawn again next time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _make_room(file.parent, MOST_BYTES - len(drawn))
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as written:
            written.write(drawn)
        os.replace(written.name, file)  # noqa: PTH105 — as it is with a name
    except OSError:
        return


def _make_room(place: Path, most: int) -> None:
    files = sorted(
        (entry.stat().st_mtime, entry.stat().st_size, entry.path)
        for entry in os.scandir(place)
        if entry.is_file()
    )
    total = sum(size for _time, size, _path in files)
    for _time, size, path in files:
        if total <= most:
            break
        Path(path).unlink(missing_ok=True)
        total -= size

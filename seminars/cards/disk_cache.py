"""Pictures cached as files under VAR, drawn once per version."""

import os
import tempfile
from pathlib import Path
from threading import Lock

from django.conf import settings

from seminars.cards.content import Card
from seminars.cards.drawing import png

#: The size of all pictures together; the oldest are deleted first.
MAX_BYTES = 100 * 1024 * 1024

# One picture at a time in each process, so that many new links cannot use up the machine.
_drawing = Lock()


def picture(card: Card) -> bytes:
    """Return the card's picture as PNG, drawn if it is not cached."""
    file = folder() / f"{card.version}.png"
    if (cached := _read(file)) is not None:
        return cached
    with _drawing:
        # Another thread may have drawn it in the meantime.
        if (cached := _read(file)) is not None:
            return cached
        drawn = png(card)
        _save(file, drawn)
    return drawn


def folder() -> Path:
    return Path(settings.VAR) / "cards"


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _save(file: Path, drawn: bytes) -> None:
    """Write the file completely or not at all; if that fails, it is drawn again next time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _make_room(file.parent, MAX_BYTES - len(drawn))
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as temporary:
            temporary.write(drawn)
        os.replace(temporary.name, file)  # noqa: PTH105 — the name is a string
    except OSError:
        return


def _make_room(place: Path, max_bytes: int) -> None:
    """Delete the oldest pictures until all take at most this many bytes."""
    files = sorted(
        (entry.stat().st_mtime, entry.stat().st_size, entry.path)
        for entry in os.scandir(place)
        if entry.is_file()
    )
    total = sum(size for _time, size, _path in files)
    for _time, size, path in files:
        if total <= max_bytes:
            break
        Path(path).unlink(missing_ok=True)
        total -= size

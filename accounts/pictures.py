"""Pictures that people send, made into our own: nothing of theirs is passed on as it is."""

import hashlib
import io
import threading
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

#: What is read. Whatever else Pillow can read is not even tried.
FORMATS = ("JPEG", "PNG", "WEBP")
#: How large a picture may be, in pixels, read from its head before anything is decoded.
MOST_PIXELS = 25_000_000
#: The box that it is scaled to fit: what other sites show beside a link, in the shape of a screen.
BOX = (1200, 675)
#: How many bytes it may have as it is kept.
MOST_BYTES = 200_000

#: JPEG's starts of a picture and of a scan, which stands nowhere else in what is compressed
#: (ITU-T T.81, section B.1.1.5). Ten scans are usual; thousands of empty ones take hours.
_JPEG, _SCAN, _MOST_SCANS = b"\xff\xd8", b"\xff\xda", 100
#: How well, and in which box, it is written until it is small enough; noise takes the last.
_ATTEMPTS = ((84, BOX), (70, BOX), (50, BOX), (30, BOX), (30, (BOX[0] // 2, BOX[1] // 2)))
_ORIENTED = (max(BOX), max(BOX))

#: A decoded picture takes up to 200 MB, so a process reads one at a time.
_one = threading.Lock()


class PictureError(ValueError):
    """A file that is no picture for us, with a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Picture:
    """WebP without metadata."""

    image: bytes
    width: int
    height: int

    @property
    def version(self) -> str:
        """Another for every other picture."""
        return hashlib.sha256(self.image).hexdigest()[:16]


def read(data: bytes) -> Picture:
    """The picture in these bytes as it is kept: upright, on white, scaled to fit BOX.

    Of an animation it is the first frame. Raises PictureError for anything else.
    """
    if data.startswith(_JPEG) and data.count(_SCAN) > _MOST_SCANS:
        raise PictureError(_("This picture is built too strangely. Save it anew as JPEG or PNG."))
    try:
        with _one, Image.open(io.BytesIO(data), formats=FORMATS) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise PictureError(_too_large())
            return _written(_upright(sent))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureError(_too_large()) from bomb
    except Exception as broken:
        # Of broken files the decoders raise whatever they come upon.
        raise PictureError(
            _("This is no picture that can be read. Choose a JPEG, PNG or WebP file.")
        ) from broken


def _upright(sent: Image.Image) -> Image.Image:
    """Scaled, turned as its camera says, and on white, where it had been seen through."""
    sent.draft("RGB", _ORIENTED)
    deep = sent.mode.startswith("I")
    # Of 16 bits a pixel the upper ones; Pillow would cut all but the darkest to white.
    seen = sent.convert("I").point(lambda value: value / 256).convert("L") if deep else sent
    small = seen.convert("RGBA")
    small.thumbnail(_ORIENTED)
    turned = ImageOps.exif_transpose(small)
    turned.thumbnail(BOX)
    # Anew, for a copy would carry the metadata along.
    white = Image.new("RGB", turned.size, "white")
    white.paste(turned, mask=turned.getchannel("A"))
    return white


def _written(picture: Image.Image) -> Picture:
    data = b""
    for quality, box in _ATTEMPTS:
        file = io.BytesIO()
        picture.thumbnail(box)
        picture.save(file, "WEBP", quality=quality, method=4)
        data = file.getvalue()
        if len(data) <= MOST_BYTES:
            break
    return Picture(data, picture.width, picture.height)


def _too_large() -> str:
    return _("This picture has more than %(most)d million pixels. Make it smaller first.") % {
        "most": MOST_PIXELS // 1_000_000
    }

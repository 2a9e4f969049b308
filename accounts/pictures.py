"""Re-encoding uploaded pictures, so that the site never serves a file as it was uploaded."""

import hashlib
import io
import threading
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

#: The formats accepted; Pillow tries no others.
FORMATS = ("JPEG", "PNG", "WEBP")
#: The largest picture accepted, in pixels; checked in its header before anything is decoded.
MAX_PIXELS = 25_000_000
#: The size it is scaled down to: what other sites show in link previews, in widescreen format.
MAX_SIZE = (1200, 675)
#: The largest size stored, in bytes.
MAX_BYTES = 200_000

#: JPEG's markers for the start of an image and of a scan, which cannot occur within compressed data
#: (ITU-T T.81, section B.1.1.5). Ten scans are usual; thousands of empty ones take hours to decode.
_JPEG, _SCAN, _MAX_SCANS = b"\xff\xd8", b"\xff\xda", 100
#: Quality and size, tried in turn until the result is small enough; pure noise needs the last.
_ATTEMPTS = (
    (84, MAX_SIZE),
    (70, MAX_SIZE),
    (50, MAX_SIZE),
    (30, MAX_SIZE),
    (30, (MAX_SIZE[0] // 2, MAX_SIZE[1] // 2)),
)
#: Large enough for a picture that is yet to be rotated.
_ROTATABLE = (max(MAX_SIZE), max(MAX_SIZE))

#: A decoded picture takes up to 200 MB, so each process decodes one at a time.
_decoding = threading.Lock()


class PictureError(ValueError):
    """The file cannot be used; the text is a sentence for the person who uploaded it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP picture without metadata."""

    image: bytes
    width: int
    height: int

    @property
    def version(self) -> str:
        """A hash that identifies the picture."""
        return hashlib.sha256(self.image).hexdigest()[:16]


def read(data: bytes) -> Picture:
    """Return the uploaded picture re-encoded: upright, on white, scaled down to fit MAX_SIZE.

    An animation is reduced to its first frame. Raise PictureError if the file cannot be used.
    """
    if data.startswith(_JPEG) and data.count(_SCAN) > _MAX_SCANS:
        raise PictureError(_("This image can’t be processed. Save it as a new JPEG or PNG file."))
    try:
        with _decoding, Image.open(io.BytesIO(data), formats=FORMATS) as upload:
            if upload.width * upload.height > MAX_PIXELS:
                raise PictureError(_too_large())
            return _encode(_normalize(upload))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large()) from error
    except Exception as error:
        # For broken files the decoders raise all kinds of errors.
        raise PictureError(
            _("This file can’t be read as an image. Choose a JPEG, PNG or WebP file.")
        ) from error


def _normalize(upload: Image.Image) -> Image.Image:
    """Return the picture scaled down, rotated as its metadata says, and on white."""
    upload.draft("RGB", _ROTATABLE)
    if upload.mode.startswith("I"):
        # Keep the upper 8 of 16 bits; Pillow would turn all but the darkest pixels white.
        gray = upload.convert("I").point(lambda value: value / 256).convert("L")
        small = gray.convert("RGBA")
    else:
        small = upload.convert("RGBA")
    small.thumbnail(_ROTATABLE)
    upright = ImageOps.exif_transpose(small)
    upright.thumbnail(MAX_SIZE)
    # A new image, because a copy would include the metadata.
    white = Image.new("RGB", upright.size, "white")
    white.paste(upright, mask=upright.getchannel("A"))
    return white


def _encode(picture: Image.Image) -> Picture:
    data = b""
    for quality, box in _ATTEMPTS:
        file = io.BytesIO()
        picture.thumbnail(box)
        picture.save(file, "WEBP", quality=quality, method=4)
        data = file.getvalue()
        if len(data) <= MAX_BYTES:
            break
    return Picture(data, picture.width, picture.height)


def _too_large() -> str:
    return _("This image has more than %(max)d million pixels. Make it smaller first.") % {
        "max": MAX_PIXELS // 1_000_000
    }

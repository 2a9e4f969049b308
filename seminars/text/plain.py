"""Plain text: without control characters, and the direction in which it is written."""

import re
import unicodedata

# The blocks of Hebrew, Arabic and the like, with their presentation forms.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
# Without the line feed: Unicode's other control characters, and halves of surrogate pairs.
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def direction(text: str) -> str:
    """The direction, as HTML names it, in which most letters of a text are written.

    Not that of the first one, which HTML's `auto` goes by: an English life of يوسف may begin with
    his name.
    """
    if not _RIGHT_TO_LEFT.search(text):
        return "ltr"
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return "rtl" if kinds.count("R") + kinds.count("AL") > kinds.count("L") else "ltr"


def plain(text: str) -> str:
    """The text with line feeds for all kinds of line ends, and no other control characters."""
    # What is printable holds none of them; to be told so takes a tenth of the time of a search.
    return "\n".join(
        line if line.isprintable() else _UNPRINTABLE.sub("", line)
        for line in text.replace("\t", " ").splitlines()
    ).strip()

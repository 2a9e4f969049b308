"""Slugs: the readable parts of addresses."""

import unicodedata
from functools import lru_cache

from django.utils.text import slugify

#: Replacements for the slash, and for letters that Unicode does not decompose into a base letter
#: and an accent.
STROKES = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae"}
    | {"/": " ", "œ": "oe", "Œ": "Oe", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d"}
)

#: What separates words besides the dashes of all scripts: slashes, including those of fractions,
#: the minus sign and the hyphen bullet.
_SEPARATORS = frozenset("/\\\u2044\u2215\u2212\u2043")


@lru_cache(maxsize=4096)
def slug_for(text: str, default: str, *, max_length: int = 60) -> str:
    """Return the text as lower-case ASCII letters, digits and hyphens, or `default` if empty.

    It is cut at a word if too long. Accents and strokes are dropped ("Erdős, Łukasz" gives
    "erdos-lukasz"); dashes and slashes separate words ("Birch–Tate" gives "birch-tate").
    """
    letters = unicodedata.normalize("NFKD", text.translate(STROKES))
    slug = slugify("".join(" " if _separates_words(one) else one for one in letters))
    if len(slug) > max_length:
        slug = slug[: max_length + 1].rpartition("-")[0] or slug[:max_length]
    return slug.strip("-_") or default


def _separates_words(letter: str) -> bool:
    return letter in _SEPARATORS or unicodedata.category(letter) == "Pd"

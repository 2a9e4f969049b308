"""The readable ends of addresses."""

import unicodedata
from functools import lru_cache

from django.utils.text import slugify

#: What is neither kept nor dropped: the slash, and letters that Unicode does not take apart into a
#: base letter and an accent.
STROKES = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae"}
    | {"/": " ", "œ": "oe", "Œ": "Oe", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d"}
)

#: What divides words besides the dashes of all scripts: slashes, also those of fractions, the minus
#: sign and the hyphen of lists.
_DIVIDERS = frozenset("/\\\u2044\u2215\u2212\u2043")


@lru_cache(maxsize=4096)
def slug_for(text: str, otherwise: str, *, longest: int = 60) -> str:
    """The text in small ASCII letters, digits and hyphens, cut at a word; else `otherwise`.

    Accents and strokes are dropped ("Erdős, Łukasz" gives "erdos-lukasz"), and what a dash or a
    slash divides stays divided ("Birch–Tate" gives "birch-tate", "Faculty/Staff" "faculty-staff").
    """
    letters = unicodedata.normalize("NFKD", text.translate(STROKES))
    slug = slugify("".join(" " if _divides(one) else one for one in letters))
    if len(slug) > longest:
        slug = slug[: longest + 1].rpartition("-")[0] or slug[:longest]
    return slug.strip("-_") or otherwise


def _divides(letter: str) -> bool:
    return letter in _DIVIDERS or unicodedata.category(letter) == "Pd"

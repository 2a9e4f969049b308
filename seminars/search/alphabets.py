"""Tables of equivalent letters, and of the letters that words consist of."""

import re
import unicodedata
from collections.abc import Iterator

from accounts.slugs import STROKES

# Each of these is the content of a character class of a regular expression.

#: Scripts without spaces: Han with its radicals and extensions, kana, Thai, Lao, Burmese, Khmer.
SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
#: Vowel signs of Indic scripts, which occur within words but are not letters.
SIGNS = "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u0dff"
#: Accents of Latin, Greek and Cyrillic, points of Hebrew, vowels of Arabic: not voicing marks of
#: kana, which make different letters.
ACCENTS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
#: Characters that are ignored: soft hyphens, Arabic elongation, and marks of direction, joining and
#: shape.
GONE = "\u00ad\u0640\u200d-\u200f\u2060\ufe00-\ufe0f\ufeff"
#: Characters within a word, or between two that some write as one: hyphens, apostrophes, periods,
#: the Catalan middle dot, Hebrew geresh and gershayim, the Persian zero-width non-joiner.
JOINERS = "-.'\u00b7\u05f3\u05f4\u200c\u2010\u2011\u2018\u2019"
#: Apostrophes that Unicode counts as letters.
APOSTROPHES = "ʹʻʼʽʾʿˈ"

_BASE = re.compile("((?:LATIN|CYRILLIC) SMALL LETTER [A-Z]+) WITH .*")
# Latin and Cyrillic letters with a stroke, a hook, a tail.
_BLOCKS = ((0x180, 0x250), (0x250, 0x2B0), (0x48A, 0x530), (0x1D80, 0x1D9B), (0x2C60, 0x2C80))


def _bases() -> Iterator[tuple[int, str]]:
    """Yield each lowercase letter with a stroke, a hook or a tail, and its base letter."""
    for first, last in _BLOCKS:
        for code in range(first, last):
            if base := _BASE.fullmatch(unicodedata.name(chr(code), "")):
                try:
                    yield code, unicodedata.lookup(base[1])
                except KeyError:
                    continue  # There is no such letter.


def _digits() -> Iterator[tuple[int, str]]:
    """Yield the digits of Arabic, Persian, Devanagari and Bengali."""
    for zero in (0x660, 0x6F0, 0x966, 0x9E6):
        yield from ((zero + digit, str(digit)) for digit in range(10))


#: Lowercase letters that Unicode does not decompose, such as ł, and letters that people type
#: interchangeably.
ALIKE: dict[int, str] = dict(_bases()) | dict(_digits()) | STROKES
ALIKE |= str.maketrans(
    {"ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "a", "ɛ": "e", "ɔ": "o", "ʒ": "z", "ȷ": "j"}
    # Arabic letters in their Persian and Urdu forms, and those whose dots are often omitted.
    | {"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا"}
    | dict.fromkeys(APOSTROPHES, "'")
)

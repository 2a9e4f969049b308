"""Letters that are taken for each other, and those that words are made of: tables alone."""

import re
import unicodedata
from collections.abc import Iterator

from accounts.slugs import STROKES

# Each of these is the inside of a class of a regular expression.

#: Scripts without spaces: Han with its radicals and extensions, kana, Thai, Lao, Burmese, Khmer.
SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
#: Vowel signs of Indic scripts, which stand within words but are no letters.
SIGNS = "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u0dff"
#: Accents of Latin, Greek and Cyrillic, points of Hebrew, vowels of Arabic: not those of kana,
#: which make other letters.
ACCENTS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
#: What is seen of a word, or not seen, and is no part of it: soft hyphens, Arabic's long lines, and
#: marks of direction, joining and shape.
GONE = "\u00ad\u0640\u200d-\u200f\u2060\ufe00-\ufe0f\ufeff"
#: What stands within one word, or between two that some write as one: hyphens, apostrophes, full
#: stops, Catalan's middle dot, Hebrew's geresh and gershayim, Persian's narrow gap.
JOINERS = "-.'\u00b7\u05f3\u05f4\u200c\u2010\u2011\u2018\u2019"
#: Apostrophes that Unicode counts as letters.
APOSTROPHES = "ʹʻʼʽʾʿˈ"

_BASE = re.compile("((?:LATIN|CYRILLIC) SMALL LETTER [A-Z]+) WITH .*")
# Latin and Cyrillic letters with a stroke, a hook, a tail.
_BLOCKS = ((0x180, 0x250), (0x250, 0x2B0), (0x48A, 0x530), (0x1D80, 0x1D9B), (0x2C60, 0x2C80))


def _bases() -> Iterator[tuple[int, str]]:
    """Each small letter with a stroke or the like, and the letter without, by Unicode's names."""
    for first, last in _BLOCKS:
        for code in range(first, last):
            if base := _BASE.fullmatch(unicodedata.name(chr(code), "")):
                try:
                    yield code, unicodedata.lookup(base[1])
                except KeyError:
                    continue  # There is none.


def _digits() -> Iterator[tuple[int, str]]:
    """The digits of Arabic, Persian, Devanagari and Bengali."""
    for nought in (0x660, 0x6F0, 0x966, 0x9E6):
        yield from ((nought + digit, str(digit)) for digit in range(10))


#: What Unicode leaves whole, such as ł, and what people type for each other, in small letters.
ALIKE: dict[int, str] = dict(_bases()) | dict(_digits()) | STROKES
ALIKE |= str.maketrans(
    {"ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "a", "ɛ": "e", "ɔ": "o", "ʒ": "z", "ȷ": "j"}
    # Arabic's letters as Persian and Urdu have them, and those whose dots many leave out.
    | {"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا"}
    | dict.fromkeys(APOSTROPHES, "'")
)

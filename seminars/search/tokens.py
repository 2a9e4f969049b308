"""Fold text for comparison: lowercase, without accents, ligatures and strokes, split into words.

Chinese, Japanese and other scripts without spaces between words are split into single letters; a
word of theirs is then matched as adjacent letters.
"""

import re
import unicodedata

from seminars.search.alphabets import ACCENTS, ALIKE, APOSTROPHES, GONE, JOINERS, SIGNS, SINGLE

#: How many letters of a word count.
MAX_TOKEN_LENGTH = 64

#: Separates texts, so that no phrase matches across two of them. It is not a letter, so no query
#: contains it.
BREAK = "¶"

#: Marks the initial of a first name: the words of Jane contain “j·”. It is not a letter, so no
#: query contains it.
INITIAL = "·"

_ACCENT = re.compile(f"[{ACCENTS}{GONE}]")
# Not within a word.
_START = f"(?<![^\\W_{SINGLE}])(?<![{SIGNS}{ACCENTS}{GONE}])"
_WORD = f"(?:[^\\W_{SINGLE}]|[{SIGNS}])+"
_TOKEN = re.compile(f"[{SINGLE}]|{_WORD}")
ASCII_TOKEN = re.compile("[a-z0-9]+")
JOINER = re.compile(f"[{JOINERS}]")
_COMPOUND = re.compile(f"{_START}{_WORD}+(?:[{JOINERS}]{_WORD}+)+")
_JOINED = re.compile(f"(?<=\\w)[{JOINERS}](?=\\w)")
# C++, C# and F#, which only their signs distinguish from C and F.
_SIGNED = re.compile(rf"{_START}([a-z])(\+\+|#)(?![a-z+#])")
SIGN_NAMES = {"++": "plusplus", "#": "sharp"}
# In unfolded text, where accents may be separate characters.
_WRITTEN_WORD = f"(?:[^\\W_{SINGLE}]|[{SIGNS}{ACCENTS}{GONE}])+"
WRITTEN = re.compile(f"[{SINGLE}]|{_WRITTEN_WORD}")
WRITTEN_COMPOUND = re.compile(
    rf"{_START}(?:[A-Za-z](?:\+\+|#)|{_WRITTEN_WORD}+(?:[{JOINERS}]{_WRITTEN_WORD}+)+"
    rf"|[^\W_{SINGLE}]*[{APOSTROPHES}][^\W_{SINGLE}]+)"
)

# TeX that describes the look of letters, not the letters; and its accents, as in Schr\\"odinger.
_TEX_STYLE = re.compile(
    r"\\(?:math(?:bb|bf|cal|frak|rm|scr|sf|it)|text(?:bf|it|rm)?|[dt]?frac|sqrt|left|right"
    r"|[bB]igg?|begin|end|operatorname|(?:over|under)line|wide(?:hat|tilde)|hat|tilde|bar|vec"
    r"|d?dot|[cl]?dots|q?quad|label|ref|cite|emph)(?![A-Za-z])"
)
_TEX_ACCENT = re.compile(r"\\(?:[\"'`^~=.]|[Hvcukr](?=\{))\{?([A-Za-z])\}?")


def fold(text: str) -> str:
    """Return the text in lowercase without accents, ligatures and compatibility forms.

    Unicode's NFKD (UAX 15) decomposes letters; a table maps those it leaves whole, such as ł.
    """
    if text.isascii():
        return text.lower()
    apart = _ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold())).casefold()
    # Compose kana with their voicing marks, and Hangul syllables.
    return unicodedata.normalize("NFC", apart.translate(ALIKE))


def tokens(text: str) -> list[str]:
    """Return the folded words of a text in order; they consist of letters and digits only."""
    folded = fold(_without_tex_style(text))
    words = (ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    return [word[:MAX_TOKEN_LENGTH] for word in words] if len(text) > MAX_TOKEN_LENGTH else words


def _without_tex_style(text: str) -> str:
    return _TEX_ACCENT.sub(r"\1", _TEX_STYLE.sub(" ", text)) if "\\" in text else text


def compounds(text: str) -> list[str]:
    """Return words written with hyphens, apostrophes or periods as one word each.

    “Non-linear”, “O’Neil” and “Ph.D.” are also indexed as “nonlinear”, “oneil” and “phd”, and C++
    and C# as “cplusplus” and “csharp”.
    """
    # Dollar signs, as in $p$-adic, do not separate words.
    folded = fold(_without_tex_style(text).replace("$", ""))
    words = []
    for match in _COMPOUND.finditer(folded) if _JOINED.search(folded) else ():
        parts = JOINER.split(match[0])
        # Periods occur in abbreviations, but also in addresses and where a space is missing.
        is_one = "." not in match[0] or all(len(part) <= 2 for part in parts)
        if is_one and not (joined := "".join(parts)).isdigit():
            words.append(joined[:MAX_TOKEN_LENGTH])
    words += [letter + SIGN_NAMES[sign] for letter, sign in _SIGNED.findall(folded)]
    return list(dict.fromkeys(words))


def is_signed(text: str) -> bool:
    """Whether a text is C++, C# or the like, apart from punctuation around it."""
    return _SIGNED.fullmatch(fold(text).strip(" .,;:()?!")) is not None


def initials(name: str) -> list[str]:
    """Return the initials of a person's first names, so that “J. Doe” matches Jane Doe."""
    return [
        token[0] + INITIAL
        for token in tokens(name)[:-1]
        if token[0].isalpha() and not is_single(token)
    ]


def is_single(token: str) -> bool:
    """Whether it is one letter of a script without spaces."""
    return len(token) == 1 and re.match(f"[{SINGLE}]", token) is not None

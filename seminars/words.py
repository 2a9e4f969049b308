"""Words as they are compared: small, without accents, ligatures and strokes. Text alone.

Chinese, Japanese and other scripts that put no spaces between words are taken letter by letter; a
word of theirs is then found as letters that stand next to each other.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from seminars.slugs import STROKES

#: How many letters of a word count.
LONGEST = 64

#: Stands where one text ends and another begins, so that no phrase reaches across. Nobody can
#: search for it, for it is no letter.
BREAK = "¶"

# Scripts without spaces: Han with its radicals and extensions, kana, Thai, Lao, Burmese, Khmer.
_SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Vowel signs of Indic scripts, which stand within words but are no letters.
_SIGNS = "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u0dff"
# Accents of Latin, Greek and Cyrillic, points of Hebrew, vowels of Arabic: not those of kana,
# which make other letters.
_ACCENTS = "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff"
_ACCENTS += "\u20d0-\u20ff\ufe20-\ufe2f"

_ACCENT = re.compile(f"[{_ACCENTS}]")
_TOKEN = re.compile(f"[{_SINGLE}]|(?:[^\\W_{_SINGLE}]|[{_SIGNS}])+")
_ASCII_TOKEN = re.compile("[a-z0-9]+")
# In the text as it was written, where accents may stand apart from their letters.
_WRITTEN = re.compile(f"[{_SINGLE}]|(?:[^\\W_{_SINGLE}]|[{_SIGNS}{_ACCENTS}])+")
# What `STROKES` leaves whole, in small letters.
_MORE_STROKES = str.maketrans({"ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ƶ": "z", "ɨ": "i"})

# What a word counts in each column of a talk's words.
_WEIGHTS = (10, 4, 1)

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_QUOTES = str.maketrans("“”„‟", '""""')


def fold(text: str) -> str:
    """The text in small letters without accents, ligatures and compatibility forms.

    Unicode's NFKD takes letters apart (UAX 15); what it leaves whole, such as ł, is in a table.
    """
    if text.isascii():
        return text.lower()
    apart = _ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold())).casefold()
    whole = apart.translate(STROKES).translate(_MORE_STROKES)
    # Kana with their voicing marks, and Hangul, are one letter again.
    return unicodedata.normalize("NFC", whole)


def tokens(text: str) -> list[str]:
    """The folded words of a text, in their order; none holds anything but letters and digits."""
    folded = fold(text)
    found = (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    return [token[:LONGEST] for token in found] if len(text) > LONGEST else found


def is_single(token: str) -> bool:
    """Whether it is one letter of a script without spaces."""
    return len(token) == 1 and re.match(f"[{_SINGLE}]", token) is not None


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand next to each other; of the last, if `is_open`, the beginning is enough."""

    tokens: tuple[str, ...]
    is_open: bool = False

    def __str__(self) -> str:
        return " ".join(self.tokens)

    def matches(self, found: list[str]) -> bool:
        """Whether these words, as many as it has, are it."""
        *firsts, last = self.tokens
        return found[:-1] == firsts and (
            found[-1].startswith(last) if self.is_open else found[-1] == last
        )


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed: all that is wanted must be in a talk, and nothing unwanted.

    `is_vain`: something was typed in which there is no word at all, such as “?!”.
    """

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    is_vain: bool = False

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted or self.is_vain)


def query(typed: str) -> Query:
    """Reads words, "quoted phrases" and -words; there is nothing that it cannot read.

    A word may be the beginning of one, a quoted or unwanted one must be whole.
    """
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    for minus, phrase, word in _PIECE.findall(typed.translate(_QUOTES)):
        found = tuple(tokens(phrase or word))
        if not found:
            continue
        if minus:
            unwanted[Term(found)] = None
        else:
            # One letter begins too many words to be of use.
            is_open = bool(word) and len(found[-1]) > 1
            wanted[Term(found, is_open)] = None
    is_vain = not (wanted or unwanted) and bool(typed.translate(_QUOTES).strip('-" \t\r\n'))
    return Query(tuple(wanted), tuple(unwanted), is_vain)


def spans(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Where the terms stand in a text as it was written, in order, none within another."""
    folded = fold(text)
    terms = tuple(term for term in terms if all(token in folded for token in term.tokens))
    if not terms:
        return []
    written = [
        (token, match.start(), match.end())
        for match in _WRITTEN.finditer(text)
        for token in tokens(match[0])
    ]
    every = [token for token, _start, _end in written]
    found = [
        (written[at][1], written[at + len(term.tokens) - 1][2])
        for term in terms
        for at in range(len(every) - len(term.tokens) + 1)
        if term.matches(every[at : at + len(term.tokens)])
    ]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def scores(terms: tuple[Term, ...], rows: Iterable[tuple[int, str, str, str]]) -> dict[int, float]:
    """How well folded texts match: in which, how often, and whether the words are whole.

    Each row has a key, title and speakers, what else is said of a talk, and its abstract.
    """
    sought = [(f" {term}", f" {term} ", term.is_open) for term in terms]
    found: dict[int, float] = {}
    for key, *columns in rows:
        score = 0.0
        for weight, column in zip(_WEIGHTS, columns, strict=True):
            padded = f" {column} "
            for begun, whole, is_open in sought:
                if often := padded.count(begun if is_open else whole):
                    # The third time counts less than the first.
                    score += weight * (often / (often + 1) + (whole in padded) / 2)
        found[key] = score
    return found


def typed(query: Query) -> str:
    """The query as it could have been typed."""
    wanted = [str(term) if term.is_open else f'"{term}"' for term in query.wanted]
    return " ".join([*wanted, *(f'-"{term}"' for term in query.unwanted)])


def quoted(text: str) -> str:
    """A query for just the words of what was typed."""
    given = query(text)
    wanted = tuple(Term(term.tokens) for term in given.wanted)
    return typed(Query(wanted, given.unwanted))


def pieces(text: str, terms: tuple[Term, ...]) -> list[tuple[str, bool]]:
    """The text in pieces, with whether each is one of the terms."""
    found, at = [], 0
    for start, end in spans(text, terms):
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [*found, (text[at:], False)] if found else []


def excerpt(text: str, terms: tuple[Term, ...], longest: int = 200) -> list[tuple[str, bool]]:
    """The part of a text, about so long, where most of the terms stand, in pieces as `pieces`.

    It begins and ends between words, with a sign where something is left out; empty without any.
    """
    found = spans(text, terms)
    if not found:
        return []
    room = longest * 3 // 4
    first = max(
        found, key=lambda one: sum(one[0] <= start < one[0] + room for start, _end in found)
    )
    start = max(0, first[0] - longest // 4)
    start = text.find(" ", start, first[0]) + 1 if start else 0
    start = start or (first[0] if first[0] > longest // 4 else 0)
    end = len(text)
    if end > start + longest:
        end = max(text.rfind(" ", start, start + longest), first[1])
    parts = pieces(text[start:end], terms)
    return [
        *([("… ", False)] if start else []),
        *parts,
        *([(" …", False)] if end < len(text) else []),
    ]

"""Words as they are compared: small, without accents, ligatures and strokes. Text alone.

Chinese, Japanese and other scripts that put no spaces between words are taken letter by letter; a
word of theirs is then found as letters that stand next to each other.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seminars.search.alphabets import ACCENTS, ALIKE, APOSTROPHES, GONE, JOINERS, SIGNS, SINGLE

#: How many letters of a word count.
LONGEST = 64

#: Stands where one text ends and another begins, so that no phrase reaches across. Nobody can
#: search for it, for it is no letter.
BREAK = "¶"

#: Ends what stands for a first name: “j·” is in the words of Jane. Nobody can type it, for it is no
#: letter.
INITIAL = "·"

_ACCENT = re.compile(f"[{ACCENTS}{GONE}]")
# Where no word goes on.
_START = f"(?<![^\\W_{SINGLE}])(?<![{SIGNS}{ACCENTS}{GONE}])"
_WORD = f"(?:[^\\W_{SINGLE}]|[{SIGNS}])+"
_TOKEN = re.compile(f"[{SINGLE}]|{_WORD}")
_ASCII_TOKEN = re.compile("[a-z0-9]+")
_JOINER = re.compile(f"[{JOINERS}]")
_COMPOUND = re.compile(f"{_START}{_WORD}+(?:[{JOINERS}]{_WORD}+)+")
_JOINED = re.compile(f"(?<=\\w)[{JOINERS}](?=\\w)")
# C++, C# and F#, whose signs are what tells them from C and F.
_SIGNED = re.compile(rf"{_START}([a-z])(\+\+|#)(?![a-z+#])")
_SPELT = {"++": "plusplus", "#": "sharp"}
# In the text as it was written, where accents may stand apart from their letters.
_WRITTEN_WORD = f"(?:[^\\W_{SINGLE}]|[{SIGNS}{ACCENTS}{GONE}])+"
_WRITTEN = re.compile(f"[{SINGLE}]|{_WRITTEN_WORD}")
_WRITTEN_COMPOUND = re.compile(
    rf"{_START}(?:[A-Za-z](?:\+\+|#)|{_WRITTEN_WORD}+(?:[{JOINERS}]{_WRITTEN_WORD}+)+"
    rf"|[^\W_{SINGLE}]*[{APOSTROPHES}][^\W_{SINGLE}]+)"
)

# TeX that says how letters look, not what they are; and its accents, as in Schr\\"odinger.
_LOOKS = re.compile(
    r"\\(?:math(?:bb|bf|cal|frak|rm|scr|sf|it)|text(?:bf|it|rm)?|[dt]?frac|sqrt|left|right"
    r"|[bB]igg?|begin|end|operatorname|(?:over|under)line|wide(?:hat|tilde)|hat|tilde|bar|vec"
    r"|d?dot|[cl]?dots|q?quad|label|ref|cite|emph)(?![A-Za-z])"
)
_TEX_ACCENT = re.compile(r"\\(?:[\"'`^~=.]|[Hvcukr](?=\{))\{?([A-Za-z])\}?")

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
    # Kana with their voicing marks, and Hangul, are one letter again.
    return unicodedata.normalize("NFC", apart.translate(ALIKE))


def tokens(text: str) -> list[str]:
    """The folded words of a text, in their order; none holds anything but letters and digits."""
    folded = fold(_without_looks(text))
    found = (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    return [token[:LONGEST] for token in found] if len(text) > LONGEST else found


def _without_looks(text: str) -> str:
    """The text without TeX that only says how its letters look."""
    return _TEX_ACCENT.sub(r"\1", _LOOKS.sub(" ", text)) if "\\" in text else text


def compounds(text: str) -> list[str]:
    """What hyphens, apostrophes and full stops part, as one word each; C++ and C# spelt out.

    So “non-linear”, “O’Neil” and “Ph.D.” are found as “nonlinear”, “oneil” and “phd” too.
    """
    # What is between dollars, as in $p$-adic, is part of a word as well.
    folded = fold(_without_looks(text).replace("$", ""))
    found = []
    for match in _COMPOUND.finditer(folded) if _JOINED.search(folded) else ():
        parts = _JOINER.split(match[0])
        # Full stops stand in abbreviations, but in addresses and where a space was forgotten too.
        is_one = "." not in match[0] or all(len(part) <= 2 for part in parts)
        if is_one and not (joined := "".join(parts)).isdigit():
            found.append(joined[:LONGEST])
    found += [letter + _SPELT[sign] for letter, sign in _SIGNED.findall(folded)]
    return list(dict.fromkeys(found))


def initials(name: str) -> list[str]:
    """The first letters of a person's names but the last, so that “J. Doe” finds Jane Doe."""
    return [
        token[0] + INITIAL
        for token in tokens(name)[:-1]
        if token[0].isalpha() and not is_single(token)
    ]


def is_single(token: str) -> bool:
    """Whether it is one letter of a script without spaces."""
    return len(token) == 1 and re.match(f"[{SINGLE}]", token) is not None


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand next to each other; of the last, if `is_open`, the beginning is enough.

    `others` are other ways to write the same, each as good as the first.
    """

    tokens: tuple[str, ...]
    is_open: bool = False
    others: tuple["Term", ...] = ()

    def __str__(self) -> str:
        return " ".join(self.tokens)

    @property
    def ways(self) -> "tuple[Term, ...]":
        """Each way to write it."""
        return (self, *self.others)

    @property
    def is_initials(self) -> bool:
        """Whether it may stand for first names."""
        return any(other.tokens[0].endswith(INITIAL) for other in self.others)

    def matches(self, found: list[str]) -> bool:
        """Whether these words, as many as it has, are it."""
        *firsts, last = self.tokens
        return found[:-1] == firsts and (
            found[-1].startswith(last) if self.is_open else found[-1] == last
        )

    def places(self, every: list[str]) -> list[int]:
        """Where among these words it begins."""
        size, first = len(self.tokens), self.tokens[0]
        if size > 1:
            begins = [at for at, token in enumerate(every) if token == first]
            return [at for at in begins if self.matches_at(every, at)]
        if self.is_open:
            return [at for at, token in enumerate(every) if token.startswith(first)]
        return [at for at, token in enumerate(every) if token == first]

    def matches_at(self, every: list[str], at: int) -> bool:
        """Whether it stands there."""
        found = every[at : at + len(self.tokens)]
        return len(found) == len(self.tokens) and self.matches(found)


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


def parse(typed: str) -> Query:
    """Reads words, "quoted phrases" and -words; there is nothing that it cannot read.

    A word may be the beginning of one, a quoted or unwanted one must be whole.
    """
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    for minus, phrase, word in _PIECE.findall(typed.translate(_QUOTES)):
        term = _word(word) if word and not minus else _phrase(phrase or word)
        if term.tokens:
            (unwanted if minus else wanted)[term] = None
    is_vain = not (wanted or unwanted) and bool(typed.translate(_QUOTES).strip('-" \t\r\n'))
    return Query(tuple(_with_initials(tuple(wanted))), tuple(unwanted), is_vain)


def _phrase(text: str) -> Term:
    """The words of a text as they are."""
    if _SIGNED.fullmatch(fold(text).strip(" .,;:()?!")):
        return Term((compounds(text)[0],))
    return Term(tuple(tokens(text)))


def _word(text: str) -> Term:
    """What was typed between spaces, which may be the beginning of a word."""
    # Whoever has Noether's theorem in mind finds that of Noether.
    text = re.sub(f"(?<=\\w\\w)[{JOINERS}][sS]$", "", text)
    term = _phrase(text)
    if not term.tokens or term.tokens[0] not in tokens(text):
        return term
    last = term.tokens[-1]
    # One letter begins too many words to be of use, but for a syllable of Hangul.
    is_open = len(last) > 1 or "가" <= last <= "힣"
    joined = "".join(term.tokens)
    others = [Term((one,), is_open) for one in compounds(text) if one == joined]
    if len(term.tokens) == 1 and (one := _singular(last)):
        others.append(Term((one,)))
    return replace(term, is_open=is_open, others=tuple(others))


def _singular(token: str) -> str:
    """What an English word may be the plural of; empty where it is none."""
    if not (len(token) > 3 and token.isascii() and token.isalpha() and token[-1] == "s"):
        return ""
    if token.endswith("ies"):
        return f"{token[:-3]}y"
    if token.endswith(("ses", "xes", "ches", "shes", "zes")):
        return token[:-2]
    return "" if token[-2] in "ius" else token[:-1]


def _with_initials(terms: tuple[Term, ...]) -> Iterator[Term]:
    """The terms, where single letters beside longer words may stand for first names."""
    beside = any(len(token) > 1 for term in terms for token in term.tokens)
    for term in terms:
        if beside and all(len(token) == 1 and token.isalpha() for token in term.tokens):
            names = Term(tuple(token + INITIAL for token in term.tokens))
            yield term if is_single(term.tokens[0]) else replace(term, others=(*term.others, names))
        else:
            yield term


def spans(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Where the terms stand in a text as it was written, in order, none within another."""
    folded = fold(text)
    bare = _bare(folded)
    ways = [
        way
        for term in terms
        for way in term.ways
        if all(token in folded or token in bare for token in way.tokens)
    ]
    if not ways:
        return []
    written = list(_written(text, folded))
    every = [token for token, _start, _end in written]
    found = [
        (written[at][1], written[at + len(way.tokens) - 1][2])
        for way in ways
        for at in way.places(every)
    ]
    if bare != folded:
        found += _compound_spans(text, ways)
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _written(text: str, folded: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text with where each begins and ends as it was written."""
    if text.isascii() and "\\" not in text:
        # Folding moves no letter of it.
        for match in _ASCII_TOKEN.finditer(folded):
            yield match[0][:LONGEST], match.start(), match.end()
        return
    for match in _WRITTEN.finditer(text):
        for token in tokens(match[0]):
            yield token, match.start(), match.end()


def _bare(folded: str) -> str:
    """The text as `compounds` makes words of it."""
    for sign, spelt in _SPELT.items():
        folded = folded.replace(sign, spelt)
    return _JOINER.sub("", folded)


def _compound_spans(text: str, ways: list[Term]) -> Iterator[tuple[int, int]]:
    single = [way for way in ways if len(way.tokens) == 1]
    for match in _WRITTEN_COMPOUND.finditer(text) if single else ():
        if any(way.matches([one]) for one in compounds(match[0]) for way in single):
            yield match.span()


def has(column: str, term: Term) -> bool:
    """Whether folded text has the term, in whatever way it is written."""
    padded = f" {column} "
    return any((f" {way}" if way.is_open else f" {way} ") in padded for way in term.ways)


def matches(query: Query, column: str) -> bool:
    """Whether folded text has all that is wanted and nothing that is not."""
    return all(has(column, term) for term in query.wanted) and not any(
        has(column, term) for term in query.unwanted
    )


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
    wanted = [
        _between(term).join(term.tokens) if term.is_open or term.others else f'"{_shown(term)}"'
        for term in query.wanted
    ]
    return " ".join([*wanted, *(f'-"{_shown(term)}"' for term in query.unwanted)])


def _between(term: Term) -> str:
    """What stands between its words, so that they are one term again."""
    return "" if any(map(is_single, term.tokens)) else "-"


def _shown(term: Term) -> str:
    for sign, spelt in _SPELT.items():
        if term.tokens[0][1:] == spelt:
            return term.tokens[0][0] + sign
    return str(term)


def quoted(text: str) -> str:
    """A query for just the words of what was typed."""
    given = parse(text)
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

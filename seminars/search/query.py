"""Parse what people type into a search box, and write a query as it could be typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from seminars.search.alphabets import JOINERS
from seminars.search.tokens import INITIAL, SIGN_NAMES, compounds, is_signed, is_single, tokens

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_QUOTES = str.maketrans("“”„‟", '""""')


@dataclass(frozen=True, slots=True)
class Term:
    """Adjacent words; `is_prefix`: the last one also matches longer words that begin with it.

    `alternatives` are other spellings, each as good as the first.
    """

    tokens: tuple[str, ...]
    is_prefix: bool = False
    alternatives: tuple["Term", ...] = ()

    def __str__(self) -> str:
        return " ".join(self.tokens)

    @property
    def spellings(self) -> "tuple[Term, ...]":
        return (self, *self.alternatives)

    @property
    def is_initials(self) -> bool:
        """Whether it may stand for first names."""
        return any(other.tokens[0].endswith(INITIAL) for other in self.alternatives)

    def matches(self, words: list[str]) -> bool:
        """Whether it matches these words, of which there must be as many as it has."""
        *firsts, last = self.tokens
        return words[:-1] == firsts and (
            words[-1].startswith(last) if self.is_prefix else words[-1] == last
        )

    def positions(self, words: list[str]) -> list[int]:
        """Return the positions among these words at which it matches."""
        size, first = len(self.tokens), self.tokens[0]
        if size > 1:
            starts = [at for at, token in enumerate(words) if token == first]
            return [at for at in starts if self.matches_at(words, at)]
        if self.is_prefix:
            return [at for at, token in enumerate(words) if token.startswith(first)]
        return [at for at, token in enumerate(words) if token == first]

    def matches_at(self, words: list[str], at: int) -> bool:
        part = words[at : at + len(self.tokens)]
        return len(part) == len(self.tokens) and self.matches(part)


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed: a talk matches that has all required terms and no excluded one.

    `has_no_words`: something was typed that contains no word at all, such as “?!”.
    """

    required: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    has_no_words: bool = False

    def __bool__(self) -> bool:
        return bool(self.required or self.excluded or self.has_no_words)


def parse(typed: str) -> Query:
    """Parse words, "quoted phrases" and -words; every text is a valid query.

    A word matches longer words that begin with it; a quoted or excluded one only itself.
    """
    required: dict[Term, None] = {}
    excluded: dict[Term, None] = {}
    for minus, phrase, word in _PIECE.findall(typed.translate(_QUOTES)):
        term = _word(word) if word and not minus else _phrase(phrase or word)
        if term.tokens:
            (excluded if minus else required)[term] = None
    has_text = bool(typed.translate(_QUOTES).strip('-" \t\r\n'))
    has_no_words = has_text and not (required or excluded)
    return Query(tuple(_with_initials(tuple(required))), tuple(excluded), has_no_words)


def _phrase(text: str) -> Term:
    """Return a term for exactly these words."""
    if is_signed(text):
        return Term((compounds(text)[0],))
    return Term(tuple(tokens(text)))


def _word(text: str) -> Term:
    """Return a term for text without spaces, which may be the beginning of a word."""
    # “Noether's” also matches Noether.
    text = re.sub(f"(?<=\\w\\w)[{JOINERS}][sS]$", "", text)
    term = _phrase(text)
    if not term.tokens or term.tokens[0] not in tokens(text):
        return term
    last = term.tokens[-1]
    # Too many words begin with any one letter, other than a Hangul syllable.
    is_prefix = len(last) > 1 or "가" <= last <= "힣"
    joined = "".join(term.tokens)
    alternatives = [Term((one,), is_prefix) for one in compounds(text) if one == joined]
    if len(term.tokens) == 1 and (one := _singular(last)):
        alternatives.append(Term((one,)))
    return replace(term, is_prefix=is_prefix, alternatives=tuple(alternatives))


def _singular(token: str) -> str:
    """Return the singular of what may be an English plural; otherwise an empty string."""
    if not (len(token) > 3 and token.isascii() and token.isalpha() and token[-1] == "s"):
        return ""
    if token.endswith("ies"):
        return f"{token[:-3]}y"
    if token.endswith(("ses", "xes", "ches", "shes", "zes")):
        return token[:-2]
    return "" if token[-2] in "ius" else token[:-1]


def _with_initials(terms: tuple[Term, ...]) -> Iterator[Term]:
    """Yield the terms, where single letters beside longer words may stand for first names."""
    has_longer = any(len(token) > 1 for term in terms for token in term.tokens)
    for term in terms:
        is_letters = all(len(token) == 1 and token.isalpha() for token in term.tokens)
        if has_longer and is_letters and not is_single(term.tokens[0]):
            names = Term(tuple(token + INITIAL for token in term.tokens))
            yield replace(term, alternatives=(*term.alternatives, names))
        else:
            yield term


def as_typed(query: Query) -> str:
    """Return the query as it could have been typed."""
    required = [
        _separator(term).join(term.tokens)
        if term.is_prefix or term.alternatives
        else f'"{_readable(term)}"'
        for term in query.required
    ]
    return " ".join([*required, *(f'-"{_readable(term)}"' for term in query.excluded)])


def _separator(term: Term) -> str:
    """Return what joins its words so that they are parsed as one term again."""
    return "" if any(map(is_single, term.tokens)) else "-"


def _readable(term: Term) -> str:
    for sign, name in SIGN_NAMES.items():
        if term.tokens[0][1:] == name:
            return term.tokens[0][0] + sign
    return str(term)


def quoted(text: str) -> str:
    """Return a query for exactly the words that were typed."""
    given = parse(text)
    required = tuple(Term(term.tokens) for term in given.required)
    return as_typed(Query(required, given.excluded))

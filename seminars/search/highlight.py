"""Locate the terms of a query in a text as it was written, to mark them or to show an excerpt."""

from collections.abc import Iterator

from seminars.search.query import Term
from seminars.search.tokens import (
    ASCII_TOKEN,
    JOINER,
    MAX_TOKEN_LENGTH,
    SIGN_NAMES,
    WRITTEN,
    WRITTEN_COMPOUND,
    compounds,
    fold,
    tokens,
)

#: About how many characters an excerpt has.
EXCERPT_LENGTH = 200


def spans(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Return the start and end of each match of the terms, in order and without overlaps."""
    folded = fold(text)
    bare = _without_joiners(folded)
    spellings = [
        spelling
        for term in terms
        for spelling in term.spellings
        if all(token in folded or token in bare for token in spelling.tokens)
    ]
    if not spellings:
        return []
    written = list(_written(text, folded))
    words = [token for token, _start, _end in written]
    matches = [
        (written[at][1], written[at + len(spelling.tokens) - 1][2])
        for spelling in spellings
        for at in spelling.positions(words)
    ]
    if bare != folded:
        matches += _compound_spans(text, spellings)
    return _merged(matches)


def _merged(matches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(matches):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _written(text: str, folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of a text with its start and end in the unfolded text."""
    if text.isascii() and "\\" not in text:
        # Folding keeps every position.
        for match in ASCII_TOKEN.finditer(folded):
            yield match[0][:MAX_TOKEN_LENGTH], match.start(), match.end()
        return
    for match in WRITTEN.finditer(text):
        for token in tokens(match[0]):
            yield token, match.start(), match.end()


def _without_joiners(folded: str) -> str:
    """Return the text with its words joined as `compounds` joins them."""
    for sign, name in SIGN_NAMES.items():
        folded = folded.replace(sign, name)
    return JOINER.sub("", folded)


def _compound_spans(text: str, spellings: list[Term]) -> Iterator[tuple[int, int]]:
    single = [spelling for spelling in spellings if len(spelling.tokens) == 1]
    for match in WRITTEN_COMPOUND.finditer(text) if single else ():
        words = compounds(match[0])
        if any(spelling.matches([word]) for word in words for spelling in single):
            yield match.span()


def pieces(text: str, terms: tuple[Term, ...]) -> list[tuple[str, bool]]:
    """Split the text into pieces, each with whether it is a match; empty without a match."""
    parts, at = [], 0
    for start, end in spans(text, terms):
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [*parts, (text[at:], False)] if parts else []


def excerpt(
    text: str, terms: tuple[Term, ...], length: int = EXCERPT_LENGTH
) -> list[tuple[str, bool]]:
    """Return the part of a text with the most matches, split as by `pieces`.

    It begins and ends between words, with an ellipsis where text is omitted.
    """
    matches = spans(text, terms)
    if not matches:
        return []
    window = length * 3 // 4
    first = max(
        matches,
        key=lambda match: sum(match[0] <= start < match[0] + window for start, _end in matches),
    )
    start = max(0, first[0] - length // 4)
    start = text.find(" ", start, first[0]) + 1 if start else 0
    start = start or (first[0] if first[0] > length // 4 else 0)
    end = len(text)
    if end > start + length:
        end = max(text.rfind(" ", start, start + length), first[1])
    parts = pieces(text[start:end], terms)
    return [
        *([("… ", False)] if start else []),
        *parts,
        *([(" …", False)] if end < len(text) else []),
    ]

"""Corrections of misspelled words: words of public talks that differ by one or two letters."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from django.db.models import Q

from seminars.models import Word
from seminars.search.index import MIN_SUGGESTED_LENGTH
from seminars.search.query import Query, Term, as_typed

#: How many words of similar length are compared for each token, the most frequent first.
_MAX_CANDIDATES = 2000
#: How many words of one query are corrected.
_MAX_CORRECTED = 4
#: How many corrections of each word are tried: the nearest may not match the rest of the query.
_MAX_TRIED = 3


def corrections(query: Query) -> list[str]:
    """Return what may have been meant, as it could be typed, the most likely first; two queries.

    Words that no public talk has are replaced unless they are quoted. If that does not help, single
    letters are removed, because they may be initials or a word that is still being typed.
    """
    return list(dict.fromkeys(map(as_typed, _corrections(query))))


def _corrections(query: Query) -> Iterator[Query]:
    terms = [term for term in query.required if term.is_prefix]
    unknown = _unknown({token for term in terms for one in term.spellings for token in _long(one)})
    doubtful = {token for term in terms if _is_doubtful(term, unknown) for token in _long(term)}
    doubtful &= unknown
    near = _nearest(doubtful) if 0 < len(doubtful) <= _MAX_CORRECTED else {}
    if doubtful and not near:
        return
    first = query
    for rank in range(_MAX_TRIED if near else 0):
        meant = {token: words[min(rank, len(words) - 1)] for token, words in near.items()}
        required = tuple(
            _corrected(term, meant) if term in terms else term for term in query.required
        )
        corrected = replace(query, required=required)
        first = corrected if first is query else first
        yield corrected
    rest = tuple(term for term in first.required if not term.is_initials)
    if 0 < len(rest) < len(first.required):
        yield replace(first, required=rest)


def _long(term: Term) -> list[str]:
    return [token for token in term.tokens if len(token) >= MIN_SUGGESTED_LENGTH]


def _is_doubtful(term: Term, unknown: set[str]) -> bool:
    """Whether none of its spellings is known."""
    return all(not _long(one) or not unknown.isdisjoint(_long(one)) for one in term.spellings)


def _corrected(term: Term, meant: dict[str, str]) -> Term:
    tokens = tuple(meant.get(token, token) for token in term.tokens)
    return term if tokens == term.tokens else Term(tokens, is_prefix=True)


def _unknown(tokens: set[str]) -> set[str]:
    """Return the tokens that no word of a public talk begins with; one query."""
    if not tokens:
        return set()
    begins = reduce(or_, (Q(text__startswith=token) for token in sorted(tokens)))
    unknown = set(tokens)
    for known in Word.objects.filter(begins).values_list("text", flat=True).iterator():
        unknown = {token for token in unknown if not known.startswith(token)}
    return unknown


def _nearest(tokens: set[str]) -> dict[str, list[str]]:
    """Return the nearest words for each token, more frequent ones first if tied; one query."""
    near = (
        Q(length__range=(len(token) - _max_distance(token), len(token) + _max_distance(token)))
        & (Q(first=token[:2]) | Q(last=token[-2:]))
        for token in tokens
    )
    rows = Word.objects.filter(reduce(or_, near)).order_by("-talks", "text")
    candidates = rows.values_list("text", flat=True)[: _MAX_CANDIDATES * len(tokens)]
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for rank, word in enumerate(candidates):
        for token in tokens:
            letters = distance(token, word)
            if letters <= _max_distance(token):
                found[token].append((letters, rank, word))
    return {
        token: [word for _letters, _rank, word in sorted(words)[:_MAX_TRIED]]
        for token, words in found.items()
    }


def _max_distance(token: str) -> int:
    """Return how many letters may be wrong."""
    return 1 if len(token) < 6 else 2


def distance(one: str, other: str) -> int:
    """Return how many letters differ: replaced, inserted, deleted or transposed.

    Each letter is edited at most once: the optimal string alignment of Damerau and Levenshtein.
    """
    if abs(len(one) - len(other)) > 2:
        return 3
    older: list[int] = []
    old = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        row = [i + 1]
        for j, second in enumerate(other):
            least = min(old[j + 1] + 1, row[j] + 1, old[j] + (letter != second))
            if i and j and letter == other[j - 1] and second == one[i - 1]:
                least = min(least, older[j - 1] + 1)
            row.append(least)
        older, old = old, row
    return old[-1]

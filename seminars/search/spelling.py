"""What a misspelt word may have meant: a word of public talks, one or two letters away."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from django.db.models import Q

from seminars.models import Word
from seminars.search.index import MIN_SUGGESTED_LENGTH
from seminars.search.query import Query, Term, as_typed

#: How many words of the wanted length are looked at, those in most talks first.
_MOST = 2000
#: How many misspelt words are mended in one query.
_MOST_MENDED = 4
#: How many words are tried for each: the nearest may not stand beside the other words.
_MOST_TRIED = 3


def corrections(query: Query) -> list[str]:
    """What the query may have meant, as it could be typed, the likeliest first; two queries.

    A word that no public talk has is replaced, unless it is quoted. Single letters go where that
    does not help, for they may be initials or a word that is still being typed.
    """
    return list(dict.fromkeys(map(as_typed, _corrections(query))))


def _corrections(query: Query) -> Iterator[Query]:
    terms = [term for term in query.required if term.is_prefix]
    unknown = _unknown(
        {token for term in terms for spelling in term.spellings for token in _long(spelling)}
    )
    doubtful = {token for term in terms if _is_doubtful(term, unknown) for token in _long(term)}
    doubtful &= unknown
    near = _nearest(doubtful) if 0 < len(doubtful) <= _MOST_MENDED else {}
    if doubtful and not near:
        return
    found = query
    for place in range(_MOST_TRIED if near else 0):
        meant = {token: known[min(place, len(known) - 1)] for token, known in near.items()}
        required = tuple(_mended(term, meant) if term in terms else term for term in query.required)
        mended = replace(query, required=required)
        found = mended if found is query else found
        yield mended
    rest = tuple(term for term in found.required if not term.is_initials)
    if 0 < len(rest) < len(found.required):
        yield replace(found, required=rest)


def _long(term: Term) -> list[str]:
    return [token for token in term.tokens if len(token) >= MIN_SUGGESTED_LENGTH]


def _is_doubtful(term: Term, unknown: set[str]) -> bool:
    """Whether no way to write it is known."""
    return all(not _long(one) or not unknown.isdisjoint(_long(one)) for one in term.spellings)


def _mended(term: Term, meant: dict[str, str]) -> Term:
    tokens = tuple(meant.get(token, token) for token in term.tokens)
    return term if tokens == term.tokens else Term(tokens, is_prefix=True)


def _unknown(tokens: set[str]) -> set[str]:
    """Those that no word of public talks begins with; one query."""
    if not tokens:
        return set()
    begins = reduce(or_, (Q(text__startswith=token) for token in sorted(tokens)))
    unknown = set(tokens)
    for known in Word.objects.filter(begins).values_list("text", flat=True).iterator():
        unknown = {token for token in unknown if not known.startswith(token)}
    return unknown


def _nearest(tokens: set[str]) -> dict[str, list[str]]:
    """For each the nearest words, of those as near the one in most talks first; one query."""
    near = (
        Q(length__range=(len(token) - _reach(token), len(token) + _reach(token)))
        & (Q(first=token[:2]) | Q(last=token[-2:]))
        for token in tokens
    )
    rows = Word.objects.filter(reduce(or_, near)).order_by("-talks", "text")
    candidates = rows.values_list("text", flat=True)[: _MOST * len(tokens)]
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for place, word in enumerate(candidates):
        for token in tokens:
            away = distance(token, word)
            if away <= _reach(token):
                found[token].append((away, place, word))
    return {
        token: [word for _away, _place, word in sorted(every)[:_MOST_TRIED]]
        for token, every in found.items()
    }


def _reach(token: str) -> int:
    """How many letters may be wrong."""
    return 1 if len(token) < 6 else 2


def distance(one: str, other: str) -> int:
    """How many letters must be changed, added, left out or swapped with the next one.

    Each letter at most once: the optimal string alignment of Damerau and Levenshtein.
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

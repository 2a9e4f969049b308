"""What a misspelt word may have meant: a word of public talks, one or two letters away."""

from dataclasses import replace
from functools import reduce
from operator import or_

from django.db.models import Q

from seminars import words
from seminars.indexing import SHORTEST
from seminars.models import Word
from seminars.words import Query, Term

#: How many words of the wanted length are looked at, those in most talks first.
_MOST = 2000
#: How many misspelt words are mended in one query.
_MOST_MENDED = 4


def corrected(query: Query) -> str:
    """What the query may have meant, as it could be typed; empty where nothing is near.

    A word that no public talk has is replaced, unless it is quoted. Two queries.
    """
    doubtful = {str(term) for term in query.wanted if _can_be_mended(term)}
    if not 0 < len(doubtful) <= _MOST_MENDED:
        return ""
    begins = reduce(or_, (Q(text__startswith=token) for token in doubtful))
    for known in Word.objects.filter(begins).values_list("text", flat=True).iterator():
        doubtful = {token for token in doubtful if not known.startswith(token)}
    meant = _nearest(doubtful) if doubtful else {}
    wanted = tuple(
        Term((meant[str(term)],), is_open=True)
        if str(term) in meant and _can_be_mended(term)
        else term
        for term in query.wanted
    )
    return words.typed(replace(query, wanted=wanted)) if meant else ""


def _can_be_mended(term: Term) -> bool:
    return term.is_open and len(term.tokens) == 1 and len(str(term)) >= SHORTEST


def _nearest(tokens: set[str]) -> dict[str, str]:
    """For each the nearest word, of those as near the one in most talks; one query."""
    near = (
        Q(length__range=(len(token) - _reach(token), len(token) + _reach(token)))
        & (Q(first=token[:2]) | Q(last=token[-2:]))
        for token in tokens
    )
    rows = Word.objects.filter(reduce(or_, near)).order_by("-talks", "text")
    candidates = rows.values_list("text", flat=True)[: _MOST * len(tokens)]
    found: dict[str, tuple[int, int, str]] = {}
    for place, word in enumerate(candidates):
        for token in tokens:
            away = distance(token, word)
            if away <= _reach(token) and (away, place, word) < found.get(token, (99, 0, "")):
                found[token] = away, place, word
    return {token: word for token, (_away, _place, word) in found.items()}


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

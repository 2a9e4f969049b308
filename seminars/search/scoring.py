"""Compare folded texts with a query: whether they match, and how well."""

from collections.abc import Iterable

from seminars.search.query import Query, Term

# The weight of a match in each column of a talk's words: names, about, text.
_WEIGHTS = (10, 4, 1)


def contains(folded: str, term: Term) -> bool:
    """Whether a folded text contains the term in any of its spellings."""
    padded = f" {folded} "
    return any(
        (f" {spelling}" if spelling.is_prefix else f" {spelling} ") in padded
        for spelling in term.spellings
    )


def matches(query: Query, folded: str) -> bool:
    """Whether a folded text has all required terms and no excluded one."""
    return all(contains(folded, term) for term in query.required) and not any(
        contains(folded, term) for term in query.excluded
    )


def scores(terms: tuple[Term, ...], rows: Iterable[tuple[int, str, str, str]]) -> dict[int, float]:
    """Return a score for each row: its id and the columns `names`, `about` and `text` of TalkWords.

    It depends on the columns that contain a term, how often, and whether as a whole word.
    """
    patterns = [(f" {term}", f" {term} ", term.is_prefix) for term in terms]
    found: dict[int, float] = {}
    for key, *columns in rows:
        score = 0.0
        for weight, column in zip(_WEIGHTS, columns, strict=True):
            padded = f" {column} "
            for prefix, whole, is_prefix in patterns:
                if count := padded.count(prefix if is_prefix else whole):
                    # Each further occurrence counts less.
                    score += weight * (count / (count + 1) + (whole in padded) / 2)
        found[key] = score
    return found

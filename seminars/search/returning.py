"""Recognize talks that a search may match again, so that their entries supersede cancellations.

Calendars of searches announce a talk whose words no longer match as canceled, with a raised
SEQUENCE. If words come back, the talk's own SEQUENCE is raised past that.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.http import QueryDict

from seminars.models import Departure, Follow, FormerWords
from seminars.models.departure import SIGNIFICANT_DIMENSIONS
from seminars.search.query import Query, parse
from seminars.search.scoring import matches

#: Folded words of a talk before and after a change.
Change = tuple[str, str]


def returning(changes: dict[int, Change]) -> set[int]:
    """Return the ids of those of the changed talks that may be back in the feed of a search.

    Three queries, or one if none of them has changed before.
    """
    former = FormerWords.objects.filter(talk_id__in=list(changes)).order_by()
    result = {
        talk
        for talk, words in former.values_list("talk_id", "words")
        if _brings_back(words, *changes[talk])
    }
    quiet = Departure.objects.filter(talk__in=list(changes))
    quiet = quiet.exclude(dimension__in=SIGNIFICANT_DIMENSIONS).order_by()
    # A group may have lost a talk with anything else, and find it again by words that are new.
    left = set(quiet.values_list("talk", flat=True)) - result
    searches = list(_saved_searches()) if left else []
    return result | {talk for talk in left if any(_enters(one, *changes[talk]) for one in searches)}


def _brings_back(former: str, before: str, now: str) -> bool:
    """Whether words that a search may require were there formerly, then not, and are again."""
    return not (_parts(now) - _parts(before)).isdisjoint(_parts(former))


def _parts(words: str) -> set[tuple[str, ...]]:
    """Return what a term of a query may match: words and their beginnings, also of phrases."""
    split = words.split(" ")
    triples = zip(split, split[1:], split[2:], strict=False)
    wholes: Iterable[tuple[str, ...]] = (*((one,) for one in split), *pairwise(split), *triples)
    # A phrase of more words is one of these with others around it.
    return {(*rest, last[:end]) for *rest, last in wholes for end in _ends(last)} | {
        (*whole, "") for whole in wholes
    }


def _ends(word: str) -> range:
    return range(min(2, len(word)), len(word) + 1)


def _saved_searches() -> Iterator[Query]:
    """Yield the searched texts of the searches that groups follow."""
    rules = Follow.objects.filter(filters__contains="q=").order_by()
    texts = {QueryDict(filters).get("q", "") for filters in rules.values_list("filters", flat=True)}
    return (parse(text or "") for text in texts)


def _enters(query: Query, before: str, now: str) -> bool:
    return matches(query, now) and not matches(query, before)

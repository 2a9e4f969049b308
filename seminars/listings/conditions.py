"""The conditions of listings: of scopes, filters, searches, times and groups.

A group has the talks that members added and those of everything it follows (group_reach.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property, reduce
from operator import and_, or_

from django.conf import settings
from django.db.models import Exists, F, Q, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Group
from seminars import clock
from seminars.listings import scopes
from seminars.listings.condition import NOTHING, Condition, departures_from, quiet
from seminars.listings.filters import BadFilterError, Filters, When
from seminars.listings.group_reach import Reach, Rule
from seminars.listings.scopes import Scope
from seminars.listings.subjects import KINDS
from seminars.models import Departure, LeftOut, Talk, Topic
from seminars.models.departure import WORDS
from seminars.models.topic import TopicTree
from seminars.querysets import GROUP, TOPIC, Link, Viewer
from seminars.search import lookup
from seminars.search.lookup import SearchResult

#: How many saved searches count for a group, including those of groups that it follows. SQLite's
#: expressions cannot be deeper than 1,000, and its unions not longer than 500.
MAX_SAVED_SEARCHES = 100


class WordsCondition(Condition):
    """That a talk matches a search.

    It leaves quietly only with words that the search requires, because only such words raise
    SEQUENCE when they come back (search/index.py).
    """

    def __init__(self, search: SearchResult, former: lookup.FormerMatches) -> None:
        super().__init__(search.condition())
        self._query, self._former = search.query, former
        self._required = search.required()

    @cached_property
    def before(self) -> Q:
        return Q(lookup.id_in(self._former.of(self._query), "talk"), dimension=WORDS)

    def left_quietly(self, departures: QuerySet[Departure]) -> Q:
        return ~self._required & super().left_quietly(departures)


class GroupsCondition(Condition):
    """That a talk is in one of some groups.

    Each of the `ways` into them is a list of conditions to meet together. `readmitted` are the
    talks that some group excludes and that are in another all the same.
    """

    def __init__(
        self, ways: list[list[Condition]], reach: Reach, readmitted: Iterable[int]
    ) -> None:
        self._ways = ways
        self._roots = departures_from("group", reach.roots)
        self._groups = departures_from("group", reach.groups)
        self._in_no_root = [t for t, groups in reach.excluding.items() if reach.roots <= groups]
        self._not_excluded, self._readmitted = Q(), NOTHING
        if reach.excluding:
            excluded = LeftOut.objects.filter(group__in=reach.groups).order_by().values("talk")
            self._not_excluded, self._readmitted = ~Q(pk__in=excluded), Q(pk__in=readmitted)
        super().__init__(self._without_excluded(_any(_all(c.now for c in way) for way in ways)))

    @cached_property
    def before(self) -> Q:
        return _any(one.before for way in self._ways for one in way)

    def held(self, departures: QuerySet[Departure]) -> Q:
        held = _any(_all(one.held(departures) for one in way) for way in self._ways)
        left = Q(Exists(departures.filter(self._roots)))
        if self._in_no_root or self._not_excluded:
            # A talk that a followed group excludes has left the groups that follow it as well.
            followed = Q(Exists(departures.filter(self._groups)))
            left |= followed & ~Q(pk__in=self._in_no_root)
        return self._without_excluded(held) | left

    def left_quietly(self, departures: QuerySet[Departure]) -> Q:
        """Match the talks in none of the groups that have left anything quietly.

        Which of it the groups follow does not matter, because that may change: a talk that comes
        back into a group supersedes all its departures (services/departures.py).
        """
        return ~self.now & Q(Exists(quiet(departures)))

    def _without_excluded(self, matching: Q) -> Q:
        return matching & self._not_excluded | self._readmitted


def of_scope(scope: Scope, viewer: Viewer) -> Condition:
    """Return that a talk is linked to one of the scope's rows."""
    if scope.link is GROUP:
        return of_groups(scope.keys, viewer)
    return _linked(scope.link, scope.keys)


def of_filters(filters: Filters) -> Iterator[Condition]:
    """Yield the conditions of filters, apart from rows that they name, the search and `when`."""
    for dimension, value in filters.chosen():
        yield from dimension.conditions(value)


def of_words(search: SearchResult) -> Condition:
    """Return that a talk matches a search, which it leaves when its words change."""
    return WordsCondition(search, lookup.FormerMatches())


def of_time(when: When, now: datetime) -> Condition:
    """Return that a talk is over at `now`, or is not; only a move counts as leaving."""
    today = timezone.localdate(now).isoformat()
    if when is When.PAST:
        moved = Q(dimension="date", value__lte=today, left_at__lt=F("talk__over_at"))
        return Condition(Q(over_at__lte=now), moved)
    moved = Q(dimension="date", value__gte=today, left_at__gte=F("talk__over_at"))
    return Condition(Q(over_at__gt=now), moved)


def of_time_since(past: timedelta, now: datetime) -> Condition:
    """Return that a talk ended at most `past` ago, or has not ended.

    It is counted from local midnight, so that the answer changes once a day and not at each
    reading. Talks also leave with time, which calendars are not told: only a talk whose move put it
    outside at once has departed.
    """
    first = timezone.localdate(now) - past
    moved = Q(dimension="date", value__gte=first.isoformat())
    return Condition(
        Q(over_at__gt=clock.midnight(first, settings.TIME_ZONE)),
        moved & Q(left_at__gte=F("talk__over_at") + past),
    )


def of_groups(groups: Iterable[int], viewer: Viewer) -> Condition:
    """Return that a talk is in one of these groups, as far as the viewer sees what they follow."""
    reach = Reach.of(groups, viewer)
    added = _linked(GROUP, reach.groups)
    if not reach.rules:
        return added
    links = [added, *(_linked(link, keys) for link, keys in _followed(reach))]
    together = Condition(_any(one.now for one in links), _any(one.before for one in links))
    ways = [[together], *(way for _rules, way in _saved_searches(reach))]
    return GroupsCondition(ways, reach, _readmitted(reach))


def saved_by(talks: Iterable[int], viewer: Viewer) -> frozenset[int]:
    """Return those of these talks that are in a group to which the viewer may add; visitors: none.

    One query, and those for what the groups follow.
    """
    if not viewer.is_authenticated:
        return frozenset()
    groups = Group.objects.contributed_by(viewer).order_by().values_list("pk", flat=True)
    saved = Talk.objects.filter(of_groups(groups, viewer).now, pk__in=list(talks)).order_by()
    return frozenset(saved.values_list("pk", flat=True))


def matches(reach: Reach, talks: Iterable[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return by talk the groups that members added it to, and the rules that it matches itself.

    Rules that follow groups are not among them. One query for each kind of rule.
    """
    candidates = Talk.objects.filter(pk__in=list(talks))
    added: dict[int, set[int]] = defaultdict(set)
    matched: dict[int, set[int]] = defaultdict(set)
    for group, talk in candidates.pairs(GROUP, reach.groups):
        added[talk].add(group)
    tree = Topic.tree() if reach.keys(TOPIC.name) else None
    for link, keys in _followed(reach, tree):
        linked: dict[int, set[int]] = defaultdict(set)
        for key, talk in candidates.pairs(link, keys):
            linked[key].add(talk)
        for rule in reach.rules:
            if rule.kind == link.name:
                below = Topic.with_descendants([rule.key], tree) if link is TOPIC else [rule.key]
                for talk in set().union(*(linked[key] for key in below)):
                    matched[talk].add(rule.pk)
    searches = list(_saved_searches(reach, tree))
    queries = [
        candidates.filter(_all(one.now for one in way))
        .order_by()
        .annotate(place=Value(place))
        .values_list("pk", "place")
        for place, (_rules, way) in enumerate(searches)
    ]
    for talk, place in queries[0].union(*queries[1:], all=True) if queries else ():
        matched[talk].update(rule.pk for rule in searches[place][0])
    return added, matched


def _linked(link: Link, keys: Iterable[int]) -> Condition:
    keys = list(keys)
    return Condition(Talk.objects.linked_to_condition(link, keys), departures_from(link.name, keys))


def _followed(reach: Reach, tree: TopicTree | None = None) -> Iterator[tuple[Link, list[int]]]:
    """Yield what the rules follow besides groups and searches; topics with their subtopics."""
    for kind in KINDS:
        if keys := reach.keys(kind.name):
            yield kind.link, Topic.with_descendants(keys, tree) if kind.model is Topic else keys


def _saved_searches(
    reach: Reach, tree: TopicTree | None = None
) -> Iterator[tuple[list[Rule], list[Condition]]]:
    """Yield the rules that share valid filters, with the conditions of these."""
    rules: dict[str, list[Rule]] = defaultdict(list)
    for rule in reach.rules:
        if rule.kind == "filters" and (rule.filters in rules or len(rules) < MAX_SAVED_SEARCHES):
            rules[rule.filters].append(rule)
    read = {text: filters for text in rules if (filters := _read(text)) is not None}
    named = scopes.still_named_by(list(read.values()), tree)
    results = lookup.find_all({one.words for one in read.values() if one.words})
    former = lookup.FormerMatches()
    for (text, filters), scopes_of in zip(read.items(), named, strict=True):
        way = [_linked(scope.link, scope.keys) for scope in scopes_of]
        way += of_filters(filters)
        if filters.words:
            way.append(WordsCondition(results[filters.words], former))
        yield rules[text], way


def _read(text: str) -> Filters | None:
    try:
        return Filters.read(QueryDict(text))
    except BadFilterError:
        return None


def _readmitted(reach: Reach) -> list[int]:
    """Return the talks that some group excludes, and that are in one of the roots all the same."""
    # What every root excludes itself is in none of them.
    candidates = [talk for talk, groups in reach.excluding.items() if not reach.roots <= groups]
    if not candidates:
        return []
    added, matched = matches(reach, candidates)
    groups = {rule.pk: rule.group for rule in reach.rules}
    return [
        talk
        for talk in candidates
        if reach.roots
        & reach.groups_with(talk, added[talk] | {groups[rule] for rule in matched[talk]})
    ]


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q())

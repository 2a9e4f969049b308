"""What a talk must meet to be in a listing, and how one that left it is known.

A group's talks are those that it was given and those of all that it follows; see reach.py.
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
from seminars.listings.condition import NOTHING, Condition, departures_from
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

#: How many searches a group takes in, those of the groups that it follows among them; later ones do
#: not count. SQLite's expressions cannot be deeper than 1,000, its unions not longer than 500.
MOST_SAVED = 100


class WordsCondition(Condition):
    """To match a search. Whose words were changed has a later entry by that alone, and no SEQUENCE
    is added to it: it would be too low when the words come back.
    """

    def __init__(self, search: SearchResult, former: lookup.FormerMatches) -> None:
        super().__init__(search.condition())
        self._query, self._former = search.query, former

    @cached_property
    def before(self) -> Q:
        return Q(lookup.id_in(self._former.of(self._query), "talk"), dimension=WORDS)

    def left_quietly(self, left: QuerySet[Departure]) -> Q:
        return NOTHING


class GroupsCondition(Condition):
    """To stand in one of some groups; each of the `ways` there is a list of conditions."""

    def __init__(self, ways: list[list[Condition]], reach: Reach, back: Iterable[int]) -> None:
        self._ways = ways
        self._roots = departures_from("group", reach.roots)
        left_out = LeftOut.objects.filter(group__in=reach.groups).order_by().values("talk")
        # Apart from what is left out somewhere, and stands there all the same by another way.
        self._out = (~Q(pk__in=left_out), Q(pk__in=back)) if reach.excluding else (Q(), NOTHING)
        super().__init__(self._but_left_out(_any(_all(one.now for one in way) for way in ways)))

    @cached_property
    def before(self) -> Q:
        return _any(one.before for way in self._ways for one in way)

    def held(self, left: QuerySet[Departure]) -> Q:
        held = _any(_all(one.held(left) for one in way) for way in self._ways)
        return self._but_left_out(held) | Q(Exists(left.filter(self._roots)))

    def _but_left_out(self, found: Q) -> Q:
        stays, back = self._out
        return found & stays | back


def of_scope(scope: Scope, viewer: Viewer) -> Condition:
    """To lead to one of the scope's rows."""
    if scope.link is GROUP:
        return of_groups(scope.keys, viewer)
    return _leading(scope.link, scope.keys)


def of_filters(filters: Filters) -> Iterator[Condition]:
    """Yield what filters ask apart from the rows that they name, the text and the moment."""
    for dimension, value in filters.chosen():
        yield from dimension.conditions(value)


def of_words(search: SearchResult) -> Condition:
    """To match a search; what did so until its words were changed has left it."""
    return WordsCondition(search, lookup.FormerMatches())


def of_time(when: When, now: datetime) -> Condition:
    """To be over at `now`, or not to be, which a talk may leave by a move; see `of_time_since`."""
    today = timezone.localdate(now).isoformat()
    if when is When.PAST:
        moved = Q(dimension="date", value__lte=today, left_at__lt=F("talk__over_at"))
        return Condition(Q(over_at__lte=now), moved)
    moved = Q(dimension="date", value__gte=today, left_at__gte=F("talk__over_at"))
    return Condition(Q(over_at__gt=now), moved)


def of_time_since(past: timedelta, now: datetime) -> Condition:
    """Not to be over for longer than that, counted from local midnight, so that the answer changes
    once a day and not at each reading.

    Time alone takes talks out of it too, and of those nothing is to be told. So what counts as
    moved away was out as soon as it was moved.
    """
    first = timezone.localdate(now) - past
    moved = Q(dimension="date", value__gte=first.isoformat())
    return Condition(
        Q(over_at__gt=clock.midnight(first, settings.TIME_ZONE)),
        moved & Q(left_at__gte=F("talk__over_at") + past),
    )


def of_groups(groups: Iterable[int], viewer: Viewer) -> Condition:
    """To stand in one of these groups, as far as the viewer may see what they follow."""
    reach = Reach.of(groups, viewer)
    given = _leading(GROUP, reach.groups)
    if not reach.rules:
        return given
    plain = [given, *(_leading(link, keys) for link, keys in _followed(reach))]
    together = Condition(_any(one.now for one in plain), _any(one.before for one in plain))
    ways = [[together], *(way for _rules, way in _saved(reach))]
    return GroupsCondition(ways, reach, _back(reach))


def kept_among(talks: Iterable[int], viewer: Viewer) -> frozenset[int]:
    """Those of these talks that stand in a group to which this viewer may add; of visitors none.

    One query, and those that tell what the groups follow.
    """
    if not viewer.is_authenticated:
        return frozenset()
    groups = Group.objects.contributed_by(viewer).order_by().values_list("pk", flat=True)
    found = Talk.objects.filter(of_groups(groups, viewer).now, pk__in=list(talks)).order_by()
    return frozenset(found.values_list("pk", flat=True))


def matches(reach: Reach, talks: Iterable[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Which groups each of these talks was given to, and which rules take it in by themselves.

    What comes through followed groups is not among them. A query for each kind of rule.
    """
    found = Talk.objects.filter(pk__in=list(talks))
    given: dict[int, set[int]] = defaultdict(set)
    taken: dict[int, set[int]] = defaultdict(set)
    for group, talk in found.pairs(GROUP, reach.groups):
        given[talk].add(group)
    parts = Topic.tree() if reach.keys(TOPIC.name) else None
    for link, keys in _followed(reach, parts):
        leading: dict[int, set[int]] = defaultdict(set)
        for key, talk in found.pairs(link, keys):
            leading[key].add(talk)
        for rule in reach.rules:
            if rule.kind == link.name:
                below = Topic.with_descendants([rule.key], parts) if link is TOPIC else [rule.key]
                for talk in set().union(*(leading[key] for key in below)):
                    taken[talk].add(rule.pk)
    saved = list(_saved(reach, parts))
    queries = [
        found.filter(_all(one.now for one in way))
        .order_by()
        .annotate(place=Value(place))
        .values_list("pk", "place")
        for place, (_rules, way) in enumerate(saved)
    ]
    for talk, place in queries[0].union(*queries[1:], all=True) if queries else ():
        taken[talk].update(rule.pk for rule in saved[place][0])
    return given, taken


def _leading(link: Link, keys: Iterable[int]) -> Condition:
    keys = list(keys)
    return Condition(Talk.objects.linked_to_condition(link, keys), departures_from(link.name, keys))


def _followed(reach: Reach, parts: TopicTree | None = None) -> Iterator[tuple[Link, list[int]]]:
    """What the rules follow besides groups and filters; of topics with their children."""
    for kind in KINDS:
        if keys := reach.keys(kind.name):
            yield kind.link, Topic.with_descendants(keys, parts) if kind.model is Topic else keys


def _saved(
    reach: Reach, parts: TopicTree | None = None
) -> Iterator[tuple[list[Rule], list[Condition]]]:
    """The rules with the same filters, and what these ask; nothing meets what is wrong by now."""
    rules: dict[str, list[Rule]] = defaultdict(list)
    for rule in reach.rules:
        if rule.kind == "filters" and (rule.filters in rules or len(rules) < MOST_SAVED):
            rules[rule.filters].append(rule)
    read = {text: filters for text in rules if (filters := _read(text)) is not None}
    named = scopes.still_named_by(list(read.values()), parts)
    results = lookup.find_all({one.words for one in read.values() if one.words})
    former = lookup.FormerMatches()
    for (text, filters), scopes_of in zip(read.items(), named, strict=True):
        way = [_leading(scope.link, scope.keys) for scope in scopes_of]
        way += of_filters(filters)
        if filters.words:
            way.append(WordsCondition(results[filters.words], former))
        yield rules[text], way


def _read(text: str) -> Filters | None:
    try:
        return Filters.read(QueryDict(text))
    except BadFilterError:
        return None


def _back(reach: Reach) -> list[int]:
    """The talks that some group leaves out, and that stand in one of the roots all the same."""
    # What a single top leaves out itself is out, whatever the others do.
    asked = [talk for talk, groups in reach.excluding.items() if not reach.roots <= groups]
    if not asked:
        return []
    given, taken = matches(reach, asked)
    groups = {rule.pk: rule.group for rule in reach.rules}
    return [
        talk
        for talk in asked
        if reach.roots
        & reach.groups_with(talk, given[talk] | {groups[rule] for rule in taken[talk]})
    ]


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q())

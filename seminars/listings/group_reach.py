"""Reach: the groups that a group takes in through those that it follows, and by which rules.

Nothing is stored but the rules, so that whatever changes is right at once. A group that the viewer
may not see is not there for them: following one shows its talks to nobody but its members.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from accounts.models import Group
from seminars import sql
from seminars.models import Follow, LeftOut
from seminars.models.follow import TARGETS
from seminars.querysets import Viewer


class Rule(NamedTuple):
    """A row of Follow: the field that says what is followed, and the id there or the filters."""

    pk: int
    group: int
    kind: str
    key: int
    filters: str


@dataclass(frozen=True, slots=True)
class Reach:
    """`groups` are the `tops` and all that they follow, however far; `followers` are by the group
    that they follow, those who leave a talk out by the talk.
    """

    tops: frozenset[int]
    groups: frozenset[int]
    rules: tuple[Rule, ...]
    followers: Mapping[int, list[int]]
    left_out: Mapping[int, set[int]]

    @classmethod
    def of(cls, tops: Iterable[int], viewer: Viewer) -> "Reach":
        """What these groups take in, as far as the viewer may see; three queries at the most."""
        tops = frozenset(tops)
        groups = _groups(tops, viewer) if tops else set[int]()
        rules = tuple(_rules(groups)) if groups else ()
        followers: dict[int, list[int]] = defaultdict(list)
        for rule in rules:
            if rule.kind == "followed":
                followers[rule.key].append(rule.group)
        left_out: dict[int, set[int]] = defaultdict(set)
        if rules:
            rows = LeftOut.objects.filter(group__in=groups).order_by()
            for talk, group in rows.values_list("talk", "group"):
                left_out[talk].add(group)
        return cls(tops, frozenset(groups), rules, followers, left_out)

    def keys(self, kind: str) -> list[int]:
        """The ids of all that is followed by the rules of this kind, each once."""
        return sorted({rule.key for rule in self.rules if rule.kind == kind})

    def standing(self, talk: int, having: Iterable[int]) -> set[int]:
        """The groups in which the talk stands, if those in `having` have it of themselves."""
        blocked = self.left_out.get(talk, set())
        stands: set[int] = set()
        waiting = list(having)
        while waiting:
            group = waiting.pop()
            if group not in stands and group not in blocked:
                stands.add(group)
                waiting += self.followers.get(group, [])
        return stands


def _groups(tops: frozenset[int], viewer: Viewer) -> set[int]:
    """These groups and all that they follow, as far as the viewer may see."""
    seen, params = Group.objects.visible_to(viewer).order_by().values("pk").query.sql_with_params()
    # Not through the ORM, which knows no recursion. UNION, unlike UNION ALL, ends in a circle.
    statement = f"""
        WITH RECURSIVE reach(id) AS (
            SELECT id FROM {Group._meta.db_table} WHERE id IN ({", ".join(["%s"] * len(tops))})
            UNION
            SELECT rule.followed_id
            FROM {Follow._meta.db_table} rule JOIN reach ON reach.id = rule.group_id
            WHERE rule.followed_id IS NOT NULL AND rule.followed_id IN ({seen})
        )
        SELECT id FROM reach"""  # noqa: S608  (the names are our own tables')
    return {key for (key,) in sql.rows(statement, [*sorted(tops), *params])}


def _rules(groups: set[int]) -> Iterator[Rule]:
    rows = Follow.objects.filter(group__in=groups)
    for pk, group, filters, *keys in rows.values_list("pk", "group", "filters", *TARGETS):
        named = zip(TARGETS, keys, strict=True)
        kind, key = next((pair for pair in named if pair[1] is not None), ("filters", 0))
        if kind != "followed" or key in groups:
            yield Rule(pk, group, kind, key, filters)

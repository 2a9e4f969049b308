"""Reach: the groups that a group follows, directly or through others, and by which rules.

Only the rules are stored, so every change takes effect at once. A group that the viewer may not see
does not count: following a private group shows its talks only to its members.
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
    """A row of Follow: the field that is set as `kind`, and the id in it or the filters."""

    pk: int
    group: int
    kind: str
    key: int
    filters: str


@dataclass(frozen=True, slots=True)
class Reach:
    """`groups` are the `roots` and all groups that they follow, directly or through others.

    `followers` maps a group to those that follow it, `excluding` a talk to those that exclude it.
    """

    roots: frozenset[int]
    groups: frozenset[int]
    rules: tuple[Rule, ...]
    followers: Mapping[int, list[int]]
    excluding: Mapping[int, set[int]]

    @classmethod
    def of(cls, roots: Iterable[int], viewer: Viewer) -> "Reach":
        """Return the reach of these groups for this viewer, with at most three queries."""
        roots = frozenset(roots)
        groups = _groups(roots, viewer) if roots else set[int]()
        rules = tuple(_rules(groups)) if groups else ()
        followers: dict[int, list[int]] = defaultdict(list)
        for rule in rules:
            if rule.kind == "followed":
                followers[rule.key].append(rule.group)
        excluding: dict[int, set[int]] = defaultdict(set)
        if rules:
            rows = LeftOut.objects.filter(group__in=groups).order_by()
            for talk, group in rows.values_list("talk", "group"):
                excluding[talk].add(group)
        return cls(roots, frozenset(groups), rules, followers, excluding)

    def keys(self, kind: str) -> list[int]:
        """Return the ids of what the rules of this kind follow, each once."""
        return sorted({rule.key for rule in self.rules if rule.kind == kind})

    def groups_with(self, talk: int, sources: Iterable[int]) -> set[int]:
        """Return the groups that contain the talk, given those that have it not from a group."""
        excluding = self.excluding.get(talk, set())
        containing: set[int] = set()
        pending = list(sources)
        while pending:
            group = pending.pop()
            if group not in containing and group not in excluding:
                containing.add(group)
                pending += self.followers.get(group, [])
        return containing


def _groups(roots: frozenset[int], viewer: Viewer) -> set[int]:
    """Return these groups and all that they follow, as far as the viewer may see them."""
    visible, params = (
        Group.objects.visible_to(viewer).order_by().values("pk").query.sql_with_params()
    )
    # The ORM has no recursive queries. UNION, unlike UNION ALL, ends if there is a circle.
    statement = f"""
        WITH RECURSIVE reach(id) AS (
            SELECT id FROM {Group._meta.db_table} WHERE id IN ({", ".join(["%s"] * len(roots))})
            UNION
            SELECT rule.followed_id
            FROM {Follow._meta.db_table} rule JOIN reach ON reach.id = rule.group_id
            WHERE rule.followed_id IS NOT NULL AND rule.followed_id IN ({visible})
        )
        SELECT id FROM reach"""  # noqa: S608  (the names are our own tables')
    return {key for (key,) in sql.rows(statement, [*sorted(roots), *params])}


def _rules(groups: set[int]) -> Iterator[Rule]:
    rows = Follow.objects.filter(group__in=groups)
    for pk, group, filters, *keys in rows.values_list("pk", "group", "filters", *TARGETS):
        named = zip(TARGETS, keys, strict=True)
        kind, key = next((pair for pair in named if pair[1] is not None), ("filters", 0))
        if kind != "followed" or key in groups:
            yield Rule(pk, group, kind, key, filters)

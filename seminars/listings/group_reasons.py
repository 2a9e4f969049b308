"""Why a talk is in a group: what brings it there, and whether a member added it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Group
from seminars.listings.conditions import matches
from seminars.listings.group_reach import Reach
from seminars.models import Follow
from seminars.querysets import Viewer


class Source(NamedTuple):
    """Something that the group follows; `address` is empty if the viewer may not know it."""

    name: str
    address: str


class Reasons(NamedTuple):
    """The followed sources of a talk in a group, and whether a member added it."""

    sources: tuple[Source, ...] = ()
    is_added: bool = False


def of_talks(
    groups: Iterable[int], talks: Iterable[int], viewer: Viewer, *, with_excluded: bool = False
) -> dict[tuple[int, int], Reasons]:
    """Map groups and the talks they contain to the reasons, in a fixed number of queries.

    `with_excluded` adds the talks that the groups would contain if they did not exclude them.
    """
    reach, talks = Reach.of(groups, viewer), list(talks)
    if with_excluded:
        others = {talk: groups - reach.roots for talk, groups in reach.excluding.items()}
        reach = replace(reach, excluding=others)
    added, followed = matches(reach, talks)
    holder = {rule.pk: rule.group for rule in reach.rules}
    own_rules = [rule for rule in reach.rules if rule.group in reach.roots]
    rules: dict[tuple[int, int], list[int]] = {}
    for talk in talks:
        sources = added[talk] | {holder[rule] for rule in followed[talk]}
        containing = reach.groups_with(talk, sources)
        rules |= {(group, talk): [] for group in reach.roots & containing}
        for rule in own_rules:
            by_group = rule.kind == "followed" and rule.key in containing
            if rule.group in containing and (by_group or rule.pk in followed[talk]):
                rules[rule.group, talk].append(rule.pk)
    names = _sources({rule for every in rules.values() for rule in every}, viewer)
    return {
        (group, talk): Reasons(
            # A rule may have been deleted since.
            tuple(dict.fromkeys(names[rule] for rule in every if rule in names)),
            group in added[talk],
        )
        for (group, talk), every in rules.items()
    }


def _sources(rules: set[int], viewer: Viewer) -> dict[int, Source]:
    """Map these rules to what they follow. Only its members see the name of an unlisted group,
    because its address is for people who were given it.
    """
    if not rules:
        return {}
    mine = Group.objects.of(viewer).order_by().values("pk")
    named = Group.objects.filter(Q(visibility="public") | Q(pk__in=mine)).order_by().values("pk")
    follows = Follow.objects.filter(pk__in=rules)
    shown = set(follows.filter(Q(followed__isnull=True) | Q(followed__in=named)).values_list("pk"))
    return {
        rule.pk: Source(rule.name, rule.get_absolute_url())
        if (rule.pk,) in shown
        else Source(_("another group"), "")
        for rule in follows.with_targets().order_by()
    }

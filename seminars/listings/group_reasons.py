"""Why a talk is in a group: what it came through, and whether somebody added it."""

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
    """What the group follows, with its page; no address where the viewer may not be given it."""

    name: str
    address: str


class Reasons(NamedTuple):
    """All that brings a talk into a group."""

    through: tuple[Source, ...] = ()
    by_hand: bool = False


def of_talks(
    groups: Iterable[int], talks: Iterable[int], viewer: Viewer, *, left_out: bool = False
) -> dict[tuple[int, int], Reasons]:
    """By group and talk, for those of the talks that stand in one of the groups.

    With `left_out` also for those that would if the group did not leave them out itself. As many
    queries for many talks as for one.
    """
    reach, talks = Reach.of(groups, viewer), list(talks)
    if left_out:
        others = {talk: those - reach.tops for talk, those in reach.left_out.items()}
        reach = replace(reach, left_out=others)
    given, taken = matches(reach, talks)
    holder = {rule.pk: rule.group for rule in reach.rules}
    tops = [rule for rule in reach.rules if rule.group in reach.tops]
    rules: dict[tuple[int, int], list[int]] = {}
    for talk in talks:
        stands = reach.standing(talk, given[talk] | {holder[rule] for rule in taken[talk]})
        rules |= {(group, talk): [] for group in reach.tops & stands}
        for rule in tops:
            by_group = rule.kind == "followed" and rule.key in stands
            if rule.group in stands and (by_group or rule.pk in taken[talk]):
                rules[rule.group, talk].append(rule.pk)
    sources = _sources({rule for every in rules.values() for rule in every}, viewer)
    return {
        (group, talk): Reasons(
            # One of the rules may have ended meanwhile.
            tuple(dict.fromkeys(sources[rule] for rule in every if rule in sources)),
            group in given[talk],
        )
        for (group, talk), every in rules.items()
    }


def _sources(rules: set[int], viewer: Viewer) -> dict[int, Source]:
    """What is followed by these rules. An unlisted group is named to those who belong to it: its
    address is for people who were given it.
    """
    if not rules:
        return {}
    mine = Group.objects.of(viewer).order_by().values("pk")
    named = Group.objects.filter(Q(visibility="public") | Q(pk__in=mine)).order_by().values("pk")
    found = Follow.objects.filter(pk__in=rules)
    known = set(found.filter(Q(followed__isnull=True) | Q(followed__in=named)).values_list("pk"))
    return {
        rule.pk: Source(rule.name, rule.get_absolute_url())
        if (rule.pk,) in known
        else Source(_("another group"), "")
        for rule in found.with_targets().order_by()
    }

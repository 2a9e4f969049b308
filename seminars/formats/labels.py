"""What talks are labeled with: topics, audiences and joint series.

A long calendar in which one talk has changed reads the labels of that talk alone; a prefetch, with
one query for each kind, would cost more than everything else.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models

from seminars import sql
from seminars.models import Audience, Series, Talk, Topic
from seminars.models.named import Named

# The tables of each kind, and the SQL of its color.
_KINDS: dict[str, tuple[type[Named], type[models.Model], str]] = {
    "topics": (Topic, Talk.topics.through, "''"),
    "audiences": (Audience, Talk.audiences.through, "''"),
    "co_series": (Series, Talk.co_series.through, "label.colour"),
}


@dataclass(frozen=True, slots=True)
class Label:
    """A topic, an audience or a joint series; only series may have a color."""

    pk: int
    name: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one talk."""

    topics: tuple[Label, ...] = ()
    audiences: tuple[Label, ...] = ()
    co_series: tuple[Label, ...] = ()


def labels_of(talk: Talk) -> Labels:
    """Return the labels of a talk that was read `with_details`, without a query."""
    return Labels(
        topics=tuple(Label(one.pk, one.name) for one in talk.topics.all()),
        audiences=tuple(Label(one.pk, one.name) for one in talk.audiences.all()),
        co_series=tuple(Label(one.pk, one.name, one.colour) for one in talk.co_series.all()),
    )


def read_labels(talks: Sequence[int]) -> dict[int, Labels]:
    """Return the labels of the talks that have any, by the talks' ids; one query."""
    # ruff: noqa: S608  (the names are those of our own tables, and the values are numbers)
    ids = sql.numbers(talks)
    parts = [
        f"SELECT '{kind}', link.talk_id, label.id, label.name, {colour}"
        f" FROM {through._meta.db_table} AS link"
        f" JOIN {model._meta.db_table} AS label ON label.id = link.{model._meta.model_name}_id"
        f" WHERE link.talk_id IN ({ids})"
        for kind, (model, through, colour) in _KINDS.items()
    ]
    labels: defaultdict[int, defaultdict[str, list[Label]]] = defaultdict(lambda: defaultdict(list))
    for kind, talk, *label in sql.rows(f"{' UNION ALL '.join(parts)} ORDER BY 4, 3"):
        labels[talk][kind].append(Label(*label))
    return {
        talk: Labels(**{kind: tuple(those) for kind, those in kinds.items()})
        for talk, kinds in labels.items()
    }

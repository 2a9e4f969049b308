"""The topics, audiences and joint series of a few talks; many other talks have the same.

A prefetch asks for each of the three apart, which costs more than all else where one talk of a long
calendar has changed. Here one query tells which there are, and the rows themselves are kept under
the token of what many talks share (seminars/cache/revision.py).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models

from seminars import sql
from seminars.cache.store import Store
from seminars.models import Audience, Series, Talk, Topic
from seminars.models.named import Named

_FIELDS: dict[str, tuple[type[Named], type[models.Model]]] = {
    "topics": (Topic, Talk.topics.through),
    "audiences": (Audience, Talk.audiences.through),
    "co_series": (Series, Talk.co_series.through),
}

# Roughly, in bytes.
_SIZE = 1400


@cache
def _store(megabytes: int) -> Store[Named]:
    return Store(megabytes * 1024 * 1024 // 16)


def attach(talks: Sequence[Talk], shared_token: str) -> None:
    """Does as `prefetch_related` with these fields; one query, and one for each kind not kept."""
    links = _links([talk.pk for talk in talks])
    rows = {
        field: _rows(model, {key for name, _talk, key in links if name == field}, shared_token)
        for field, (model, _through) in _FIELDS.items()
    }
    found: dict[tuple[str, int], list[Named]] = {}
    for field, talk, key in links:
        # One that was deleted a moment ago is not there any more.
        if key in rows[field]:
            found.setdefault((field, talk), []).append(rows[field][key])
    for one in talks:
        prefetched = one.__dict__.setdefault("_prefetched_objects_cache", {})
        for field, (model, _through) in _FIELDS.items():
            queryset: models.QuerySet[Any] = model._default_manager.all()
            queryset._result_cache = found.get((field, one.pk), [])
            prefetched[field] = queryset


def _links(talks: Sequence[int]) -> list[tuple[str, int, int]]:
    """Each field with a talk and the key of a row that it leads to, by the rows' names."""
    # ruff: noqa: S608  (the names are those of our own tables, and what is put in are numbers)
    among = sql.numbers(talks)
    parts = [
        f"SELECT '{name}', link.talk_id, its.id, its.name FROM {through._meta.db_table} AS link"
        f" JOIN {model._meta.db_table} AS its ON its.id = link.{model._meta.model_name}_id"
        f" WHERE link.talk_id IN ({among})"
        for name, (model, through) in _FIELDS.items()
    ]
    found = sql.rows(f"{' UNION ALL '.join(parts)} ORDER BY 4, 3")
    return [(name, talk, key) for name, talk, key, _of_row in found]


def _rows(model: type[Named], keys: Iterable[int], shared_token: str) -> dict[int, Named]:
    store = _store(settings.PAGE_CACHE_MB)
    kept = {key: store.get((shared_token, model, key)) for key in keys}
    found = {key: row for key, row in kept.items() if row is not None}
    missing = [key for key in kept if key not in found]
    for key, row in model._default_manager.in_bulk(missing).items() if missing else ():
        store.put((shared_token, model, key), row, size=_SIZE)
        found[key] = row
    return found

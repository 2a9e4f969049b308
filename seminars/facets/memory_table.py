"""A table of every public talk, held in each process, from which facets are counted.

A talk's id is its place in a few columns of small codes. A code stands for the combination of
values that a talk has of one facet, such as two topics together. A million talks take about ten
megabytes, and the matches of a search are counted without asking the database.

A thread of its own fills the columns. After an edit only the talks that have changed are read
again, as the database numbers changes (cache/triggers.py).
"""

import logging
import time
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from threading import Lock, Thread
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max, Model, Q
from django.utils import timezone

from seminars import sql
from seminars.cache.revision import State
from seminars.listings import dimensions
from seminars.models import Revision, Talk, TalkRevision

_log = logging.getLogger(__name__)

#: How many talks are read at once.
_CHUNK = 5000
#: How many changed talks are read while a request waits.
_MAX_CHANGED = 5000
#: How many recent changes are looked through for them.
_MAX_RECENT = 50_000
#: How many places may have no talk, because ids have gaps.
_MAX_GAPS = 200_000
# Between two chunks the thread lets requests be answered, in seconds.
_PAUSE = 0.01

#: What a talk has of one facet: the ids of its topics, say.
Combination = tuple[Any, ...]


class Column:
    """For each place the code of one of the `combinations`; 0 where there is no talk."""

    __slots__ = ("code_of", "codes", "combinations", "totals")

    def __init__(self, places: int) -> None:
        self.codes = array("H", bytes(2 * places))
        self.combinations: list[Combination] = [()]
        self.code_of: dict[Combination, int] = {}
        #: How many talks have each code.
        self.totals = [0]

    def code(self, combination: Combination) -> int:
        """Return the code of a combination, a new one if need be."""
        code = self.code_of.get(combination)
        if code is None:
            code = self.code_of[combination] = len(self.combinations)
            if code == 2**16:
                self.codes = array("I", self.codes)
            self.totals.append(0)
            self.combinations.append(combination)
        return code

    def count(self, places: Iterable[int]) -> dict[Combination, int]:
        """Return how many of these talks have each combination."""
        counted = Counter(map(self.codes.__getitem__, places))
        return {self.combinations[code]: number for code, number in counted.items()}


class Cells(NamedTuple):
    """The combinations of a talk, one a column.

    `series`: its own, 0 for none, and those of a joint seminar; `rest`: attendance, year in the
    site's zone, names of the yes/no filters that it matches.
    """

    series: tuple[int, ...]
    topics: tuple[int, ...]
    audiences: tuple[int, ...]
    venue: tuple[int | None]
    rest: tuple[str, int, tuple[str, ...]]


class TalkTable:
    """The columns, right for the state with `token`; only what is committed is read."""

    def __init__(self, epoch: str, since: int, places: int) -> None:
        self.epoch = epoch
        self.token = ""
        self.since = since
        # Changes from `since` on that are read already; a long transaction makes them many.
        self.recent = _recent_changes(since)
        self.lock = Lock()
        self.columns = [Column(places) for _name in Cells._fields]
        self.series, self.topics, self.audiences, self.venues, self.rest = self.columns
        #: When talks begin, in minutes since 1970.
        self.starts = array("i", bytes(4 * places))
        # When each talk ends that had not ended at a moment, which only tests turn back.
        self._over: dict[int, datetime | None] | None = None
        self._over_from = datetime.min.replace(tzinfo=UTC)
        self._upcoming: tuple[State | None, frozenset[int]] = (None, frozenset())

    def public(self, keys: Iterable[int]) -> list[int]:
        """Return those of these ids whose talks visitors may see."""
        codes = self.rest.codes
        end = len(codes)
        return [key for key in keys if key < end and codes[key]]

    def upcoming(self, state: State) -> frozenset[int]:
        """Return the ids of the talks that are not over yet."""
        known, upcoming = self._upcoming
        if known != state:
            with self.lock:
                if self._over is None or state.slot < self._over_from:
                    talks = Talk.objects.public().upcoming(state.slot).order_by()
                    self._over = dict(talks.values_list("pk", "over_at"))
                    self._over_from = state.slot
                over = {key: at for key, at in self._over.items() if at and at > state.slot}
            upcoming = frozenset(self.public(over))
            self._upcoming = (state, upcoming)
        return upcoming

    def all_but(self, column: Column, few: Collection[int]) -> dict[Combination, int]:
        """Return how many talks have each combination, without those with these ids."""
        with self.lock:
            totals = column.totals.copy()
            for code in map(column.codes.__getitem__, few):
                totals[code] -= 1
        return {column.combinations[code]: number for code, number in enumerate(totals) if number}

    def catch_up(self, state: State) -> bool:
        """Read what has changed; return False where that is too much for a request to wait for."""
        with self.lock:
            if self.token == state.token:
                return True
            epoch, since = _moment()
            recent = _recent_changes(self.since)
            changed = [key for key, token in recent.items() if self.recent.get(key) != token]
            if (
                len(recent) > _MAX_RECENT
                or epoch != self.epoch
                or len(changed) > _MAX_CHANGED
                or not self._fits(changed)
            ):
                return False
            for key in changed:
                self._remove(key)
                if self._over:
                    self._over.pop(key, None)
            if changed:
                talks = Talk.objects.public().filter(pk__in=changed)
                self._add(talks.order_by().values_list(*_columns()), _linked(Q(talk__in=changed)))
            self.token, self.since, self.recent = state.token, since, recent
            return True

    def _fits(self, keys: Collection[int]) -> bool:
        most = max(keys, default=0)
        end = len(self.rest.codes)
        if most >= end + _MAX_GAPS:
            return False
        if most >= end:
            for column in self.columns:
                column.codes.extend([0] * (most + 1024 - end))
            self.starts.extend([0] * (most + 1024 - end))
        return True

    def fill(self) -> Iterator[None]:
        """Read every talk, a chunk at each step."""
        for start in range(0, len(self.rest.codes), _CHUNK):
            stop = start + _CHUNK
            linked = _topics_and_audiences(Q(talk__gte=start, talk__lt=stop))
            # They stay in their columns until the talks themselves are read.
            for column, combinations in zip((self.topics, self.audiences), linked, strict=True):
                for key, combination in combinations.items():
                    if key < len(column.codes):
                        column.codes[key] = column.code(combination)
            yield
        joint = _joint(Q())
        # In the order of the index that holds these columns.
        talks = Talk.objects.public().order_by("starts_at", "pk").values_list(*_columns())
        rows = list(talks[:_CHUNK])
        while rows:
            self._add_new(rows, joint)
            yield
            key, at = rows[-1][0], rows[-1][_START]
            after = Q(starts_at__gt=at) | Q(pk__gt=key)
            rows = list(talks.filter(after, starts_at__gte=at)[:_CHUNK])
        for column in (self.topics, self.audiences):
            self._clear(column)

    def _clear(self, column: Column) -> None:
        """Clear the column where there is no public talk."""
        for key, code in enumerate(self.rest.codes):
            if not code and column.codes[key]:
                column.codes[key] = 0

    def _add_new(self, rows: list[Any], joint: dict[int, Combination]) -> None:
        topics, audiences, rest = self.topics, self.audiences, self.rest
        flag_names = _flag_namer()
        for key, series, venue, attendance, _over_at, starts_at, *values in rows:
            # It may have moved in the meantime and come up again; it will be read once more.
            if key >= len(rest.codes) or rest.codes[key]:
                continue
            for column, combination in (
                (self.series, (series or 0, *joint.get(key, ()))),
                (self.venues, (venue,)),
                (rest, (attendance, _year(starts_at), flag_names(values))),
            ):
                code = column.code_of.get(combination) or column.code(combination)
                column.codes[key] = code
                column.totals[code] += 1
            self.starts[key] = minutes(starts_at)
            for column in (topics, audiences):
                if not column.codes[key]:
                    column.codes[key] = column.code(())
                column.totals[column.codes[key]] += 1

    def _remove(self, key: int) -> None:
        if self.rest.codes[key]:
            for column in self.columns:
                column.totals[column.codes[key]] -= 1
        for column in self.columns:
            column.codes[key] = 0

    def _add(self, rows: Iterable[Any], linked: list[dict[int, Combination]]) -> None:
        joint, topics, audiences = linked
        flag_names = _flag_namer()
        for key, series, venue, attendance, over_at, starts_at, *values in rows:
            if self._over is not None and over_at > self._over_from:
                self._over[key] = over_at
            cells = Cells(
                (series or 0, *joint.get(key, ())),
                topics.get(key, ()),
                audiences.get(key, ()),
                (venue,),
                (
                    attendance,
                    _year(starts_at),
                    flag_names(values),
                ),
            )
            self.starts[key] = minutes(starts_at)
            for column, combination in zip(self.columns, cells, strict=True):
                code = column.code(combination)
                column.codes[key] = code
                column.totals[code] += 1


_START = 5


def _columns() -> list[str]:
    """Return the columns of a talk that are read, the start at _START and the flags last."""
    columns = ("pk", "series_id", "venue_id", "attendance", "over_at", "starts_at")
    return [*columns, *dimensions.flag_columns()]


def _flag_namer() -> Callable[[list[Any]], tuple[str, ...]]:
    """Return what names the yes/no filters that match, given the values of their columns."""
    flags, columns = dimensions.flags(), dimensions.flag_columns()

    def names(values: list[Any]) -> tuple[str, ...]:
        held = dict(zip(columns, values, strict=True))
        return tuple(flag.name for flag in flags if flag.is_true_of(held))

    return names


# The table of this process, and the thread that fills it.
_table: TalkTable | None = None
_filling: Thread | None = None
_starting = Lock()


def at(state: State) -> TalkTable | None:
    """Return the table at this state; None while it is not filled yet.

    Not to be called inside a transaction, which may see what is never committed.
    """
    table = _table
    if table is not None and table.catch_up(state):
        return table
    _start()
    return None


def wait() -> None:
    """Wait until the thread that fills the table, if there is one, has ended."""
    filling = _filling
    if filling is not None:
        filling.join()


def forget() -> None:
    """Forget the table, as if the process had just started."""
    global _table
    wait()
    _table = None


def _start() -> None:
    global _filling
    with _starting:
        if _filling is None or not _filling.is_alive():
            _filling = Thread(target=_fill, name="table", daemon=True)
            _filling.start()


def _fill() -> None:
    global _table
    # The old one is wrong by now, and takes memory.
    _table = None
    try:
        epoch, since = _moment()
        last = Talk._base_manager.aggregate(last=Max("pk"))["last"] or 0
        if last > 4 * Talk._base_manager.count() + _MAX_GAPS:
            return
        table = TalkTable(epoch, since, last + 1024)
        for _chunk in table.fill():
            if connection.vendor == "postgresql":
                # Connections are few, and requests may need this one.
                connection.close()
            time.sleep(_PAUSE)
        _table = table
    except Exception:
        # The database counts without it; the next request starts another attempt.
        _log.exception("The table of talks could not be filled.")
    finally:
        connection.close()


def _moment() -> tuple[str, int]:
    """Return the epoch, and the number from which on changes may not be visible yet."""
    number = (
        # The oldest transaction still running: later ones may be visible already, or not.
        "txid_snapshot_xmin(txid_current_snapshot())"
        if connection.vendor == "postgresql"
        else "number + 1"
    )
    rows = sql.rows(f"SELECT epoch, {number} FROM {Revision._meta.db_table} WHERE id = 1")
    epoch, since = rows[0] if rows else ("", 0)
    return epoch, since


def _recent_changes(since: int) -> dict[int, str]:
    """Return the tokens, by id, of the talks with changes from this number on."""
    statement = f"SELECT talk_id, token FROM {TalkRevision._meta.db_table} WHERE number >= %s"
    return dict(sql.rows(f"{statement} LIMIT {_MAX_RECENT + 1}", [since]))


def _linked(which: Q) -> list[dict[int, Combination]]:
    """Return by talk id its joint series, its topics and its audiences; three queries."""
    return [_joint(which), *_topics_and_audiences(which)]


def _joint(which: Q) -> dict[int, Combination]:
    return _combinations(Talk.co_series.through, "series_id", which)


def _topics_and_audiences(which: Q) -> list[dict[int, Combination]]:
    return [
        _combinations(Talk.topics.through, "topic_id", which),
        _combinations(Talk.audiences.through, "audience_id", which),
    ]


def _combinations(through: type[Model], name: str, which: Q) -> dict[int, Combination]:
    rows = through._base_manager.filter(which).order_by("talk_id", name)
    pairs = groupby(rows.values_list("talk_id", name), key=itemgetter(0))
    return {talk: tuple(key for _talk, key in group) for talk, group in pairs}


def minutes(moment: datetime) -> int:
    """Return the minutes from 1970 to this moment, negative before."""
    return int(moment.timestamp() // 60)


def _year(starts_at: datetime) -> int:
    """Return the year in the site's zone, which differs from UTC's only around New Year's Day."""
    if 1 < starts_at.month < 12:
        return starts_at.year
    return timezone.localdate(starts_at).year


# ruff: noqa: S608  (the only names put into statements are those of our own tables)

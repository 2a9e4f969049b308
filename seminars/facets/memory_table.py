"""What facets count of every talk that visitors may see, held in each process.

A talk is a place in a few columns of small numbers, the place of its id. Each number stands for all
that talks have of one facet, such as two topics together, so that a million talks take some ten
megabytes, and what a search has found is counted without asking the database.

The columns are filled by a thread of their own. After an edit only the talks are read again that
have changed since: the database numbers changes (seminars/cache/triggers.py).
"""

import logging
import time
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
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
from seminars.models import Revision, Talk, TalkRevision

_log = logging.getLogger(__name__)

#: How many talks are read at once.
_CHUNK = 5000
#: How many that have changed are read while somebody waits.
_MOST_CHANGED = 5000
#: Of how many it is looked up whether they have.
_MOST_LATELY = 50_000
#: How much the ids may have of gaps, in places for which there is no talk.
_GAPS = 200_000
# Between two chunks the thread lets others answer.
_PAUSE = 0.01

Kind = tuple[Any, ...]


class Column:
    """For each place which of the `kinds` stands there: 0, where there is no talk."""

    __slots__ = ("codes", "kinds", "numbers", "totals")

    def __init__(self, places: int) -> None:
        self.codes = array("H", bytes(2 * places))
        self.kinds: list[Kind] = [()]
        self.numbers: dict[Kind, int] = {}
        #: How many talks have each.
        self.totals = [0]

    def code(self, kind: Kind) -> int:
        found = self.numbers.get(kind)
        if found is None:
            found = self.numbers[kind] = len(self.kinds)
            if found == 2**16:
                self.codes = array("I", self.codes)
            self.totals.append(0)
            self.kinds.append(kind)
        return found

    def count(self, places: Iterable[int]) -> dict[Kind, int]:
        """How many of these talks have each kind."""
        kinds, counted = self.kinds, Counter(map(self.codes.__getitem__, places))
        return {kinds[code]: number for code, number in counted.items()}


class Said(NamedTuple):
    """What is counted of a talk.

    `series`: its own, 0 for none, and those that it is held together with; `rest`: attendance, year
    in the site's zone, whether it has a recording.
    """

    series: tuple[int, ...]
    topics: tuple[int, ...]
    audiences: tuple[int, ...]
    venue: tuple[int | None]
    rest: tuple[str, int, bool]


class Census:
    """The columns, right for the state with `token`; all that is read is what was committed."""

    def __init__(self, epoch: str, since: int, places: int) -> None:
        self.epoch = epoch
        self.token = ""
        self.since = since
        # Read already, of what is later; while a transaction goes on and on these may be many.
        self.lately = _lately(since)
        self.lock = Lock()
        self.columns = [Column(places) for _name in Said._fields]
        self.series, self.topics, self.audiences, self.venues, self.rest = self.columns
        #: When they begin, in minutes.
        self.starts = array("i", bytes(4 * places))
        # When the talks are over that were not at a moment, which goes on with time but in tests.
        self._over: dict[int, datetime | None] | None = None
        self._over_from = datetime.min.replace(tzinfo=UTC)
        self._upcoming: tuple[State | None, frozenset[int]] = (None, frozenset())

    def present(self, keys: Iterable[int]) -> list[int]:
        """Those of these ids that are of talks which visitors may see."""
        codes = self.rest.codes
        end = len(codes)
        return [key for key in keys if key < end and codes[key]]

    def upcoming(self, state: State) -> frozenset[int]:
        """The talks that are not over yet."""
        known, found = self._upcoming
        if known != state:
            with self.lock:
                if self._over is None or state.slot < self._over_from:
                    talks = Talk.objects.public().upcoming(state.slot).order_by()
                    self._over = dict(talks.values_list("pk", "over_at"))
                    self._over_from = state.slot
                over = {key: at for key, at in self._over.items() if at and at > state.slot}
            found = frozenset(self.present(over))
            self._upcoming = (state, found)
        return found

    def all_but(self, column: Column, few: Collection[int]) -> dict[Kind, int]:
        """How many talks have each kind, but for those with these ids."""
        with self.lock:
            totals = column.totals.copy()
            for code in map(column.codes.__getitem__, few):
                totals[code] -= 1
        return {column.kinds[code]: number for code, number in enumerate(totals) if number}

    def catch_up(self, state: State) -> bool:
        """Reads what has changed since; False where that is too much for somebody to wait for."""
        with self.lock:
            if self.token == state.token:
                return True
            epoch, since = _moment()
            lately = _lately(self.since)
            changed = [key for key, token in lately.items() if self.lately.get(key) != token]
            if (
                len(lately) > _MOST_LATELY
                or epoch != self.epoch
                or len(changed) > _MOST_CHANGED
                or not self._fits(changed)
            ):
                return False
            for key in changed:
                self._remove(key)
                if self._over:
                    self._over.pop(key, None)
            if changed:
                talks = Talk.objects.public().filter(pk__in=changed)
                self._add(talks.order_by().values_list(*_COLUMNS), _sets(Q(talk__in=changed)))
            self.token, self.since, self.lately = state.token, since, lately
            return True

    def _fits(self, keys: Collection[int]) -> bool:
        most = max(keys, default=0)
        end = len(self.rest.codes)
        if most >= end + _GAPS:
            return False
        if most >= end:
            for column in self.columns:
                column.codes.extend([0] * (most + 1024 - end))
            self.starts.extend([0] * (most + 1024 - end))
        return True

    def fill(self) -> Iterator[None]:
        """Reads every talk, a chunk at each step."""
        for start in range(0, len(self.rest.codes), _CHUNK):
            stop = start + _CHUNK
            sets = _topics_and_audiences(Q(talk__gte=start, talk__lt=stop))
            # Left where they will be looked for, as numbers of the columns.
            for column, found in zip((self.topics, self.audiences), sets, strict=True):
                for key, kind in found.items():
                    if key < len(column.codes):
                        column.codes[key] = column.code(kind)
            yield
        joint = _joint(Q())
        # By the start, for an index has all this in that order.
        talks = Talk.objects.public().order_by("starts_at", "pk").values_list(*_COLUMNS)
        rows = list(talks[:_CHUNK])
        while rows:
            self._add_new(rows, joint)
            yield
            key, at = rows[-1][0], rows[-1][-1]
            after = Q(starts_at__gt=at) | Q(pk__gt=key)
            rows = list(talks.filter(after, starts_at__gte=at)[:_CHUNK])
        for column in (self.topics, self.audiences):
            self._clear(column)

    def _clear(self, column: Column) -> None:
        """Of talks that visitors may not see nothing stays."""
        for key, code in enumerate(self.rest.codes):
            if not code and column.codes[key]:
                column.codes[key] = 0

    def _add_new(self, rows: list[Any], joint: dict[int, Kind]) -> None:
        topics, audiences, rest = self.topics, self.audiences, self.rest
        for key, series, venue, attendance, recording, _over, starts_at in rows:
            # It may have moved in the meantime, and be met again; it will be read once more.
            if key >= len(rest.codes) or rest.codes[key]:
                continue
            for column, kind in (
                (self.series, (series or 0, *joint.get(key, ()))),
                (self.venues, (venue,)),
                (rest, (attendance, _year(starts_at), recording != "")),
            ):
                code = column.numbers.get(kind) or column.code(kind)
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

    def _add(self, rows: Iterable[Any], sets: list[dict[int, Kind]]) -> None:
        joint, topics, audiences = sets
        for key, series, venue, attendance, recording, over_at, starts_at in rows:
            if self._over is not None and over_at > self._over_from:
                self._over[key] = over_at
            said = Said(
                (series or 0, *joint.get(key, ())),
                topics.get(key, ()),
                audiences.get(key, ()),
                (venue,),
                (attendance, _year(starts_at), recording != ""),
            )
            self.starts[key] = minutes(starts_at)
            for column, kind in zip(self.columns, said, strict=True):
                code = column.code(kind)
                column.codes[key] = code
                column.totals[code] += 1


_COLUMNS = ("pk", "series_id", "venue_id", "attendance", "recording_url", "over_at", "starts_at")

# What this process knows, and the thread that finds it out.
_census: Census | None = None
_filling: Thread | None = None
_starting = Lock()


def known(state: State) -> Census | None:
    """The census at this state; None while it is not there yet.

    Not to be asked inside of a transaction, which may see more than others ever will.
    """
    census = _census
    if census is not None and census.catch_up(state):
        return census
    _start()
    return None


def wait() -> None:
    """Until the thread that fills it, if there is one, has ended."""
    filling = _filling
    if filling is not None:
        filling.join()


def forget() -> None:
    """As if the process had just started."""
    global _census
    wait()
    _census = None


def _start() -> None:
    global _filling
    with _starting:
        if _filling is None or not _filling.is_alive():
            _filling = Thread(target=_fill, name="census", daemon=True)
            _filling.start()


def _fill() -> None:
    global _census
    # Nobody may count by the old one any more, and it takes memory.
    _census = None
    try:
        epoch, since = _moment()
        last = Talk._base_manager.aggregate(last=Max("pk"))["last"] or 0
        if last > 4 * Talk._base_manager.count() + _GAPS:
            return
        census = Census(epoch, since, last + 1024)
        for _chunk in census.fill():
            if connection.vendor == "postgresql":
                # There are few, and others may need it.
                connection.close()
            time.sleep(_PAUSE)
        _census = census
    except Exception:
        # Without it everything is counted by the database; the next who asks has it tried again.
        _log.exception("Talks could not be counted.")
    finally:
        connection.close()


def _moment() -> tuple[str, int]:
    """The epoch, and the number from which on changes are not to be seen yet."""
    number = (
        # The oldest transaction that is not over: a later one may be seen already, or not.
        "txid_snapshot_xmin(txid_current_snapshot())"
        if connection.vendor == "postgresql"
        else "number + 1"
    )
    found = sql.rows(f"SELECT epoch, {number} FROM {Revision._meta.db_table} WHERE id = 1")
    epoch, since = found[0] if found else ("", 0)
    return epoch, since


def _lately(since: int) -> dict[int, str]:
    """The talks with changes from this number on, with their tokens."""
    statement = f"SELECT talk_id, token FROM {TalkRevision._meta.db_table} WHERE number >= %s"
    return dict(sql.rows(f"{statement} LIMIT {_MOST_LATELY + 1}", [since]))


def _sets(which: Q) -> list[dict[int, Kind]]:
    """By the talk's id its joint series, its topics, its audiences; three queries."""
    return [_joint(which), *_topics_and_audiences(which)]


def _joint(which: Q) -> dict[int, Kind]:
    return _set(Talk.co_series.through, "series_id", which)


def _topics_and_audiences(which: Q) -> list[dict[int, Kind]]:
    return [
        _set(Talk.topics.through, "topic_id", which),
        _set(Talk.audiences.through, "audience_id", which),
    ]


def _set(through: type[Model], name: str, which: Q) -> dict[int, Kind]:
    rows = through._base_manager.filter(which).order_by("talk_id", name)
    pairs = groupby(rows.values_list("talk_id", name), key=itemgetter(0))
    return {talk: tuple(key for _talk, key in group) for talk, group in pairs}


def minutes(moment: datetime) -> int:
    """Those since 1970, or to it."""
    return int(moment.timestamp() // 60)


def _year(starts_at: datetime) -> int:
    """The year in the site's zone, which is another one about New Year's Day only."""
    if 1 < starts_at.month < 12:
        return starts_at.year
    return timezone.localdate(starts_at).year


# ruff: noqa: S608  (the only names put into statements are those of our own tables)

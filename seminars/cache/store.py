"""What a process keeps in memory, up to so many bytes."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")

# Roughly what it takes to keep a value, besides its own size: the key, and what holds them.
_BESIDES = 600


class Store(Generic[V]):
    """Values by key, up to `room` bytes in all; those not asked for the longest go first.

    What would take more than a quarter of the room is not kept.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._size = 0
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        return self.get_all([key])[0]

    def get_all(self, keys: Sequence[Hashable]) -> list[V | None]:
        """The value of each key, in their order."""
        kept, found = self._kept, list[V | None]()
        with self._lock:
            for key in keys:
                one = kept.get(key)
                if one is None:
                    found.append(None)
                else:
                    kept.move_to_end(key)
                    found.append(one[0])
        return found

    def put(self, key: Hashable, value: V, *, size: int) -> None:
        """Keeps the value, which takes `size` bytes, in place of the one that there was."""
        size += _BESIDES
        if size > self._room // 4:
            return
        with self._lock:
            _gone, taken = self._kept.pop(key, (None, 0))
            self._kept[key] = value, size
            self._size += size - taken
            while self._size > self._room:
                _key, (_gone, taken) = self._kept.popitem(last=False)
                self._size -= taken

"""Values cached in the memory of one process, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")

# Roughly what a value takes besides its own size: the key, and the containers of both.
_OVERHEAD = 600


class Store(Generic[V]):
    """A cache of values by key, up to `capacity` bytes; the least recently used ones go first.

    A value that would take more than a quarter of the capacity is not cached.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._size = 0
        self._entries: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        return self.get_all([key])[0]

    def get_all(self, keys: Sequence[Hashable]) -> list[V | None]:
        """Return the value of each key, in the order of the keys."""
        entries, values = self._entries, list[V | None]()
        with self._lock:
            for key in keys:
                entry = entries.get(key)
                if entry is None:
                    values.append(None)
                else:
                    entries.move_to_end(key)
                    values.append(entry[0])
        return values

    def put(self, key: Hashable, value: V, *, size: int) -> None:
        """Cache a value that takes `size` bytes, replacing the key's former one."""
        size += _OVERHEAD
        if size > self._capacity // 4:
            return
        with self._lock:
            _value, freed = self._entries.pop(key, (None, 0))
            self._entries[key] = value, size
            self._size += size - freed
            while self._size > self._capacity:
                _key, (_value, freed) = self._entries.popitem(last=False)
                self._size -= freed

"""Values that the readers of one snapshot share: made once, and kept as long as the snapshot or for a while."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock, RLock
from typing import Any, TypeVar

Key = tuple[Any, ...]
Value = TypeVar("Value")


class Memo:
    """Values that stay as long as the memo; each is made by one thread while the others wait for it."""

    def __init__(self) -> None:
        self._values: dict[Key, Any] = {}
        # Re-entrant, because making one value often asks for another: a story needs frames. With a lock for each key,
        # two threads whose values ask for each other's could deadlock; with one for all, the second only waits.
        self._making = RLock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return the value of a key, making it first if there is none."""
        # Looked up without the lock first: nearly every request only reads, and must not wait while another thread
        # makes something else. A value is never replaced, so what is there is right.
        if key not in self._values:
            with self._making:
                if key not in self._values:
                    self._values[key] = make()
        value: Value = self._values[key]
        return value


class RecentMemo:
    """The values of the keys asked for last; the others are forgotten, and made again when they are needed.

    size: how many values stay. What a reader may see is no part of a key: check that first.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Key, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return the value of a key, making it first if there is none."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                value: Value = self._values[key]
                return value
        # Made outside the lock: a slow page must not hold up the others. Two readers may make the same one; as both
        # come from the same stored figures, it does not matter whose stays.
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return made

"""Which changes of a store have been seen, and which may still come."""

import time
from collections.abc import Callable

from rosc_map.store import Reader, change_moment, changes_since, newest_changes

__all__ = ["ChangesSeen"]

_WAIT = 3600.0
"""So many seconds a number that is missing is asked for: by then whoever had it has given up."""

_LOOKED_THROUGH = 2_000
"""So many of the newest changes are looked through for missing numbers at the start."""


class ChangesSeen:
    """Knows which changes were seen.

    In PostgreSQL a change with a lower number may be kept after one with a higher number was seen: its number is
    remembered and asked for, for an hour.

    Parameters
    ----------
    reader
        The moment at which everything was read.
    clock
        Seconds, of any beginning.
    """

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        known = newest_changes(reader, _LOOKED_THROUGH)
        self._last = max(known, default=0)
        self._moment = change_moment(reader, self._last)
        # In a file one waits for the other: a number that is missing there never comes.
        self._may_come_late = reader.connection.dialect.name == "postgresql"
        self._missing: dict[int, float] = {}
        self._miss(min(known, default=0), known)

    def lost(self, reader: Reader) -> bool:
        """Whether the newest change that was seen is gone, or is another: an older copy was put in its place."""
        return change_moment(reader, self._last) != self._moment

    def new(self, reader: Reader) -> dict[int, str]:
        """Return the changes that can be seen now and were not before, by number: what task each was."""
        now = self._clock()
        self._missing = {number: since for number, since in self._missing.items() if now - since < _WAIT}
        found = changes_since(reader, self._last, self._missing)
        for number in found:
            self._missing.pop(number, None)
        later = {number for number in found if number > self._last}
        if later:
            first, self._last = self._last + 1, max(later)
            self._moment = change_moment(reader, self._last)
            self._miss(first, later)
        return found

    def _miss(self, first: int, known: set[int]) -> None:
        if self._may_come_late:
            now = self._clock()
            self._missing |= {number: now for number in range(first, self._last) if number not in known}

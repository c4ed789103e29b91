"""Which calls somebody gave back lately, in memory: they are offered to that person last, and never at once."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

__all__ = ["GivenBack"]

_MOST = 1_000


class GivenBack:
    """The latest calls that were given back; who is forgotten may only be offered one once more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def note(self, who: str, round_name: str, source: str) -> None:
        """Note that somebody gave a call back."""
        with self._lock:
            self._held[who, round_name, source] = None
            while len(self._held) > _MOST:
                self._held.popitem(last=False)

    def others(self, who: str, round_name: str, sources: Iterable[str]) -> list[str]:
        """Return what of these somebody did not give back. Where nothing is left they may have any, the next time."""
        wanted = list(sources)
        with self._lock:
            found = [source for source in wanted if (who, round_name, source) not in self._held]
            if not found:
                for source in wanted:
                    self._held.pop((who, round_name, source), None)
        return found
